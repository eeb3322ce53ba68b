"""What a question looks like to an engine: which filters, which groups; its values come with it when it is asked.

The SQL of a shape is written once in the life of the process, by ``compiling``, and that is loaded with the first question:
Ibis takes a fifth of a program's start, and most programs ask nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

COLUMNS = ("total", "facts", "reversed", "latest", "quantity", "nameless", "cancelled")
"""What a row says after its groups: the value, the facts, reversals among them, the newest, the net quantity, facts without a
party, and parties whose quantities cancel out; the last two only of distinct counts."""


class Grain(StrEnum):
    """What a question may be grouped by; the value is the name of the column that comes back."""

    PLACE = "place"
    """The place at a level: its number over the ``size`` of the level."""
    MONTH = "month"
    """The month's first day; some engines give it as a moment, of which only year and month count."""
    UNIT = "unit"
    LINE = "line"
    """The line's key; null of what belongs to none."""
    MEASURE = "measure"
    """The measure's number: one scan for several indicators, whose measures are given as ``measures``."""


@dataclass(frozen=True)
class Shape:
    """What a question looks like, without its values."""

    has_start: bool = True
    """Whether only what happened since the period's start counts."""
    counts_parties: bool = False
    stands: bool = False
    """Grouped by month, whether a month tells by how much the number of standing parties changed in it."""
    has_place: bool = False
    area_sizes: tuple[int, ...] | None = None
    """Of an area: the sizes of its members' levels, each with the members' whole parts; null without an area."""
    has_unit: bool = False
    lists_units: bool = False
    """Whether the unit and what stood below it are given as a list, instead of by the path of what stands now."""
    has_line: bool = False
    has_block: bool = False
    has_many_measures: bool = False
    has_own_place: bool = False
    """Whether the definition itself narrows to a place; likewise to an area and a line."""
    own_area_sizes: tuple[int, ...] | None = None
    has_own_line: bool = False
    has_own_units: bool = False
    """Whether the definition itself narrows to a unit, which is given as the list of it and what stands below it."""
    is_rolled: bool = False
    """Whether cells are summed instead of facts; a snapshot's tell neither units nor lines apart."""
    is_apart: bool = False
    """Whether each group is one cell, so that nothing is added up."""
    has_edge: bool = False
    """Whether the period ends within a month, between which and what cells are read the facts are counted (``reach``)."""
    groups: tuple[Grain, ...] = ()
    size: int = 1
    """How many places of the finest kind the level of ``Grain.PLACE`` holds: 10**10 is a province."""


def area_key(size: int) -> str:
    """Return the name under which the members of an area are given, by the size of their level."""
    return f"area_{size}"


def own_area_key(size: int) -> str:
    """Return the name under which the members of the definition's own area are given."""
    return f"own_area_{size}"


@lru_cache(maxsize=256)
def statement(shape: Shape) -> str:
    """Return the PostgreSQL of a shape, with ``%(name)s`` where values go."""
    from bangfu.reporting.compiling import compiled_for_postgres  # Ibis comes with it

    return compiled_for_postgres(shape)
