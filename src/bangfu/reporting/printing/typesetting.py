"""What stands on a report's pages, as plain values for its template."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

from bangfu.foundation.printing import typeset

_TEMPLATE = Path(__file__).parent / "report.typ"


@dataclass(frozen=True)
class PrintedText:
    """Words between figures."""

    text: str


@dataclass(frozen=True)
class PrintedFigure:
    """A figure in running text."""

    number: str
    tail: str
    """What follows the number: 万个; empty for a bare number."""
    address: str
    """Absolute: where it opens."""
    code: str
    """What is printed for those who hold paper; empty when only the whole address names the figure."""


@dataclass(frozen=True)
class PrintedPicture:
    """A picture with its caption."""

    path: str
    """Where the picture lies, from the root of the file system; a WebP."""
    caption: str
    address: str


@dataclass(frozen=True)
class PrintedParagraph:
    """A chapter, section, scope note, paragraph or picture."""

    kind: str
    parts: tuple[PrintedText | PrintedFigure | PrintedPicture, ...]


@dataclass(frozen=True)
class PrintedRow:
    """One figure in the list behind the text."""

    code: str
    title: str
    where: str
    """Period, place and unit."""
    shown: str
    exact: str
    note: str
    """The scope note."""
    address: str


@dataclass(frozen=True)
class PrintedAnnex:
    """The list of every figure of the report."""

    title: str
    about: str
    columns: tuple[str, str, str, str, str]
    rows: tuple[PrintedRow, ...]


@dataclass(frozen=True)
class PrintedReport:
    """A report in one language, ready for paper."""

    language: str
    """``zh`` or ``en``."""
    title: str
    author: str
    example: str
    """What the head of every page says of made-up data; empty for a real programme."""
    lines: tuple[str, ...]
    """What stands under the title: the day, the block, the share verified."""
    paragraphs: tuple[PrintedParagraph, ...]
    annex: PrintedAnnex


def pdf_of(report: PrintedReport) -> bytes:
    """Return the report as a PDF.

    Raises: typst.TypstError: the template is broken; never because of what a report says.
    """
    return typeset(_TEMPLATE, asdict(report))
