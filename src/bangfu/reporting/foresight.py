"""What facts to come would do to figures: each figure they enter, as it is now and as it would be with them.

Nothing is posted and nothing kept. What a figure says now is its own statement, asked for all figures together; what the facts
would add is summed from their frame. Of a distinct count the net quantities of those whom the facts are about are read once, so
that whoever is counted already is not counted again: the number is exact, as of now. What others have sent in and nobody has
verified yet is in neither.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from uuid import UUID

import polars as pl
from django.db import connection

from bangfu.foundation.ledger.catalogue import measure_number
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.organisation.queries import unit_subtree
from bangfu.foundation.people.models import Account
from bangfu.foundation.places.codes import COUNTY, SIZE_OF_LEVEL, subtree_range
from bangfu.foundation.rooms import TO_COME, FigureAfter, FiguresAfter, Words, both, counted
from bangfu.reporting.access import may_see, may_see_terms
from bangfu.reporting.definitions import QUOTIENTS, Indicator, Term, TermKind
from bangfu.reporting.display import exact_text
from bangfu.reporting.figures import Figure, Sum, joined, line_key
from bangfu.reporting.indicators import indicators, valid_for, versions_of
from bangfu.reporting.periods import read_period
from bangfu.reporting.scoping import asks
from bangfu.reporting.selection import Selection
from bangfu.reporting.together import sums_together

MOST_FIGURES = 24
MOST_YEARS = 5
MOST_COUNTIES = 3
"""Counties shown of each indicator and year: those in which most changes."""
LANGUAGES = ("zh", "en")
_AGAIN = both("{count} 个已计过，不再重复计", "{count} are counted already, and not again")
_ONE_AGAIN = "one is counted already, and not again"
_COUNTY = SIZE_OF_LEVEL[COUNTY]


@dataclass(frozen=True)
class _Change:
    """What the facts add to one term."""

    value: Decimal
    is_any: bool
    """Whether any of the facts counts in it at all."""
    counted: int = 0
    """Of a distinct count: how many of those that the facts are about count already."""


def figures_after(*, facts: pl.DataFrame, unit: Unit, reader: Account, on: date) -> FiguresAfter:
    """Return the figures of a unit that facts to come would change, the widest first, as far as a reader may see them.

    Args:
        facts: as ``rooms.TO_COME`` says; a party that is no UUID is somebody whom nobody knows yet.
        unit: whose figures are meant; all facts belong to it and to what stands below it.
    """
    coming = _Coming(
        facts.group_by([name for name in TO_COME if name != "quantity"]).agg(pl.col("quantity").sum())
    )
    questions = coming.questions(unit)
    seen = [
        (indicator, selection)
        for indicator, selection in questions
        if may_see(reader, selection, on) and may_see_terms(reader, indicator, selection, on)
    ]
    shown = seen[:MOST_FIGURES]
    lines = [
        _line(Figure(indicator, selection, joined(indicator, sums), 0, 0, indicator.display), sums, coming)
        for (indicator, selection), sums in zip(shown, sums_together(shown), strict=True)
    ]
    return FiguresAfter(tuple(line for line in lines if line is not None), len(seen) - len(shown))


def _line(figure: Figure, sums: Sequence[Sum], coming: _Coming) -> FigureAfter | None:
    """Return what happens to one figure; null when none of the facts counts in any of its terms, or it says nothing before and
    after."""
    indicator, selection = figure.indicator, figure.selection
    changes = [coming.change_of(term, asks(term, selection)) for term in indicator.terms]
    if not any(change.is_any for change in changes):
        return None
    values = [
        one.value if not change.is_any else (one.value or Decimal(0)) + change.value
        for one, change in zip(sums, changes, strict=True)
    ]
    after = indicator.value_of(tuple(values))
    if figure.value is None and after is None:
        return None
    difference = None if indicator.kind in QUOTIENTS or after is None else after - (figure.value or 0)
    again = sum(change.counted for change in changes)
    note = counted(_AGAIN.zh, _AGAIN.en, _ONE_AGAIN, count=again) if again else None
    period, where = selection.period_words, selection.scope_words
    return FigureAfter(
        title=indicator.title,
        about=Words(f"{period.zh} · {where.zh}", f"{period.en} · {where.en}"),
        now=_said(figure, figure.value),
        then=_said(figure, after),
        difference=Words("", "")
        if difference is None
        else Words(*(_signed(difference, one) for one in LANGUAGES)),
        note=note,
        address=figure.address,
    )


def _said(figure: Figure, value: Decimal | None) -> Words:
    """Return a value in both languages: all digits of a count with its unit, a quotient as it is shown."""
    if value is None:
        return Words("—", "—")
    if figure.indicator.kind in QUOTIENTS or figure.indicator.against is not None:
        return Words(*(str(figure.shown_as(value, one)) for one in LANGUAGES))
    unit, one = figure.indicator.unit, figure.indicator.unit_one
    english = one if one and value == 1 else unit.en
    return Words(f"{exact_text(value, 'zh')} {unit.zh}", f"{exact_text(value, 'en')} {english}")


def _signed(value: Decimal, language: str) -> str:
    return ("+" if value > 0 else "") + exact_text(value, language)


class _Coming:
    """Facts to come, and what is counted already of those whom they are about."""

    def __init__(self, facts: pl.DataFrame) -> None:
        self._facts = facts

    def questions(self, unit: Unit) -> list[tuple[Indicator, Selection]]:
        """Return the figures that the facts enter: of the unit first, then of the counties in which most changes."""
        dated = self._facts.with_columns(
            year=pl.col("on").dt.year(),
            county=pl.col("place") // _COUNTY * _COUNTY,
            size=pl.col("quantity").abs(),
        )
        years = dated["year"].unique().sort(descending=True).head(MOST_YEARS).to_list()
        codes = set(dated["measure"].unique())
        wide: list[tuple[Indicator, Selection]] = []
        narrow: list[tuple[Indicator, Selection]] = []
        for offered in indicators():
            if not codes & {measure.code for measure in offered.measures}:
                continue
            for year in years:
                period = read_period(str(year))
                indicator = valid_for(versions_of(offered.code), period)
                named = {measure.code for measure in indicator.measures}
                inside = dated.filter(pl.col("measure").is_in(list(named)), pl.col("year") == year)
                if inside.is_empty():
                    continue
                selection = Selection(period=period, unit=unit)
                wide.append((indicator, selection))
                most = (
                    inside.group_by("county")
                    .agg(pl.col("size").sum())
                    .sort("size", "county", descending=[True, False])
                )
                narrow += [
                    (indicator, selection.having(place=county))
                    for county in most["county"].head(MOST_COUNTIES)
                ]
        return [*wide, *narrow]

    def change_of(self, term: Term, selection: Selection | None) -> _Change:
        """Return what the facts add to a term that is asked about a selection."""
        if selection is None or term.kind is TermKind.REGISTERED:
            return _Change(Decimal(0), is_any=False)
        condition = _condition(term, selection)
        here = self._facts.filter(condition)
        if here.is_empty():
            return _Change(Decimal(0), is_any=False)
        if not term.counts_parties:
            return _Change(Decimal(here["quantity"].sum()), is_any=True)
        added = here.drop_nulls("party").group_by("party").agg(pl.col("quantity").sum())
        known = self._known.filter(condition).group_by("party").agg(pl.col("quantity").sum().alias("before"))
        nets = added.join(known, on="party", how="left").with_columns(pl.col("before").fill_null(0))
        before = nets["before"] > 0
        after = (nets["before"] + nets["quantity"]) > 0
        return _Change(
            Decimal(int(after.sum()) - int(before.sum())), is_any=True, counted=int((before & after).sum())
        )

    @cached_property
    def _known(self) -> pl.DataFrame:
        """What is counted of those whom the facts are about, in the measures of the facts."""
        types = {name: self._facts.schema[name] for name in TO_COME}
        parties = sorted({party for party in self._facts["party"].drop_nulls().unique() if _is_uuid(party)})
        if not parties:
            return pl.DataFrame(schema=types)
        numbers = {measure_number(code): code for code in self._measures()}
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT fact.measure_id, sum(fact.quantity), fact.unit_id, fact.place_id, fact.happened_on, fact.party::text,"
                " fact.line_id FROM ledger_fact fact"
                "  JOIN unnest(%s::uuid[]) AS asked (party) ON asked.party = fact.party"
                " WHERE fact.measure_id = ANY(%s)"
                " GROUP BY fact.measure_id, fact.unit_id, fact.place_id, fact.happened_on, fact.party, fact.line_id",
                [parties, list(numbers)],
            )
            rows = [(numbers[measure], *rest) for measure, *rest in cursor.fetchall()]
        return pl.DataFrame(rows, schema=types, orient="row")

    def _measures(self) -> Iterable[str]:
        """Return every measure whose facts may already count whom these facts are about, by code."""
        codes = set(self._facts["measure"].unique())
        beside = {
            measure.code
            for indicator in indicators()
            for term in indicator.terms
            if term.counts_parties and codes & {one.code for one in term.measures}
            for measure in term.measures
        }
        return sorted(codes | beside)


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _condition(term: Term, selection: Selection) -> pl.Expr:
    """Return whether a fact counts in a term of a selection, as the figure's own statement says it of the ledger."""
    col = pl.col
    chosen = col("measure").is_in([measure.code for measure in term.measures]) & (
        col("on") < selection.period.ends_on
    )
    if term.has_start:
        chosen &= col("on") >= term.starts_on(selection.period)
    if selection.place_range is not None:
        chosen &= col("place").is_between(*selection.place_range, closed="left")
    if selection.area is not None:
        chosen &= _inside(selection.area_members)
    if selection.unit is not None:
        chosen &= col("unit").is_in(list(unit_subtree(selection.unit.pk).values_list("pk", flat=True)))
    if selection.line is not None:
        chosen &= (col("line") == selection.line.pk).fill_null(value=False)
    if term.place is not None:
        chosen &= col("place").is_between(*subtree_range(term.place), closed="left")
    if term.area:
        chosen &= _inside(selection.members_of(term.area))
    if term.line:
        chosen &= (col("line") == line_key(term.line)).fill_null(value=False)
    if term.owner:
        chosen &= col("unit").is_in(selection.units_of(term.owner))
    return chosen


def _inside(members: dict[int, list[int]]) -> pl.Expr:
    """Return whether a fact's place lies among members of an area, as ``Selection.area_members`` has them."""
    return pl.any_horizontal((pl.col("place") // size).is_in(parts) for size, parts in members.items())
