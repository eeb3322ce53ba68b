"""Registers of denominators: how many people or households a place had in a year, by whose document. Pure.

What falls on each head needs a number that nobody's work produces: it is taken from a published statistic, for a place and a
year, and kept with its source. A figure takes the newest year up to the one in which its period ends, and says which.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bangfu.foundation.rooms import Words, both


@dataclass(frozen=True)
class Register:
    """One kind of denominator."""

    code: str
    title: Words
    unit: Words
    unit_one: str


REGISTERS: Mapping[str, Register] = {
    one.code: one
    for one in (
        Register("population", both("常住人口", "Resident population"), both("人", "persons"), "person"),
        Register(
            "registered_population",
            both("户籍人口", "Registered population"),
            both("人", "persons"),
            "person",
        ),
        Register("rural_population", both("乡村人口", "Rural population"), both("人", "persons"), "person"),
        Register("households", both("户数", "Households"), both("户", "households"), "household"),
        Register(
            "rural_households", both("乡村户数", "Rural households"), both("户", "households"), "household"
        ),
        Register(
            "pupils",
            both("义务教育在校学生", "Pupils in compulsory schooling"),
            both("人", "pupils"),
            "pupil",
        ),
    )
}


@dataclass(frozen=True)
class Registered:
    """One number of a register."""

    place: int
    year: int
    value: int
    source: str


def newest_of(rows: Iterable[Registered], places: Iterable[int], *, year: int) -> list[Registered] | None:
    """Return for each place the row of the newest year up to one; null unless every place has one: no part is a whole.

    >>> rows = [Registered(520000000000, 2018, 5, "a"), Registered(520000000000, 2019, 6, "b")]
    >>> [one.value for one in newest_of(rows, [520000000000], year=2018)]
    [5]
    """
    newest: dict[int, Registered] = {}
    for row in rows:
        if row.year <= year and (row.place not in newest or newest[row.place].year < row.year):
            newest[row.place] = row
    wanted = list(places)
    if not wanted or any(place not in newest for place in wanted):
        return None
    return [newest[place] for place in wanted]
