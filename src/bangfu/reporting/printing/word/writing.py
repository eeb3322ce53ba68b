"""A report written as a Word file, the same bytes for the same report."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Twips

from bangfu.foundation.printing import picture
from bangfu.reporting.printing.typesetting import (
    PrintedAnnex,
    PrintedChart,
    PrintedChecking,
    PrintedClosing,
    PrintedFigure,
    PrintedParagraph,
    PrintedReport,
    PrintedText,
    title_lines,
)
from bangfu.reporting.printing.word.pieces import (
    Figures,
    empty_document,
    fill,
    fix_layout,
    run_of,
    timeless,
)

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

_STYLES = {
    "chapter": "Heading 1",
    "section": "Heading 2",
    "scope": "Scope Note",
    "text": "Body Text",
    "chart": "Table Text",
}
_WIDTHS = (510, 1361, 4139, 1361, 1474)
"""Of the annex's columns, in twentieths of a point; together the width of the text."""
_PIXELS = 2
"""Of a chart's picture, for each unit of its drawing."""
_HEADS = ("Table Head Number", "Table Head", "Table Head", "Table Head Number", "Table Head Number")


def docx_of(report: PrintedReport) -> bytes:
    """Return the report as a Word file.

    Raises: ValueError: it holds a picture; only publications are written for Word, and they hold none.
    """
    document = empty_document(report.language)
    _describe(document, report)
    heads = " · ".join(one for one in (report.draft, report.example) if one)
    for head in (document.sections[0].header, document.sections[0].even_page_header):
        head.paragraphs[0].add_run(heads)
    document.add_paragraph("\n".join(title_lines(report.title)), "Title")
    if report.byline:
        document.add_paragraph(report.byline, "Subtitle")
    document.add_paragraph(
        "　".join(report.lines) if report.language == "zh" else " · ".join(report.lines), "About Line"
    )
    writer = _Writer(document)
    for one in report.paragraphs:
        writer.write(one)
    if report.closing is not None:
        # No page holds a signature alone.
        document.paragraphs[-1].paragraph_format.keep_with_next = True
        _close(document, report.closing)
    if report.annex.rows:
        _annex(document, report.annex)
    if report.checking is not None:
        _check(document, report.checking)
    return timeless(document)


def _describe(document: Document, report: PrintedReport) -> None:
    about = document.core_properties
    about.title, about.author = report.title, report.author
    about.language = "zh-CN" if report.language == "zh" else "en-GB"
    about.subject = report.lines[0] if report.lines else ""
    about.comments = report.example
    if report.day:
        year, month, day = map(int, report.day.split("-"))
        about.created = about.modified = datetime(year, month, day, tzinfo=UTC)


class _Writer:
    """Writes the paragraphs of a text, whose figures are numbered through."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._figures = Figures(document)

    def write(self, one: PrintedParagraph) -> None:
        paragraph = self._document.add_paragraph(style=_STYLES[one.kind])
        for part in one.parts:
            if isinstance(part, PrintedText):
                paragraph.add_run(part.text)
            elif isinstance(part, PrintedFigure):
                self._figures.write(
                    paragraph, part.words, title=part.title, tag=f"figure-{part.place}", address=part.address
                )
                if part.code:
                    paragraph._p.append(run_of(part.code, "FigureNumber"))
            elif isinstance(part, PrintedChart):
                self._chart(paragraph, part)
            else:
                raise ValueError("a Word file holds no pictures")

    def _chart(self, paragraph: Paragraph, chart: PrintedChart) -> None:
        """Add a chart as a picture as wide as the text, with its caption below."""
        drawn = picture(chart.svg, chart.width, chart.height, pixels=_PIXELS)
        shape = paragraph.add_run().add_picture(io.BytesIO(drawn), width=Twips(sum(_WIDTHS)))
        shape._inline.docPr.set("descr", chart.title)
        paragraph.paragraph_format.keep_with_next = True
        for line in (chart.title, *chart.about):
            self._document.add_paragraph(line, "Small Text").alignment = WD_ALIGN_PARAGRAPH.CENTER


def _close(document: Document, closing: PrintedClosing) -> None:
    if closing.annexes:
        document.add_paragraph(closing.annexes, "Annex List")
    document.add_paragraph(closing.issuer, "Signature")
    document.add_paragraph(closing.day, "Date")


def _annex(document: Document, annex: PrintedAnnex) -> None:
    document.add_paragraph(annex.kicker, "Annex Mark")
    document.add_paragraph(annex.title, "Annex Title")
    document.add_paragraph(annex.about, "Small Text")
    table = document.add_table(rows=1 + len(annex.rows), cols=len(_WIDTHS), style="Figure Table")
    fix_layout(table, _WIDTHS)
    heads, *rows = [list(row.cells) for row in table.rows]
    for cell, title, style in zip(heads, annex.columns, _HEADS, strict=True):
        fill(cell, style, title)
    for cells, row in zip(rows, annex.rows, strict=True):
        fill(cells[0], "Table Number", row.place)
        fill(cells[1], "Table Text", row.code, letters="Code")
        fill(cells[2], "Table Text", row.title)
        cells[2].add_paragraph(style="Table Text")._p.append(run_of(row.where, "Quiet"))
        fill(cells[3], "Table Number", row.shown)
        fill(cells[4], "Table Number", row.exact)
    if annex.notes:
        document.add_paragraph(annex.notes_title, "Check Title")
    for title, note, definition in annex.notes:
        paragraph = document.add_paragraph("", "Small Text")
        paragraph._p.append(run_of(f"{title}　", "Strong"))
        paragraph.add_run(f"{note} ")
        paragraph._p.append(run_of(definition, "Code"))


def _check(document: Document, checking: PrintedChecking) -> None:
    document.add_paragraph(checking.title, "Check Title")
    document.add_paragraph(checking.about, "Small Text")
    for label, value in checking.pairs:
        paragraph = document.add_paragraph(f"{label}　", "Small Text")
        paragraph._p.append(run_of(value, "Code"))
