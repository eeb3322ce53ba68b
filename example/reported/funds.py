"""Funds put in and brought in, and produce bought and helped to sell, by county and quarter: invented, for the pledge.

Of most counties funds arrive for projects (``example.projects``); the rows here are what has no project.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from random import Random

from example.distribution import SEED
from example.papers import Paper, Row
from example.reported.filling import DESIGNATED, code_of, of_branch, of_office

KANGBAO = 130723000000
BRANCHES = (13, 23, 52)
"""Those with a designated county."""
QUARTERS = tuple(date(year, month, 10) for year in (2018, 2019, 2020) for month in (3, 6, 9, 12))
LAST = date(2020, 7, 31)
SEASON = {3: 3, 6: 5, 9: 6, 12: 8}
"""How a year's sum falls on its quarters: most of it late."""
YEARLY = {
    "projects.put_in": 300_000,
    "projects.brought_in": 160_000,
    "projects.investment_brought_in": 900_000,
    "shop.purchased": 200_000,
    "shop.helped_to_sell": 450_000,
}
"""About how many yuan a county has of each in 2018."""
TITLES = {
    "projects.put_in": "示例：定点县帮扶资金到账",
    "projects.brought_in": "示例：引进无偿资金到账",
    "projects.investment_brought_in": "示例：引进企业实际投资",
    "shop.purchased": "示例：食堂和工会采购",
    "shop.helped_to_sell": "示例：帮助销售对账单",
}
BY_BRANCHES = ("projects.put_in", "shop.purchased")
"""Reported by the counties' branches; the office reports the rest."""


BY_HAND = {
    measure: tuple(place for place in DESIGNATED if place == KANGBAO or measure.startswith("shop."))
    for measure in TITLES
}
"""The counties whose rows are reported; the other counties' funds came by projects."""


BROUGHT_FROM = date(2019, 8, 1)
"""From when on what was bought and helped to sell came by orders and settlements (``example.consumption``)."""


def papers() -> list[Paper]:
    """Return the papers of all five."""
    found = []
    for measure, title in TITLES.items():
        name = title.removeprefix("示例：")
        if measure in BY_BRANCHES:
            found += [
                of_branch(measure, province, name, partial(_rows, measure, counties))
                for province in BRANCHES
                if (counties := _counties(measure, province))
            ]
        else:
            found.append(of_office(measure, name, partial(_rows, measure, BY_HAND[measure])))
    return found


def _counties(measure: str, province: int) -> list[int]:
    return [place for place in BY_HAND[measure] if place // 10**10 == province]


def arrivals(measure: str, place: int) -> list[tuple[date, Decimal]]:
    """Return day and yuan of what a county had of a measure, quarter by quarter."""
    draw = Random(f"{SEED} {measure} {place}")
    found = []
    for quarter in QUARTERS:
        on = quarter + timedelta(days=draw.randrange(20))
        growth = 1 + 0.12 * (quarter.year - 2018)
        share = SEASON[quarter.month] / sum(SEASON.values())
        yuan = YEARLY[measure] * growth * share * draw.uniform(0.85, 1.15)
        if on <= LAST:
            found.append((on, Decimal(round(yuan * 100)).scaleb(-2)))
    return found


def _rows(measure: str, counties: Sequence[int]) -> Sequence[Row]:
    return [
        {
            "reference": f"EX-{measure.split('.')[1][:4].upper()}-{code_of(place)}-{on:%Y%m%d}",
            "title": TITLES[measure],
            "place": code_of(place),
            "happened_on": on,
            "quantity": yuan,
        }
        for place in counties
        for on, yuan in arrivals(measure, place)
        if not (measure.startswith("shop.") and on >= BROUGHT_FROM)
    ]
