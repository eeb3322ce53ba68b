"""A figure for programs: everything that is said of it, exact and as it is shown."""

from __future__ import annotations

from typing import Any

from bangfu.foundation.rooms.marks import example_mark
from bangfu.reporting.display import plain_text
from bangfu.reporting.figures import Figure


def figure_as_json(figure: Figure) -> dict[str, Any]:
    """Return a figure as plain values; numbers that a float would spoil are texts, what does not apply is null."""
    indicator, selection = figure.indicator, figure.selection
    participations = figure.participations
    return {
        "indicator": indicator.code,
        "example": example_mark() is not None,
        "version": indicator.version,
        "kind": indicator.kind.value,
        "title": {"zh": indicator.title.zh, "en": indicator.title.en},
        "period": selection.period.code,
        "place": selection.place_code or None,
        "area": selection.area.code if selection.area else None,
        "unit": selection.unit.code if selection.unit else None,
        "value": None if figure.value is None else plain_text(figure.value),
        "shown": {language: _shown(figure, language) for language in ("zh", "en")},
        "participations": None if participations is None else plain_text(participations),
        "facts": figure.sum.facts,
        "reversed": figure.sum.reversed,
        "block": figure.block,
        "unsealed": figure.unsealed,
        "scope_note": {"zh": indicator.scope_note.zh, "en": indicator.scope_note.en},
        "code": figure.code,
        "address": figure.address,
        "terms": {
            one.selection.term: {
                "measure": one.indicator.term.measure.code,
                "kind": one.indicator.kind.value,
                "value": None if one.value is None else plain_text(one.value),
                "facts": one.sum.facts,
                "address": one.address,
            }
            for one in figure.terms
        },
    }


COLUMNS = (
    "indicator", "title", "value", "shown", "unit", "period", "place", "area", "owner", "line", "block", "facts", "version",
    "title_en", "shown_en", "unit_en", "address",
)  # fmt: skip
"""Of a file of figures: a row each; what was asked stands in every row."""


def figure_as_row(figure: Figure) -> tuple[object, ...]:
    """Return a figure as a row under ``COLUMNS``; what does not apply is empty."""
    indicator, selection = figure.indicator, figure.selection
    return (
        indicator.code, indicator.title.zh, "" if figure.value is None else plain_text(figure.value),
        _shown(figure, "zh") or "", indicator.unit.zh, selection.period.code, selection.place_code,
        selection.area.code if selection.area else "", selection.unit.code if selection.unit else "",
        selection.line.code if selection.line else "", figure.block, figure.sum.facts, indicator.version,
        indicator.title.en, _shown(figure, "en") or "", indicator.unit.en, figure.address,
    )  # fmt: skip


def _shown(figure: Figure, language: str) -> str | None:
    said = figure.shown_in(language)
    return None if said is None else str(said)
