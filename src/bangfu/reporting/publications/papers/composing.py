"""A text of a publication for paper, from what was fixed: its figures numbered and listed behind it, and how to verify them."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import override

from bangfu.foundation.ledger.models import Checkpoint, SigningKey
from bangfu.foundation.ledger.proofs import verify
from bangfu.foundation.organisation.queries import root_unit
from bangfu.foundation.printing import square_svg
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.marks import example_mark
from bangfu.reporting.display import exact_text
from bangfu.reporting.periods import day_title, read_period
from bangfu.reporting.printing.headings import numbered
from bangfu.reporting.printing.typesetting import (
    PrintedAnnex,
    PrintedChart,
    PrintedChecking,
    PrintedClosing,
    PrintedFigure,
    PrintedParagraph,
    PrintedReport,
    PrintedRow,
    PrintedText,
)
from bangfu.reporting.publications.papers.charts import chart_file
from bangfu.reporting.publications.papers.texts import Text
from bangfu.reporting.publications.queries import Standing
from bangfu.reporting.selection import Selection

_DRAFT = both("送审稿，未发布", "Draft for approval, not published")
_NUMBER = both("发布第 {number} 号", "Publication no. {number}")
_BLOCK = both("账册区块 {block}", "Ledger block {block}")
_ANNEX = both("附件", "Annex")
_ANNEXES = both("附件：{title}", "Annex: {title}")
_EVERY = both("数字一览", "Every figure of this publication")
_STATED = both("文中数字", "The figures of this text")
_OPENS = both(
    "正文数字后方括号内是序号，同一次发布的报告、文章和表格用同一序号。电子版点数字即可打开；纸质版从 {address} 打开。"
    "准确值按账册计算，印出的数按口径取舍；短码可在“数字”页查现在的数。",
    "The number in brackets behind a figure is its place in this list, the same in every text of the publication. Click a"
    " figure, or open it from {address}. Exact values come from the ledger, what is printed is rounded by the definition; the"
    " code opens the figure as it stands now on the page “Figures”.",
)
_OPENS_LATER = both(
    "正文数字后方括号内是序号，同一次发布的报告、文章和表格用同一序号。定稿发布后每个数字都能打开。",
    "The number in brackets behind a figure is its place in this list, the same in every text of the publication. Each figure"
    " opens once it is published.",
)
_COLUMNS = (
    both("序号", "No."),
    both("短码", "Code"),
    both("数字", "Figure"),
    both("印出", "Printed"),
    both("准确值", "Exact"),
)
_NOTES = both("口径", "Scope notes")
_CHECK = both("如何核对", "How to verify")
_CHECK_ABOUT = both(
    "下载发布包，解压出 verify.py，运行 python verify.py 加发布包的文件名；只需 Python 3.9，不联网。每个数字由事实重算，每条事实"
    "查证明，检查点查签名。发布包的摘要、检查点的根值（checkpoint.txt 第三行）和公钥须与下面印的一致。",
    "Download the bundle, unpack verify.py and run python verify.py with the bundle's file name; Python 3.9 is enough, and no"
    " network. Every figure is recomputed from its facts; proofs and signatures are checked. The bundle's digest, the root in"
    " the checkpoint (line three of checkpoint.txt) and the key must be those printed here.",
)
_CHECK_DRAFT = both(
    "这是送审稿。定稿时编号、写出发布包；账册在这一区块的检查点和公钥如下。",
    "This is a draft. Freezing gives it a number and a bundle; these are the ledger's checkpoint of this block and its key.",
)
_LISTED = both("图中各数：[{listed}]", "Its figures: [{listed}]")
_LABELS = {
    "address": both("地址", "Address"),
    "bundle": both("发布包 SHA-256", "Bundle, SHA-256"),
    "root": both("检查点根值", "Root in the checkpoint"),
    "key": both("账册公钥", "Ledger's key"),
}


@dataclass(frozen=True)
class _Paper:
    """What is known while one text is composed in one language."""

    standing: Standing
    text: Text
    language: str
    contents: list[dict[str, Any]]
    address: str
    """Of the publication's page, without a slash at the end; empty for a draft."""

    def said(self, words: Words) -> str:
        return words.in_language(self.language)

    def address_of(self, position: int) -> str:
        return f"{self.address}/figures/{position}/" if self.address else ""


def composed(standing: Standing, text: Text, language: str, *, origin: str) -> PrintedReport:
    """Return a text of a publication, ready for PDF and Word.

    Args:
        origin: where this house answers, without a slash at the end; unused for a draft, whose figures open nowhere.
    """
    publication, number = standing.publication, standing.number
    contents = list(publication.figures.order_by("position").values_list("content", flat=True))
    address = "" if number is None else f"{origin}/publications/published/{number}"
    paper = _Paper(standing, text, language, contents, address)
    mark = example_mark()
    issuer = _issuer(paper)
    with override("en" if language == "en" else "zh-hans"):
        return PrintedReport(
            language=language,
            title=paper.said(text.heading),
            author=issuer,
            example="" if mark is None else paper.said(mark),
            lines=tuple(_lines(paper)),
            paragraphs=numbered((_paragraph(one, paper) for one in text.drawn(language, contents)), language),
            annex=_annex(paper),
            draft="" if number is not None else paper.said(_DRAFT),
            byline=text.byline_in(language),
            day=_day(standing).isoformat(),
            closing=None if text.is_signed else _closing(paper, issuer),
            checking=_checking(paper),
        )


