"""Tariffs, hospitals and the resettled of the example."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from example import house
from example.distribution import PROVINCE_CODES, SEED, example_counties
from example.papers import Paper, Row
from example.reported.filling import DESIGNATED, code_of, in_fen, month_end, of_branch, of_office

RELIEF = "118642907.36"
"""Yuan waived in 2019: prints 约1.2亿."""
RELIEF_COUNTIES = 4
"""In how many counties of a province bills are reported."""
DWELLINGS = 126


def papers() -> list[Paper]:
    """Return the wing's papers."""
    return [
        *(_relief(province) for province in PROVINCE_CODES),
        of_office("telemedicine.hospitals", "互联网医疗医院启用", _hospitals),
        of_branch("resettlement.free_months", 52, "安置房免费宽带", _dwellings, weight=DWELLINGS),
    ]


def _relief(province: int) -> Paper:
    def rows() -> Sequence[Row]:
        counties = example_counties()[province][:RELIEF_COUNTIES]
        cells = [(place, month) for place, _ in counties for month in range(1, 13)]
        draw = Random(f"{SEED} relief {province}")
        weights = {number: draw.uniform(0.6, 1.4) for number in range(len(cells))}
        shares = in_fen(str(_relief_of()[province]), weights)
        return [
            {
                "reference": f"EX-ZF-{code_of(place)}-2019{month:02d}",
                "title": f"示例：2019年{month}月扶贫套餐减免",
                "place": code_of(place),
                "happened_on": month_end(2019, month),
                "quantity": shares[number],
            }
            for number, (place, month) in enumerate(cells)
        ]

    return of_branch("tariffs.relief", province, "扶贫套餐减免2019", rows, weight=12 * RELIEF_COUNTIES)


def _relief_of() -> dict[int, object]:
    draw = Random(f"{SEED} relief")
    return dict(in_fen(RELIEF, {province: draw.uniform(0.5, 2.5) for province in PROVINCE_CODES}))


def _hospitals() -> Sequence[Row]:
    return [
        {
            "reference": f"EX-YY-{code_of(place)}",
            "title": f"示例：{county}示例医院",
            "place": code_of(place),
            "happened_on": date(2019, 11, 5) + timedelta(days=9 * at),
            "quantity": 1,
        }
        for at, (place, county) in enumerate(DESIGNATED.items())
    ]


def _dwellings() -> Sequence[Row]:
    draw = Random(f"{SEED} dwellings")
    return [
        {
            "reference": f"EX-AZ-{code_of(house.CEHENG)}-{number:04d}",
            "title": f"示例安置房{number:04d}开通",
            "place": code_of(house.CEHENG),
            "happened_on": date(2019, 3, 1) + timedelta(days=draw.randrange(280)),
            "quantity": 36,
            "party_number": f"EX-FW-{number:04d}",
        }
        for number in range(1, DWELLINGS + 1)
    ]
