"""Pieces that every Word file of the house is made of: an empty file, figures that open, cells, and tables of fixed widths."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import quoteattr

import docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn

from bangfu.reporting.printing.word.styles import Look, styles_xml

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table, _Cell
    from docx.text.paragraph import Paragraph

_TEMPLATE = Path(__file__).parent / "template"
_MOMENT = (1980, 1, 1, 0, 0, 0)
"""The time of every part: a file has none but its publication's."""
_FIRST_CONTROL = 1000
"""From which the controls of figures are numbered."""


def empty_document(language: str, more: Sequence[Look] = ()) -> Document:
    """Return a document of a language without a word in it.

    Args:
        language: ``zh`` or ``en``.
        more: styles beside the house's own.
    """
    parts = {
        path.relative_to(_TEMPLATE).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(_TEMPLATE.rglob("*"))
        if path.is_file() and not path.name.startswith("numbering.")
    }
    parts["word/styles.xml"] = styles_xml(language, more)
    parts["word/numbering.xml"] = (_TEMPLATE / "word" / f"numbering.{language}.xml").read_text(
        encoding="utf-8"
    )
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return docx.Document(io.BytesIO(written.getvalue()))


def timeless(document: Document) -> bytes:
    """Return a document as a file with no clock in it: the same bytes for the same content."""
    saved, written = io.BytesIO(), io.BytesIO()
    document.save(saved)
    with zipfile.ZipFile(saved) as found, zipfile.ZipFile(written, "w") as archive:
        for name in found.namelist():
            about = zipfile.ZipInfo(name, _MOMENT)
            about.compress_type = zipfile.ZIP_DEFLATED
            about.external_attr = 0o644 << 16
            archive.writestr(about, found.read(name), compresslevel=6)
    return written.getvalue()


def run_of(text: str, style: str) -> Any:
    """Return letters of a style."""
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


class Figures:
    """Writes the figures of a document: each opens at its address and stands in a control of its own number."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._controls = _FIRST_CONTROL
        self._targets: dict[str, str] = {}  # address → relationship

    def write(self, paragraph: Paragraph, words: str, *, title: str, tag: str, address: str) -> None:
        """Add a figure in a control that Word neither edits nor deletes, so that nobody types a number over it."""
        self._controls += 1
        control: Any = parse_xml(
            f"<w:sdt {nsdecls('w')}><w:sdtPr><w:alias w:val={quoteattr(title)}/>"
            f'<w:tag w:val={quoteattr(tag)}/><w:id w:val="{self._controls}"/><w:lock w:val="sdtContentLocked"/>'
            "</w:sdtPr><w:sdtContent/></w:sdt>"
        )
        run = run_of(words, "Figure")
        inside = control.find(qn("w:sdtContent"))
        if address:
            link: Any = OxmlElement("w:hyperlink")
            link.set(qn("r:id"), self._target(address))
            link.append(run)
            inside.append(link)
        else:
            inside.append(run)
        paragraph._p.append(control)

    def _target(self, address: str) -> str:
        if address not in self._targets:
            self._targets[address] = self._document.part.relate_to(
                address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True
            )
        return self._targets[address]


def fill(cell: _Cell, style: str, words: str, *, letters: str = "") -> None:
    """Write words into a cell."""
    paragraph = cell.paragraphs[0]
    paragraph.style = style
    if letters:
        paragraph._p.append(run_of(words, letters))
    else:
        paragraph.add_run(words)


def fix_layout(table: Table, widths: Sequence[int]) -> None:
    """Give the columns their widths, which stay as they are whatever stands in them; let the head stand on every page.

    Args:
        widths: in twentieths of a point.
    """
    grid: Any = table._tbl
    about = grid.tblPr
    for name, given in (
        ("w:tblW", {"w:w": str(sum(widths)), "w:type": "dxa"}),
        ("w:tblLayout", {"w:type": "fixed"}),
    ):
        for old in about.findall(qn(name)):
            about.remove(old)
        made: Any = OxmlElement(name)
        for key, value in given.items():
            made.set(qn(key), value)
        # tblW stands right behind the style, tblLayout before the look (CT_TblPr).
        about.insert(1 if name == "w:tblW" else len(about) - 1, made)
    for column, width in zip(grid.tblGrid.gridCol_lst, widths, strict=True):
        column.set(qn("w:w"), str(width))
    for tr in grid.tr_lst:
        for cell, width in zip(tr.tc_lst, widths, strict=True):
            cell.get_or_add_tcPr().get_or_add_tcW().set(qn("w:w"), str(width))
        tr.get_or_add_trPr().insert(0, OxmlElement("w:cantSplit"))
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
