"""A question answered for a page: the whole figure, the sheet that is drawn, and the rows of the list beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from urllib.parse import quote

from django.utils.translation import get_language

from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.places.codes import COUNTY, PROVINCE, ancestor_id, code_text
from bangfu.foundation.places.models import Place
from bangfu.foundation.places.queries import memberships
from bangfu.foundation.rooms import Words, both
from bangfu.reporting.definitions import IndicatorKind
from bangfu.reporting.figures import Figure
from bangfu.reporting.maps.asking import POOR, Comparison, Question, stops
from bangfu.reporting.maps.outlines import spot_of
from bangfu.reporting.maps.points import place_points
from bangfu.reporting.maps.sheet import Sheet, Stop, sheet_of
from bangfu.reporting.maps.values import (
    Values,
    above,
    divisions,
    stands_above,
    units_at,
    values_along,
    values_at,
)
from bangfu.reporting.periods import Period
from bangfu.reporting.queries import figure_in

SORTS = ("-value", "value", "code")


@dataclass(frozen=True)
class Row:
    """One division in the list beside the map."""

    place: int
    name: str
    within: str
    """The province it lies in, when the map shows several."""
    mark: str
    text: str
    address: str
    """Where its figure opens."""
    value: Decimal
    before: str = ""
    before_address: str = ""
    """Of a comparison: the earlier value and where that opens."""
    change: Decimal | None = None
    change_text: str = ""
    exit_year: int | None = None
    units: tuple[str, ...] = ()

    @property
    def code(self) -> str:
        """The place's code."""
        return code_text(self.place)


@dataclass(frozen=True)
class Answer:
    """What a map page shows."""

    question: Question
    figure: Figure
    values: Values
    before: Values
    """Of the period that is compared with; empty without one."""
    sheet: Sheet
    stops: tuple[Period, ...]

    @property
    def is_change(self) -> bool:
        """Whether the map draws changes."""
        return self.sheet.is_change

    @property
    def is_beside(self) -> bool:
        """Whether two maps stand side by side."""
        return self.question.versus is not None and not self.is_change

    def text_of(self, value: Decimal | None) -> str:
        """Return a value as lists show it."""
        return self.figure.text_of(value)

    @property
    def unstated(self) -> list[tuple[str, str]]:
        """What was counted above the level and stands in no division: the name of the place, and how much."""
        higher = above(self.values, self.question.level)
        names = self.question.selection.place_labels(higher)
        return [
            (names.get(place, code_text(place)), self.text_of(one.value))
            for place, one in sorted(higher.items())
            if one.value
        ]

    @property
    def without_position(self) -> int:
        """How many towns or villages have a value and no position, so that they stand in the list alone."""
        valued = set(divisions(self.values, self.question.level)) | set(
            divisions(self.before, self.question.level)
        )
        return 0 if self.question.level <= COUNTY else len(valued - set(self.sheet.points))

    @cached_property
    def names(self) -> dict[int, str]:
        """The names of the divisions at the period's end."""
        wanted = (
            set(self.sheet.drawn) | set(self.sheet.points) | set(divisions(self.values, self.question.level))
        )
        wanted |= set(divisions(self.before, self.question.level))
        return self.question.selection.place_labels(wanted, short=True)

    def address_of(self, place: int, period: Period | None = None) -> str:
        """Return where the figure of a place opens."""
        asked = self.question.selection.having(place=place)
        if period is not None:
            asked = asked.having(period=period)
        return f"/f/{quote(self.question.code)}/?{asked.query()}"

    def rows(self, *, sort: str = "-value", text: str = "") -> list[Row]:
        """Return the divisions that have a value, sorted and narrowed to names or codes that hold a text.

        Args:
            sort: one of ``SORTS``; by the change where changes are drawn.
        """
        question = self.question
        now, then = (divisions(one, question.level) for one in (self.values, self.before))
        exits = exit_years(question) if question.shows_poor else {}
        owners = self._owners() if question.shows_units else {}
        provinces = self._provinces(set(now) | set(then))
        found = [
            self._row(place, now, then, exits, owners, provinces)
            for place in sorted(set(now) | set(then))
            if (place in now and now[place].value is not None) or place in then
        ]
        if text:
            found = [row for row in found if text in f"{row.within}{row.name}" or row.code.startswith(text)]
        if sort == "code":
            return found
        direction = 1 if sort == "value" else -1
        return sorted(
            found,
            key=lambda row: (
                direction * (row.change if self.is_change and row.change is not None else row.value)
            ),
        )

    def _row(
        self, place: int, now: Values, then: Values, exits: Mapping[int, int],
        owners: Mapping[int, tuple[str, ...]], provinces: Mapping[int, str],
    ) -> Row:  # fmt: skip
        question = self.question
        value = now[place].value if place in now else None
        earlier = then[place].value if place in then else None
        change = changed(question, value, earlier) if question.versus is not None else None
        return Row(
            place=place,
            name=self.names.get(place, code_text(place)),
            within=provinces.get(ancestor_id(place, PROVINCE) or 0, ""),
            mark=self.sheet.mark_of(change if self.is_change else value),
            text=self.text_of(value),
            address=self.address_of(place),
            value=value if value is not None else Decimal(0),
            before=self.text_of(earlier) if question.versus is not None else "",
            before_address=self.address_of(place, question.versus) if question.versus is not None else "",
            change=change,
            change_text="" if change is None else signed(change, self.text_of),
            exit_year=exits.get(place),
            units=owners.get(place, ()),
        )

    def _provinces(self, places: Iterable[int]) -> dict[int, str]:
        if self.question.selection.place is not None or self.question.level == PROVINCE:
            return {}
        wanted = {ancestor_id(place, PROVINCE) for place in places}
        return self.question.selection.place_labels([one for one in wanted if one is not None], short=True)

    def _owners(self) -> dict[int, tuple[str, ...]]:
        found = units_at(self.question.code, self.question.selection, self.question.level)
        names = self.question.selection.unit_names({unit for units in found.values() for unit in units})
        return {place: tuple(str(names[unit]) for unit in units) for place, units in found.items()}


