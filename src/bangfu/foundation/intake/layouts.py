"""Layouts: one declaration for the template, the importer and the explanation of a spreadsheet."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar

import polars as pl

from bangfu.foundation.operations import Refusal
from bangfu.foundation.rooms import Words, both, rooms

if TYPE_CHECKING:
    from datetime import date

    from bangfu.foundation.intake.models import Upload
    from bangfu.foundation.intake.undoing import Obstacle
    from bangfu.foundation.operations import Act
    from bangfu.foundation.organisation.models import Unit


class UnknownLayout(Refusal):
    """Codes: ``unknown_layout``."""

    sentences = {
        "unknown_layout": both(
            "没有名为「{layout}」的表式。请从表式清单中选择。",
            "There is no layout called {layout}. Choose one from the list of layouts.",
        )
    }


class ColumnKind(StrEnum):
    """What a column holds, and what the importer makes of it."""

    TEXT = "TEXT"
    """Kept as written, without spaces around it: String."""
    CODE = "CODE"
    """Half-width, upper-case, without spaces: String."""
    COUNTY = "COUNTY"
    """A county by name or code: the place's number, Int64."""
    PLACE = "PLACE"
    """A county, prefecture or province by name or code, a town or village by code: the place's number, Int64."""
    COUNTY_OR_VILLAGE = "COUNTY_OR_VILLAGE"
    """A county, or a village by its code of twelve digits or its name after its county's: the number, Int64."""
    DATE = "DATE"
    """A day: Date."""
    INTEGER = "INTEGER"
    """Int64."""
    DECIMAL = "DECIMAL"
    """Decimal with the column's ``decimals``."""
    CHOICE = "CHOICE"
    """One of the choices, by its value or either title: the value, String."""
    EVIDENCE = "EVIDENCE"
    """A file's name in the evidence zip: the name, String, and ``<name>_digest``, the digest it is kept under."""


def listed(items: Iterable[Words | str | int]) -> Words:
    """Return items one after the other, as each language writes a list."""
    pairs = [(item.zh, item.en) if isinstance(item, Words) else (str(item), str(item)) for item in items]
    return Words("、".join(zh for zh, _ in pairs), ", ".join(en for _, en in pairs))


@dataclass(frozen=True)
class Choice:
    """One value a choice column may have, and what it is called in the sheet."""

    value: str
    title: Words

    @classmethod
    def of(cls, choice: Choice | str | tuple[str, Any]) -> Choice:
        """Return a choice from itself, a value that is its own title, or a (value, title) pair."""
        if isinstance(choice, Choice):
            return choice
        value, title = (choice, choice) if isinstance(choice, str) else choice
        return cls(str(value), title if isinstance(title, Words) else both(str(title), str(title)))


@dataclass(frozen=True)
class Column:
    """One column of a layout."""

    name: str
    title: Words
    kind: ColumnKind = ColumnKind.TEXT
    required: bool = True
    note: Words | None = None
    """What to fill in, in a sentence: shown in the template and the explanation."""
    example: str = ""
    """The value of the template's example row, as an office would type it."""
    choices: tuple[Any, ...] = ()
    """For ``CHOICE``: values, (value, title) pairs or ``Choice``s."""
    past: bool = False
    """For ``DATE``: a day after the upload is refused."""
    whole_month: bool = False
    """For ``DATE``: a month alone (2019年3月) is its last day; a note says so. Else it is refused, for want of the day."""
    longest: int = 200
    """For ``TEXT`` and ``CODE``: the most characters."""
    pattern: str | None = None
    """For ``CODE``: a regular expression of the whole code."""
    lowest: Decimal | int | None = None
    highest: Decimal | int | None = None
    decimals: int = 4
    """For ``DECIMAL``: more digits after the point are refused, never rounded."""
    aliases: tuple[str, ...] = ()
    """Further headings the column is known by."""
    own: tuple[str, ...] = ()
    """Headings that the uploading unit said its sheets bear (``naming``); they are read before all others."""
    masked: Callable[[str], str] | None = None
    """For personal data: how the preview shows a value; null: as it is."""

    def __post_init__(self) -> None:
        if (self.kind == ColumnKind.CHOICE) != bool(self.choices):
            raise ValueError(f"{self.name}: choices belong to a CHOICE column, which needs them")
        if not 0 <= self.decimals <= 9:
            raise ValueError(f"{self.name}: decimals are 0 to 9")
        if not self.name.isidentifier() or self.name == "row":
            raise ValueError(f"{self.name!r} cannot be a column's name")

    @property
    def options(self) -> tuple[Choice, ...]:
        """The choices, each with value and title."""
        return tuple(Choice.of(choice) for choice in self.choices)


