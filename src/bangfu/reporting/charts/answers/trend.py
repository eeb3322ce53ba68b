"""A trend: an indicator period by period, or through one year, beside the year before, the target and the forecast."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bangfu.foundation.rooms import Words, both
from bangfu.reporting.charts.answers.answer import (
    Answer,
    Cell,
    Reader,
    Row,
    all_empty,
    bare,
    decimals_of,
    exactly,
    figure_cell,
    headed,
    language,
    newest_block,
    percent_power,
    said,
    short,
    target_cell,
)
from bangfu.reporting.charts.answers.promises import address_of, asked_by, promises_of
from bangfu.reporting.charts.asking import Question
from bangfu.reporting.charts.engines.trend import Ahead, Point, Trend, drawing_of
from bangfu.reporting.charts.spans import month_label, share_of_year, slot_label, slots_of, until
from bangfu.reporting.definitions import Indicator
from bangfu.reporting.figures import Figure
from bangfu.reporting.indicators import valid_for
from bangfu.reporting.periods import Period
from bangfu.reporting.queries import figure_in
from bangfu.reporting.tables.answering import sums_of_many
from bangfu.reporting.tables.asking import Step, steps_of
from bangfu.reporting.targets.completion import Progress, progress_of
from bangfu.reporting.targets.counting import period_until
from bangfu.reporting.targets.lights import lights_on
from bangfu.reporting.targets.models import Target
from bangfu.reporting.versions import chain_of

Series = list[Figure | None]
"""One figure a period; null where a period has not begun."""
TARGET, BEFORE = both("目标", "Target"), both("上年同期", "A year before")


def answer(question: Question, indicator: Indicator, reader: Reader) -> Answer:
    """Return what a trend says."""
    return (_to_date if question.is_to_date else _each)(question, indicator, reader)


def _figures(indicator: Indicator, question: Question, periods: Sequence[Period]) -> Series:
    """Return the figure of each period, all of them in one question; each by the definition that counts its period."""
    chain = chain_of(indicator.code, question.selection.as_of)
    asked = [(valid_for(chain, period), question.selection.having(period=period)) for period in periods]
    newest = newest_block()
    return [
        Figure(one, selection, found, newest, 0, one.display)
        for (one, selection), found in zip(asked, sums_of_many(asked), strict=True)
    ]


def _to_date(question: Question, indicator: Indicator, reader: Reader) -> Answer:
    year, step = question.selection.period.starts_on.year, question.table.step
    on = reader.day_of(question)
    slots = slots_of(year, step)
    begun = [slot for slot in slots if slot.starts_on <= on]
    periods = [period_until(year, until(slot, on)) for slot in begun]
    before_periods = [
        period_until(year - 1, slot.years_before(1).last_on) for slot in slots if question.has_before
    ]
    found = _figures(indicator, question, [*periods, *before_periods])
    now, before = found[: len(periods)], found[len(periods) :]
    promise = _promise(question, indicator, reader, year, on)
    progress = _progress(promise, question, year, on) if promise else None
    whole = figure_in(indicator.code, question.selection)
    ahead = _ahead(progress, promise, whole, year) if progress and promise else None
    names = [
        month_label(one.starts_on.month, language()) if step is Step.MONTH else f"Q{at + 1}"
        for at, one in enumerate(slots)
    ]
    trend = Trend(
        slots=tuple(names),
        points=_points(now, [share_of_year(one.last_on) for one in periods]),
        before=_points(before, [share_of_year(one.last_on) for one in before_periods]),
        name=str(both("{year}年累计", "{year} to date").filled(year=year)),
        before_name=str(both("{year}年累计", "{year} to date").filled(year=year - 1)),
        unit=str(indicator.unit),
        language=language(),
        percent=percent_power(indicator),
        decimals=decimals_of(indicator),
        runs=True,
        ahead=ahead,
    )
    rows = _rows(slots, [*now, *[None] * (len(slots) - len(now))], before, begun=len(begun))
    notes = []
    if progress is not None and promise is not None:
        rows += [_told(str(TARGET), target_cell(whole, promise.quantity), len(before))]
        if progress.ahead.value is not None:
            rows += [
                _told(
                    str(both("预计到 {day}", "Forecast for {day}").filled(day=promise.due_on)),
                    target_cell(whole, progress.ahead.value),
                    len(before),
                )
            ]
        notes.append(str(progress.method_words))
    elif not promise and reader.account is not None:
        notes.append(
            str(
                both(
                    "没有生效的责任书给这个指标、单位和范围定目标，所以没有目标线和预计。",
                    "No pledge in force sets a target for this indicator, unit and scope: no target line, no forecast.",
                )
            )
        )
    if len(begun) < len(slots):
        notes.append(_begun(on))
    return Answer(
        question=question,
        indicators=(indicator,),
        title=str(
            both("{title}：{year}年累计", "{title}: {year} to date").filled(title=indicator.title, year=year)
        ),
        figure=whole,
        headings=_headings(indicator, both("累计到", "Up to the end of"), has_before=bool(before)),
        rows=tuple(rows),
        notes=tuple(notes),
        draw=lambda frame: drawing_of(trend, frame),
        is_empty=all_empty([*now, *before]),
    )


def _begun(on: date) -> str:
    return str(
        both("到 {day} 还没有开始的期间不画。", "Periods that had not begun on {day} are not drawn.").filled(
            day=on
        )
    )


def _promise(question: Question, indicator: Indicator, reader: Reader, year: int, on: date) -> Target | None:
    matter = asked_by(question.selection, year)
    promises = promises_of(reader.account, indicator.code, [year], on)
    return promises.get(matter) if matter else None


def _progress(promise: Target, question: Question, year: int, on: date) -> Progress:
    return progress_of(
        [promise],
        year=year,
        signatory=promise.version.pledge.unit,
        on=on,
        lights=lights_on(on),
        as_of=question.selection.as_of,
    )[0]


def _ahead(progress: Progress, promise: Target, whole: Figure, year: int) -> Ahead:
    at, address = share_of_year(promise.due_on), address_of(promise)
    words = str(promise.direction_words)
    target = short(whole, promise.quantity)
    forecast = None
    if progress.ahead.value is not None and not progress.time_share >= 1:
        text = short(whole, progress.ahead.value)
        spoken = said(both("预计", "Forecast"), promise.due_on, value=exactly(whole, progress.ahead.value))
        forecast = Point(0, progress.ahead.value, text, spoken, address, at)
    return Ahead(
        target=Point(
            0, promise.quantity, target,
            said(both("责任书目标", "Target of the pledge"), words, value=exactly(whole, promise.quantity)), address, at,
        ),
        base=progress.base,
        forecast=forecast,
        target_words=str(
            both("目标 {words}{target}", "Target: {words} {target}").filled(
                words=both(promise.direction_words.zh, promise.direction_words.en.lower()), target=target
            )
        ),
        pace_words=str(both("匀速进度", "Even pace")),
        forecast_words=str(both("预计 {text}", "Forecast {text}").filled(text=forecast.text if forecast else "")),
    )  # fmt: skip


def _points(figures: Sequence[Figure | None], ends: Sequence[float] = ()) -> tuple[Point, ...]:
    """Return the points of a series. Args: ends: where in the year each stands; none for columns."""
    found = []
    for slot, figure in enumerate(figures):
        if figure is None:
            continue
        spoken = said(figure.selection.period_words, value=exactly(figure, figure.value))
        at = ends[slot] if ends else 0.0
        found.append(Point(slot, figure.value, short(figure, figure.value), spoken, figure.address, at))
    return tuple(found)


def _headings(indicator: Indicator, first: Words, *, has_before: bool) -> tuple[Words, ...]:
    return (
        first,
        headed(both("本期", "This period"), indicator),
        *([headed(BEFORE, indicator)] if has_before else []),
    )


def _rows(slots: Sequence[Period], now: Series, before: Series, *, begun: int) -> list[Row]:
    not_yet = Cell(str(both("未开始", "not begun")), is_number=False)
    return [
        Row(
            slot.title(language()),
            (
                not_yet if at >= begun else figure_cell(now[at]),
                *([figure_cell(before[at])] if before else []),
            ),
        )
        for at, slot in enumerate(slots)
    ]


def _told(name: str, cell: Cell, more: int) -> Row:
    """Return a row below the periods that says one number."""
    return Row(name, (cell, *([Cell("", is_number=False)] if more else [])), is_whole=True)


def _each(question: Question, indicator: Indicator, reader: Reader) -> Answer:
    on = reader.day_of(question)
    slots = steps_of(question.table)
    begun = [slot for slot in slots if slot.starts_on <= on]
    now = _figures(indicator, question, begun)
    by_year = question.table.step is Step.YEAR
    before: Series = []
    if question.has_before and not by_year:
        before = _figures(indicator, question, [slot.years_before(1) for slot in slots])
    whole = bare(_whole(question, indicator))
    targets = _yearly(question, indicator, reader, slots, on, whole) if by_year else {}
    trend = Trend(
        slots=tuple(slot_label(one) for one in slots),
        points=_points(now),
        before=_points(before),
        name=str(both("本期", "This period")),
        before_name=str(BEFORE),
        unit=str(indicator.unit),
        language=language(),
        percent=percent_power(indicator),
        decimals=decimals_of(indicator),
        targets=tuple(targets.values()),
        targets_name=str(both("当年责任书目标", "That year’s target")),
    )
    rows = _rows(slots, [*now, *[None] * (len(slots) - len(now))], before, begun=len(begun))
    headings = _headings(indicator, both("期间", "Period"), has_before=bool(before))
    if targets:
        headings = (*headings, headed(TARGET, indicator))
        rows = [
            replace(
                row,
                cells=(
                    *row.cells,
                    target_cell(whole, targets[at].value) if at in targets else Cell("", is_number=False),
                ),
            )
            for at, row in enumerate(rows)
        ]
    return Answer(
        question=question,
        indicators=(indicator,),
        title=str(
            both("{title}：{first}至{last}", "{title}: {first} to {last}").filled(
                title=indicator.title,
                first=both(slots[0].title("zh"), slots[0].title("en")),
                last=both(slots[-1].title("zh"), slots[-1].title("en")),
            )
        ),
        figure=whole,
        headings=headings,
        rows=tuple(rows),
        notes=(_begun(on),) if len(begun) < len(slots) else (),
        draw=lambda frame: drawing_of(trend, frame),
        is_empty=all_empty([*now, *before]),
    )


def _whole(question: Question, indicator: Indicator) -> Figure:
    """Return the figure of the last period, for what is said of the indicator."""
    return figure_in(indicator.code, question.selection)


def _yearly(
    question: Question, indicator: Indicator, reader: Reader, slots: Sequence[Period], on: date, whole: Figure
) -> dict[int, Point]:  # by slot; absent = no target
    """Return the target of each year that has one."""
    promises = promises_of(reader.account, indicator.code, [one.starts_on.year for one in slots], on)
    found = {}
    for at, slot in enumerate(slots):
        matter = asked_by(question.selection, slot.starts_on.year)
        promise = promises.get(matter) if matter else None
        if promise is not None:
            spoken = said(
                both("{year}年目标", "Target of {year}").filled(year=slot.starts_on.year),
                promise.direction_words,
                value=exactly(whole, promise.quantity),
            )
            found[at] = Point(
                at, promise.quantity, short(whole, promise.quantity), spoken, address_of(promise)
            )
    return found
