"""Charts that stand in a text: drawn for paper and for a phone, with the figures that they show.

Whoever reads the text sees figures of the whole programme, and it leaves the house. So each number of such a chart is a figure
that opens, no pledge is drawn, and no group of people below five stands in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils import timezone

from bangfu.foundation.rooms import both
from bangfu.reporting.charts.answers.answer import Answer, Cell, Reader, Row, language
from bangfu.reporting.charts.answers.asked import answered_to
from bangfu.reporting.charts.asking import Question, UnableToChart, read_question
from bangfu.reporting.charts.disclosing import require_no_small_groups
from bangfu.reporting.charts.engines import svg
from bangfu.reporting.charts.engines.marks import NARROW, PAPER, Drawing, Frame, Mark
from bangfu.reporting.charts.kinds import KIND_WORDS, Kind
from bangfu.reporting.charts.plating import Plate, plate_of
from bangfu.reporting.charts.queries import version_for_texts
from bangfu.reporting.figures import Figure
from bangfu.reporting.queries import usual_period

LOOKS: Mapping[str, Frame] = {"paper": PAPER, "narrow": NARROW}
STANDS = (Kind.TREND, Kind.COMPOSITION, Kind.RANKING)
"""Kinds whose numbers are all figures."""
MOST_FIGURES = 62
"""Of one chart: those of every province with the year before."""


@dataclass(frozen=True)
class Line:
    """What a chart shows of one part or period: its name and its figures."""

    name: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Inset:
    """A chart in a text, in one language."""

    language: str
    title: str
    scope: str
    """Where and whose."""
    notes: tuple[str, ...]
    lines: tuple[Line, ...]
    drawings: dict[str, Drawing]  # by look

    @property
    def figures(self) -> list[Figure]:
        """The figures that it shows, each once, in the order of its lines."""
        return list({one.address: one for line in self.lines for one in line.figures}.values())

    @property
    def plates(self) -> list[Plate]:
        """How it stands in a page: as on paper, and for a phone."""
        return [plate_of(drawn, look) for look, drawn in self.drawings.items()]

    def file(self) -> str:
        """Return the drawing for paper as SVG."""
        return svg.document(self.drawings["paper"], self.title, self.language)

    def opening(self, addresses: Mapping[str, str]) -> Inset:
        """Return the same chart whose marks open elsewhere; a mark without an address there opens nothing.

        Args:
            addresses: by the address at which a figure opens in the house.
        """
        return replace(self, drawings={look: _opening(one, addresses) for look, one in self.drawings.items()})


def _opening(drawing: Drawing, addresses: Mapping[str, str]) -> Drawing:
    items = tuple(
        replace(one, address=addresses.get(one.address, "")) if isinstance(one, Mark) else one
        for one in drawing.items
    )
    return replace(drawing, items=items)


def inset(value: str, given: Mapping[str, str], *, as_of: int | None) -> Inset:
    """Return a chart of a text in the active language.

    Args:
        value: the kind of a chart, or the number of a saved one.
        given: fields of its address; several values of one are separated by commas. None of a saved one.

    Raises: UnableToChart: it cannot be drawn, or must not stand in a text. UnableToTabulate, UnableToOpen: a field means nothing.
    """
    question = _asked(value, given)
    if question.kind not in STANDS:
        raise UnableToChart("not_in_texts", kind=KIND_WORDS[question.kind])
    answer = answered_to(question.asking(as_of=as_of), Reader(None, timezone.localdate()))
    if answer.is_empty:
        raise UnableToChart("nothing_drawn", title=answer.title)
    require_no_small_groups(answer)
    found = Inset(
        language=language(),
        title=answer.title,
        scope=str(answer.question.selection.scope_words),
        notes=_notes(answer),
        lines=tuple(_lines(answer)),
        drawings={look: answer.draw(frame) for look, frame in LOOKS.items()},
    )
    if len(found.figures) > MOST_FIGURES:
        raise UnableToChart("too_many_figures", count=len(found.figures), most=MOST_FIGURES)
    return found


def _asked(value: str, given: Mapping[str, str]) -> Question:
    if value.isdecimal():
        version = version_for_texts(int(value))
        if version is None:
            raise UnableToChart("no_saved_chart", number=value)
        return read_question(version.question, period=usual_period())
    fields: dict[str, Any] = {name: text.split(",") for name, text in given.items()}
    return read_question({**fields, "kind": [value]}, period=usual_period())


def _ranked(answer: Answer) -> list[Row]:
    """Return what a ranking ranks: the rows whose first figure has records."""
    return [row for row in answer.rows if _counted(row)[0].value is not None]


def _notes(answer: Answer) -> tuple[str, ...]:
    """Return what is said below a chart; of a ranking how many are drawn, since no table stands beside it."""
    if answer.question.kind is not Kind.RANKING:
        return answer.notes
    drawn, ranked = answer.question.most, len(_ranked(answer))
    if ranked <= drawn:
        return ()
    words = both("画出 {drawn} 个，有记录的共 {ranked} 个。", "{drawn} are drawn of {ranked} with records.")
    return (str(words.filled(drawn=drawn, ranked=ranked)),)


def _lines(answer: Answer) -> list[Line]:
    """Return what a chart shows line by line: of a ranking what is drawn, of others every part and period with records.

    Raises: UnableToChart: ``not_a_figure``: a number of it is no figure of its own.
    """
    is_ranking = answer.question.kind is Kind.RANKING
    rows = _ranked(answer)[: answer.question.most] if is_ranking else answer.rows
    lines = []
    for row in rows:
        figures = tuple(one for cell in _counted(row) if (one := _figure(row, cell)) is not None)
        if figures:
            lines.append(Line(row.name, figures))
    return lines


def _counted(row: Row) -> list[Cell]:
    return [cell for cell in row.cells if cell.is_number and cell.is_counted]


def _figure(row: Row, cell: Cell) -> Figure | None:
    if cell.value is None:
        return None
    if cell.figure is None:
        raise UnableToChart("not_a_figure", name=row.name)
    return cell.figure
