"""Through whom and where funds pass: the stops of a flow, and what one source or use comes to between two of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from bangfu.foundation.ledger.reference import subtree_as_of
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.organisation.queries import root_unit, unit_subtree
from bangfu.foundation.places.codes import COUNTY, PROVINCE, ancestor_id, level_of
from bangfu.foundation.rooms import both
from bangfu.reporting.charts.answers.grouped import NO_LINE, Grouped, lines_named
from bangfu.reporting.charts.asking import Question, UnableToChart
from bangfu.reporting.charts.kinds import By
from bangfu.reporting.figures import Figure, Sum
from bangfu.reporting.selection import Selection
from bangfu.reporting.shapes import Grain

GRAINS = {By.PROVINCE: Grain.PLACE, By.PLACE: Grain.PLACE, By.UNIT: Grain.UNIT, By.LINE: Grain.LINE}
NOT_DIVIDED = both("{name}（未细分）", "{name} (not broken down)")


@dataclass(frozen=True)
class Stop:
    """Where something passes at a stage."""

    key: str
    name: str
    changes: dict[str, Any] | None
    """What it changes in the question of a figure; null where no narrower figure says it."""


@dataclass
class Passage:
    """What one source or use comes to between two stops."""

    source: int
    begins: Stop
    ends: Stop
    value: Decimal = Decimal(0)
    facts: int = 0
    changes: dict[str, Any] | None = field(default_factory=dict)
    """What narrows the figure of it; null where no figure says it."""


def figure_of(figures: Sequence[Figure], passage: Passage) -> Figure | None:
    """Return the figure that a passage is; null where there is none of its own."""
    if passage.changes is None:
        return None
    whole = figures[passage.source]
    found = Sum(passage.value, passage.facts, 0, None)
    return Figure(
        whole.indicator,
        whole.selection.having(**passage.changes),
        found,
        whole.latest_block,
        0,
        whole.display,
    )


def stage_at(question: Question, stop: Stop) -> int:
    """Return at which stage of a flow a unit, place or line stands; sources stand before the first."""
    by = {"u": By.UNIT, "v": By.PROVINCE, "p": By.PLACE, "l": By.LINE}[stop.key[0]]
    return question.by.index(by) + 1


def level_of_flow(question: Question) -> int:
    """Return the level to which places are told apart.

    Raises: UnableToChart: ``unknown_choice``: members of a list and places one by one are no level.
    """
    if By.PLACE not in question.by:
        return PROVINCE
    level = question.table.level
    if not level.isdecimal():
        return COUNTY if level == "members" else _refused(level)
    return int(level)


def _refused(text: str) -> int:
    raise UnableToChart("unknown_choice", text=text)


Owners = dict[Unit, Iterable[int]]
"""Units through which something passes, outer ones first, with the keys of all that own facts below them."""


def _owners_now(passing: Sequence[Unit], top: Unit, block: int | None) -> Owners:
    listed = list(unit_subtree(top.pk).values_list("pk", "path"))
    return {unit: [key for key, path in listed if path.startswith(unit.path)] for unit in passing}


def _owners_as_of(passing: Sequence[Unit], top: Unit, block: int | None) -> Owners:
    assert block is not None
    return {unit: subtree_as_of(unit.pk, block) for unit in passing}


class Stops:
    """The stops of every stage, with their names looked up once."""

    def __init__(self, question: Question, rows: Iterable[Grouped]) -> None:
        """Look up what the rows' units, places and lines are called."""
        listed = list(rows)
        selection = question.selection
        places = {one.place for one in listed if one.place is not None}
        level = level_of_flow(question)
        is_short = selection.place is not None or By.PROVINCE in question.by
        self._places = self._place_stops(
            selection, level, {place: place for place in places}, is_short=is_short
        )
        self._provinces = self._province_stops(selection, places)
        self._units = self._unit_stops(question) if By.UNIT in question.by else {}
        lines = sorted({one.line for one in listed if one.line is not None})
        self._lines = {
            key: Stop(f"l{key}", str(words), {"line": line})
            for key, (line, words) in lines_named(selection, lines).items()
        }

    def _place_stops(
        self,
        selection: Selection,
        level: int,
        places: Mapping[int, int],
        *,
        sign: str = "p",
        is_short: bool = False,
    ) -> dict[int, Stop]:
        """Return the stop of each place. Args: places: what stands for each at the level, or above it where it lies there."""
        labels = selection.place_labels(set(places.values()), short=is_short)
        first, end = selection.place_range or (None, None)
        found = {}
        for place, standing in places.items():
            is_inside = first is None or end is None or (first < standing < end)
            is_own = level_of(standing) >= level and is_inside
            name = labels.get(standing, str(standing))
            found[place] = Stop(
                f"{sign}{standing}{'' if is_own else '-'}",
                name if is_own else str(NOT_DIVIDED.filled(name=name)),
                {"place": standing} if is_own else None,
            )
        return found

    def _province_stops(self, selection: Selection, places: set[int]) -> dict[int, Stop]:
        """Return the province of each place; of a place that is asked about, its province narrows nothing."""
        if selection.place is None:
            provinces = {place: ancestor_id(place, PROVINCE) or place for place in places}
            return self._place_stops(selection, PROVINCE, provinces, sign="v")
        around = ancestor_id(selection.place, PROVINCE) or selection.place
        stop = Stop(f"v{around}", selection.place_labels([around]).get(around, str(around)), {})
        return dict.fromkeys(places, stop)

    def _unit_stops(self, question: Question) -> dict[int, Stop]:  # by every unit below
        selection = question.selection
        top = selection.unit or root_unit()
        if top is None:
            return {}
        passing = list(unit_subtree(top.pk).filter(kind=question.table.kind).order_by("path"))
        names = selection.unit_names([one.pk for one in passing])
        owners = _owners_as_of if selection.as_of is not None else _owners_now
        found: dict[int, Stop] = {}
        for unit, below in owners(passing, top, selection.as_of).items():
            stop = Stop(f"u{unit.pk}", str(names[unit.pk]), {"unit": unit})
            for owner in below:
                found.setdefault(owner, stop)
        return found

    def at(self, by: By, row: Grouped) -> Stop:
        """Return where a row passes at a stage."""
        if by in (By.PLACE, By.PROVINCE):
            assert row.place is not None
            return (self._places if by is By.PLACE else self._provinces)[row.place]
        if by is By.UNIT:
            above = Stop("u-", str(both("上级单位本级", "the units above")), None)
            return self._units.get(row.unit or 0, above)
        return self._lines.get(row.line or 0, Stop("l-", str(NO_LINE), None))
