"""The figure: one value of an indicator with all that is said beside it, and the one scan that answers for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from django.db import connection
from django.utils.translation import get_language

from bangfu.foundation.ledger.catalogue import measure_number
from bangfu.foundation.organisation.models import Line
from bangfu.foundation.places.codes import COUNTY, SIZE_OF_LEVEL, level_of, subtree_range
from bangfu.foundation.places.registers import Registered
from bangfu.reporting.codes import code_of
from bangfu.reporting.definitions import (
    MET,
    NOT_MET,
    QUOTIENTS,
    ROLES,
    Indicator,
    IndicatorKind,
    Term,
    TermKind,
)
from bangfu.reporting.display import Display, Shown, exact_text, shown
from bangfu.reporting.kept import Question, kept_rows
from bangfu.reporting.reach import reach_of
from bangfu.reporting.registered import registered_in
from bangfu.reporting.scoping import asks
from bangfu.reporting.selection import Selection
from bangfu.reporting.shapes import Grain, Shape, area_key, own_area_key, statement


@dataclass(frozen=True)
class Sum:
    """What a set of facts comes to; ``value`` is null when there are none: no data is never 0."""

    value: Decimal | None
    facts: int
    reversed: int
    """How many of the facts take another back."""
    latest: int | None
    """The newest fact; of a period that ends within a month, that month's."""
    quantity: Decimal | None = None
    """Of a distinct count: the net quantity of its parties, 人次 beside 人; of a sum, the value; null of two terms."""
    nameless: int = 0
    """Of a distinct count: facts without a party, which it leaves out."""
    cancelled: int = 0
    """Of a distinct count: parties whose facts cancel out, which it leaves out."""


Members = Mapping[int, list[int]]
NOTHING = Sum(None, 0, 0, None)


def read_sum(row: Sequence[Any]) -> Sum:
    """Return what the ``COLUMNS`` of a row say."""
    total, facts, back, latest, quantity, nameless, cancelled = row
    if not facts:
        return NOTHING
    return Sum(
        value=Decimal(total),
        facts=int(facts),
        reversed=int(back),
        latest=int(latest),
        quantity=Decimal(quantity),
        nameless=int(nameless),
        cancelled=int(cancelled),
    )


def joined(indicator: Indicator, sums: Sequence[Sum]) -> Sum:
    """Return what the sums of an indicator's terms come to together, in their order."""
    if len(sums) == 1:
        return sums[0]
    return Sum(
        value=indicator.value_of(tuple(one.value for one in sums)),
        facts=sum(one.facts for one in sums),
        reversed=sum(one.reversed for one in sums),
        latest=max((one.latest for one in sums if one.latest is not None), default=None),
    )


