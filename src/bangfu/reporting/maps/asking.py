"""What a map is asked, and how that is written in its address: the address is the whole state of the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar
from urllib.parse import parse_qsl, quote, urlencode

from bangfu.foundation.ledger.catalogue import measure_number
from bangfu.foundation.ledger.models import Fact
from bangfu.foundation.operations import Refusal
from bangfu.foundation.places.codes import COUNTY, PREFECTURE, PROVINCE, TOWN, VILLAGE, level_of
from bangfu.foundation.places.models import Area
from bangfu.foundation.places.queries import area as area_with_code
from bangfu.foundation.rooms import Words, both
from bangfu.reporting.definitions import Indicator, IndicatorKind
from bangfu.reporting.maps.classing import Method
from bangfu.reporting.periods import FIRST_YEAR, Period, read_period
from bangfu.reporting.queries import indicator_of
from bangfu.reporting.selection import Selection, UnableToOpen

CLASSES = 5
MOST_YEARS = 10
POOR = "poor-832"


class UnableToDraw(Refusal):
    """Codes: ``unknown_choice``."""

    sentences = {
        "unknown_choice": both(
            "地图没有「{text}」这个选项。请在页面上重新选择。",
            "The map has no option {text}. Choose again on the page.",
        )
    }


class Drawing(StrEnum):
    """How a value is drawn."""

    SHADE = "shade"
    """The division itself is shaded: for what is a quotient."""
    CIRCLE = "circle"
    """A circle whose area is the value stands in the division: for what is counted or summed."""


class Comparison(StrEnum):
    """How two periods are compared."""

    DIFFERENCE = "difference"
    BESIDE = "beside"


class Step(StrEnum):
    """How far the slider goes at a time."""

    YEAR = "year"
    QUARTER = "quarter"
    MONTH = "month"


LEVELS: dict[int | None, tuple[int, ...]] = {
    None: (PROVINCE, PREFECTURE, COUNTY),
    PROVINCE: (COUNTY, PREFECTURE, VILLAGE),
    PREFECTURE: (COUNTY, TOWN, VILLAGE),
    COUNTY: (TOWN, VILLAGE),
    TOWN: (VILLAGE,),
    VILLAGE: (VILLAGE,),
}
"""Into which divisions a place of each level is divided, the usual one first; null is the whole country."""
LEVEL_WORDS: dict[int, Words] = {
    PROVINCE: both("省", "Provinces"),
    PREFECTURE: both("市州", "Prefectures"),
    COUNTY: both("县", "Counties"),
    TOWN: both("乡镇", "Towns"),
    VILLAGE: both("村", "Villages"),
}
METHOD_WORDS: dict[Method, Words] = {
    Method.NATURAL: both("自然断点", "Natural breaks"),
    Method.QUANTILE: both("等量分级", "Quantiles"),
    Method.EQUAL: both("等距分级", "Equal intervals"),
}
DRAWING_WORDS: dict[Drawing, Words] = {
    Drawing.SHADE: both("面着色", "Shades"),
    Drawing.CIRCLE: both("圆圈", "Circles"),
}
COMPARISON_WORDS: dict[Comparison, Words] = {
    Comparison.DIFFERENCE: both("相减", "Difference"),
    Comparison.BESIDE: both("并排", "Side by side"),
}
STEP_WORDS: dict[Step, Words] = {
    Step.YEAR: both("年", "Year"),
    Step.QUARTER: both("季", "Quarter"),
    Step.MONTH: both("月", "Month"),
}


@dataclass(frozen=True)
class Question:
    """What a map shows."""

    indicator: Indicator
    selection: Selection
    level: int
    drawing: Drawing
    method: Method
    versus: Period | None = None
    comparison: Comparison = Comparison.DIFFERENCE
    shows_poor: bool = False
    """Whether the 832 counties are shown by the year of their exit."""
    outline: Area | None = None
    """A list whose places are outlined, without narrowing what is counted."""
    shows_photographs: bool = False
    shows_units: bool = False
    shows_records: bool = False
    """Whether records that keep where they stand are points."""

    @property
    def code(self) -> str:
        """The indicator's code."""
        return self.indicator.code

    def having(self, **changes: Any) -> Question:
        """Return the same question with some parts changed."""
        return replace(self, **changes)

    def asking(self, **changes: Any) -> Question:
        """Return the same question with some parts of its selection changed."""
        return replace(self, selection=self.selection.having(**changes))

    @property
    def usual_drawing(self) -> Drawing:
        """How such an indicator is drawn when nothing else is asked for."""
        return usual_drawing(self.indicator)

    def query(self, **more: str) -> str:
        """Return the question as the query of an address, always in the same order; what is usual is left out."""
        parts = {"indicator": self.code, **dict(_pairs(self.selection.query()))}
        if self.level != levels_in(self.selection)[0]:
            parts["level"] = str(self.level)
        if self.drawing is not self.usual_drawing:
            parts["drawing"] = self.drawing.value
        if self.method is not Method.NATURAL:
            parts["method"] = self.method.value
        if self.versus is not None:
            parts["versus"] = self.versus.code
            if self.comparison is not Comparison.DIFFERENCE:
                parts["comparison"] = self.comparison.value
        if self.outline is not None:
            parts["outline"] = self.outline.code
        for name, is_on in (
            ("poor", self.shows_poor), ("photographs", self.shows_photographs), ("units", self.shows_units),
            ("records", self.shows_records),
        ):  # fmt: skip
            if is_on:
                parts[name] = "1"
        return urlencode({**parts, **more}, safe="/", quote_via=quote)

    @property
    def figure_query(self) -> str:
        """What stands in the address of every figure of the map besides its period and place."""
        kept = [pair for pair in _pairs(self.selection.query()) if pair[0] not in {"period", "place"}]
        return urlencode(kept, safe="/", quote_via=quote)


