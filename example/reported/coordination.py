"""Leading groups and lines, cadres and teams, and policies of the example."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from bangfu.foundation.organisation.models import Line
from example.distribution import PROVINCE_CODES
from example.papers import Paper, Row
from example.reported.filling import DESIGNATED, SEAT, code_of, of_branch, of_office

BEFORE, UPGRADED = date(2017, 3, 20), date(2018, 6, 11)
"""Days of the invented documents that began the leading group and raised it."""
LINES_BEFORE = 5
POLICIES = 19
CADRES = 3
QUARTERS = 6
"""Of trips to the counties: from the first of 2019 to the second of 2020."""


def papers() -> list[Paper]:
    """Return the wing's papers."""
    return [
        of_office("leadership.lines_before", "升格前专业线", _lines_before),
        of_office("leadership.lines", "统筹专业线", _lines),
        *(_group(province) for province in PROVINCE_CODES),
        of_office("fieldwork.office_cadres", "抽调专职骨干", _cadres),
        of_office("fieldwork.teams", "驻县工作组", _teams),
        of_office("fieldwork.visits", "走访人次", _visits),
        of_office("fieldwork.trips", "走访趟数", _journeys),
        of_office("policies.issued", "印发政策制度", _policies),
    ]


def _lines_before() -> Sequence[Row]:
    lines = Line.objects.order_by("pk")[:LINES_BEFORE]
    return [_line(line, "EX-TX", BEFORE) for line in lines]


def _lines() -> Sequence[Row]:
    return [
        _line(line, "EX-TT", BEFORE if number < LINES_BEFORE else UPGRADED)
        for number, line in enumerate(Line.objects.order_by("pk"))
    ]


def _line(line: Line, prefix: str, on: date) -> Row:
    return {
        "reference": f"{prefix}-{line.pk:02d}",
        "title": f"示例：{line.name_zh}纳入统筹",
        "place": SEAT,
        "happened_on": on,
        "quantity": 1,
        "line": line.name_zh,
    }


def _group(province: int) -> Paper:
    def rows() -> Sequence[Row]:
        return [
            {
                "reference": f"EX-LX-{province}",
                "title": "示例：省级分公司扶贫领导小组成立",
                "place": f"{province}0000",
                "happened_on": UPGRADED + timedelta(days=9 + province % 28),
                "quantity": 1,
            }
        ]

    return of_branch("leadership.provincial_groups", province, "领导小组成立", rows, weight=1)


def _cadres() -> Sequence[Row]:
    return [
        {
            "reference": f"EX-CD-{number}",
            "title": f"示例：抽调专职骨干{number}",
            "place": SEAT,
            "happened_on": date(2019, 2, 18) + timedelta(days=58 * number),
            "quantity": 1,
            "party_number": f"EX-GH-{1000 + number}",
        }
        for number in range(1, CADRES + 1)
    ]


def _teams() -> Sequence[Row]:
    return [
        {
            "reference": f"EX-GZZ-{code_of(place)}",
            "title": f"示例：{county}工作组派驻",
            "place": code_of(place),
            "happened_on": date(2018, 9, 3) + timedelta(days=5 * at),
            "quantity": 1,
        }
        for at, (place, county) in enumerate(DESIGNATED.items())
    ]


def _journeys() -> Sequence[Row]:
    """Return a trip of staff to each designated county each quarter."""
    return [
        {
            "reference": f"EX-ZF-{code_of(place)}-{quarter}",
            "title": f"示例：到{county}走访",
            "place": code_of(place),
            "happened_on": date(2019, 2, 20) + timedelta(days=91 * quarter + 6 * at),
            "quantity": 1,
        }
        for quarter in range(QUARTERS)
        for at, (place, county) in enumerate(DESIGNATED.items())
    ]


def _visits() -> Sequence[Row]:
    return [{**row, "quantity": 2 + at % 4} for at, row in enumerate(_journeys())]


def _policies() -> Sequence[Row]:
    return [
        {
            "reference": f"EX-WH-{number:02d}",
            "title": f"示例：帮扶制度（{number}）",
            "place": SEAT,
            "happened_on": date(2019, 1, 14) + timedelta(days=29 * number),
            "quantity": 1,
        }
        for number in range(1, POLICIES + 1)
    ]
