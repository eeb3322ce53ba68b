"""A fixed table on paper: as a PDF and as a Word file, every figure with the address at which it opens."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docx.enum.section import WD_ORIENT
from docx.shared import Mm

from bangfu.foundation.printing import typeset
from bangfu.foundation.rooms.marks import example_mark
from bangfu.reporting.forms.engines.grids import read_at
from bangfu.reporting.forms.filling import Filling
from bangfu.reporting.forms.fixed.declared import FixedTable
from bangfu.reporting.forms.fixed.making import FIRST, MADE_ON, TOTAL, column_title, lines_of
from bangfu.reporting.printing.word.pieces import Figures, empty_document, fill, fix_layout, timeless
from bangfu.reporting.printing.word.styles import FORM

_TEMPLATE = Path(__file__).parent / "table.typ"
_TEXT_WIDTH = 14570
"""Of A4 across between margins of 20 mm, in twentieths of a point."""
_NAMES = 3600
"""How wide the lines' names stand."""
OPENS = "每个数都可以打开：点数字，或在系统里打开同一张表。"


@dataclass(frozen=True)
class PaperCell:
    """One figure as it is printed."""

    text: str
    address: str
    """Absolute; empty for what does not open."""
    title: str


@dataclass(frozen=True)
class Paper:
    """A filled fixed table as plain values, in Chinese as the workbook is."""

    title: str
    example: str
    meta: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[PaperCell, ...]], ...]
    """Name and figures of each line, the total last."""
    basis: str


def paper_of(table: FixedTable, filling: Filling, *, house: str) -> Paper:
    """Return a filled table as it is printed.

    Args:
        house: scheme and host, at which figures open.
    """
    occasion = filling.occasion
    names = [name for _, name in lines_of(table, occasion)] + [TOTAL.zh]

    def cell(at: str) -> PaperCell:
        found = filling.cells.get((0, read_at(at)))
        if found is None:
            return PaperCell("", "", "")
        address = f"{house}{found.address}" if found.address else ""
        return PaperCell(found.shown or found.note, address, found.title)

    letters = [chr(ord("B") + number) for number in range(len(table.columns))]
    mark = example_mark()
    return Paper(
        title=table.title.zh,
        example=mark.zh if mark else "",
        meta=(f"填报单位：{cell('B2').text}", f"期间：{cell('B3').text}", f"账册区块 {occasion.block}"),
        columns=(table.head.zh, *(column_title(column) for column in table.columns)),
        rows=tuple(
            (name, tuple(cell(f"{letter}{FIRST + number}") for letter in letters))
            for number, name in enumerate(names)
        ),
        basis=f"依据：{table.basis.zh}",
    )


def pdf_of(paper: Paper) -> bytes:
    """Return a table as a PDF.

    Raises: typst.TypstError: the template is broken; never because of what the table says.
    """
    values: dict[str, Any] = {
        "title": paper.title,
        "example": paper.example,
        "meta": list(paper.meta),
        "columns": list(paper.columns),
        "rows": [
            {"name": name, "cells": [{"text": one.text, "address": one.address} for one in cells]}
            for name, cells in paper.rows
        ],
        "basis": paper.basis,
        "opens": OPENS,
    }
    return typeset(_TEMPLATE, values)


def docx_of(paper: Paper) -> bytes:
    """Return a table as a Word file; what was counted is locked, since a number typed over would not open any more."""
    document = empty_document("zh", FORM["zh"])
    about = document.core_properties
    about.title, about.comments, about.language = paper.title, paper.example, "zh-CN"
    about.created = about.modified = MADE_ON
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin = section.right_margin = section.top_margin = Mm(20)
    section.bottom_margin, section.header_distance, section.footer_distance = Mm(18), Mm(10), Mm(9)
    for head in (section.header, section.even_page_header):
        head.paragraphs[0].add_run(paper.example)
    document.add_paragraph(paper.title, "Form Title")
    document.add_paragraph("　　".join(paper.meta), "Form Line")
    figures = Figures(document)
    table = document.add_table(rows=1 + len(paper.rows), cols=len(paper.columns), style="Form Table")
    width = (_TEXT_WIDTH - _NAMES) // max(len(paper.columns) - 1, 1)
    fix_layout(table, (_NAMES, *(width for _ in paper.columns[1:])))
    heads, *others = [list(row.cells) for row in table.rows]
    for cell, title in zip(heads, paper.columns, strict=True):
        fill(cell, "Form Head", title)
    for number, (cells, (name, said)) in enumerate(zip(others, paper.rows, strict=True), 1):
        fill(cells[0], "Form Text", name)
        for column, (cell, one) in enumerate(zip(cells[1:], said, strict=True), 1):
            if one.address and one.text:
                cell.paragraphs[0].style = "Form Number"
                figures.write(
                    cell.paragraphs[0],
                    one.text,
                    title=f"{name} {paper.columns[column]}",
                    tag=f"cell-{number}-{column}",
                    address=one.address,
                )
            else:
                fill(cell, "Form Number", one.text)
    document.add_paragraph(paper.basis, "Form Small Text")
    document.add_paragraph(OPENS, "Form Small Text")
    return timeless(document)
