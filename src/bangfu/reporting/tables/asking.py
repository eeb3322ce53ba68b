"""What a table asks, and how that is written in its address: the address is the whole state of the page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

from django.db.models import Q
from django.db.models.functions import Length

from bangfu.foundation.operations import Refusal
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.places.codes import (
    COUNTY,
    PREFECTURE,
    PROVINCE,
    TOWN,
    VILLAGE,
    code_text,
    subtree_range,
)
from bangfu.foundation.places.queries import search
from bangfu.foundation.rooms import Words, both
from bangfu.reporting.indicators import indicators
from bangfu.reporting.periods import FIRST_YEAR, LAST_YEAR, Period, month_period, read_period
from bangfu.reporting.selection import Selection, UnableToOpen, read_selection

MOST_CELLS = 200_000
"""Twenty indicators of the 832 counties in each month of a year; a page shows some rows of them, a file all."""
MOST_SIFTED = 20_000
"""Up to here a page leaves out empty rows before it counts its pages; beyond, each page leaves out its own."""
MOST_INDICATORS = 30
MOST_PLACES_NAMED = 200


class UnableToTabulate(Refusal):
    """Codes: ``too_large``, ``unknown_choice``, ``same_twice``, ``indicator_on_no_axis``, ``too_many_indicators``,
    ``too_many_places``, ``ends_before_it_begins``, ``area_missing``, ``named_outside``."""

    sentences = {
        "too_large": both(
            "这张表有 {count} 格，最多 {most} 格。请缩小地区、期间，或少选几个指标。",
            "This table has {count} cells; at most {most} are possible. Narrow place or periods, or choose fewer indicators.",
        ),
        "unknown_choice": both(
            "没有「{text}」这个选项。请在页面上重新选择。",
            "There is no option {text}. Choose again on the page.",
        ),
        "same_twice": both(
            "行、列和列内不能是同一样。请改选其中一个。",
            "Rows, columns and what stands within columns must differ. Choose another for one of them.",
        ),
        "indicator_on_no_axis": both(
            "选了 {count} 个指标，但行列里都没有指标。请把指标放到行或列，或只留一个。",
            "There are {count} indicators, and neither rows nor columns are indicators. Put them on one, or keep one.",
        ),
        "too_many_indicators": both(
            "一张表最多 {most} 个指标。请去掉几个。", "A table has {most} indicators at most. Take some out."
        ),
        "too_many_places": both(
            "逐个列出的地区最多 {most} 个。请改用级别或名单。",
            "At most {most} places are named one by one. Use a level or a list instead.",
        ),
        "ends_before_it_begins": both(
            "期间「{last}」早于「{first}」。请对调。", "The period {last} lies before {first}. Swap them."
        ),
        "area_missing": both(
            "按名单成员列出，须先选一个片区或名单。", "To list the members of an area, choose an area first."
        ),
        "named_outside": both(
            "逐个列出的「{text}」不在所选地区里。请去掉它，或放宽地区。",
            "The place {text} that is named does not lie in the chosen place. Take it out, or widen the place.",
        ),
    }


class Axis(StrEnum):
    """What rows or columns are."""

    INDICATOR = "indicator"
    PLACE = "place"
    UNIT = "unit"
    PERIOD = "period"


class Step(StrEnum):
    """How long a period of the table is."""

    YEAR = "year"
    QUARTER = "quarter"
    MONTH = "month"


AXIS_WORDS: dict[Axis, Words] = {
    Axis.INDICATOR: both("指标", "Indicators"),
    Axis.PLACE: both("地区", "Places"),
    Axis.UNIT: both("单位", "Units"),
    Axis.PERIOD: both("期间", "Periods"),
}
STEP_WORDS: dict[Step, Words] = {
    Step.YEAR: both("年", "Years"),
    Step.QUARTER: both("季", "Quarters"),
    Step.MONTH: both("月", "Months"),
}
MEMBERS, NAMED = "members", "named"
LEVEL_WORDS: dict[str, Words] = {
    str(PROVINCE): both("省", "Provinces"),
    str(PREFECTURE): both("市州", "Prefectures"),
    str(COUNTY): both("县", "Counties"),
    str(TOWN): both("乡镇", "Towns"),
    str(VILLAGE): both("村", "Villages"),
    MEMBERS: both("名单的成员", "Members of the area"),
    NAMED: both("逐个列出", "Named one by one"),
}
UNIT_KINDS = (Unit.Kind.PROVINCE, Unit.Kind.PREFECTURE, Unit.Kind.COUNTY, Unit.Kind.OFFICE)
FIELDS = (
    "indicator", "rows", "columns", "within", "level", "named", "kind", "step", "first", "last", "total", "filled", "compare",
    "period", "place", "area", "unit", "line", "as_of",
)  # fmt: skip
"""Of the address, in its order."""


@dataclass(frozen=True)
class Question:
    """What a table asks."""

    codes: tuple[str, ...]
    """Indicators, in their order."""
    rows: Axis
    columns: Axis
    within: Axis | None
    """What stands within each column; null for nothing."""
    level: str
    named: tuple[int, ...]
    """Places that are rows or columns by themselves."""
    kind: str
    """Of units."""
    step: Step
    first: Period
    last: Period
    totals: frozenset[Axis]
    is_filled: bool
    """Whether rows without any fact are left out."""
    compares: bool
    """Whether cells of a block say what they are now."""
    selection: Selection
    """What narrows every cell; its period counts where periods are on no axis."""

    @property
    def axes(self) -> tuple[Axis, ...]:
        """What rows and columns are."""
        return (self.rows, self.columns, *([self.within] if self.within else []))

    def has(self, axis: Axis) -> bool:
        """Return whether rows or columns are this."""
        return axis in self.axes

    def having(self, **changes: Any) -> Question:
        """Return the same question with some parts changed."""
        return replace(self, **changes)

    def asking(self, **changes: Any) -> Question:
        """Return the same question with some parts of its selection changed."""
        return replace(self, selection=self.selection.having(**changes))

    @property
    def fields(self) -> dict[str, list[str]]:
        """The question as values by field of its address; what says nothing is absent."""
        one = self.selection
        found = {
            "indicator": list(self.codes),
            "rows": [self.rows.value],
            "columns": [self.columns.value],
            "within": [self.within.value] if self.within else [],
            "level": [self.level] if self.has(Axis.PLACE) else [],
            "named": [code_text(place) for place in self.named] if self.level == NAMED else [],
            "kind": [self.kind] if self.has(Axis.UNIT) else [],
            "step": [self.step.value] if self.has(Axis.PERIOD) else [],
            "first": [self.first.code] if self.has(Axis.PERIOD) else [],
            "last": [self.last.code] if self.has(Axis.PERIOD) else [],
            "total": sorted(axis.value for axis in self.totals),
            "filled": ["1"] if self.is_filled else [],
            "compare": ["1"] if self.compares else [],
            "period": [] if self.has(Axis.PERIOD) else [one.period.code],
            "place": [one.place_code] if one.place is not None else [],
            "area": [one.area.code] if one.area else [],
            "unit": [one.unit.code] if one.unit else [],
            "line": [one.line.code] if one.line else [],
            "as_of": [str(one.as_of)] if one.as_of is not None else [],
        }
        return {name: found[name] for name in FIELDS if found[name]}

    @property
    def query(self) -> str:
        """The question as the query of an address, always in the same order."""
        return written(self.fields)


def written(fields: Mapping[str, Sequence[str]]) -> str:
    """Return values by field as the query of an address."""
    return urlencode(
        [(name, one) for name, several in fields.items() for one in several], safe="/", quote_via=quote
    )


Choice = TypeVar("Choice", bound=StrEnum)


def _choice(kind: type[Choice], text: str, usual: Choice) -> Choice:
    if not text:
        return usual
    try:
        return kind(text)
    except ValueError:
        raise UnableToTabulate("unknown_choice", text=text) from None


def read_question(given: Mapping[str, Sequence[str]], *, period: Period) -> Question:
    """Return the question that the fields of an address ask; what is not given is as usual.

    Args:
        period: the period when none is given.

    Raises: UnableToTabulate: all but ``too_large``. UnableToOpen: a field means nothing.
    """

    def one(name: str) -> str:
        values = given.get(name) or [""]
        return str(values[-1]).strip()

    selection = _selection(one, period)
    rows = _choice(Axis, one("rows"), Axis.PLACE)
    columns = _choice(Axis, one("columns"), Axis.INDICATOR if rows is not Axis.INDICATOR else Axis.PERIOD)
    within = _choice(Axis, one("within"), rows) if one("within") else None
    axes = [axis for axis in (rows, columns, within) if axis]
    if len(set(axes)) < len(axes):
        raise UnableToTabulate("same_twice")
    codes = _codes([*given.get("indicator", ()), *given.get("add", ())])
    if len(codes) > 1 and Axis.INDICATOR not in axes:
        raise UnableToTabulate("indicator_on_no_axis", count=len(codes))
    named = _named(given.get("named", ()))
    level = one("level") or (NAMED if named else MEMBERS if selection.area else str(PROVINCE))
    kind = one("kind") or Unit.Kind.PROVINCE
    for text, choices in ((level, tuple(LEVEL_WORDS)), (kind, tuple(UNIT_KINDS))):
        if text not in choices:
            raise UnableToTabulate("unknown_choice", text=text)
    if level == MEMBERS and selection.area is None and Axis.PLACE in axes:
        raise UnableToTabulate("area_missing")
    if level == NAMED and Axis.PLACE in axes:
        _require_inside(named, selection.place)
    step = _choice(Step, one("step"), Step.YEAR)
    first, last = _span(one("first"), one("last"), step, selection.period)
    return Question(
        codes=codes,
        rows=rows,
        columns=columns,
        within=within,
        level=level,
        named=named,
        kind=kind,
        step=step,
        first=first,
        last=last,
        totals=frozenset(_choice(Axis, text, Axis.PLACE) for text in given.get("total", ()) if text)
        & set(axes) - {Axis.INDICATOR},
        is_filled=one("filled") == "1",
        compares=one("compare") == "1" and selection.as_of is not None,
        selection=selection,
    )


def _selection(one: Any, period: Period) -> Selection:
    fields = {name: one(name) for name in ("period", "area", "unit", "line", "as_of")}
    fields["place"] = _code_of_place(one("place"))
    fields["unit"] = _code_of_unit(fields["unit"])
    return read_selection(fields, period=period)


def _code_of_place(text: str) -> str:
    """Return the code of the place that a text names by code or name; the text itself when none is."""
    if not text or text.isdecimal():
        return text
    found = search(text, limit=1)
    return found[0].code if found else text


def _code_of_unit(text: str) -> str:
    """Return the code of the unit that a text names by code or name, the highest first; the text itself when none is."""
    if not text or Unit.objects.filter(code=text).exists():
        return text
    called = Q(name_zh__icontains=text) | Q(name_en__icontains=text)
    alike = Unit.objects.filter(called).order_by(Length("path"), "path")
    return alike.values_list("code", flat=True).first() or text


def _codes(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the codes of the indicators that texts name by code or title, each once; the first of all for none."""
    known = indicators()
    found: dict[str, None] = {}
    for text in (one.strip() for one in texts):
        if text:
            names = [one.code for one in known if text in (one.code, one.title.zh, one.title.en)]
            alike = [one.code for one in known if text.lower() in f"{one.title.zh} {one.title.en}".lower()]
            if not names and not alike:
                raise UnableToOpen("unknown_indicator", text=text)
            found[(names or alike)[0]] = None
    if len(found) > MOST_INDICATORS:
        raise UnableToTabulate("too_many_indicators", most=MOST_INDICATORS)
    return tuple(found) or tuple(one.code for one in known[:1])


