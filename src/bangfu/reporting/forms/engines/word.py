"""A Word document as a form: its tables read as grids, and filled in place. Pure.

Only the text of cells that are filled changes, in the look of the first run of the cell; all other parts stay as they were.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import replace
from decimal import Decimal

from lxml import etree

from bangfu.reporting.forms.engines.archives import Unfit, bytes_of, copied, tree
from bangfu.reporting.forms.engines.grids import MOST_CELLS, MOST_COLUMNS, MOST_ROWS, At, Cell, Grid
from bangfu.reporting.forms.engines.workbook import Value

DOCUMENT = "word/document.xml"
_REACHES_OUT = ("DDE", "DDEAUTO", "INCLUDETEXT", "INCLUDEPICTURE", "LINK")
_TITLE_FROM = 30


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _named(element: etree._Element, name: str) -> list[etree._Element]:
    return [one for one in element if _local(one) == name]


def _value_of(element: etree._Element | None, default: str = "") -> str:
    if element is None:
        return default
    return next((str(value) for name, value in element.attrib.items() if str(name).endswith("}val")), default)


def _text(element: etree._Element) -> str:
    pieces = []
    for paragraph in element.iter():
        if _local(paragraph) == "p":
            pieces.append("".join(one.text or "" for one in paragraph.iter() if _local(one) == "t"))
    return "\n".join(pieces).strip()


def _refuse_fields(root: etree._Element) -> None:
    for one in root.iter():
        if _local(one) == "instrText":
            said = one.text or ""
        elif _local(one) == "fldSimple":
            said = next((str(v) for k, v in one.attrib.items() if str(k).endswith("}instr")), "")
        else:
            continue
        if said.strip().upper().split(" ")[0] in _REACHES_OUT:
            raise Unfit("external_links")


def _tables(root: etree._Element) -> list[tuple[str, etree._Element]]:
    """Return the tables of the body in their order, each with the words that stand before it."""
    body = next(iter(_named(root, "body")), None)
    if body is None:
        raise Unfit("damaged")
    found, before = [], ""
    for one in body:
        if _local(one) == "p":
            before = _text(one) or before
        elif _local(one) == "tbl":
            found.append((before[:_TITLE_FROM], one))
            before = ""
    return found


def _laid_out(table: etree._Element) -> Iterator[tuple[At, etree._Element, int, str]]:
    """Give each cell with where it stands, how many columns it spans, and whether it goes on from above or begins that."""
    for number, row in enumerate(_named(table, "tr"), 1):
        column = 1
        for cell in _named(row, "tc"):
            look = next(iter(_named(cell, "tcPr")), None)
            wide, down = 1, ""
            if look is not None:
                span = next(iter(_named(look, "gridSpan")), None)
                wide = int(_value_of(span, "1") or 1)
                merge = next(iter(_named(look, "vMerge")), None)
                down = "" if merge is None else _value_of(merge, "continue") or "continue"
            yield (number, column), cell, wide, down
            column += wide


def _grid(title: str, table: etree._Element) -> Grid:
    cells: dict[At, Cell] = {}
    hidden: dict[At, At] = {}
    above: dict[int, At] = {}
    rows = columns = 0
    for (row, column), cell, wide, down in _laid_out(table):
        rows, columns = max(rows, row), max(columns, column + wide - 1)
        if rows > MOST_ROWS or columns > MOST_COLUMNS or rows * columns > MOST_CELLS:
            raise Unfit("too_large")
        if down == "continue" and column in above:
            first = above[column]
            known = cells.get(first, Cell())
            cells[first] = replace(known, rows=row - first[0] + 1)
            hidden |= {(row, one): first for one in range(column, column + wide)}
            continue
        above.pop(column, None)
        if down == "restart":
            above[column] = (row, column)
        text = _text(cell)
        if text or wide > 1 or down:
            cells[row, column] = Cell(text, columns=wide)
        hidden |= {(row, one): (row, column) for one in range(column + 1, column + wide)}
    return Grid(title, rows, columns, cells, hidden)


def read(parts: Mapping[str, bytes]) -> list[Grid]:
    """Return the tables of a document.

    Raises: Unfit: ``damaged``, ``external_links``, ``too_large``, ``nothing_in_it``.
    """
    main = next(name for name in parts if name.lower() == DOCUMENT)
    root = tree(parts[main])
    _refuse_fields(root)
    try:
        found = [_grid(title or str(number), table) for number, (title, table) in enumerate(_tables(root), 1)]
    except ValueError:
        raise Unfit("damaged") from None
    if not found:
        raise Unfit("nothing_in_it")
    return found


def _put(cell: etree._Element, text: str) -> None:
    """Write a text into a cell, in the look that its first run has."""
    paragraphs = _named(cell, "p")
    first = paragraphs[0]
    for other in paragraphs[1:]:
        cell.remove(other)
    namespace = etree.QName(first).namespace
    look = next(
        (one for one in first.iter() if _local(one) == "rPr" and _local(one.getparent()) == "r"), None
    )
    mark = next((one for one in first if _local(one) == "pPr"), None)
    if look is None and mark is not None:
        look = next(iter(_named(mark, "rPr")), None)
    for one in list(first):
        if one is not mark:
            first.remove(one)
    run = etree.SubElement(first, f"{{{namespace}}}r")
    if look is not None:
        run.append(deepcopy(look))
    said = etree.SubElement(run, f"{{{namespace}}}t")
    said.text = text
    said.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")


def filled(content: bytes, parts: Mapping[str, bytes], values: Mapping[tuple[int, At], Value]) -> bytes:
    """Return the document with values in cells, by the number of the table and the cell."""
    main = next(name for name in parts if name.lower() == DOCUMENT)
    root = tree(parts[main])
    for number, (_, table) in enumerate(_tables(root)):
        for at, cell, _wide, _down in _laid_out(table):
            if (number, at) in values:
                value = values[number, at]
                _put(cell, f"{value:,f}" if isinstance(value, Decimal) else value)
    return copied(content, {main: bytes_of(root)})
