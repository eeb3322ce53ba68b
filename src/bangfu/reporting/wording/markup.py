"""The markup of reports: headings, paragraphs, and tags in braces; nothing else.

::

    # Title
    ## Chapter
    ### Section
    A paragraph with {network.base_stations period=2019} and {period 2019}; lines run on to the next empty line.
    > A scope note: {note network.base_stations}
    @author 林远山

A line that begins with ``@`` declares something of the whole text and is no paragraph: ``@author`` and ``@post`` who signs it,
``@limit`` how many 字 or words it may have. Which of them a text needs is said by its form (``reporting/companions``).

==========================  ==========================================================================
``{room.noun period=…}``    a figure; also ``place``, ``area``, ``unit``, ``line``; ``scale`` (1, 万, 亿, 年), ``decimals``,
                            ``rounding`` (half_up, down before 余, 多 and after 超, up after 近) and, in Chinese,
                            ``word=余`` or ``word=多`` between number and unit
``{period 2019-Q3}``        a period, as it is read
``{date 2019-12-31}``       a day
``{as_of}``, ``{block}``    the day and the number of the block that the report shows
``{note room.noun}``        the scope note of an indicator
``{name 5G}``               a name with a digit or numeral in it, from ``NAMES``
``{picture room.noun …}``   the first photograph under a figure that may be shown, with ``period``, ``place``, ``area``, ``unit``
                            and ``line`` of a figure; a paragraph of its own. Its caption is read from the record
``{chart ranking room.noun …}``  a chart of a kind and an indicator, with the fields of its address (``period``, ``level``, …); a
                            paragraph of its own, whose numbers are figures of the report
``{chart 12}``              the saved chart of this number, as its newest version asks
``{judge 国家乡村振兴局}``      who says so, in a sentence that praises without a figure
==========================  ==========================================================================
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from bangfu.reporting.display import Rounding, Scale
from bangfu.reporting.periods import read_period

NAMES = frozenset({"2G", "3G", "4G", "5G", "NB-IoT", "一县一品"})
"""Names that hold a digit or a numeral and count nothing."""
INNER_WORDS = frozenset({"余", "多"})
FIGURE_FIELDS = frozenset(
    {"period", "place", "area", "unit", "line", "scale", "decimals", "rounding", "word"}
)
PICTURE_FIELDS = frozenset({"period", "place", "area", "unit", "line"})
CHART_FIELDS = PICTURE_FIELDS | {
    "by",
    "level",
    "named",
    "units",
    "way",
    "step",
    "first",
    "last",
    "most",
    "order",
    "before",
    "on",
}
"""Of a chart's address, what a text may say; several values of one are separated by commas."""
_CODE = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")
_TAG = re.compile(r"\{([^{}\n]*)\}")
DECLARED = frozenset({"author", "post", "limit"})
"""What a text may declare of itself."""
_HEADS = {"# ": "title", "## ": "chapter", "### ": "section", "> ": "scope"}
_SENTENCE_END = {"zh": re.compile(r"[。！？；]"), "en": re.compile(r"[.!?;](?=\s|$)")}


@dataclass(frozen=True)
class Problem:
    """Something wrong with a text: where it stands, the sentence, and what is wrong, in both languages."""

    file: str
    line: int
    sentence: str
    zh: str
    en: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.zh} · {self.en}\n    {self.sentence}"

    def says(self, language: str) -> str:
        """Return what is wrong in a language."""
        return self.en if language.startswith("en") else self.zh


@dataclass(frozen=True)
class Tag:
    """What stands in braces: a figure, or one of the other names of the module's table."""

    name: str
    """``figure`` for a figure."""
    value: str
    """An indicator's code, a period, a day or a name; empty for tags that need none."""
    fields: tuple[tuple[str, str], ...]
    offset: int
    source: str

    @property
    def given(self) -> dict[str, str]:
        """The fields of a figure, by name."""
        return dict(self.fields)

    @property
    def asked(self) -> dict[str, str]:
        """The fields of a figure or picture that say what it is asked about."""
        return {name: value for name, value in self.fields if name in PICTURE_FIELDS}

    @property
    def is_date(self) -> bool:
        """Whether a day is printed here."""
        return self.name in {"as_of", "date"}


@dataclass(frozen=True)
class Text:
    """Words between tags."""

    text: str
    offset: int


Piece = Text | Tag


@dataclass(frozen=True)
class Paragraph:
    """One heading, paragraph or scope note."""

    kind: str
    """title, chapter, section, text or scope."""
    line: int
    source: str
    pieces: tuple[Piece, ...]

    @property
    def figures(self) -> list[Tag]:
        """The figures in it, in order."""
        return [piece for piece in self.pieces if isinstance(piece, Tag) and piece.name == "figure"]

    @property
    def charts(self) -> list[Tag]:
        """The charts in it, in order; one that may stand there is alone."""
        return [piece for piece in self.pieces if isinstance(piece, Tag) and piece.name == "chart"]


