"""Places or units side by side, as a table asks them: what rankings, distributions and compositions are drawn from."""

from __future__ import annotations

from dataclasses import dataclass

from bangfu.foundation.organisation.models import KIND_WORDS, Unit
from bangfu.foundation.rooms import Words, both
from bangfu.reporting.charts.answers.answer import Reader
from bangfu.reporting.charts.asking import Question
from bangfu.reporting.charts.kinds import By
from bangfu.reporting.figures import Figure
from bangfu.reporting.periods import Period
from bangfu.reporting.tables import asking as tables
from bangfu.reporting.tables.asking import LEVEL_WORDS, Axis
from bangfu.reporting.tables.sheet import Sheet

SEVERAL = {
    Unit.Kind.PROVINCE.value: "provincial branches",
    Unit.Kind.PREFECTURE.value: "city companies",
    Unit.Kind.COUNTY.value: "county companies",
    Unit.Kind.OFFICE.value: "offices",
}
"""Units of a kind within an English sentence."""


@dataclass(frozen=True)
class Listed:
    """One place or unit with its figures: one, or one a period."""

    key: int
    name: str
    figures: tuple[Figure | None, ...]
    """Null where the reader may not see it."""

    @property
    def figure(self) -> Figure | None:
        """The first."""
        return self.figures[0]


@dataclass(frozen=True)
class Parts:
    """The parts of a whole, each by itself, and the whole, asked by itself too."""

    parts: tuple[Listed, ...]
    whole: tuple[Figure | None, ...]
    periods: tuple[Period, ...]
    """Empty: one without time."""


def listed(question: Question, reader: Reader, *, period: Period | None = None) -> tuple[Listed, ...]:
    """Return every place or unit that a chart asks about, those without records too, in one question.

    Args:
        period: another period than the chart's; null is its own.

    Raises: UnableToTabulate: ``too_large``.
    """
    table = question.table if period is None else question.table.asking(period=period)
    return _rows(Sheet(table, reader.account, reader.today))


def parts_of(question: Question, reader: Reader) -> Parts:
    """Return the parts of a composition by place or unit, and its whole.

    Raises: UnableToTabulate: ``too_large``.
    """
    axis = Axis.PLACE if By.PLACE in question.by else Axis.UNIT
    sheet = Sheet(question.table.having(totals=frozenset({axis})), reader.account, reader.today)
    rows = _rows(sheet)
    whole = rows[-1] if sheet.rows_of and sheet.rows_of[-1].is_whole else None
    parts = rows[:-1] if whole else rows
    if whole is None:
        # Places that are named one by one are no scope in a table, but what they are held against is.
        whole = _rows(Sheet(_of_whole(question), reader.account, reader.today))[-1]
    periods = [column[0].key for column in sheet.columns] if question.is_over_time else []
    return Parts(parts, whole.figures, tuple(periods))


def _of_whole(question: Question) -> tables.Question:
    return question.table.having(rows=Axis.UNIT, totals=frozenset({Axis.UNIT}))


def _rows(sheet: Sheet) -> tuple[Listed, ...]:
    return tuple(
        Listed(_key(row.item.key), str(row.item.title), tuple(cell.figure for cell in row.cells))
        for row in sheet.rows()
    )


def _key(of: Unit | int | None) -> int:
    """Return the number of a place or the key of a unit; 0 of the whole."""
    return of.pk if isinstance(of, Unit) else of or 0


def level_words(question: Question) -> Words:
    """Return what is listed, as it heads a column: Counties, Provincial branches."""
    if By.PLACE in question.by:
        return LEVEL_WORDS[question.table.level]
    return KIND_WORDS[question.table.kind]


def level_in_text(question: Question) -> Words:
    """Return what is listed, within a sentence: counties."""
    words = level_words(question)
    if By.PLACE in question.by:
        return both(words.zh, words.en.lower())
    return both(words.zh, SEVERAL[question.table.kind])
