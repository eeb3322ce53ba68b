"""A workbook as a form: read as grids, and filled in place so that all else of the file stays as it was. Pure.

Only the cells that are filled, the stored results of formulas and the mark that lets a spreadsheet program compute them again
are written; styles, merges, print set-up, pictures and notes are never touched.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from lxml import etree

from bangfu.reporting.forms.engines.archives import Unfit, bytes_of, copied, relations, tree
from bangfu.reporting.forms.engines.formulas import evaluated, shifted
from bangfu.reporting.forms.engines.grids import (
    MOST_CELLS,
    MOST_COLUMNS,
    MOST_ROWS,
    At,
    Cell,
    Grid,
    read_at,
    read_block,
    written,
)

WORKBOOK = "xl/workbook.xml"
Value = Decimal | str
"""What is filled in: a number, or a text; an empty text leaves the cell blank."""
_BEFORE_CALCULATION = {
    "fileVersion", "fileSharing", "workbookPr", "workbookProtection", "bookViews", "sheets", "functionGroups",
    "externalReferences", "definedNames",
}  # fmt: skip


@dataclass(frozen=True)
class _Sheet:
    title: str
    part: str


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _children(element: etree._Element, name: str) -> list[etree._Element]:
    return [one for one in element if _local(one) == name]


def _child(element: etree._Element, name: str) -> etree._Element | None:
    return next(iter(_children(element, name)), None)


def _sheets(parts: Mapping[str, bytes]) -> list[_Sheet]:
    """Return the visible worksheets in their order."""
    main = next(name for name in parts if name.lower() == WORKBOOK)
    leads = relations(parts, main)
    found = []
    listed = _child(tree(parts[main]), "sheets")
    for one in listed if listed is not None else ():
        if _local(one) != "sheet" or one.get("state", "visible") != "visible":
            continue
        key = next((value for name, value in one.attrib.items() if str(name).endswith("}id")), "")
        part = leads.get(str(key), "")
        if part in parts and "/worksheets/" in part:
            found.append(_Sheet(str(one.get("name", "")), part))
    return found


def _texts(element: etree._Element | None) -> str:
    """Return the text of a shared or inline string, without its phonetic readings."""
    if element is None:
        return ""
    pieces = []
    for one in element:
        if _local(one) == "t":
            pieces.append(one.text or "")
        elif _local(one) == "r":
            pieces += [piece.text or "" for piece in _children(one, "t")]
    return "".join(pieces)


def _shared(parts: Mapping[str, bytes]) -> list[str]:
    name = next((one for one in parts if one.lower() == "xl/sharedstrings.xml"), None)
    return [] if name is None else [_texts(one) for one in _children(tree(parts[name]), "si")]


def _bordered(parts: Mapping[str, bytes]) -> set[str]:
    """Return the styles that draw a line around their cells: an empty box is a cell to fill."""
    name = next((one for one in parts if one.lower() == "xl/styles.xml"), None)
    if name is None:
        return set()
    root = tree(parts[name])
    borders = _child(root, "borders")
    lined = [
        any(side.get("style") not in (None, "none") for side in one)
        for one in (borders if borders is not None else ())
    ]
    forms = _child(root, "cellXfs")
    found = set()
    for number, one in enumerate(forms if forms is not None else ()):
        border = int(one.get("borderId", "0"))
        if border < len(lined) and lined[border]:
            found.add(str(number))
    return found


def _value(cell: etree._Element, shared: Sequence[str]) -> str:
    kind, stored = cell.get("t", "n"), _child(cell, "v")
    text = (stored.text or "") if stored is not None else ""
    if kind == "s":
        return shared[int(text)] if text.isdigit() and int(text) < len(shared) else ""
    if kind == "inlineStr":
        return _texts(_child(cell, "is"))
    return text


def _formulas(data: etree._Element) -> dict[At, str]:
    """Return the formula of each cell; of those that share one, each its own."""
    first: dict[str, tuple[At, str]] = {}
    found: dict[At, str] = {}
    for row in _children(data, "row"):
        for cell in _children(row, "c"):
            formula = _child(cell, "f")
            if formula is None:
                continue
            at, text, key = read_at(str(cell.get("r"))), formula.text or "", str(formula.get("si", ""))
            if formula.get("t") == "shared":
                if text:
                    first[key] = (at, text)
                elif key in first:
                    origin, shared_text = first[key]
                    text = shifted(shared_text, at[0] - origin[0], at[1] - origin[1])
            found[at] = text
    return found


def _located(root: etree._Element) -> etree._Element:
    """Return the cells' part of a worksheet, each row and cell of it saying where it stands."""
    data = _child(root, "sheetData")
    if data is None:
        raise Unfit("damaged")
    row_number = 0
    for row in _children(data, "row"):
        row_number = int(row.get("r", row_number + 1))
        row.set("r", str(row_number))
        column = 0
        for cell in _children(row, "c"):
            given = cell.get("r")
            column = read_at(given)[1] if given else column + 1
            cell.set("r", written((row_number, column)))
    return data