@dataclass
class Document:
    """A text that was read; ``problems`` holds what could not be."""

    file: str
    language: str
    """``zh`` or ``en``."""
    paragraphs: list[Paragraph] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    declared: dict[str, str] = field(default_factory=dict)
    """What the text declares of itself, by name without ``@``."""

    @property
    def title(self) -> str:
        """The words of the title."""
        titles = [one.source for one in self.paragraphs if one.kind == "title"]
        return titles[0] if titles else ""

    @property
    def title_periods(self) -> list[str]:
        """The periods that the title names, by code."""
        titles = [one for one in self.paragraphs if one.kind == "title"]
        pieces = [piece for one in titles for piece in one.pieces if isinstance(piece, Tag)]
        return [piece.value for piece in pieces if piece.name == "period"]

    @property
    def pictures(self) -> list[Tag]:
        """Every picture, in order."""
        pieces = [piece for one in self.paragraphs for piece in one.pieces if isinstance(piece, Tag)]
        return [piece for piece in pieces if piece.name == "picture"]

    @property
    def charts(self) -> list[Tag]:
        """Every chart, in order."""
        return [tag for paragraph in self.paragraphs for tag in paragraph.charts]

    @property
    def figures(self) -> list[Tag]:
        """Every figure, in order."""
        return [tag for paragraph in self.paragraphs for tag in paragraph.figures]

    def problem(self, paragraph: Paragraph, offset: int, zh: str, en: str) -> Problem:
        """Return a problem at an offset of a paragraph, with its line and sentence."""
        line = paragraph.line + paragraph.source.count("\n", 0, offset)
        return Problem(self.file, line, sentence_at(paragraph.source, offset, self.language), zh, en)


def sentence_span(source: str, offset: int, language: str) -> tuple[int, int]:
    """Return where the sentence begins and ends that an offset of a paragraph lies in."""
    ends = [found.end() for found in _SENTENCE_END[language].finditer(source)]
    first = max((end for end in ends if end <= offset), default=0)
    return first, min((end for end in ends if end > offset), default=len(source))


def sentence_at(source: str, offset: int, language: str) -> str:
    """Return the sentence that an offset of a paragraph lies in, on one line."""
    first, last = sentence_span(source, offset, language)
    return (
        " ".join(source[first:last].split()) if language == "en" else "".join(source[first:last].split("\n"))
    )


def read(text: str, *, file: str, language: str) -> Document:
    """Return a text as paragraphs; what is no markup is among the document's problems."""
    document = Document(file, language)
    block: list[str] = []
    first = 0
    for number, line in enumerate([*text.splitlines(), ""], start=1):
        mark = next((mark for mark in (*_HEADS, "@") if line.startswith(mark)), None)
        if block and (not line.strip() or mark):
            _add(document, "text", first, "\n".join(block))
            block = []
        if mark == "@":
            _declare(document, number, line.strip())
        elif mark:
            _add(document, _HEADS[mark], number, line[len(mark) :].strip())
        elif line.strip():
            first = first if block else number
            block.append(line.strip())
    titles = [one for one in document.paragraphs if one.kind == "title"]
    if len(titles) != 1 or document.paragraphs[0].kind != "title":
        where = document.paragraphs[0] if document.paragraphs else Paragraph("text", 1, "", ())
        document.problems.append(
            document.problem(where, 0, "全文须以一个「# 标题」开头", "the text must begin with one “# Title”")
        )
    return document


def _declare(document: Document, line: int, source: str) -> None:
    name, _, value = source.removeprefix("@").partition(" ")
    if name not in DECLARED or not value.strip() or name in document.declared:
        where = Paragraph("text", line, source, ())
        zh, en = f"「{source}」无法识别或写了两遍", f"“{source}” declares nothing, or stands twice"
        document.problems.append(document.problem(where, 0, zh, en))
        return
    document.declared[name] = value.strip()


def _add(document: Document, kind: str, line: int, source: str) -> None:
    paragraph = Paragraph(kind, line, source, ())
    pieces: list[Piece] = []
    at = 0
    for found in _TAG.finditer(source):
        if found.start() > at:
            pieces.append(Text(source[at : found.start()], at))
        tag = _tag(found[1].strip(), found.start(), found[0], document.language)
        if isinstance(tag, Tag):
            pieces.append(tag)
        else:
            document.problems.append(document.problem(paragraph, found.start(), *tag))
        at = found.end()
    if at < len(source):
        pieces.append(Text(source[at:], at))
    for piece in pieces:
        if isinstance(piece, Text) and any(sign in piece.text for sign in "{}"):
            document.problems.append(
                document.problem(paragraph, piece.offset, "花括号没有成对", "a brace has no partner")
            )
    document.paragraphs.append(Paragraph(kind, line, source, tuple(pieces)))


