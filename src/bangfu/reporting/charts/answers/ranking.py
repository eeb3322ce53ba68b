"""A ranking of units or places by an indicator, with the year before and the target of each; persons are never ranked."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from bangfu.foundation.rooms import Words, both
from bangfu.reporting.charts.answers.answer import (
    Answer,
    Cell,
    Reader,
    Row,
    all_empty,
    decimals_of,
    exactly,
    figure_cell,
    headed,
    language,
    percent_power,
    said,
    short,
    target_cell,
)
from bangfu.reporting.charts.answers.listed import Listed, level_in_text, level_words, listed
from bangfu.reporting.charts.answers.promises import address_of, asked_by, promises_of
from bangfu.reporting.charts.answers.trend import BEFORE, TARGET
from bangfu.reporting.charts.asking import Question
from bangfu.reporting.charts.engines import bars
from bangfu.reporting.charts.kinds import By
from bangfu.reporting.definitions import Indicator
from bangfu.reporting.figures import Figure
from bangfu.reporting.periods import FIRST_YEAR
from bangfu.reporting.queries import figure_in
from bangfu.reporting.targets.models import Target


def answer(question: Question, indicator: Indicator, reader: Reader) -> Answer:
    """Return what a ranking says; what has no records stands behind all others and has no bar."""
    period = question.selection.period
    found = listed(question, reader)
    earlier: tuple[Listed, ...] = ()
    if question.has_before and period.starts_on.year > FIRST_YEAR:
        earlier = listed(question, reader, period=period.years_before(1))
    before = {one.key: one.figure for one in earlier}
    ordered = _ordered(found, is_ascending=question.is_ascending)
    targets = _targets(question, indicator, reader, ordered)
    counted = [one for one in ordered if _value(one.figure) is not None]
    drawn = counted[: question.most]
    whole = figure_in(indicator.code, question.selection)
    ranking = bars.Ranking(
        rows=tuple(_bar(one, before.get(one.key), targets.get(one.key)) for one in drawn),
        name=str(question.selection.period_words),
        before_name=str(BEFORE),
        target_name=str(both("当年责任书目标", "That year’s target")),
        unit=str(indicator.unit),
        language=language(),
        percent=percent_power(indicator),
        decimals=decimals_of(indicator),
    )
    notes = []
    if len(counted) > len(drawn):
        notes.append(
            str(
                both(
                    "图上画出 {drawn} 个，另有 {rest} 个只列在表里。",
                    "{drawn} are drawn; {rest} more stand in the table only.",
                ).filled(drawn=len(drawn), rest=len(counted) - len(drawn))
            )
        )
    if len(counted) < len(ordered):
        notes.append(
            str(
                both(
                    "{count} 个没有记录，排在最后，不是零。",
                    "{count} have no records: they stand last and are not zero.",
                ).filled(count=len(ordered) - len(counted))
            )
        )
    return Answer(
        question=question,
        indicators=(indicator,),
        title=_title(question, indicator),
        figure=whole,
        headings=_headings(question, indicator, has_before=bool(earlier), has_targets=bool(targets)),
        rows=tuple(
            _row(place, one, before, targets, whole, has_before=bool(earlier))
            for place, one in zip(_places(ordered), ordered, strict=True)
        ),
        notes=tuple(notes),
        draw=lambda frame: bars.drawing_of(ranking, frame),
        is_empty=all_empty(one.figure for one in found),
        values_of_parts=tuple(_value(one.figure) for one in (*found, *earlier)),
    )


def _title(question: Question, indicator: Indicator) -> str:
    return str(
        both("{title}：{period}{level}排名", "{title}: {level} ranked, {period}").filled(
            title=indicator.title, period=question.selection.period_words, level=level_in_text(question)
        )
    )


def _value(figure: Figure | None) -> Decimal | None:
    return None if figure is None else figure.value


def _ordered(found: tuple[Listed, ...], *, is_ascending: bool) -> list[Listed]:
    """Return what is ranked, in order: equal values in the order in which they are listed."""
    counted = [(value, one) for one in found if (value := _value(one.figure)) is not None]
    counted.sort(key=lambda pair: pair[0], reverse=not is_ascending)
    return [one for _, one in counted] + [one for one in found if _value(one.figure) is None]


def _places(ordered: list[Listed]) -> list[str]:
    """Return the place of each in the ranking: equal values share one, and what has no records has none."""
    found: list[str] = []
    for at, one in enumerate(ordered):
        value = _value(one.figure)
        is_same = at > 0 and value is not None and value == _value(ordered[at - 1].figure)
        found.append("" if value is None else found[-1] if is_same else str(at + 1))
    return found


def _targets(
    question: Question, indicator: Indicator, reader: Reader, ordered: list[Listed]
) -> dict[int, Target]:  # by place or unit; absent = none
    """Return the target of each for the year that is asked about; of any other period there is none."""
    selection = question.selection
    year = selection.period.starts_on.year
    if selection.period.code != str(year):
        return {}
    promises = promises_of(reader.account, indicator.code, [year], reader.day_of(question))
    whole = asked_by(selection, year)
    if whole is None or not promises:
        return {}
    _, unit, place, area, line = whole
    found = {}
    for one in ordered:
        matter = (
            (year, one.key, place, area, line)
            if By.UNIT in question.by
            else (year, unit, one.key, area, line)
        )
        if promise := promises.get(matter):
            found[one.key] = promise
    return found


def _bar(one: Listed, before: Figure | None, target: Target | None) -> bars.Row:
    figure = one.figure
    assert figure is not None
    return bars.Row(
        name=one.name,
        value=figure.value,
        text=short(figure, figure.value),
        said=said(one.name, figure.selection.period_words, value=exactly(figure, figure.value)),
        address=figure.address,
        before=_value(before),
        before_said=said(one.name, before.selection.period_words, value=exactly(before, before.value))
        if before
        else "",
        before_address=before.address if before else "",
        target=target.quantity if target else None,
        target_said=said(one.name, TARGET, target.direction_words, value=exactly(figure, target.quantity))
        if target
        else "",
        target_address=address_of(target) if target else "",
    )


def _headings(
    question: Question, indicator: Indicator, *, has_before: bool, has_targets: bool
) -> tuple[Words, ...]:
    period = question.selection.period_words
    return (
        level_words(question),
        both("名次", "Rank"),
        headed(period, indicator),
        *([headed(BEFORE, indicator)] if has_before else []),
        *([headed(TARGET, indicator)] if has_targets else []),
    )


def _row(
    place: str,
    one: Listed,
    before: Mapping[int, Figure | None],
    targets: Mapping[int, Target],
    whole: Figure,
    *,
    has_before: bool,
) -> Row:
    target = targets.get(one.key)
    cells = [Cell(place, Decimal(place) if place else None, is_counted=False), figure_cell(one.figure)]
    if has_before:
        cells.append(figure_cell(before.get(one.key)))
    if targets:
        cells.append(target_cell(whole, target.quantity) if target else Cell("", is_number=False))
    return Row(one.name, tuple(cells))
