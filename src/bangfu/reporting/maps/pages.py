"""What stands around the map: the way down to the place, the stops of the slider, and every choice as an address."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bangfu.foundation.places.codes import LEVELS, ancestor_id
from bangfu.foundation.rooms import Words, both
from bangfu.reporting.maps.answering import Answer
from bangfu.reporting.maps.asking import (
    COMPARISON_WORDS,
    DRAWING_WORDS,
    LEVEL_WORDS,
    METHOD_WORDS,
    STEP_WORDS,
    Comparison,
    Drawing,
    Question,
    Step,
    levels_in,
    step_of,
    stepped,
)
from bangfu.reporting.maps.classing import Method

WHOLE = both("全国", "China")


@dataclass(frozen=True)
class Choice:
    """Something that may be chosen, and where that leads."""

    label: Words | str
    query: str
    """Of the address; empty when the reader may not go there."""
    is_chosen: bool = False
    period: str = ""
    """Of a stop of the slider."""


def path_of(question: Question, may_go: Callable[[int | None], bool]) -> list[Choice]:
    """Return the country, the places above the one that is looked at, and that place."""
    place = question.selection.place
    chain: list[int | None] = [None]
    if place is not None:
        above = (ancestor_id(place, level) for level in LEVELS)
        chain += dict.fromkeys(number for number in above if number is not None)
    labels = question.selection.place_labels([one for one in chain if one is not None], short=True)
    return [
        Choice(
            label=WHOLE if one is None else labels.get(one, ""),
            query=_at(question, one).query() if may_go(one) else "",
            is_chosen=one == place,
        )
        for one in chain
    ]


def _at(question: Question, place: int | None) -> Question:
    """Return the question for another place, divided in the way that is usual there."""
    there = question.asking(place=place)
    return there.having(level=levels_in(there.selection)[0])


def stops_of(found: Answer) -> list[Choice]:
    """Return the stops of the slider; none when there is but one."""
    question = found.question
    if len(found.stops) < 2:
        return []
    shown = {stop.code: stop.title for stop in found.sheet.stops}
    return [
        Choice(
            label=shown[period.code],
            query=question.asking(period=period).query(),
            is_chosen=period.code == question.selection.period.code,
            period=period.code,
        )
        for period in found.stops
    ]


def choices_of(question: Question) -> dict[str, list[Choice]]:
    """Return by what it changes every choice that stands beside the map as a chip."""
    period = question.selection.period
    chosen = {
        "steps": [
            Choice(
                STEP_WORDS[step],
                question.asking(period=stepped(period, step)).query(),
                step is step_of(period),
            )
            for step in Step
        ],
        "levels": [
            Choice(LEVEL_WORDS[level], question.having(level=level).query(), level == question.level)
            for level in sorted(levels_in(question.selection))
        ],
        "drawings": [
            Choice(
                DRAWING_WORDS[drawing], question.having(drawing=drawing).query(), drawing is question.drawing
            )
            for drawing in Drawing
        ],
        "methods": [
            Choice(METHOD_WORDS[method], question.having(method=method).query(), method is question.method)
            for method in Method
        ],
        "comparisons": [
            Choice(COMPARISON_WORDS[one], question.having(comparison=one).query(), one is question.comparison)
            for one in Comparison
        ],
    }
    return chosen if question.versus is not None else {**chosen, "comparisons": []}