def _tag(content: str, offset: int, source: str, language: str) -> Tag | tuple[str, str]:
    """Return the tag that braces hold, or what is wrong with it."""
    name, _, rest = content.partition(" ")
    value = rest.strip()
    if _CODE.fullmatch(name):
        return _figure(name, value, offset, source, language)
    wrong = (f"不认识 {source}", f"{source} is not a tag")
    if name in {"as_of", "block"}:
        return Tag(name, "", (), offset, source) if not value else wrong
    if name == "note":
        return Tag(name, value, (), offset, source) if _CODE.fullmatch(value) else wrong
    if name == "picture":
        return _picture(value, offset, source, language)
    if name == "chart":
        return _chart(value, offset, source)
    if name == "judge":
        return Tag(name, value, (), offset, source) if value else wrong
    if name == "name":
        known = f"{source} 不在允许的名称之列", f"{source} is not among the names that may hold a digit"
        return Tag(name, value, (), offset, source) if value in NAMES else known
    try:
        if name == "period":
            return Tag(name, read_period(value).code, (), offset, source)
        if name == "date":
            return Tag(name, date.fromisoformat(value).isoformat(), (), offset, source)
    except ValueError as error:
        return f"{source} 不是期间或日期", f"{source}: {error}"
    return wrong


def _picture(content: str, offset: int, source: str, language: str) -> Tag | tuple[str, str]:
    """Return the tag of a picture, whose fields say under which figure it lies."""
    code, _, rest = content.partition(" ")
    if not _CODE.fullmatch(code):
        return f"{source} 没有写明指标", f"{source} names no indicator"
    figure = _figure(code, rest.strip(), offset, source, language)
    if not isinstance(figure, Tag):
        return figure
    if not figure.given.keys() <= PICTURE_FIELDS:
        return (
            f"{source} 只能写 period、place、area、unit、line",
            f"{source} takes only period, place, area, unit and line",
        )
    return Tag("picture", code, figure.fields, offset, source)


def _chart(content: str, offset: int, source: str) -> Tag | tuple[str, str]:
    """Return the tag of a chart: the number of a saved one, or a kind and an indicator with fields of its address."""
    kind, *parts = content.split() or [""]
    if kind.isascii() and kind.isdecimal() and len(kind) < 10 and not parts:
        return Tag("chart", kind, (), offset, source)
    if not parts or not _CODE.fullmatch(parts[0]):
        return (
            f"{source} 没有写明图的种类和指标，或保存的图的编号",
            f"{source} names no kind and indicator, nor the number of a saved chart",
        )
    fields = {"indicator": parts[0]}
    for part in parts[1:]:
        key, equals, given = part.partition("=")
        if key not in CHART_FIELDS or not equals or not given or key in fields:
            return f"{source} 中的 {part} 无法识别", f"{part} means nothing in {source}"
        fields[key] = given
    if not fields.keys() & {"period", "last"}:
        return f"{source} 没有写明期间", f"{source} names no period"
    return Tag("chart", kind, tuple(sorted(fields.items())), offset, source)


def _figure(code: str, value: str, offset: int, source: str, language: str) -> Tag | tuple[str, str]:
    fields = {}
    for part in value.split():
        key, equals, given = part.partition("=")
        if key not in FIGURE_FIELDS or not equals or not given or key in fields:
            return f"{source} 中的 {part} 无法识别", f"{part} means nothing in {source}"
        fields[key] = given
    if "period" not in fields:
        return f"{source} 没有写明期间", f"{source} names no period"
    try:
        fields["period"] = read_period(fields["period"]).code
        if Scale(fields.get("scale", "1")) is Scale.PERCENT:
            raise ValueError("a percentage is declared, not asked for")
        Rounding(fields.get("rounding", "half_up"))
        if abs(int(fields.get("decimals", "0"))) > 8:
            raise ValueError("too many decimals")
    except ValueError:
        return (
            f"{source} 的期间、单位级、小数位或舍入有误",
            f"the period, scale, decimals or rounding of {source} are wrong",
        )
    word = fields.get("word")
    if word is not None and (word not in INNER_WORDS or language == "en"):
        return f"{source} 的 word 只能是 余 或 多", f"word in {source} can only be 余 or 多, in Chinese"
    return Tag("figure", code, tuple(sorted(fields.items())), offset, source)