@dataclass(frozen=True)
class Figure:
    """One value of one indicator, as it stood at a block or stands now."""

    indicator: Indicator
    selection: Selection
    sum: Sum
    latest_block: int
    """The newest block when the value was read; 0 when nothing is sealed yet."""
    unsealed: int
    """How many of the facts no block holds yet; 0 as of a block."""
    display: Display
    terms: tuple[Figure, ...] = ()
    """Numerator and denominator of a ratio, what was reached and the target; each opens by itself."""

    @property
    def value(self) -> Decimal | None:
        """The exact value; null without facts."""
        return self.sum.value

    @property
    def has_value(self) -> bool:
        """Whether there is anything to show."""
        return self.sum.value is not None

    @property
    def block(self) -> int:
        """The block up to which the value counts, whatever comes after."""
        return self.latest_block if self.selection.as_of is None else self.selection.as_of

    def address_of(self, step: str = "", **more: str) -> str:
        """Return the address of the figure, or of a step of its drawer: ``where``, ``facts``."""
        return f"/f/{quote(self.indicator.code)}/{step}?{self.selection.query(**more)}"

    @property
    def address(self) -> str:
        """Where the figure opens."""
        return self.address_of()

    @property
    def code(self) -> str | None:
        """What is printed where nothing can be clicked; null when only the whole address names the figure."""
        selection = self.selection
        if any((selection.area, selection.unit, selection.line, selection.term)):
            return None
        return code_of(self.indicator.number, selection.period, selection.place)

    @property
    def shown(self) -> Shown | None:
        """The value as the active language prints it; null without facts."""
        return self.shown_in(get_language() or "zh")

    def shown_in(self, language: str) -> Shown | None:
        """Return the value as a language prints it; null without facts."""
        return None if self.sum.value is None else self.shown_as(self.sum.value, language)

    def shown_as(self, value: Decimal, language: str) -> Shown:
        """Return a value of this figure, or of a part of it, as a language prints it."""
        if self.indicator.kind is IndicatorKind.TARGET:
            verdict = (MET if value else NOT_MET).in_language(language)
            return Shown(verdict, "", "", value, Decimal(1), language)
        unit = self.indicator.unit.in_language(language)
        is_quotient = self.indicator.kind in QUOTIENTS
        decimals = max(self.display.decimals, 0) if is_quotient else self.indicator.term.decimals
        said = shown(value, self.display, unit, language, unit_decimals=decimals)
        is_single = said.language.startswith("en") and said.number == "1" and not said.scale
        return replace(said, unit=self.indicator.unit_one or said.unit) if is_single else said

    def text_of(self, value: Decimal | None) -> str:
        """Return a value of a part in the active language: all digits of a sum or count, a quotient as it is shown."""
        if value is None:
            return "—"
        language = get_language() or "zh"
        if self.indicator.kind in ROLES:
            return str(self.shown_as(value, language))
        return exact_text(value, language)

    @property
    def exact(self) -> str:
        """The value with all its digits in the active language, or a dash; in words for a target."""
        if self.sum.value is not None and self.indicator.kind is IndicatorKind.TARGET:
            return self.text_of(self.sum.value)
        return "—" if self.sum.value is None else exact_text(self.sum.value, get_language() or "zh")

    @property
    def part_unit(self) -> str:
        """What stands behind the text of a part: the unit of a sum or count; quotients and targets bring theirs."""
        return "" if self.indicator.kind in ROLES else str(self.indicator.unit)

    @property
    def participations(self) -> Decimal | None:
        """The net quantity of the parties of a distinct count, 人次 beside 人; null for every other kind."""
        return self.sum.quantity if self.indicator.kind is IndicatorKind.DISTINCT else None

    @property
    def is_rounded(self) -> bool:
        """Whether the shown number differs from the exact one, or is written in another way."""
        said = self.shown
        return said is not None and said.rounded != self.sum.value

    def __str__(self) -> str:
        said = self.shown
        return "—" if said is None else str(said)


def shape_of(
    term: Term,
    selection: Selection,
    groups: tuple[Grain, ...] = (),
    size: int = 1,
    *,
    stands: bool = False,
    members: Members | None = None,
    own: Members | None = None,
) -> Shape:
    """Return the shape of the statement that answers a selection for one term.

    Args:
        members: of the selection's area, as ``Selection.area_members`` has them; null is as it says itself.
        own: of the term's own area, likewise.
    """
    if members is None and selection.area is not None:
        members = selection.area_members
    if own is None and term.area:
        own = selection.members_of(term.area)
    return Shape(
        has_start=term.has_start,
        counts_parties=term.counts_parties,
        stands=stands,
        has_place=selection.place is not None,
        area_sizes=None if members is None else tuple(members),
        has_unit=selection.unit is not None,
        lists_units=selection.unit is not None and selection.as_of is not None,
        has_line=selection.line is not None,
        has_block=selection.as_of is not None,
        has_many_measures=bool(term.also),
        has_own_place=term.place is not None,
        own_area_sizes=None if own is None else tuple(own),
        has_own_line=bool(term.line),
        has_own_units=bool(term.owner),
        groups=groups,
        size=size,
    )


