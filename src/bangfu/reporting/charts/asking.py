"""What a chart asks, and how that is written in its address: the address is the whole state of the page.

What a chart is drawn from is a table's question, so that places, units and periods are named, narrowed and refused as in tables.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from bangfu.foundation.operations import Refusal
from bangfu.foundation.places.codes import COUNTY, code_text
from bangfu.foundation.rooms import both
from bangfu.reporting.breakdown import level_below
from bangfu.reporting.charts.kinds import BYS, USUAL_DRAWN, By, Kind
from bangfu.reporting.charts.spans import usual_span
from bangfu.reporting.indicators import indicators
from bangfu.reporting.periods import Period
from bangfu.reporting.selection import Selection
from bangfu.reporting.tables import asking as tables
from bangfu.reporting.tables.asking import NAMED, Axis, Step, step_at, steps_of, written

DEFAULT_SOURCES = ("projects.put_in", "projects.brought_in")
"""Where funds come from when nobody says it, as far as they are declared."""
MOST_SOURCES = 7
MOST_DRAWN = 60
MOST_PERIODS = 240


class UnableToChart(Refusal):
    """Codes: ``unknown_choice``, ``one_only``, ``not_a_year``, ``no_parts``, ``no_number``, ``one_measure``, ``not_of_one_unit``,
    ``too_many``, ``most_out_of_range``, ``twice``, ``too_many_periods``, ``unknown_day``,
    ``small_groups``; of one in a text ``no_saved_chart``, ``not_in_texts``, ``nothing_drawn``, ``not_a_figure``,
    ``too_many_figures``."""

    sentences = {
        "unknown_choice": both(
            "没有「{text}」这个选项。请在页面上重新选择。",
            "There is no option {text}. Choose again on the page.",
        ),
        "one_only": both(
            "这种图只画一个指标，选了 {count} 个。请只留一个；几个来源请用“资金流向”。",
            "This kind of chart draws one indicator, and {count} are chosen. Keep one; for several sources use Flow of funds.",
        ),
        "not_a_year": both(
            "年内累计要一整年，「{text}」不是。请写年份，例如 2019。",
            "A running total needs a whole year, and {text} is none. Write a year, such as 2019.",
        ),
        "no_parts": both(
            "「{title}」的各部分不能相加（去重人数、比率等），画不出构成或流向。请用“排名”或“分布”。",
            "The parts of “{title}” do not add up (distinct counts, ratios and the like), so there is no composition or flow."
            " Use a ranking or a distribution.",
        ),
        "no_number": both(
            "「{title}」只有完成、未完成，没有数可画。请选它的实际值指标。",
            "“{title}” is met or not met and has no number to draw. Choose the indicator that it counts.",
        ),
        "one_measure": both(
            "「{title}」只由一种计量合计，不能按计量分。请改按地区、单位或专业线。",
            "“{title}” sums one measure only. Divide it by place, unit or line instead.",
        ),
        "not_of_one_unit": both(
            "「{one}」和「{other}」单位不同，不能放在一张图里合计。请只留同单位的。",
            "“{one}” and “{other}” are counted in different units and cannot be summed in one chart. Keep those of one unit.",
        ),
        "too_many": both(
            "来源和去向合起来最多 {most} 个指标。请去掉几个。",
            "Sources and uses are {most} indicators at most. Take some out.",
        ),
        "most_out_of_range": both(
            "画出的个数请写 1 到 {most}。",
            "Between 1 and {most} parts can be drawn by themselves. Write such a number.",
        ),
        "twice": both(
            "「{title}」既是来源又是去向。请去掉一边。",
            "“{title}” is both a source and a use. Take it out on one side.",
        ),
        "too_many_periods": both(
            "从第一期到最后一期有 {count} 期，一张图最多 {most} 期。请缩短，或改按季、年。",
            "There are {count} periods from first to last; a chart has {most} at most. Shorten it, or take quarters or years.",
        ),
        "unknown_day": both(
            "「{text}」不是日期。请写 2020-07-31。",
            "{text} is not a day. Write it as 2020-07-31.",
        ),
        "small_groups": both(
            "图中有不足 {fewest} 人的分组，图会离开系统，所以不画。请改到更大的地区或单位，或放宽期间。",
            "The chart has groups of fewer than {fewest} persons, and a picture leaves the house. Choose larger places or units,"
            " or a longer period.",
        ),
        "no_saved_chart": both(
            "没有第 {number} 号图，或者它已撤下、没有共享。请换一张，或请它的作者共享。",
            "There is no chart no. {number}, or it was withdrawn or is not shared. Take another, or have its owner share it.",
        ),
        "not_in_texts": both(
            "“{kind}”里有不是数字的量，不能放进报告。请用趋势、构成或排名。",
            "“{kind}” shows amounts that are no figures and cannot stand in a report. Use a trend, a composition or a ranking.",
        ),
        "nothing_drawn": both(
            "「{title}」没有记录，画不出图。请先登记并核验记录，或从报告中去掉它。",
            "{title} has no records and nothing to draw. Register and verify records first, or take it out of the report.",
        ),
        "not_a_figure": both(
            "图中的「{name}」不是一个打得开的数，不能放进报告。请换地区级别，或改用排名。",
            "“{name}” in the chart is no figure that opens, and cannot stand in a report. Take another level of places, or a"
            " ranking.",
        ),
        "too_many_figures": both(
            "图里有 {count} 个数，报告里的一张图最多 {most} 个。请少画几个，或放大级别。",
            "The chart has {count} figures; one in a report has {most} at most. Draw fewer, or a higher level.",
        ),
    }


TO_DATE = "to_date"
"""The step of a trend that runs through one year."""
FIELDS = (
    "kind", "indicator", "use", "by", "level", "named", "units", "way", "step", "first", "last", "most", "order", "before", "on",
    "period", "place", "area", "unit", "line", "as_of",
)  # fmt: skip
"""Of the address, in its order."""


@dataclass(frozen=True)
class Question:
    """What a chart asks."""

    kind: Kind
    table: tables.Question
    """Indicators, places, units, periods and what narrows them."""
    by: tuple[By, ...]
    """One; of a flow the stages between sources and uses, in their order; of a trend none."""
    uses: tuple[str, ...]
    """Of a flow: indicators on its other side."""
    is_to_date: bool
    """Of a trend: whether it runs through one year."""
    is_over_time: bool
    """Of a composition: whether it is stacked period by period."""
    most: int
    """How many parts have a mark of their own."""
    is_ascending: bool
    """Of a ranking: the smallest first."""
    has_before: bool
    """Whether the year before is drawn too."""
    on: date | None
    """Of a trend through a year: at the end of which day it is looked at; null is today."""

    @property
    def selection(self) -> Selection:
        """What narrows every figure of it."""
        return self.table.selection

    @property
    def code(self) -> str:
        """The indicator, or the first of a flow."""
        return self.table.codes[0]

    def having(self, **changes: Any) -> Question:
        """Return the same question with some parts changed."""
        return replace(self, **changes)

    def asking(self, **changes: Any) -> Question:
        """Return the same question with some parts of its selection changed."""
        return replace(self, table=self.table.asking(**changes))

    @property
    def has_span(self) -> bool:
        """Whether it asks about several periods, from a first to a last."""
        return self.is_over_time or (self.kind is Kind.TREND and not self.is_to_date)

    @property
    def fields(self) -> dict[str, list[str]]:
        """The question as values by field of its address; what says nothing is absent."""
        one, table = self.selection, self.table
        has_step = self.kind is Kind.TREND or self.is_over_time
        found = {
            "kind": [self.kind.value],
            "indicator": list(table.codes),
            "use": list(self.uses),
            "by": [one.value for one in self.by],
            "level": [table.level] if By.PLACE in self.by else [],
            "named": [code_text(place) for place in table.named]
            if By.PLACE in self.by and table.level == NAMED
            else [],
            "units": [table.kind] if By.UNIT in self.by else [],
            "way": [TO_DATE] if self.is_to_date else [],
            "step": [table.step.value] if has_step else [],
            "first": [table.first.code] if self.has_span else [],
            "last": [table.last.code] if self.has_span else [],
            "most": [str(self.most)] if self.most and self.most != USUAL_DRAWN[self.kind] else [],
            "order": ["asc"] if self.is_ascending else [],
            "before": [] if self.has_before or self.kind not in (Kind.TREND, Kind.RANKING) else ["0"],
            "on": [self.on.isoformat()] if self.on else [],
            "period": [] if self.has_span else [one.period.code],
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


def read_question(given: Mapping[str, Sequence[str]], *, period: Period) -> Question:
    """Return the question that the fields of an address ask; what is not given is as usual.

    Args:
        period: the period when none is given.

    Raises: UnableToChart: all but ``small_groups``. UnableToTabulate, UnableToOpen: a field means nothing.
    """

    def one(name: str) -> str:
        values = given.get(name) or [""]
        return str(values[-1]).strip()

    kind = _choice(Kind, one("kind"), Kind.TREND)
    by = _by(kind, [text for text in given.get("by", ()) if text])
    step = one("step")
    is_over_time = kind is Kind.COMPOSITION and bool(step)
    is_to_date = kind is Kind.TREND and _runs(one)
    if is_to_date and not one("period"):
        period = step_at(period.last_on, Step.YEAR)
    table = _table(
        given, one, kind, by, period=period, has_span=is_over_time or (kind is Kind.TREND and not is_to_date)
    )
    if is_to_date:
        table = _of_a_year(table)
    uses = _uses(given, table, kind, period)
    if kind is not Kind.FLOW and len(table.codes) > 1:
        raise UnableToChart("one_only", count=len(table.codes))
    return Question(
        kind=kind,
        table=table,
        by=by,
        uses=uses,
        is_to_date=is_to_date,
        is_over_time=is_over_time,
        most=_most(one("most"), kind),
        is_ascending=kind is Kind.RANKING and one("order") == "asc",
        has_before=kind in (Kind.TREND, Kind.RANKING) and one("before") != "0",
        on=_day(one("on")) if is_to_date else None,
    )


Choice = TypeVar("Choice", bound=StrEnum)


def _choice(kind: type[Choice], text: str, usual: Choice) -> Choice:
    if not text:
        return usual
    try:
        return kind(text)
    except ValueError:
        raise UnableToChart("unknown_choice", text=text) from None


def _runs(one: Callable[[str], str]) -> bool:
    """Return whether a trend runs through one year: when it is asked for, or nothing else is and the period is a year."""
    if any(one(name) for name in ("way", "step", "first", "last")):
        return one("way") == TO_DATE
    return len(one("period")) in (0, len("2019"))


def _by(kind: Kind, texts: Sequence[str]) -> tuple[By, ...]:
    allowed = BYS.get(kind, ())
    if not allowed:
        return ()
    chosen = [_choice(By, text, allowed[0]) for text in texts]
    if wrong := next((one for one in chosen if one not in allowed), None):
        raise UnableToChart("unknown_choice", text=wrong.value)
    if kind is Kind.FLOW:
        return tuple(dict.fromkeys(chosen)) or (By.UNIT, By.PLACE)
    return (chosen[-1] if chosen else allowed[0],)


def _table(
    given: Mapping[str, Sequence[str]],
    one: Callable[[str], str],
    kind: Kind,
    by: tuple[By, ...],
    *,
    period: Period,
    has_span: bool,
) -> tables.Question:
    """Return the table's question under a chart."""
    rows = {Kind.TREND: Axis.PERIOD}.get(kind) or (Axis.UNIT if by[0] is By.UNIT else Axis.PLACE)
    columns = Axis.PERIOD if has_span and kind is Kind.COMPOSITION else Axis.INDICATOR
    codes = [text for text in (*given.get("indicator", ()), *given.get("add", ())) if text]
    if kind is Kind.FLOW and not codes:
        declared = {known.code for known in indicators()}
        codes = [code for code in DEFAULT_SOURCES if code in declared]
    fields: dict[str, Sequence[str]] = {
        name: [one(name)] for name in ("period", "place", "area", "unit", "line", "as_of")
    }
    fields |= {
        "indicator": codes,
        "rows": [rows.value],
        "columns": [columns.value],
        "level": [one("level")],
        "named": list(given.get("named", ())),
        "kind": [one("units")],
        "step": [one("step") or Step.MONTH],
        "first": [one("first")],
        "last": [one("last")],
    }
    if columns is Axis.PERIOD and len(codes) > 1:
        raise UnableToChart("one_only", count=len(codes))
    table = tables.read_question(fields, period=period)
    if not one("level") and table.level.isdecimal():
        table = table.having(level=str(_usual_level(kind, table.selection)))
    if has_span and not one("first") and not one("last"):
        first, last = usual_span(table.selection.period, table.step)
        table = table.having(first=first, last=last)
    if has_span and (count := len(steps_of(table))) > MOST_PERIODS:
        raise UnableToChart("too_many_periods", count=count, most=MOST_PERIODS)
    if has_span:
        # What narrows a span is its last period, so that an address without one says the same.
        table = table.asking(period=table.last)
    return table