def _grid(title: str, root: etree._Element, shared: Sequence[str], bordered: set[str]) -> Grid:
    data = _located(root)
    formulas = _formulas(data)
    cells: dict[At, Cell] = {}
    boxes: list[At] = []
    for row in _children(data, "row"):
        for cell in _children(row, "c"):
            at = read_at(str(cell.get("r")))
            text = _value(cell, shared)
            if text or at in formulas:
                cells[at] = Cell(text, formulas.get(at, ""))
            elif cell.get("s", "0") in bordered:
                boxes.append(at)
    hidden: dict[At, At] = {}
    merges = _child(root, "mergeCells")
    for one in merges if merges is not None else ():
        block = read_block(str(one.get("ref")))
        if len(block.rows) > MOST_ROWS or len(block.columns) > MOST_COLUMNS:
            raise Unfit("too_large")
        known = cells.get(block.first, Cell())
        cells[block.first] = Cell(known.text, known.formula, len(block.rows), len(block.columns))
        hidden |= dict.fromkeys((at for at in block if at != block.first), block.first)
    ends = [(at[0] + one.rows - 1, at[1] + one.columns - 1) for at, one in cells.items()] + boxes
    rows, columns = max((at[0] for at in ends), default=0), max((at[1] for at in ends), default=0)
    if rows > MOST_ROWS or columns > MOST_COLUMNS or rows * columns > MOST_CELLS:
        raise Unfit("too_large")
    return Grid(title, rows, columns, cells, hidden)


def read(parts: Mapping[str, bytes]) -> list[Grid]:
    """Return the visible worksheets of a workbook.

    Raises: Unfit: ``damaged``, ``too_large``, ``nothing_in_it``.
    """
    try:
        shared, bordered = _shared(parts), _bordered(parts)
        found = [_grid(one.title, tree(parts[one.part]), shared, bordered) for one in _sheets(parts)]
    except (ValueError, TypeError):
        raise Unfit("damaged") from None
    if not any(one.cells for one in found):
        raise Unfit("nothing_in_it")
    return found


def _put(cell: etree._Element, value: Value) -> None:
    """Write a value into a cell, whose look stays."""
    for one in list(cell):
        cell.remove(one)
    cell.attrib.pop("t", None)
    namespace = etree.QName(cell).namespace
    if isinstance(value, Decimal):
        etree.SubElement(cell, f"{{{namespace}}}v").text = f"{value:f}"
    elif value:
        cell.set("t", "inlineStr")
        inside = etree.SubElement(etree.SubElement(cell, f"{{{namespace}}}is"), f"{{{namespace}}}t")
        inside.text = value
        inside.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")


class _Cells:
    """The cells of a worksheet by where they stand, made where there was none."""

    def __init__(self, data: etree._Element) -> None:
        self._data, self._namespace = data, etree.QName(data).namespace
        self._rows = {int(str(row.get("r"))): row for row in _children(data, "row")}
        self._cells = {
            read_at(str(cell.get("r"))): cell for row in self._rows.values() for cell in _children(row, "c")
        }

    def at(self, at: At) -> etree._Element:
        """Return the element of a cell."""
        if at not in self._cells:
            row = self._row(at[0])
            row.attrib.pop("spans", None)
            made = etree.Element(f"{{{self._namespace}}}c", r=written(at))
            after = next((one for one in _children(row, "c") if read_at(str(one.get("r")))[1] > at[1]), None)
            _before(row, made, after)
            self._cells[at] = made
        return self._cells[at]

    def _row(self, number: int) -> etree._Element:
        if number not in self._rows:
            made = etree.Element(f"{{{self._namespace}}}row", r=str(number))
            later = [one for one in self._rows if one > number]
            _before(self._data, made, self._rows[min(later)] if later else None)
            self._rows[number] = made
        return self._rows[number]


def _before(parent: etree._Element, made: etree._Element, after: etree._Element | None) -> None:
    if after is None:
        parent.append(made)
    else:
        after.addprevious(made)


def _store_results(data: etree._Element, results: Mapping[At, Decimal | None]) -> None:
    """Write what formulas come to; of one that is left to the spreadsheet program, the old result is taken out."""
    for row in _children(data, "row"):
        for cell in _children(row, "c"):
            if _child(cell, "f") is None:
                continue
            stored = _child(cell, "v")
            result = results.get(read_at(str(cell.get("r"))))
            cell.attrib.pop("t", None)
            if stored is not None:
                cell.remove(stored)
            if result is not None:
                etree.SubElement(cell, f"{{{etree.QName(cell).namespace}}}v").text = f"{result:f}"


def _computing_again(part: bytes) -> bytes:
    root = tree(part)
    found = _child(root, "calcPr")
    if found is None:
        found = etree.Element(f"{{{etree.QName(root).namespace}}}calcPr")
        before = [one for one in root if _local(one) in _BEFORE_CALCULATION]
        before[-1].addnext(found)
    found.set("fullCalcOnLoad", "1")
    return bytes_of(root)


def results_of(
    grids: Sequence[Grid], values: Mapping[tuple[int, At], Value]
) -> dict[tuple[int, At], Decimal | None]:
    """Return what the formulas of a filled form come to; null for one that is left to a spreadsheet program."""
    return evaluated([(one.title, one.cells) for one in grids], values)


def filled(content: bytes, parts: Mapping[str, bytes], values: Mapping[tuple[int, At], Value]) -> bytes:
    """Return the workbook with values in cells, by the number of the worksheet among the visible ones and the cell."""
    grids = read(parts)
    results = results_of(grids, values)
    replaced = {}
    for number, sheet in enumerate(_sheets(parts)):
        own = {at: value for (which, at), value in values.items() if which == number}
        mine = {at: result for (which, at), result in results.items() if which == number}
        if not own and not mine:
            continue
        root = tree(parts[sheet.part])
        data = _located(root)
        cells = _Cells(data)
        for at, value in sorted(own.items()):
            _put(cells.at(at), value)
        _store_results(data, mine)
        replaced[sheet.part] = bytes_of(root)
    main = next(name for name in parts if name.lower() == WORKBOOK)
    replaced[main] = _computing_again(parts[main])
    return copied(content, replaced)