def _named(texts: Iterable[str]) -> tuple[int, ...]:
    words = [word for text in texts for word in text.replace("，", " ").replace(",", " ").split()]
    if len(words) > MOST_PLACES_NAMED:
        raise UnableToTabulate("too_many_places", most=MOST_PLACES_NAMED)
    found: dict[int, None] = {}
    for word in words:
        place = read_selection({"period": "2019", "place": _code_of_place(word)}).place
        assert place is not None
        found[place] = None
    return tuple(found)


def _require_inside(named: Iterable[int], place: int | None) -> None:
    """Refuse places that do not lie in the one that narrows the table: their cells would widen it."""
    if place is None:
        return
    first, end = subtree_range(place)
    for one in named:
        if not first <= one < end:
            raise UnableToTabulate("named_outside", text=code_text(one))


def _span(first: str, last: str, step: Step, usual: Period) -> tuple[Period, Period]:
    """Return the first and the last period of a table, each of one step; a longer one begins and ends with steps."""
    begins = _stepped(first, step, usual, ends=False)
    ends = _stepped(last or first, step, usual, ends=True)
    if ends.starts_on < begins.starts_on:
        raise UnableToTabulate("ends_before_it_begins", first=begins.code, last=ends.code)
    return begins, ends


def _stepped(text: str, step: Step, usual: Period, *, ends: bool) -> Period:
    try:
        period = read_period(text) if text else usual
    except ValueError:
        raise UnableToOpen("unknown_period", text=text) from None
    return step_at(period.last_on if ends else period.starts_on, step)


