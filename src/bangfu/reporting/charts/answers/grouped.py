"""Sums of a term by line, by measure, or by several of place, unit and line at once: one grouped statement for each."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bangfu.foundation.ledger.catalogue import measure_number
from bangfu.foundation.ledger.measures import Measure
from bangfu.foundation.organisation.models import Line
from bangfu.foundation.places.codes import SIZE_OF_LEVEL
from bangfu.foundation.rooms import Words, both
from bangfu.reporting.definitions import Indicator, Term
from bangfu.reporting.figures import NOTHING, Sum, read_sum
from bangfu.reporting.indicators import indicators
from bangfu.reporting.selection import Selection
from bangfu.reporting.shapes import Grain
from bangfu.reporting.tables.answering import rows_of

NO_LINE = both("未分专业线", "of no line")


@dataclass(frozen=True)
class Grouped:
    """What stands at one place, of one unit and line; null for what is not grouped by."""

    place: int | None
    unit: int | None
    line: int | None
    sum: Sum


Asked = Sequence[tuple[Indicator, Selection]]


def sums_by_line(asked: Asked) -> list[dict[int | None, Sum]]:
    """Return for each question what each line comes to, in one statement a definition; null is what belongs to no line.

    The selections differ in their period only, and the indicators have one term that is a sum.
    """
    return _by(asked, Grain.LINE)


def sums_by_measure(asked: Asked) -> list[dict[int | None, Sum]]:
    """Return for each question what each measure comes to, by its number."""
    return _by(asked, Grain.MEASURE)


def _by(asked: Asked, grain: Grain) -> list[dict[int | None, Sum]]:
    found: dict[tuple[Term, Selection], dict[int | None, Sum]] = {}
    wanted: dict[Term, list[Selection]] = {}
    for indicator, selection in asked:
        found[indicator.term, selection] = {}
        wanted.setdefault(indicator.term, []).append(selection)
    for term, selections in wanted.items():
        for selection, (key, *row) in rows_of(term, selections, (grain,), 1):
            found[term, selection][None if key is None else int(key)] = read_sum(row)
    return [found[indicator.term, selection] for indicator, selection in asked]


def sums_of_flow(
    indicator: Indicator, selection: Selection, grains: Collection[Grain], level: int
) -> list[Grouped]:
    """Return what a flow comes to by place at a level, unit and line, in one statement."""
    ordered = [grain for grain in (Grain.PLACE, Grain.UNIT, Grain.LINE) if grain in grains]
    size = SIZE_OF_LEVEL[level] if Grain.PLACE in ordered else 1
    found = []
    for _, row in rows_of(indicator.term, [selection], tuple(ordered), size):
        keys = dict(zip(ordered, row, strict=False))
        place = keys.get(Grain.PLACE)
        found.append(
            Grouped(
                place=None if place is None else int(place) * size,
                unit=keys.get(Grain.UNIT),
                line=keys.get(Grain.LINE),
                sum=read_sum(row[len(ordered) :]),
            )
        )
    return [one for one in found if one.sum is not NOTHING]


def lines_named(selection: Selection, keys: Sequence[int]) -> dict[int, tuple[Line, Words]]:  # by key
    """Return lines with what they are called, or were as of the block."""
    return {
        line.pk: (line, selection.having(line=line).line_words)
        for line in Line.objects.filter(pk__in=keys).order_by("pk")
    }


def indicator_of_measure(indicator: Indicator, measure: Measure) -> Indicator | None:
    """Return the indicator that counts one measure of another alone and in the same way; null when none is declared."""
    for one in indicators():
        term = one.term
        same = (term.kind, term.since, term.line, term.area, term.place) == (
            indicator.term.kind, indicator.term.since, indicator.term.line, indicator.term.area, indicator.term.place,
        )  # fmt: skip
        if one.against is None and term.measures == (measure,) and same:
            return one
    return None


def measures_numbered(indicator: Indicator) -> dict[int, Measure]:
    """Return the measures of an indicator by number."""
    return {measure_number(one.code): one for one in indicator.measures}