def _usual_level(kind: Kind, selection: Selection) -> int:
    """Return the level of places when nobody says it: the one below the place; of a distribution counties at least."""
    below = level_below(selection)
    return max(below, COUNTY) if kind is Kind.DISTRIBUTION else below


def _of_a_year(table: tables.Question) -> tables.Question:
    """Return a table's question whose period is a year, by months or quarters of it."""
    period = table.selection.period
    if (
        period.starts_on.replace(year=period.starts_on.year + 1) != period.ends_on
        or period.starts_on.month != 1
    ):
        raise UnableToChart("not_a_year", text=period.code)
    return table.having(step=Step.MONTH) if table.step is Step.YEAR else table


def _uses(
    given: Mapping[str, Sequence[str]], table: tables.Question, kind: Kind, period: Period
) -> tuple[str, ...]:
    texts = [text for text in given.get("use", ()) if text]
    if kind is not Kind.FLOW or not texts:
        return ()
    uses = tables.read_question(
        {"indicator": texts, "rows": ["place"], "columns": ["indicator"]}, period=period
    ).codes
    if both_sides := next((code for code in uses if code in table.codes), None):
        titles = {one.code: one.title for one in indicators()}
        raise UnableToChart("twice", title=titles[both_sides])
    if len(uses) + len(table.codes) > MOST_SOURCES:
        raise UnableToChart("too_many", most=MOST_SOURCES)
    return uses


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise UnableToChart("unknown_day", text=text) from None


def _most(text: str, kind: Kind) -> int:
    if not text:
        return USUAL_DRAWN[kind]
    if not (text.isascii() and text.isdecimal() and len(text) < 4 and 1 <= int(text) <= MOST_DRAWN):
        raise UnableToChart("most_out_of_range", most=MOST_DRAWN)
    return int(text)
