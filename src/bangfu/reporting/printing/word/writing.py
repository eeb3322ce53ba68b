"""A report written as a Word file, the same bytes for the same report."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import quoteattr

import docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn

from bangfu.reporting.printing.typesetting import (
    PrintedAnnex,
    PrintedChecking,
    PrintedClosing,
    PrintedFigure,
    PrintedParagraph,
    PrintedReport,
    PrintedText,
    title_lines,
)
from bangfu.reporting.printing.word.styles import styles_xml

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import _Cell
    from docx.text.paragraph import Paragraph

_TEMPLATE = Path(__file__).parent / "template"
_MOMENT = (1980, 1, 1, 0, 0, 0)
"""The time of every part: a file has none but its publication's."""
_STYLES = {"chapter": "Heading 1", "section": "Heading 2", "scope": "Scope Note", "text": "Body Text"}
_WIDTHS = (510, 1361, 4139, 1361, 1474)
"""Of the annex's columns, in twentieths of a point; together the width of the text."""
_HEADS = ("Table Head Number", "Table Head", "Table Head", "Table Head Number", "Table Head Number")
_FIRST_CONTROL = 1000
"""From which the controls of figures are numbered."""


def docx_of(report: PrintedReport) -> bytes:
    """Return the report as a Word file.

    Raises: ValueError: it holds a picture; only publications are written for Word, and they hold none.
    """
    document = docx.Document(io.BytesIO(_empty(report.language)))
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
    written = io.BytesIO()
    document.save(written)
    return _timeless(written.getvalue())


def _empty(language: str) -> bytes:
    """Return a file of a language without a word in it."""
    parts = {
        path.relative_to(_TEMPLATE).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(_TEMPLATE.rglob("*"))
        if path.is_file() and not path.name.startswith("numbering.")
    }
    parts["word/styles.xml"] = styles_xml(language)
    parts["word/numbering.xml"] = (_TEMPLATE / "word" / f"numbering.{language}.xml").read_text(
        encoding="utf-8"
    )
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return written.getvalue()


def _timeless(content: bytes) -> bytes:
    """Return a zip with the same parts and no clock in it."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as found, zipfile.ZipFile(written, "w") as archive:
        for name in found.namelist():
            about = zipfile.ZipInfo(name, _MOMENT)
            about.compress_type = zipfile.ZIP_DEFLATED
            about.external_attr = 0o644 << 16
            archive.writestr(about, found.read(name), compresslevel=6)
    return written.getvalue()


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
    """Writes the paragraphs of a text; its figures open at their addresses and are numbered through."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._controls = _FIRST_CONTROL
        self._targets: dict[str, str] = {}  # address → relationship

    def write(self, one: PrintedParagraph) -> None:
        paragraph = self._document.add_paragraph(style=_STYLES[one.kind])
        for part in one.parts:
            if isinstance(part, PrintedText):
                paragraph.add_run(part.text)
            elif isinstance(part, PrintedFigure):
                self._figure(paragraph, part)
            else:
                raise ValueError("a Word file holds no pictures")

    def _figure(self, paragraph: Paragraph, figure: PrintedFigure) -> None:
        """Add a figure in a control that Word neither edits nor deletes, so that nobody types a number over it."""
        self._controls += 1
        control: Any = parse_xml(
            f"<w:sdt {nsdecls('w')}><w:sdtPr><w:alias w:val={quoteattr(figure.title)}/>"
            f'<w:tag w:val="figure-{figure.place}"/><w:id w:val="{self._controls}"/><w:lock w:val="sdtContentLocked"/>'
            "</w:sdtPr><w:sdtContent/></w:sdt>"
        )
        run = _run(figure.words, "Figure")
        inside = control.find(qn("w:sdtContent"))
        if figure.address:
            link: Any = OxmlElement("w:hyperlink")
            link.set(qn("r:id"), self._target(figure.address))
            link.append(run)
            inside.append(link)
        else:
            inside.append(run)
        paragraph._p.append(control)
        if figure.code:
            paragraph._p.append(_run(figure.code, "FigureNumber"))

    def _target(self, address: str) -> str:
        if address not in self._targets:
            self._targets[address] = self._document.part.relate_to(
                address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True
            )
        return self._targets[address]


def _run(text: str, style: str) -> Any:
    run: Any = OxmlElement("w:r")
    properties: Any = OxmlElement("w:rPr")
    named: Any = OxmlElement("w:rStyle")
    named.set(qn("w:val"), style)
    properties.append(named)
    words: Any = OxmlElement("w:t")
    words.text = text
    words.set(qn("xml:space"), "preserve")
    run.append(properties)
    run.append(words)
    return run


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
    grid = table._tbl
    _fix_layout(grid)
    heads, *rows = [list(row.cells) for row in table.rows]
    for cell, title, style in zip(heads, annex.columns, _HEADS, strict=True):
        _fill(cell, style, title)
    _repeat(table.rows[0]._tr)
    for cells, row in zip(rows, annex.rows, strict=True):
        _fill(cells[0], "Table Number", row.place)
        _fill(cells[1], "Table Text", row.code, letters="Code")
        _fill(cells[2], "Table Text", row.title)
        cells[2].add_paragraph(style="Table Text")._p.append(_run(row.where, "Quiet"))
        _fill(cells[3], "Table Number", row.shown)
        _fill(cells[4], "Table Number", row.exact)
    for tr in grid.tr_lst:
        _keep_whole(tr)
    if annex.notes:
        document.add_paragraph(annex.notes_title, "Check Title")
    for title, note, definition in annex.notes:
        paragraph = document.add_paragraph("", "Small Text")
        paragraph._p.append(_run(f"{title}　", "Strong"))
        paragraph.add_run(f"{note} ")
        paragraph._p.append(_run(definition, "Code"))


def _fill(cell: _Cell, style: str, words: str, *, letters: str = "") -> None:
    paragraph = cell.paragraphs[0]
    paragraph.style = style
    if letters:
        paragraph._p.append(_run(words, letters))
    else:
        paragraph.add_run(words)


def _fix_layout(grid: Any) -> None:
    """Give the columns their widths, which stay as they are whatever stands in them."""
    about = grid.tblPr
    for name, given in (
        ("w:tblW", {"w:w": str(sum(_WIDTHS)), "w:type": "dxa"}),
        ("w:tblLayout", {"w:type": "fixed"}),
    ):
        for old in about.findall(qn(name)):
            about.remove(old)
        made: Any = OxmlElement(name)
        for key, value in given.items():
            made.set(qn(key), value)
        # tblW stands right behind the style, tblLayout before the look (CT_TblPr).
        about.insert(1 if name == "w:tblW" else len(about) - 1, made)
    for column, width in zip(grid.tblGrid.gridCol_lst, _WIDTHS, strict=True):
        column.set(qn("w:w"), str(width))
    for tr in grid.tr_lst:
        for cell, width in zip(tr.tc_lst, _WIDTHS, strict=True):
            cell.get_or_add_tcPr().get_or_add_tcW().set(qn("w:w"), str(width))


def _repeat(tr: Any) -> None:
    """Let a row be the head of its table on every page."""
    tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _keep_whole(tr: Any) -> None:
    tr.get_or_add_trPr().insert(0, OxmlElement("w:cantSplit"))


def _check(document: Document, checking: PrintedChecking) -> None:
    document.add_paragraph(checking.title, "Check Title")
    document.add_paragraph(checking.about, "Small Text")
    for label, value in checking.pairs:
        paragraph = document.add_paragraph(f"{label}　", "Small Text")
        paragraph._p.append(_run(value, "Code"))