def signed(change: Decimal, text_of: object) -> str:
    """Return a change with its sign."""
    text = text_of(change)  # type: ignore[operator]
    return f"+{text}" if change > 0 else str(text)


def changed(question: Question, now: Decimal | None, then: Decimal | None) -> Decimal | None:
    """Return how a value changed between two periods.

    Of a sum or count, a place without facts counts as nothing; of a quotient, both periods must have a value.
    """
    if question.indicator.kind is IndicatorKind.RATIO and (now is None or then is None):
        return None
    if now is None and then is None:
        return None
    return (now or Decimal(0)) - (then or Decimal(0))


CHANGE_RULE: dict[bool, Words] = {
    False: both(
        "后期减前期；某一期没有事实的地方按零计",
        "The later period minus the earlier; a place without facts in one of them counts as nothing there",
    ),
    True: both(
        "后期减前期；两期都有数的地方才比较",
        "The later period minus the earlier; only places with a value in both are compared",
    ),
}
"""How periods are compared, in words; true of quotients."""


def answer(question: Question, *, all_stops: bool = True) -> Answer:
    """Return a question answered.

    Args:
        all_stops: whether the sheet has every stop of the slider, or the asked period alone.

    Raises: UnableToOpen: ``unknown_indicator``.
    """
    selection = question.selection
    whole = figure_in(question.code, selection)
    period = selection.period
    before: Values = {}
    if question.versus is not None:
        earlier = selection.having(period=question.versus)
        before = values_at(question.code, earlier, question.level)
        along: Sequence[Period] = [period]
    else:
        along = list(stops(question)) if all_stops else [period]
    found = values_along(question.code, selection, question.level, along)
    now = next(values for one, values in zip(along, found, strict=True) if one.code == period.code)
    is_change = question.versus is not None and question.comparison is Comparison.DIFFERENCE
    is_change = is_change and question.indicator.kind is not IndicatorKind.TARGET
    if is_change:
        drawn = [_stop(period, _changes(question, now, before))]
    elif question.versus is not None:
        drawn = [_stop(question.versus, _known(question, before)), _stop(period, _known(question, now))]
    else:
        drawn = [_stop(one, _known(question, values)) for one, values in zip(along, found, strict=True)]
    sheet = sheet_of(
        level=question.level, place=selection.place, stops=drawn, drawing=question.drawing,
        method=question.method, text_of=whole.text_of, is_change=is_change, points=place_points(question),
    )  # fmt: skip
    return Answer(question, whole, now, before, sheet, tuple(along))


def _stop(period: Period, values: Mapping[int, Decimal]) -> Stop:
    return Stop(period.code, period.title(get_language() or "zh"), values)


def _known(question: Question, values: Values) -> dict[int, Decimal]:
    inside = divisions(values, question.level)
    return {place: one.value for place, one in inside.items() if one.value is not None}


def _changes(question: Question, now: Values, before: Values) -> dict[int, Decimal]:
    later, earlier = (_known(question, one) for one in (now, before))
    found = {
        place: changed(question, later.get(place), earlier.get(place))
        for place in later.keys() | earlier.keys()
    }
    return {place: change for place, change in found.items() if change is not None}


def exit_years(question: Question) -> dict[int, int]:  # by place
    """Return the years in which the 832 counties left their list, as their memberships say."""
    return {one.place_id: one.ends_on.year for one in memberships(POOR) if one.ends_on is not None}


def members_then(question: Question) -> list[int]:
    """Return the places of the list that is outlined, as of the period's end and the block."""
    if question.outline is None:
        return []
    asked = replace(question.selection, area=question.outline)
    return sorted(part * size for size, parts in asked.area_members.items() for part in parts)


def known_places(places: Iterable[int]) -> set[int]:
    """Return those of the places that are in the list of divisions: 台湾, 香港 and 澳门 have outlines and no rows."""
    return set(Place.objects.filter(pk__in=list(places), level__lte=COUNTY).values_list("pk", flat=True))


def seats(question: Question) -> list[dict[str, object]]:
    """Return for each division the units that own its facts: names, and where the first of them sits.

    ``at`` is a point inside the division, ``from`` one inside the place of the unit, in the units of the outlines.
    """
    owned = units_at(question.code, question.selection, question.level)
    found = {place: units for place, units in owned.items() if not stands_above(place, question.level)}
    names = question.selection.unit_names({unit for units in found.values() for unit in units})
    homes = dict(Unit.objects.filter(pk__in=names, place__isnull=False).values_list("pk", "place_id"))
    told: list[dict[str, object]] = []
    for place, units in sorted(found.items()):
        spot = spot_of(place)
        if spot is not None:
            home = next((spot_of(homes[unit]) for unit in units if unit in homes), None)
            told.append(
                {
                    "code": code_text(place),
                    "at": spot,
                    "from": home,
                    "units": [str(names[unit]) for unit in units],
                }
            )
    return told