@dataclass(frozen=True)
class RowRefusal:
    """Why one row of a sheet cannot be taken in."""

    row: int
    """The row's number in the sheet, as the user sees it."""
    column: str | None
    """The name of the column that is wrong; null when the row as a whole is."""
    sentence: Words
    """What is wrong and how to mend it."""


@dataclass(frozen=True)
class RowFault:
    """Why one row cannot be taken in, by a code of the refusal that a room raises of one record alone."""

    unable: ClassVar[type[Refusal]]
    row: int
    column: str | None
    code: str
    details: dict[str, Any]

    @property
    def refusal(self) -> Refusal:
        """The fault as the refusal of a single record."""
        return self.unable(self.code, **self.details)

    @property
    def of_row(self) -> RowRefusal:
        """The fault as the refusal of a row."""
        return RowRefusal(self.row, self.column, self.refusal.sentence)


@dataclass(frozen=True)
class CheckedRows:
    """A sheet's rows after all checks; the three counts are over ``frame``."""

    frame: pl.DataFrame
    """The rows that can be taken in: ``row`` and the layout's columns, with whatever the room's check added.

    A column ``standing`` (``new``, ``same``, ``changed``) is shown in the preview.
    """
    refusals: list[RowRefusal]
    new: int
    same: int = 0
    """Rows that say what is recorded already."""
    changed: int = 0
    """Rows that change what is recorded."""

    @property
    def refused_rows(self) -> int:
        """How many different rows are refused."""
        return len({refusal.row for refusal in self.refusals})


@dataclass(frozen=True)
class Effect:
    """What the rows of a sheet would add to what one measure counts."""

    title: Words
    """The measure's title: 新建无线基站."""
    period: str
    """The period it falls into: ``2019``."""
    quantity: int | Decimal
    """Signed, in the measure's unit."""
    unit: Words


Check = Callable[[pl.DataFrame, "Upload"], CheckedRows]


@dataclass(frozen=True)
class WayBack:
    """How an import is taken back: the records are withdrawn, their facts reversed, their paper leaves review.

    The model of the record type has ``upload`` and ``withdrawn_at``.
    """

    record_type: str
    """Code of the type of record that the sheet brings."""
    lock: Callable[[Upload], None]
    """Takes the locks that registering the sheet's records takes."""
    withdraw: Callable[[list[int], str, str, Act], None]
    """Withdraws records, by key, with a reason's code and the words to it; facts and reviews are intake's."""
    beside: Callable[[Upload, Act], None] | None = None
    """Withdraws what else the sheet brought, which is reviewed with the records; null: nothing."""
    in_the_way: Callable[[Upload], list[Obstacle]] | None = None
    """What was built on the sheet since; null: each row is one record, and rows that wrote over others are in the way."""