def _lines(paper: _Paper) -> list[str]:
    number, block = paper.standing.number, paper.standing.publication.block
    said = [_DRAFT if number is None else _NUMBER.filled(number=number), _BLOCK.filled(block=block)]
    return [paper.said(one) for one in said]


def _day(standing: Standing) -> date:
    """Return the day of a publication, or of the preparing of a draft."""
    at = (
        standing.publication.prepared_at
        if standing.number is None or standing.last is None
        else standing.last.taken_at
    )
    return timezone.localdate(at)


def _issuer(paper: _Paper) -> str:
    """Return what the group was called when the publication was prepared, as its block knew it."""
    root, publication = root_unit(), paper.standing.publication
    if root is None:
        return ""
    day = timezone.localdate(publication.prepared_at)
    names = Selection(read_period(day.isoformat()), as_of=publication.block).unit_names([root.pk])
    return paper.said(names[root.pk])


def _paragraph(one: dict[str, Any], paper: _Paper) -> PrintedParagraph:
    if one["kind"] == "chart":
        return PrintedParagraph("chart", (_chart(one["chart"], paper),))
    return PrintedParagraph(one["kind"], tuple(_part(part, paper) for part in one["parts"]))


def _part(part: dict[str, Any], paper: _Paper) -> PrintedText | PrintedFigure:
    if "figure" not in part:
        return PrintedText(part["text"])
    position, content = part["figure"], paper.contents[part["figure"]]
    return PrintedFigure(
        number=part["printed"],
        tail="",
        address=paper.address_of(position),
        code=f"[{position + 1}]",
        place=position + 1,
        title=content["title"][paper.language],
    )


def _chart(chart: dict[str, Any], paper: _Paper) -> PrintedChart:
    """Return a chart, which says under which numbers its figures are listed."""
    places = sorted({shown["figure"] + 1 for line in chart["lines"] for shown in line["figures"]})
    spans: list[list[int]] = []
    for place in places:
        if spans and place == spans[-1][-1] + 1:
            spans[-1] = [spans[-1][0], place]
        else:
            spans.append([place])
    listed = ("、" if paper.language == "zh" else ", ").join("–".join(map(str, span)) for span in spans)
    plate = chart["plates"]["paper"]
    return PrintedChart(
        svg=chart_file(chart, paper.language),
        width=plate["width"],
        height=plate["height"],
        title=chart["title"],
        about=(chart["scope"], *chart["notes"], paper.said(_LISTED.filled(listed=listed))),
    )


def _annex(paper: _Paper) -> PrintedAnnex:
    text = paper.text
    positions = range(len(paper.contents)) if text.lists_every_figure else text.stated(paper.language)
    about = _OPENS.filled(address=f"{paper.address}/") if paper.address else _OPENS_LATER
    return PrintedAnnex(
        title=paper.said(_EVERY if text.lists_every_figure else _STATED),
        about=paper.said(about),
        columns=tuple(paper.said(one) for one in _COLUMNS),
        rows=tuple(_row(position, paper) for position in positions),
        notes_title=paper.said(_NOTES),
        notes=tuple(_notes([paper.contents[position] for position in positions], paper.language)),
        kicker=paper.said(_ANNEX),
    )


def _row(position: int, paper: _Paper) -> PrintedRow:
    content, language = paper.contents[position], paper.language
    return PrintedRow(
        code=content["code"] or "—",
        title=content["title"][language],
        where=f"{content['when'][language]} · {content['where'][language]} · {content['definition']}",
        shown=content["shown"][language],
        exact=exact_text(Decimal(content["value"]), language),
        note="",
        address=paper.address_of(position),
        place=str(position + 1),
    )


def _notes(contents: list[dict[str, Any]], language: str) -> Iterator[tuple[str, str, str]]:
    for definition, one in {content["definition"]: content for content in contents}.items():
        yield one["title"][language], one["scope_note"][language], definition


def _closing(paper: _Paper, issuer: str) -> PrintedClosing:
    title = _EVERY if paper.text.lists_every_figure else _STATED
    return PrintedClosing(
        annexes=paper.said(_ANNEXES.filled(title=paper.said(title))),
        issuer=issuer,
        day=day_title(_day(paper.standing), paper.language),
    )


def _checking(paper: _Paper) -> PrintedChecking:
    standing = paper.standing
    checkpoint = Checkpoint.objects.get(pk=standing.publication.block)
    pairs = {"root": base64.b64encode(bytes(checkpoint.root)).decode(), "key": _key_of(checkpoint)}
    if standing.number is not None and standing.last is not None:
        pairs = {"address": f"{paper.address}/", "bundle": standing.last.digest, **pairs}
    return PrintedChecking(
        title=paper.said(_CHECK),
        about=paper.said(_CHECK_ABOUT if paper.address else _CHECK_DRAFT),
        pairs=tuple((paper.said(_LABELS[name]), value) for name, value in pairs.items()),
        square=square_svg(f"{paper.address}/") if paper.address else "",
    )


def _key_of(checkpoint: Checkpoint) -> str:
    """Return the key that signed a checkpoint, whichever keys came after."""
    signed = {(one.name, one.key_id) for one in verify.parse_note(checkpoint.note).signatures}
    for one in SigningKey.objects.order_by("id"):
        if (one.name, verify.key_id(one.name, base64.b64decode(one.public_key))) in signed:
            return one.public_key
    raise LookupError(f"no key of this ledger signed the checkpoint of block {checkpoint.pk}")
