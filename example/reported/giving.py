"""Points for schooling, grants, the red-scarf drive: the giving of the example."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from random import Random

from example.distribution import PROVINCE_CODES, SEED, shared_out
from example.papers import Paper, Row
from example.reported.filling import DESIGNATED, GEJI, SEAT, code_of, in_fen, month_end, of_branch, of_office

PARTICIPATIONS = 325_148
"""Prints 32.5万人次."""
RAISED = "3670286.37"
"""Yuan: prints 367万, and leaves 321,286.37 in the fund when the grants are paid."""
PUPILS, GRANT = 3_349, 1_000
RED_SCARF = "279846.50"
"""Prints 28万."""
CHILDREN, SECOND_HANDOUTS = 3_127, 164
"""Children, and how many of them were handed something twice."""
MONTHS = tuple((2019, month) for month in range(4, 13)) + tuple((2020, month) for month in range(1, 8))
"""From the campaign's first month to the day up to which the report counts."""
SCHOOLS_A_COUNTY = 9


def papers() -> list[Paper]:
    """Return the wing's papers."""
    return [
        *(_participations(province) for province in PROVINCE_CODES),
        of_office("campaigns.raised", "积分助学到账", _raised, weight=31 * len(MONTHS)),
        of_office("grants.students", "受助学生", _students, weight=PUPILS),
        of_office("grants.paid", "助学金银行回单", _paid, weight=60),
        of_office("grants.fund_left", "助学基金对账单", _fund, weight=80),
        of_office("campaigns.red_scarf_raised", "红围脖到账", _red_scarf, weight=31),
        of_office("goods.children", "红围脖签收", _children, weight=CHILDREN + SECOND_HANDOUTS),
    ]


def _participations(province: int) -> Paper:
    def rows() -> Sequence[Row]:
        draw = Random(f"{SEED} participations")
        branches = shared_out(PARTICIPATIONS, {one: draw.uniform(0.6, 2.2) for one in PROVINCE_CODES})
        months = shared_out(
            branches[province], {number: draw.uniform(0.7, 1.6) for number in range(len(MONTHS))}
        )
        return [
            {
                "reference": f"EX-JF-{province}-{year}{month:02d}",
                "title": f"示例：{year}年{month}月积分助学",
                "place": f"{province}0000",
                "happened_on": month_end(year, month),
                "quantity": months[number],
            }
            for number, (year, month) in enumerate(MONTHS)
        ]

    return of_branch("campaigns.participations", province, "积分助学人次", rows, weight=len(MONTHS))


@lru_cache(maxsize=1)
def _receipts() -> tuple[tuple[int, int, int, Decimal], ...]:
    """Return province, year, month and yuan of every receipt of the charity's account."""
    draw = Random(f"{SEED} raised")
    cells = [(province, *month) for province in PROVINCE_CODES for month in MONTHS]
    shares = in_fen(RAISED, {number: draw.uniform(0.5, 2.0) for number in range(len(cells))})
    return tuple((*cell, shares[number]) for number, cell in enumerate(cells))


def _raised() -> Sequence[Row]:
    return [
        {
            "reference": f"EX-DZ-{province}-{year}{month:02d}",
            "title": "示例：积分折现与现金到账",
            "place": f"{province}0000",
            "happened_on": month_end(year, month),
            "quantity": yuan,
        }
        for province, year, month, yuan in _receipts()
    ]


@lru_cache(maxsize=1)
def _pupils() -> tuple[tuple[int, int, date], ...]:
    """Return county, school and day of payment of every pupil: a school is paid by one slip."""
    draw = Random(f"{SEED} pupils")
    schools = [(place, number) for place in DESIGNATED for number in range(1, SCHOOLS_A_COUNTY + 1)]
    sizes = shared_out(PUPILS, {at: draw.uniform(0.5, 1.8) for at in range(len(schools))})
    days = [date(2020, 2, 3) + timedelta(days=5 * at) for at in range(len(schools))]
    return tuple(
        (*school, day)
        for (at, school), day in zip(enumerate(schools), days, strict=True)
        for _ in range(sizes[at])
    )


def _students() -> Sequence[Row]:
    return [
        {
            "reference": f"EX-ZX-{number:04d}",
            "title": "示例：助学金发放",
            "place": code_of(place),
            "happened_on": day,
            "quantity": 1,
            "party_number": f"EX-XJ-{number:05d}",
        }
        for number, (place, _, day) in enumerate(_pupils(), 1)
    ]


def _slips() -> dict[tuple[int, int, date], int]:
    return dict(Counter(_pupils()))


def _paid() -> Sequence[Row]:
    return [
        {
            "reference": f"EX-HD-{code_of(place)}-{school:02d}",
            "title": f"示例：{DESIGNATED[place]}示例学校{school:02d}助学金回单",
            "place": code_of(place),
            "happened_on": day,
            "quantity": GRANT * pupils,
        }
        for (place, school, day), pupils in _slips().items()
    ]


def _fund() -> Sequence[Row]:
    received = [
        {
            "reference": f"EX-ZH-{year}{month:02d}",
            "title": f"示例：{year}年{month}月到账",
            "place": SEAT,
            "happened_on": month_end(year, month),
            "quantity": sum(
                (yuan for _, *at, yuan in _receipts() if tuple(at) == (year, month)), start=Decimal(0)
            ),
        }
        for year, month in MONTHS
    ]
    paid = [
        {
            "reference": f"EX-ZH-{code_of(place)}-{school:02d}-减",
            "title": "示例：发放助学金",
            "place": SEAT,
            "happened_on": day,
            "quantity": -GRANT * pupils,
        }
        for (place, school, day), pupils in _slips().items()
    ]
    return [*received, *paid]


def _red_scarf() -> Sequence[Row]:
    draw = Random(f"{SEED} red scarf")
    shares = in_fen(RED_SCARF, {province: draw.uniform(0.5, 2.0) for province in PROVINCE_CODES})
    return [
        {
            "reference": f"EX-HWB-{province}",
            "title": "示例：红围脖活动到账",
            "place": f"{province}0000",
            "happened_on": date(2019, 11, 29),
            "quantity": yuan,
        }
        for province, yuan in shares.items()
    ]


def _children() -> Sequence[Row]:
    handed = [*range(1, CHILDREN + 1), *range(1, SECOND_HANDOUTS + 1)]
    return [
        {
            "reference": f"EX-QS-{number:04d}",
            "title": "示例：红围脖物资签收",
            "place": code_of(GEJI),
            "happened_on": date(2019, 12, 24) if number <= CHILDREN else date(2020, 4, 21),
            "quantity": 1,
            "party_number": f"EX-GJ-{child:05d}",
        }
        for number, child in enumerate(handed, 1)
    ]