def values_of(term: Term, selection: Selection) -> dict[str, Any]:
    """Return what fills the placeholders of the statement."""
    first_place, end_place = selection.place_range or (None, None)
    own_first, own_end = subtree_range(term.place) if term.place is not None else (None, None)
    members = {} if selection.area is None else selection.area_members
    own = selection.members_of(term.area) if term.area else {}
    reach = reach_of(term, selection) or selection.period.ends_on
    return {
        "measure": measure_number(term.measure.code),
        "measures": [measure_number(one.code) for one in term.measures],
        "starts_on": term.starts_on(selection.period),
        "ends_on": selection.period.ends_on,
        "reach": reach,
        "until": max(reach, selection.period.ends_on),
        "first_place": first_place,
        "end_place": end_place,
        "path": selection.unit.path if selection.unit else None,
        "units": selection.units_then,
        "line": selection.line.pk if selection.line else None,
        "block": selection.as_of,
        **{area_key(size): inside for size, inside in members.items()},
        "own_first": own_first,
        "own_end": own_end,
        "own_line": line_key(term.line) if term.line else None,
        "own_units": selection.units_of(term.owner) if term.owner else None,
        **{own_area_key(size): inside for size, inside in own.items()},
    }


def line_key(code: str) -> int:
    """Return the key of a line by its code; 0, which no line has, when there is none."""
    return int(Line.objects.filter(code=code).values_list("pk", flat=True).first() or 0)


def asked(
    term: Term, selection: Selection, groups: tuple[Grain, ...] = (), size: int = 1, *, stands: bool = False
) -> list[tuple[Any, ...]]:
    """Return the rows for one term, from kept counts or in one scan: the groups, then ``COLUMNS``."""
    question = Question(term, selection, groups, size, stands)
    kept = kept_rows([question])
    return kept[question] if question in kept else scanned(question)


def scanned(question: Question) -> list[tuple[Any, ...]]:
    """Return the rows of a question from one scan of cells or facts: the groups, then ``COLUMNS``."""
    term, selection, groups, size, stands = question
    shape = shape_of(term, selection, groups, size, stands=stands)
    shape = rolled(term, selection, shape)
    with connection.cursor() as cursor:
        cursor.execute(statement(shape), values_of(term, selection))
        return cursor.fetchall()


def rolled(term: Term, selection: Selection, shape: Shape) -> Shape:
    """Return the shape over cells where they answer: a sum as of now, from a month's first day on, over whole counties."""
    reach = reach_of(term, selection)
    is_rolled = not shape.has_block and reach is not None and sums_counties(term, selection, shape)
    return replace(shape, is_rolled=True, has_edge=reach != selection.period.ends_on) if is_rolled else shape


def sums_counties(term: Term, selection: Selection, shape: Shape) -> bool:
    """Return whether a shape is a sum over whole counties, whatever its months."""
    sizes = [*(shape.area_sizes or ()), *(shape.own_area_sizes or ())]
    sizes += [SIZE_OF_LEVEL[level_of(place)] for place in (selection.place, term.place) if place is not None]
    if Grain.PLACE in shape.groups:
        sizes.append(shape.size)
    return not shape.counts_parties and all(size >= SIZE_OF_LEVEL[COUNTY] for size in sizes)


def sums_of(indicator: Indicator, selection: Selection) -> list[Sum]:
    """Return what each term comes to: one scan of its facts, or its number in a register."""
    return [sum_of_term(term, asks(term, selection)) for term in indicator.terms]


def sum_of_term(term: Term, selection: Selection | None) -> Sum:
    """Return what one term comes to for its own selection; nothing when there is none."""
    if selection is None:
        return NOTHING
    if term.kind is TermKind.REGISTERED:
        return registered_sum(registered_in(term, selection))
    return read_sum(asked(term, selection)[0])


def registered_sum(rows: Sequence[Registered] | None) -> Sum:
    """Return the sum of numbers of a register, under which there are no facts."""
    return NOTHING if not rows else Sum(Decimal(sum(one.value for one in rows)), 0, 0, None)
