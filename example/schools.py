"""The schools of the example: two in each designated county, with codes that no school has."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from example.papers import Paper, Row, Sheet, document
from example.placing import positions_in
from example.reported.filling import DESIGNATED, OFFICE, OFFICER, code_of

KINDS = (("第一小学", "小学", 640, 18), ("第一中学", "初级中学", 1180, 26))
NAME, FILE = "互联网教育学校启用", "示例-互联网教育学校启用-佐证.txt"
ACCEPTED, COUNTED = date(2019, 9, 2), date(2019, 9, 1)


def papers() -> list[Paper]:
    """Return the paper of the schools."""
    return [Paper("schooling.schools", OFFICE, OFFICER, NAME, made=_made, weight=8)]


def _made() -> Sheet:
    rows = _rows()
    lines = [
        f"{NAME}（示例佐证）",
        f"共 {len(rows)} 所 schools",
        *(f"{row['code']}\t{row['name']}" for row in rows),
    ]
    return Sheet(rows, {FILE: document(*lines)})


def _rows() -> Sequence[Row]:
    rows = []
    for at, (place, county) in enumerate(DESIGNATED.items()):
        villages = sorted(positions_in(place).items())
        for number, (name, kind, pupils, classes) in enumerate(KINDS, 1):
            row: dict[str, object] = {
                "code": f"90{code_of(place)}{number:02d}",
                "name": f"示例：{county}示例{name}",
                "kind": kind,
                "place": code_of(place),
                "pupils": pupils + 37 * at,
                "classes": classes + at,
                "counted_on": COUNTED,
                "bandwidth_mbps": 100 * number,
                "accepted_on": ACCEPTED + timedelta(days=41 * number + 7 * at),
                "evidence": FILE,
            }
            if villages:
                longitude, latitude = villages[number][1]
                row |= {
                    "longitude": Decimal(f"{longitude:.6f}"),
                    "latitude": Decimal(f"{latitude:.6f}"),
                    "datum": "GCJ-02",
                }
            rows.append(row)
    return rows
