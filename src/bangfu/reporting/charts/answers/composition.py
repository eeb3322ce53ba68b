"""A composition: the parts of a whole by place, unit, line or measure, at once or period by period.

The whole is asked by itself. What the parts leave of it, which was counted at a higher level, stands as a part of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse

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
    newest_block,
    number_cell,
    said,
    short,
    total,
)
from bangfu.reporting.charts.answers.grouped import (
    NO_LINE,
    indicator_of_measure,
    lines_named,
    measures_numbered,
    sums_by_line,
    sums_by_measure,
)
from bangfu.reporting.charts.answers.listed import Parts, level_in_text, level_words, parts_of
from bangfu.reporting.charts.asking import Question, UnableToChart
from bangfu.reporting.charts.engines import stacks
from bangfu.reporting.charts.kinds import BY_WORDS, By, Kind
from bangfu.reporting.charts.spans import slot_label
from bangfu.reporting.definitions import Indicator
from bangfu.reporting.display import share_text
from bangfu.reporting.figures import NOTHING, Figure
from bangfu.reporting.indicators import valid_for
from bangfu.reporting.periods import Period
from bangfu.reporting.queries import figure_in
from bangfu.reporting.tables.answering import sums_of_many
from bangfu.reporting.tables.asking import steps_of
from bangfu.reporting.versions import chain_of

ABOVE = {
    By.PLACE: both("未分到下级或已撤并的地区", "counted above this level, or in places that are gone"),
    By.UNIT: both("上级单位本级", "of the units above"),
    By.LINE: NO_LINE,
    By.MEASURE: both("其他", "other"),
}


@dataclass(frozen=True)
class Component:
    """One part in every period."""

    name: str
    values: tuple[Decimal | None, ...]
    figures: tuple[Figure | None, ...]
    """Null where the part is no figure of its own."""

    @property
    def weight(self) -> Decimal:
        """By what parts are ordered: the largest first over all periods."""
        return sum((value for value in self.values if value is not None), Decimal(0))


def answer(question: Question, indicator: Indicator, reader: Reader) -> Answer:
    """Return what a composition says.

    Raises: UnableToChart: ``no_parts``, ``one_measure``.
    """
    if not indicator.is_additive:
        raise UnableToChart("no_parts", title=indicator.title)
    periods = steps_of(question.table) if question.is_over_time else [question.selection.period]
    by = question.by[0]
    if by in (By.PLACE, By.UNIT):
        components, wholes = _listed(parts_of(question, reader))
    else:
        wholes = _wholes(question, indicator, periods)
        components = (_lines if by is By.LINE else _measures)(question, indicator, wholes)
    components.sort(key=lambda one: -one.weight)
    above = _above(by, components, wholes)
    drawn, folded = components[: question.most], components[question.most :]
    if len(folded) == 1:
        drawn, folded = components, []
    whole = figure_in(indicator.code, question.selection)
    labels = [one.title(language()) for one in periods] if question.is_over_time else [""]
    composition = stacks.Composition(
        parts=(
            *(_part(one, labels, whole) for one in drawn),
            *([_rest(question, folded, labels, whole)] if folded else []),
            *([_part(above, labels, whole, is_rest=True)] if above else []),
        ),
        periods=tuple(slot_label(one) for one in periods) if question.is_over_time else (),
        totals=tuple(short(whole, one.value) if one and one.value is not None else "" for one in wholes),
        unit=str(indicator.unit),
        language=language(),
        decimals=decimals_of(indicator),
    )
    everything = [*components, *([above] if above else [])]
    return Answer(
        question=question,
        indicators=(indicator,),
        title=_title(question, indicator, periods),
        figure=whole,
        headings=_headings(question, indicator, periods),
        rows=(
            *(_row(one, wholes, whole, has_share=not question.is_over_time) for one in everything),
            _whole_row(wholes, whole, has_share=not question.is_over_time),
        ),
        notes=_notes(folded, everything),
        draw=lambda frame: stacks.drawing_of(composition, frame),
        is_empty=all_empty(wholes),
        values_of_parts=tuple(value for one in everything for value in one.values)
        if by in (By.PLACE, By.UNIT)
        else (),
    )


def _listed(parts: Parts) -> tuple[list[Component], list[Figure | None]]:
    components = [
        Component(one.name, tuple(figure.value if figure else None for figure in one.figures), one.figures)
        for one in parts.parts
    ]
    return [one for one in components if any(value is not None for value in one.values)], list(parts.whole)


def _wholes(question: Question, indicator: Indicator, periods: Sequence[Period]) -> list[Figure | None]:
    chain = chain_of(indicator.code, question.selection.as_of)
    asked = [(valid_for(chain, period), question.selection.having(period=period)) for period in periods]
    newest = newest_block()
    return [
        Figure(one, selection, found, newest, 0, one.display)
        for (one, selection), found in zip(asked, sums_of_many(asked), strict=True)
    ]


def _lines(question: Question, indicator: Indicator, wholes: Sequence[Figure | None]) -> list[Component]:
    figures = [one for one in wholes if one is not None]
    sums = sums_by_line([(one.indicator, one.selection) for one in figures])
    keys = sorted({key for found in sums for key in found if key is not None})
    newest = newest_block()
    components = []
    for line, words in lines_named(question.selection, keys).values():
        parts = tuple(
            Figure(
                one.indicator,
                one.selection.having(line=line),
                found.get(line.pk, NOTHING),
                newest,
                0,
                indicator.display,
            )
            for one, found in zip(figures, sums, strict=True)
        )
        components.append(Component(str(words), tuple(part.value for part in parts), parts))
    return components


def _measures(question: Question, indicator: Indicator, wholes: Sequence[Figure | None]) -> list[Component]:
    if len(indicator.measures) < 2:
        raise UnableToChart("one_measure", title=indicator.title)
    figures = [one for one in wholes if one is not None]
    sums = sums_by_measure([(one.indicator, one.selection) for one in figures])
    newest = newest_block()
    components = []
    for number, measure in measures_numbered(indicator).items():
        alone = indicator_of_measure(indicator, measure)
        found = [several.get(number, NOTHING) for several in sums]
        parts: tuple[Figure | None, ...] = tuple(
            Figure(alone, one.selection, part, newest, 0, alone.display) if alone else None
            for one, part in zip(figures, found, strict=True)
        )
        components.append(Component(str(measure.title), tuple(part.value for part in found), parts))
    return [one for one in components if any(value is not None for value in one.values)]


def _above(by: By, components: Sequence[Component], wholes: Sequence[Figure | None]) -> Component | None:
    """Return what the parts leave of the whole; null when they leave nothing in any period."""
    values: list[Decimal | None] = []
    for at, whole in enumerate(wholes):
        if whole is None or whole.value is None:
            values.append(None)
            continue
        values.append(whole.value - (total([one.values[at] for one in components]) or Decimal(0)))
    if not any(values):
        return None
    kept = tuple(value or None for value in values)
    return Component(str(ABOVE[by]), kept, (None,) * len(kept))


def _part(one: Component, labels: Sequence[str], whole: Figure, *, is_rest: bool = False) -> stacks.Part:
    return stacks.Part(
        name=one.name,
        values=one.values,
        texts=tuple(short(whole, value) for value in one.values),
        said=tuple(
            said(one.name, label, value=exactly(whole, value))
            for label, value in zip(labels, one.values, strict=True)
        ),
        addresses=tuple(figure.address if figure else "" for figure in one.figures),
        is_rest=is_rest,
    )


def _rest(
    question: Question, folded: Sequence[Component], labels: Sequence[str], whole: Figure
) -> stacks.Part:
    """Return the parts without a mark of their own as one, which opens them as a ranking."""
    name = str(both("其他 {count} 个", "{count} others").filled(count=len(folded)))
    count = len(labels)
    values = tuple(total([one.values[at] for one in folded]) for at in range(count))
    address = _opened_rest(question)
    return stacks.Part(
        name=name,
        values=values,
        texts=tuple(short(whole, value) for value in values),
        said=tuple(
            said(name, label, value=exactly(whole, value))
            for label, value in zip(labels, values, strict=True)
        ),
        addresses=(address,) * count,
        is_rest=True,
    )


def _opened_rest(question: Question) -> str:
    """Return where all parts stand one by one: the ranking of places and units, else the table below."""
    if question.by[0] not in (By.PLACE, By.UNIT):
        return "#chart-table"
    ranked = question.having(kind=Kind.RANKING, is_over_time=False, most=60, has_before=True)
    return f"{reverse('charts:new')}?{ranked.query}"


def _title(question: Question, indicator: Indicator, periods: Sequence[Period]) -> str:
    by = question.by[0]
    divided = (
        level_in_text(question)
        if by in (By.PLACE, By.UNIT)
        else both(BY_WORDS[by].zh, BY_WORDS[by].en.lower())
    )
    if question.is_over_time:
        when = both("{first}至{last}", "{first} to {last}").filled(
            first=both(periods[0].title("zh"), periods[0].title("en")),
            last=both(periods[-1].title("zh"), periods[-1].title("en")),
        )
    else:
        when = question.selection.period_words
    return str(
        both("{title}：{when}按{by}构成", "{title}: by {by}, {when}").filled(
            title=indicator.title, when=when, by=divided
        )
    )


def _headings(question: Question, indicator: Indicator, periods: Sequence[Period]) -> tuple[Words, ...]:
    by = question.by[0]
    first = level_words(question) if by in (By.PLACE, By.UNIT) else BY_WORDS[by]
    columns = [headed(both(one.title("zh"), one.title("en")), indicator) for one in periods]
    return (first, *columns, *([] if question.is_over_time else [both("占比", "Share")]))


def _row(one: Component, wholes: Sequence[Figure | None], whole: Figure, *, has_share: bool) -> Row:
    cells = [
        figure_cell(figure) if figure is not None else number_cell(whole, value)
        for figure, value in zip(one.figures, one.values, strict=True)
    ]
    if has_share:
        cells.append(Cell(_share(one.values[0], wholes[0].value if wholes[0] else None)))
    return Row(one.name, tuple(cells))


def _share(part: Decimal | None, whole: Decimal | None) -> str:
    """Return a part's share of the whole in percent, rounded down; nothing where there is none."""
    if part is None or whole is None or part < 0 or whole <= 0:
        return ""
    return share_text(int(part * 10_000), int(whole * 10_000)) or ""


def _whole_row(wholes: Sequence[Figure | None], whole: Figure, *, has_share: bool) -> Row:
    cells = [figure_cell(one) for one in wholes]
    if has_share:
        cells.append(Cell("100%" if whole.value is not None and whole.value > 0 else ""))
    return Row(str(both("合计", "Total")), tuple(cells), is_whole=True)


def _notes(folded: Sequence[Component], everything: Sequence[Component]) -> tuple[str, ...]:
    notes = []
    if folded:
        notes.append(
            both(
                "图上“其他”合并了 {count} 个，表里逐个列出。",
                "“Others” sums up {count}, which the table lists one by one.",
            ).filled(count=len(folded))
        )
    if any(value is not None and value < 0 for one in everything for value in one.values):
        notes.append(
            both(
                "有负数（冲正多于发生）的部分画在零的另一边，不算占比。",
                "Parts below zero (more was taken back than happened) lie on the other side of zero and have no share.",
            )
        )
    return tuple(str(one) for one in notes)