def step_at(day: date, step: Step) -> Period:
    """Return the period of a step in which a day lies.

    >>> step_at(date(2019, 8, 3), Step.QUARTER).code
    '2019-Q3'
    """
    if step is Step.YEAR:
        return read_period(str(day.year))
    if step is Step.QUARTER:
        return read_period(f"{day.year}-Q{(day.month + 2) // 3}")
    return month_period(day.replace(day=1))


def steps_of(question: Question) -> list[Period]:
    """Return the periods of a table, in order.

    Raises: UnableToTabulate: ``too_large``.
    """
    found, period = [], question.first
    while period.starts_on <= question.last.starts_on:
        found.append(period)
        if period.ends_on.year > LAST_YEAR or period.starts_on.year < FIRST_YEAR:
            break
        period = step_at(period.ends_on, question.step)
    return found


def whole_span(question: Question) -> Period:
    """Return the period from the first day of a table to its last: a year where it is one."""
    first, last = question.first, question.last
    if first == last:
        return first
    if (first.starts_on.month, first.starts_on.year, last.ends_on) == (
        1, first.starts_on.year, date(first.starts_on.year + 1, 1, 1),
    ):  # fmt: skip
        return read_period(str(first.starts_on.year))
    return read_period(f"{first.starts_on.isoformat()}/{last.last_on.isoformat()}")


def refuse_size(count: int) -> None:
    """Refuse a table of more cells than are possible.

    Raises: UnableToTabulate: ``too_large``.
    """
    if count > MOST_CELLS:
        raise UnableToTabulate("too_large", count=count, most=MOST_CELLS)