def _pairs(query: str) -> list[tuple[str, str]]:
    return parse_qsl(query)


def usual_drawing(indicator: Indicator) -> Drawing:
    """Return how an indicator is drawn when nothing else is asked for: a quotient shaded, a count or sum as circles."""
    is_quotient = indicator.kind in (IndicatorKind.RATIO, IndicatorKind.TARGET)
    return Drawing.SHADE if is_quotient else Drawing.CIRCLE


def levels_in(selection: Selection) -> tuple[int, ...]:
    """Return into which divisions a selection may be divided, the usual one first: a list of counties by county."""
    if selection.place is None and selection.area is not None:
        return (COUNTY, PREFECTURE, PROVINCE)
    return LEVELS[None if selection.place is None else level_of(selection.place)]


Choice = TypeVar("Choice", bound=StrEnum)


def _choice(kind: type[Choice], text: str, usual: Choice) -> Choice:
    if not text:
        return usual
    try:
        return kind(text)
    except ValueError:
        raise UnableToDraw("unknown_choice", text=text) from None


def read_question(code: str, given: Mapping[str, str], selection: Selection) -> Question:
    """Return the question that the fields of an address ask of an indicator and a selection.

    Raises: UnableToOpen: ``unknown_indicator``, ``unknown_period``, ``unknown_area``. UnableToDraw: ``unknown_choice``.
    """
    indicator, levels = indicator_of(code, selection), levels_in(selection)
    written = given.get("level", "")
    if written and written not in {str(level) for level in levels}:
        raise UnableToDraw("unknown_choice", text=written)
    versus = outline = None
    if text := given.get("versus", ""):
        try:
            versus = read_period(text)
        except ValueError:
            raise UnableToOpen("unknown_period", text=text) from None
    if text := given.get("outline", ""):
        try:
            outline = area_with_code(text)
        except Area.DoesNotExist:
            raise UnableToOpen("unknown_area", text=text) from None
    return Question(
        indicator=indicator,
        selection=selection,
        level=int(written) if written else levels[0],
        drawing=_choice(Drawing, given.get("drawing", ""), usual_drawing(indicator)),
        method=_choice(Method, given.get("method", ""), Method.NATURAL),
        versus=versus,
        comparison=_choice(Comparison, given.get("comparison", ""), Comparison.DIFFERENCE),
        shows_poor=given.get("poor") == "1",
        outline=outline,
        shows_photographs=given.get("photographs") == "1",
        shows_units=given.get("units") == "1",
        shows_records=given.get("records") == "1",
    )


def step_of(period: Period) -> Step | None:
    """Return how far the slider goes from a period; null for half-years, days and spans, which have none.

    >>> step_of(read_period("2019-Q3")), step_of(read_period("2019-H1"))
    (<Step.QUARTER: 'quarter'>, None)
    """
    if period.code == str(period.starts_on.year):
        return Step.YEAR
    if period.code == f"{period.starts_on:%Y-%m}":
        return Step.MONTH
    return Step.QUARTER if "-Q" in period.code else None


def periods_along(period: Period, first_year: int, last_year: int) -> list[Period]:
    """Return the stops of the slider on which a period is one: years, or the quarters of two years, or the months of one.

    Args:
        first_year: the first year with facts; of more than ten years the last ten are stops.
        last_year: the last one.
    """
    step, year = step_of(period), period.starts_on.year
    if step is Step.YEAR:
        last = max(last_year, year)
        first = min(max(first_year, last - MOST_YEARS + 1), year)
        return [read_period(str(number)) for number in range(first, last + 1)]
    if step is Step.QUARTER:
        return [read_period(f"{one}-Q{quarter}") for one in (year - 1, year) for quarter in (1, 2, 3, 4)]
    if step is Step.MONTH:
        return [read_period(f"{year}-{month:02}") for month in range(1, 13)]
    return [period]


def stepped(period: Period, step: Step) -> Period:
    """Return the last period of another length that ends with a period, or holds its end.

    >>> stepped(read_period("2019"), Step.QUARTER).code
    '2019-Q4'
    """
    last: date = period.last_on
    if step is Step.YEAR:
        return read_period(str(last.year))
    if step is Step.QUARTER:
        return read_period(f"{last.year}-Q{(last.month + 2) // 3}")
    return read_period(f"{last:%Y-%m}")


def years_with_facts(indicator: Indicator) -> tuple[int, int] | None:
    """Return the first and the last year in which anything was counted for an indicator; null without facts."""
    found: list[int] = []
    for order in ("happened_on", "-happened_on"):
        facts = Fact.objects.filter(measure_id=measure_number(indicator.term.measure.code))
        day = facts.order_by(order).values_list("happened_on", flat=True).first()
        if day is not None:
            found.append(max(day.year, FIRST_YEAR))
    return (found[0], found[1]) if found else None


def stops(question: Question) -> Sequence[Period]:
    """Return the stops of the slider of a question."""
    period = question.selection.period
    known = years_with_facts(question.indicator) or (period.starts_on.year, period.last_on.year)
    return periods_along(period, *known)
