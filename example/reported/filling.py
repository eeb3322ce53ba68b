"""What the generators of reported papers share: places as branches write them, days, sums shared out to the fen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal

from example import house
from example.distribution import PROVINCE_CODES, shared_out
from example.papers import Paper, Row, Sheet, document

OFFICE, OFFICER = "OFFICE", "zhoumin"
SEAT = "110000"
"""Where the group's own matters count: the province its headquarters are in."""
DESIGNATED = {230524000000: "饶河县", 130724000000: "沽源县", 130723000000: "康保县", house.CEHENG: "册亨县"}
GEJI = 542525000000


def code_of(place: int) -> str:
    """Return a county's or province's six digits."""
    return str(place // 10**6)


def month_end(year: int, month: int) -> date:
    """Return the last day of a month."""
    following = date(year + month // 12, month % 12 + 1, 1)
    return following - timedelta(days=1)


def in_fen(total: str, weights: dict[int, float]) -> dict[int, Decimal]:
    """Return shares of a sum of yuan, to the fen, that sum to it exactly."""
    fen = int(Decimal(total) * 100)
    return {key: Decimal(share).scaleb(-2) for key, share in shared_out(fen, weights).items()}


def of_office(measure: str, name: str, rows: Callable[[], Sequence[Row]], *, weight: int = 20) -> Paper:
    """Return the office's paper of a measure, whose rows share one document."""
    return _paper(measure, OFFICE, OFFICER, name, rows, weight=weight)


def of_branch(
    measure: str, province: int, name: str, rows: Callable[[], Sequence[Row]], *, weight: int = 20
) -> Paper:
    """Return a branch's paper of a measure, whose rows share one document."""
    full = f"{PROVINCE_CODES[province]}-{name}"
    return _paper(measure, f"EX-{province}", house.clerk_of(province), full, rows, weight=weight)


def _paper(
    measure: str, unit: str, clerk: str, name: str, rows: Callable[[], Sequence[Row]], *, weight: int
) -> Paper:
    file = f"示例-{name}-佐证.txt"

    def made() -> Sheet:
        filled = [{**row, "evidence": file} for row in rows()]
        lines = [f"{name}（示例佐证）", f"单位 unit {unit}", f"共 {len(filled)} 行 rows"]
        lines += [
            f"{row['reference']}\t{row['place']}\t{row['happened_on']}\t{row['quantity']}" for row in filled
        ]
        return Sheet(filled, {file: document(*lines)})

    return Paper(measure, unit, clerk, name, made=made, weight=weight)
