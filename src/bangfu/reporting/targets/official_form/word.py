"""The form as a Word file: the same values and the same words as the PDF, in tables that an office can go on with.

Everything but the figures may be changed in Word: what stands in the columns that were counted is locked, since a number that
somebody typed over would not open any more.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from docx.enum.section import WD_ORIENT
from docx.shared import Mm

from bangfu.reporting.printing.word.pieces import (
    Figures,
    empty_document,
    fill,
    fix_layout,
    run_of,
    timeless,
)
from bangfu.reporting.printing.word.styles import FORM
from bangfu.reporting.targets.official_form.filling import Form
from bangfu.reporting.targets.official_form.typesetting import values_of

if TYPE_CHECKING:
    from docx.document import Document
    from docx.section import Section
    from docx.table import _Cell

_TEXT_WIDTH = 14570
"""Of A4 across between margins of 20 mm, in twentieths of a point."""
_WIDTHS = (700, 4000, 1100, 2000, 2200, 1200, 2200, 1170)
_LOOKS = (
    "Form Mark", "Form Text", "Form Mark", "Form Number", "Form Number", "Form Number", "Form Number", "Form Mark",
)  # fmt: skip
_UNIT = 2210
"""How wide the names of units stand."""


def docx_of(form: Form) -> bytes:
    """Return the form as a Word file in its language, which must be the active one; every figure is a link with its code."""
    said = values_of(form)
    document = empty_document(form.language, FORM[form.language])
    _describe(document, form, said["heading"])
    _across(document.sections[0])
    for head in (document.sections[0].header, document.sections[0].even_page_header):
        head.paragraphs[0].add_run(form.example)
    document.add_paragraph(said["heading"], "Form Title")
    document.add_paragraph(said["title"], "Form Line")
    document.add_paragraph(("　　" if form.language == "zh" else " · ").join(said["meta"]), "Form Line")
    figures = Figures(document)
    _lines(document, figures, said)
    document.add_paragraph(said["opens"], "Form Small Text")
    stop, before, after = ("；", "（", "）") if form.language == "zh" else ("; ", " (", ")")
    document.add_paragraph(
        f"{stop.join(said['lights'])}{before}{said['lights_origin']}{after}", "Form Small Text"
    )
    document.add_paragraph(
        ("　　　　　　" if form.language == "zh" else " " * 24).join(said["signs"]), "Form Text"
    )
    if said["units"]:
        _units(document, figures, said)
    noted = [row for row in said["rows"] if row["note"]]
    if noted:
        document.add_paragraph(said["notes_title"], "Check Title")
    for row in noted:
        paragraph = document.add_paragraph("", "Form Small Text")
        paragraph._p.append(run_of(f"{row['number']} {row['title']} ", "Strong"))
        paragraph.add_run(f"{row['method']} ")
        paragraph._p.append(run_of(row["note"], "Quiet"))
    return timeless(document)


def _describe(document: Document, form: Form, heading: str) -> None:
    about = document.core_properties
    about.title, about.author, about.subject = heading, form.signatory, form.title
    about.language = "zh-CN" if form.language == "zh" else "en-GB"
    about.comments = form.example
    about.created = about.modified = datetime(form.on.year, form.on.month, form.on.day, tzinfo=UTC)


def _across(section: Section) -> None:
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin = section.right_margin = section.top_margin = Mm(20)
    section.bottom_margin, section.header_distance, section.footer_distance = Mm(18), Mm(10), Mm(9)


def _lines(document: Document, figures: Figures, said: dict[str, Any]) -> None:
    rows = said["rows"]
    table = document.add_table(rows=1 + len(rows), cols=len(_WIDTHS), style="Form Table")
    fix_layout(table, _WIDTHS)
    heads, *others = [list(row.cells) for row in table.rows]
    for cell, title in zip(heads, said["columns"], strict=True):
        fill(cell, "Form Head", title)
    names = ("number", "title", "unit", "target", "value", "share", "ahead", "light")
    for cells, row in zip(others, rows, strict=True):
        for cell, look, name in zip(cells, _LOOKS, names, strict=True):
            if name == "value" and row["address"]:
                _opening(
                    figures, cell, look, row["value"], row["title"], f"line-{row['number']}", row["address"]
                )
                if row["code"]:
                    cell.add_paragraph(style="Form Small")._p.append(run_of(row["code"], "Code"))
            else:
                fill(cell, look, row[name])


def _units(document: Document, figures: Figures, said: dict[str, Any]) -> None:
    heading = document.add_paragraph(said["units_title"], "Check Title")
    heading.paragraph_format.page_break_before = True
    columns: Sequence[str] = said["unit_columns"]
    width = (_TEXT_WIDTH - _UNIT) // (len(columns) - 1)
    table = document.add_table(rows=1 + len(said["units"]), cols=len(columns), style="Form Table")
    fix_layout(table, (_UNIT, *(width for _ in columns[1:])))
    heads, *others = [list(row.cells) for row in table.rows]
    for cell, title in zip(heads, columns, strict=True):
        fill(cell, "Form Head", title)
    for place, (cells, unit) in enumerate(zip(others, said["units"], strict=True), start=1):
        fill(cells[0], "Form Small Text", unit["name"])
        for at, (cell, one) in enumerate(zip(cells[1:], unit["cells"], strict=True), start=1):
            if not one["value"] and not one["target"]:
                fill(cell, "Form Small", "")
                continue
            shown = one["value"] or "—"
            if one["address"] and one["value"]:
                _opening(
                    figures,
                    cell,
                    "Form Small",
                    shown,
                    f"{unit['name']} {columns[at]}",
                    f"unit-{place}-{at}",
                    one["address"],
                )
            else:
                fill(cell, "Form Small", shown)
            cell.paragraphs[0]._p.append(run_of(f" / {one['target']}", "Quiet"))


def _opening(
    figures: Figures, cell: _Cell, look: str, words: str, title: str, tag: str, address: str
) -> None:
    cell.paragraphs[0].style = look
    figures.write(cell.paragraphs[0], words, title=title, tag=tag, address=address)
