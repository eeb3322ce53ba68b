"""Flow of funds: from sources through units, places and lines, and to uses where some are asked about.

Every ribbon is one figure of its source, narrowed to both stops that it joins, so that it opens. What comes into a stop and what
goes out of it are counted by themselves; where uses are asked about and the two differ, the difference is drawn as one.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from bangfu.foundation.rooms import both
from bangfu.reporting.charts.answers.answer import (
    Answer,
    Cell,
    Reader,
    Row,
    exactly,
    figure_cell,
    headed,
    newest_block,
    number_cell,
)
from bangfu.reporting.charts.answers.grouped import Grouped, sums_of_flow
from bangfu.reporting.charts.answers.passing import (
    GRAINS,
    Passage,
    Stop,
    Stops,
    figure_of,
    level_of_flow,
    stage_at,
)
from bangfu.reporting.charts.answers.streams import SOURCE, USE, drawn
from bangfu.reporting.charts.asking import Question, UnableToChart
from bangfu.reporting.charts.engines import flows
from bangfu.reporting.charts.kinds import By
from bangfu.reporting.definitions import Indicator
from bangfu.reporting.figures import Figure, Sum
from bangfu.reporting.indicators import valid_for
from bangfu.reporting.tables.answering import sums_of_many
from bangfu.reporting.versions import chain_of


def answer(question: Question, indicator: Indicator, reader: Reader) -> Answer:
    """Return what a flow says.

    Raises: UnableToChart: ``no_parts``, ``not_of_one_unit``, ``unknown_choice``.
    """
    sources = [_indicator(question, code) for code in question.table.codes]
    uses = [_indicator(question, code) for code in question.uses]
    _require_one_kind([*sources, *uses])
    figures = _figures(question, [*sources, *uses])
    level = level_of_flow(question)
    grains = {GRAINS[by] for by in question.by}
    rows = [sums_of_flow(one, question.selection, grains, level) for one in sources]
    last = question.by[-1]
    use_rows = [sums_of_flow(one, question.selection, [GRAINS[last]], level) for one in uses]
    stops = Stops(question, [one for several in (*rows, *use_rows) for one in several])
    passages = _passages(question, sources, rows, stops)
    passages += _of_uses(last, uses, use_rows, stops, first=len(sources))
    whole = figures[0]
    flow = drawn(question, figures, passages)
    title = both("{title}：{period}流向", "{title}: where it went, {period}").filled(
        title=both("、".join(one.title.zh for one in sources), ", ".join(one.title.en for one in sources)),
        period=question.selection.period_words,
    )
    return Answer(
        question=question,
        indicators=(*sources, *uses),
        title=str(title),
        figure=whole,
        headings=(
            both("从", "From"),
            both("到", "To"),
            both("指标", "Indicator"),
            headed(question.selection.period_words, indicator),
        ),
        rows=tuple(_rows(question, [*sources, *uses], figures, passages, uses_from=len(sources))),
        notes=_notes(question, sources, uses, figures, passages, whole),
        draw=lambda frame: flows.drawing_of(flow, frame),
        is_empty=not any(one.value > 0 for one in passages),
        values_of_parts=tuple(one.value for one in passages),
    )


def _indicator(question: Question, code: str) -> Indicator:
    return valid_for(chain_of(code, question.selection.as_of), question.selection.period)


def _require_one_kind(several: Sequence[Indicator]) -> None:
    """Refuse what does not add up, and what is not counted in one unit."""
    for one in several:
        if not one.is_additive:
            raise UnableToChart("no_parts", title=one.title)
        if one.unit.zh != several[0].unit.zh:
            raise UnableToChart("not_of_one_unit", one=several[0].title, other=one.title)


def _figures(question: Question, several: Sequence[Indicator]) -> list[Figure]:
    newest = newest_block()
    sums = sums_of_many([(one, question.selection) for one in several])
    return [
        Figure(one, question.selection, found, newest, 0, one.display)
        for one, found in zip(several, sums, strict=True)
    ]


def _passages(
    question: Question, sources: Sequence[Indicator], rows: Sequence[Sequence[Grouped]], stops: Stops
) -> list[Passage]:
    """Return what passes between each two stages, by source."""
    found: dict[tuple[int, int, str, str], Passage] = {}
    for at, (source, several) in enumerate(zip(sources, rows, strict=True)):
        origin = Stop(f"s{at}", str(source.title), {})
        for row in several:
            way = [origin, *(stops.at(by, row) for by in question.by)]
            for stage, (begins, ends) in enumerate(itertools.pairwise(way)):
                key = (at, stage, begins.key, ends.key)
                passage = found.setdefault(key, Passage(at, begins, ends, changes=_joined(begins, ends)))
                _add(passage, row.sum)
    return list(found.values())


def _of_uses(
    last: By, uses: Sequence[Indicator], rows: Sequence[Sequence[Grouped]], stops: Stops, *, first: int
) -> list[Passage]:
    """Return what goes from the stops of the last stage to each use."""
    found: dict[tuple[int, str], Passage] = {}
    for at, (use, several) in enumerate(zip(uses, rows, strict=True), first):
        goal = Stop(f"s{at}", str(use.title), {})
        for row in several:
            begins = stops.at(last, row)
            passage = found.setdefault((at, begins.key), Passage(at, begins, goal, changes=begins.changes))
            _add(passage, row.sum)
    return list(found.values())


def _joined(begins: Stop, ends: Stop) -> dict[str, Any] | None:
    if begins.changes is None or ends.changes is None:
        return None
    return {**begins.changes, **ends.changes}


def _add(passage: Passage, found: Sum) -> None:
    passage.value += found.value or Decimal(0)
    passage.facts += found.facts


def _rows(
    question: Question,
    several: Sequence[Indicator],
    figures: Sequence[Figure],
    passages: Sequence[Passage],
    *,
    uses_from: int,
) -> list[Row]:
    """Return every passage, larger ones first within each two stages, and the figures of all sources and uses."""
    stage_of = {
        stop.key: 0 if stop.key.startswith("s") else stage_at(question, stop)
        for one in passages
        for stop in (one.begins, one.ends)
    }
    ordered = sorted(
        passages,
        key=lambda one: (
            one.source >= uses_from,
            stage_of[one.begins.key],
            -one.value,
            one.begins.key,
            one.ends.key,
        ),
    )
    rows = []
    for one in ordered:
        figure = figure_of(figures, one)
        cell = figure_cell(figure) if figure else number_cell(figures[one.source], one.value)
        rows.append(Row(one.begins.name, (_text(one.ends.name), _text(str(several[one.source].title)), cell)))
    for at, (indicator, figure) in enumerate(zip(several, figures, strict=True)):
        side = USE if at >= uses_from else SOURCE
        whole = both("合计", "Total")
        rows.append(
            Row(
                str(whole),
                (_text(str(side)), _text(str(indicator.title)), figure_cell(figure)),
                is_whole=True,
            )
        )
    return rows


def _text(text: str) -> Cell:
    return Cell(text, is_number=False)


def _notes(
    question: Question, sources: Sequence[Indicator], uses: Sequence[Indicator], figures: Sequence[Figure],
    passages: Sequence[Passage], whole: Figure,
) -> tuple[str, ...]:  # fmt: skip
    """Return what is to be said: how both sides compare, and what was taken back and is not drawn."""
    found = []
    count = len(sources)
    inward = sum((one.value or Decimal(0) for one in figures[:count]), Decimal(0))
    outward = sum((one.value or Decimal(0) for one in figures[count:]), Decimal(0))
    if uses and inward != outward:
        found.append(
            both(
                "来源合计 {inward}，用途合计 {outward}，相差 {difference}：图中以虚线标出差在哪里。",
                "Sources come to {inward}, uses to {outward}; they differ by {difference}, and the chart marks where.",
            ).filled(
                inward=exactly(whole, inward),
                outward=exactly(whole, outward),
                difference=exactly(whole, inward - outward),
            )
        )
    elif uses:
        found.append(
            both("来源与用途合计相等：{inward}。", "Sources and uses agree: {inward}.").filled(
                inward=exactly(whole, inward)
            )
        )
    else:
        found.append(
            both(
                "每一段的合计都等于来源合计：{inward}。",
                "Every stage comes to the sum of the sources: {inward}.",
            ).filled(inward=exactly(whole, inward))
        )
    negative = [one for one in passages if one.value < 0]
    if negative:
        found.append(
            both(
                "{count} 条流向为负（冲正多于发生），图上不画，表里列出。",
                "{count} passages are below zero (more was taken back than happened): they are listed and not drawn.",
            ).filled(count=len(negative))
        )
    return tuple(str(one) for one in found)
