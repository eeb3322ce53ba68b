"""What a draft comes to, this year and last, whole and in parts, beside the version in force: each number a figure that opens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import Words, both
from bangfu.reporting import queries, standing
from bangfu.reporting.access import may_see_terms, own_corner
from bangfu.reporting.breakdown import Part
from bangfu.reporting.figures import Figure
from bangfu.reporting.own.models import Version
from bangfu.reporting.periods import read_period
from bangfu.reporting.queries import Opened
from bangfu.reporting.selection import Selection


@dataclass(frozen=True)
class Cell:
    """One number of the preview; empty where there is no data."""

    text: str
    address: str | None


@dataclass(frozen=True)
class Column:
    """One year of the draft or of the version in force."""

    year: str
    is_draft: bool
    opened: Opened

    @property
    def words(self) -> Words:
        """Whose numbers these are."""
        return both("草案", "draft") if self.is_draft else both("现行", "in force")


@dataclass(frozen=True)
class Row:
    """What the columns come to for one place or unit, or for all."""

    name: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Preview:
    """A draft beside what is in force."""

    columns: tuple[Column, ...]
    whole: Row
    places: tuple[Row, ...]
    units: tuple[Row, ...]
    hidden: bool = False
    """Whether the reader may not see what a term counts."""

    @property
    def year(self) -> str:
        """The later of its years."""
        return self.columns[-1].year

    @property
    def width(self) -> int:
        """How many columns the table has."""
        return len(self.columns) + 1


def preview_of(version: Version, account: Account, on: date, *, year: int | None = None) -> Preview:
    """Return the preview of a draft for a reader.

    Args: year: the later of its two years; null is that of the newest record that it counts, or this year without any.

    Raises: UnableToOpen: the draft no longer declares an indicator. NotPermitted: the reader sees no figures.
    """
    unit, place = own_corner(account, on)
    draft = f"{standing.DRAFT}v{version.pk}"
    codes = [draft]
    if version.indicator.code in standing.versions():
        codes.append(version.indicator.code)
    if year is None:
        found = queries.indicator_of(draft, Selection(read_period(str(on.year))))
        year = (queries.newest_day(found) or on).year
    columns = []
    for shown in (year - 1, year):
        selection = Selection(read_period(str(shown)), unit=unit, place=place)
        for code in codes:
            if not may_see_terms(account, queries.indicator_of(code, selection), selection, on):
                return Preview((), Row("", ()), (), (), hidden=True)
            columns.append(Column(str(shown), code == draft, queries.opened(code, selection)))
    selection = columns[0].opened.figure.selection
    whole = Row(str(selection.scope_words), tuple(_whole(one.opened.figure) for one in columns))
    places = _rows(columns, "places")
    units = _rows(columns, "units")
    return Preview(tuple(columns), whole, places, units)


def _whole(figure: Figure) -> Cell:
    return Cell(str(figure) if figure.has_value else "", figure.address)


def _rows(columns: list[Column], kind: str) -> tuple[Row, ...]:
    """Return a row for each part that any of the columns has, the largest of the first column first."""
    parts: list[dict[int, Part]] = [
        {part.key: part for part in getattr(one.opened.breakdown, kind)} for one in columns
    ]
    keys = list(dict.fromkeys(key for each in parts for key in each))
    selection = columns[0].opened.figure.selection
    if kind == "places":
        names = selection.place_labels(keys, short=True)
    else:
        names = {key: str(words) for key, words in selection.unit_names(keys).items()}
    units = {one.pk: one for one in Unit.objects.filter(pk__in=keys)} if kind == "units" else {}
    found = []
    for key in keys:
        cells = []
        for column, mine in zip(columns, parts, strict=True):
            part, figure = mine.get(key), column.opened.figure
            narrower = (
                figure.selection.having(place=key)
                if kind == "places"
                else figure.selection.having(unit=units.get(key))
            )
            text = "" if part is None else f"{figure.text_of(part.value)} {figure.part_unit}".strip()
            cells.append(Cell(text, f"/f/{figure.indicator.code}/?{narrower.query()}"))
        found.append(Row(names.get(key, str(key)), tuple(cells)))
    return tuple(found)
