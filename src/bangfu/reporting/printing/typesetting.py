"""What stands on a report's pages, as plain values for whatever writes them: Typst for PDF, ``word`` for Word."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

from bangfu.foundation.printing import typeset

_TEMPLATE = Path(__file__).parent / "report.typ"
_LONG_TITLE = 20
"""So many characters stand on one line in the size of titles."""


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
    """Absolute: where it opens; empty when it opens nowhere yet."""
    code: str
    """What is printed for those who hold paper; empty when only the whole address names the figure."""
    place: int = 0
    """Its number in the annex of a publication, from 1; 0 outside of one."""
    title: str = ""
    """What it counts."""

    space: str = ""
    """What stands between number and tail."""

    @property
    def words(self) -> str:
        """The figure as it is read."""
        return f"{self.number}{self.space}{self.tail}"


@dataclass(frozen=True)
class PrintedPicture:
    """A picture with its caption."""

    path: str
    """Where the picture lies, from the root of the file system; a WebP."""
    caption: str
    address: str


@dataclass(frozen=True)
class PrintedChart:
    """A chart with its caption."""

    svg: str
    width: float
    """Of the drawing, in its own units; likewise the height."""
    height: float
    title: str
    about: tuple[str, ...]
    """What stands below its title: its scope, its notes, and where its figures are listed."""


@dataclass(frozen=True)
class PrintedParagraph:
    """A chapter, section, scope note, paragraph, picture or chart."""

    kind: str
    parts: tuple[PrintedText | PrintedFigure | PrintedPicture | PrintedChart, ...]
    mark: str = ""
    """What numbers a heading: 一、, （一）; Word counts by itself."""


@dataclass(frozen=True)
class PrintedRow:
    """One figure in the list behind the text."""

    code: str
    title: str
    where: str
    """Period, place and unit, and which definition it is."""
    shown: str
    exact: str
    note: str
    """The scope note; empty where the notes stand behind the list."""
    address: str
    place: str = ""
    """Its number in the list; empty where figures are known by their codes alone."""


@dataclass(frozen=True)
class PrintedAnnex:
    """The list of every figure of the report."""

    title: str
    about: str
    columns: tuple[str, ...]
    """Of the number, where rows have one, the code, the figure, what is printed and the exact value, and of the note, where they
    have one."""
    rows: tuple[PrintedRow, ...]
    kicker: str = ""
    """What stands above its title: 附件; empty where the title says so."""
    notes_title: str = ""
    notes: tuple[tuple[str, str, str], ...] = ()
    """Of each definition once, behind the list: what it is called, its scope note, and its code and version."""


@dataclass(frozen=True)
class PrintedClosing:
    """What ends a text: the list of its annexes, who issued it and when."""

    annexes: str
    issuer: str
    day: str


@dataclass(frozen=True)
class PrintedChecking:
    """How whoever holds the paper verifies it."""

    title: str
    about: str
    pairs: tuple[tuple[str, str], ...]
    square: str
    """The address as a QR code, in SVG; empty without an address."""


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
    draft: str = ""
    """What the head of every page says of a text that is not published yet; empty once it is."""
    byline: str = ""
    """Who signs an article; empty for other texts."""
    day: str = ""
    """The day the file bears, ISO; empty = it bears none."""
    closing: PrintedClosing | None = None
    checking: PrintedChecking | None = None


def title_lines(title: str) -> tuple[str, ...]:
    """Return a title broken by sense: a long one behind its colon.

    >>> title_lines("用网络把山里山外连起来：二〇一九年帮扶工作报告")
    ('用网络把山里山外连起来：', '二〇一九年帮扶工作报告')
    """
    first, colon, second = title.partition("：")
    if not second or "：" in second or len(title) <= _LONG_TITLE:
        return (title,)
    return first + colon, second


def pdf_of(report: PrintedReport) -> bytes:
    """Return the report as a PDF.

    Raises: typst.TypstError: the template is broken; never because of what a report says.
    """
    return typeset(_TEMPLATE, {**asdict(report), "title_lines": title_lines(report.title)})