@dataclass(frozen=True)
class Layout:
    """One spreadsheet that a room takes in; listed in its ``RoomDeclaration.sheets``."""

    code: str
    """``room.noun``."""
    title: Words
    columns: tuple[Column, ...]
    confirm: Callable[..., object]
    """The room's operation, ``confirm(upload=…, act=…)``; it takes the rows with ``operations.rows_to_import``."""
    permission: str
    """The operation's name: who may confirm may also upload, in the same scope."""
    check: Check | None = None
    """Compares readable rows with what is recorded; null: every row is new."""
    about: Words | None = None
    """What belongs into the sheet and what does not, for the template's second sheet."""
    key: str | None = None
    """The column that tells rows apart: two rows with the same value are both refused."""
    measures: tuple[str, ...] = ()
    """Codes of the measures that the records will post when they are verified."""
    posts: Callable[[pl.DataFrame, Upload], pl.DataFrame] | None = None
    """The facts that the rows of ``CheckedRows.frame`` would post once they are verified, as ``posting.facts_to_come`` writes
    them; null: the preview cannot say what happens to figures."""
    known: Callable[[Unit, date, date], pl.DataFrame] | None = None
    """What the system knows of a unit's rows, from what it said in a half-open period, as texts under ``known_columns``: the
    template can be had with it filled in; null: nothing."""
    known_columns: tuple[str, ...] = ()
    """The columns that ``known`` fills in: a row of which nobody filled in the others is passed over."""
    way_back: WayBack | None = None
    """How an import is taken back as a whole; null: record by record only."""
    instead: Words | None = None
    """What to do where an import is not taken back as a whole; null: correct or withdraw the records on their pages."""
    whole: bool = False
    """Whether the rows mean something only together: such a sheet is never imported without its refused rows."""
    evidence: bool | None = None
    """Whether a zip of evidence goes with the sheet; null: when there is an ``EVIDENCE`` column."""
    is_export: bool = False
    """Whether another system wrote the sheet: columns that it does not know are passed over with a note, and because they may
    name people the file is kept sealed and destroyed once it is imported."""

    def __post_init__(self) -> None:
        names = [column.name for column in self.columns]
        if len(set(names)) != len(names):
            raise ValueError(f"{self.code}: two columns have the same name")
        if self.key is not None and self.key not in names:
            raise ValueError(f"{self.code}: its key {self.key!r} is no column of it")
        if bool(self.known_columns) != (self.known is not None) or not set(self.known_columns) <= set(names):
            raise ValueError(f"{self.code}: what is known of its rows belongs under columns of it")
        kinds = {column.kind for column in self.columns}
        if self.evidence is False and ColumnKind.EVIDENCE in kinds:
            raise ValueError(f"{self.code}: an EVIDENCE column needs the evidence zip")

    @property
    def takes_evidence(self) -> bool:
        """Whether a zip of evidence goes with the sheet."""
        return bool(self.evidence) or any(column.kind == ColumnKind.EVIDENCE for column in self.columns)

    @property
    def personal(self) -> tuple[str, ...]:
        """The names of the columns that hold personal data."""
        return tuple(column.name for column in self.columns if column.masked is not None)

    def column(self, name: str) -> Column:
        """Return the column of this name.

        Raises: LookupError: there is none.
        """
        for column in self.columns:
            if column.name == name:
                return column
        raise LookupError(f"{self.code} has no column {name!r}")


BASIS = Column(
    "basis",
    both("更正依据", "Correction rests on"),
    required=False,
    longest=500,
    note=both(
        "只在更正已计入的行时填写：哪份文件、谁的来函。原来的事实冲正，新的内容经核验后计入。不要写个人信息。",
        "Only where a row corrects what is counted: which document, whose letter. The fact is taken back, and what is new counts"
        " once verified. No personal details.",
    ),
    aliases=("依据", "更正说明"),
)
"""The column by which a sheet corrects what is counted: without it, such a row is refused."""


generated: list[Callable[[], Iterable[Layout]]] = []
"""Where layouts come from that no room wrote down one by one; entered when intake is ready."""


def layouts() -> list[Layout]:
    """Return every room's layouts, in the order of the rooms, and after them those that are generated."""
    written = [layout for room in rooms() for layout in room.sheets]
    return [*written, *(layout for source in generated for layout in source())]


def layout_with_code(code: str, among: Iterable[Layout] | None = None) -> Layout:
    """Return the layout with this code.

    Raises: UnknownLayout: ``unknown_layout``.
    """
    for layout in layouts() if among is None else among:
        if layout.code == code:
            return layout
    raise UnknownLayout("unknown_layout", layout=code)
