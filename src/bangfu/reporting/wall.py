"""The programme on one wall: each figure of a report once, under its chapter, live, with its months and what came in today."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import Count
from django.utils import timezone

from bangfu.foundation.ledger.catalogue import measure_number
from bangfu.foundation.ledger.entered import facts_since
from bangfu.foundation.places.models import Place
from bangfu.foundation.rooms import Words, both
from bangfu.reporting.breakdown import Part, months_together
from bangfu.reporting.definitions import IndicatorKind, Term
from bangfu.reporting.figures import Figure
from bangfu.reporting.periods import read_period
from bangfu.reporting.reports import figures_of
from bangfu.reporting.scoping import asks
from bangfu.reporting.selection import Selection
from bangfu.reporting.texts import document
from bangfu.reporting.wording.markup import Paragraph, Tag

BARS = frozenset({IndicatorKind.FLOW, IndicatorKind.STOCK, IndicatorKind.CUMULATIVE})
"""Kinds whose months are read from one scan."""
HEIGHT = 24
"""Of the highest bar, in the drawing's own units; each bar is two wide and stands three from the next."""
MOST_BARS = 24
MOST_NARROW = 12
"""How many tiles a chapter has that takes one column of the wall."""


@dataclass(frozen=True)
class Bar:
    """One month of a tile's drawing."""

    left: int
    top: int
    height: int


@dataclass(frozen=True)
class Tile:
    """One figure on the wall."""

    figure: Figure
    label: Words
    where: str
    """The place, area or unit that it is about; empty for the whole programme."""
    when: Words
    bars: tuple[Bar, ...]
    """Its last months; none for what no month adds up to."""
    today: int
    """How many facts of its measure were entered today."""

    @property
    def width(self) -> int:
        """How wide its drawing is, in the drawing's own units."""
        return 3 * len(self.bars) - 1


@dataclass(frozen=True)
class Panel:
    """One chapter of the report."""

    title: str
    tiles: tuple[Tile, ...]

    @property
    def is_broad(self) -> bool:
        """Whether its tiles take the room of two chapters, so that the wall stays on one screen."""
        return len(self.tiles) > MOST_NARROW

    @property
    def today(self) -> int:
        """How many facts of its measures were entered today, each measure once."""
        return sum({one.figure.indicator.term.measure.code: one.today for one in self.tiles}.values())


def panels_of(code: str, language: str, on: date) -> list[Panel]:
    """Return the chapters of a report with their figures as of now; figures without facts are left out.

    Raises: LookupError: there is no such report.
    """
    text = document(code, language)
    figures = figures_of([text], None)
    entered = _entered_on(on)
    drawn = _bars_of(list(figures.values()))
    named = _names_of(list(figures.values()))
    found: list[Panel] = []
    told: set[tuple[str, object]] = set()
    title, tiles = "", list[Tile]()
    for one in text.paragraphs:
        if one.kind == "chapter":
            found.append(Panel(title, tuple(tiles)))
            title, tiles = _words(one, language), []
        for tag in _figure_tags(one):
            figure = figures.get(tag)
            if figure is None or not figure.has_value:
                continue
            key = (figure.indicator.code, figure.selection)
            if key not in told:
                told.add(key)
                tiles.append(_tile(figure, language, entered, drawn.get(key, ()), named))
    found.append(Panel(title, tuple(tiles)))
    return [one for one in found if one.tiles]


def _figure_tags(one: Paragraph) -> Iterable[Tag]:
    return (piece for piece in one.pieces if isinstance(piece, Tag) and piece.name == "figure")


def _words(one: Paragraph, language: str) -> str:
    """Return a heading without the number of its chapter, which no wall needs."""
    pieces = (
        read_period(piece.value).title(language) if isinstance(piece, Tag) else piece.text
        for piece in one.pieces
    )
    return "".join(pieces).rpartition("　")[2]


def _entered_on(on: date) -> dict[int, int]:  # facts by measure; absent: none
    """Return how many facts were entered on a day."""
    midnight = timezone.make_aware(datetime.combine(on, time.min))
    counted = facts_since(midnight).values("measure_id").annotate(count=Count("pk"))
    return {row["measure_id"]: row["count"] for row in counted.order_by()}


def _tile(
    figure: Figure, language: str, entered: dict[int, int], bars: tuple[Bar, ...], named: dict[int, str]
) -> Tile:
    selection, indicator = figure.selection, figure.indicator
    return Tile(
        figure=figure,
        label=indicator.short_title,
        where=_where(selection, language, named),
        when=selection.period_words,
        bars=bars,
        today=sum(entered.get(measure_number(one.code), 0) for one in indicator.term.measures),
    )


def _names_of(figures: Iterable[Figure]) -> dict[int, str]:  # by place
    """Return what the places of figures are called, looked up together."""
    places = {one.selection.place for one in figures if one.selection.place is not None}
    return dict(Place.objects.filter(pk__in=places).values_list("pk", "name")) if places else {}


def _where(selection: Selection, language: str, named: dict[int, str]) -> str:
    """Return the shortest name of what a figure is about."""
    if selection.place is not None:
        return named[selection.place]
    if selection.area is not None:
        return both(selection.area.title_zh, selection.area.title_en).in_language(language)
    return selection.unit_words.in_language(language) if selection.unit is not None else ""


def _bars_of(
    figures: Iterable[Figure],
) -> dict[tuple[str, object], tuple[Bar, ...]]:  # by indicator and selection; absent: no months
    """Return the last months of the figures that months add up to, asked together."""
    asked: dict[tuple[str, object], tuple[Term, Selection]] = {}
    for one in figures:
        term = one.indicator.term
        selection = asks(term, one.selection)
        if one.indicator.kind in BARS and one.has_value and selection is not None:
            asked[one.indicator.code, one.selection] = (term, selection)
    months = months_together(list(asked.values()))
    return {key: _bars(months[question]) for key, question in asked.items()}


def _bars(months: Sequence[Part]) -> tuple[Bar, ...]:
    shown = months[-MOST_BARS:]
    highest = max((one.value for one in shown), default=0)
    if len(shown) < 3 or highest <= 0:
        return ()
    heights = [max(0, round(one.value * HEIGHT / highest)) for one in shown]
    return tuple(Bar(at * 3, HEIGHT - height, height) for at, height in enumerate(heights))
