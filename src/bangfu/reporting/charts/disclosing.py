"""What of a chart may leave the house: no group of fewer than five persons stands in a picture or in a file of its numbers.

On the page a chart says what its figures say, to whoever may see them. A file travels without permissions, so it follows the
rule of what is published (decision 36): people are never shown in groups below five. A picture that would show some is not made;
a file of numbers says in their place that they are withheld, and withholds so much beside them that no remainder gives them away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from bangfu.foundation.ledger.measures import Party
from bangfu.foundation.places.codes import PROVINCE, level_of
from bangfu.foundation.rooms import both
from bangfu.reporting.charts.answers.answer import Answer, Cell, Row
from bangfu.reporting.charts.asking import UnableToChart
from bangfu.reporting.charts.kinds import Kind
from bangfu.reporting.definitions import Indicator
from bangfu.reporting.publications.disclosing import FEWEST

FEW = both("不足 {fewest} 人，不列", "withheld: fewer than {fewest}")
BESIDE = both("不列", "withheld")


def counts_people(indicator: Indicator) -> bool:
    """Return whether an indicator counts somebody: a party of an unknown kind is held a person."""
    return any(
        one.party not in (None, Party.PUBLIC) or (term.counts_parties and one.party is not Party.PUBLIC)
        for term in indicator.terms
        for one in term.measures
    )


def has_small_groups(answer: Answer) -> bool:
    """Return whether some place or unit of a chart has between one and four of somebody."""
    if not any(counts_people(one) for one in answer.indicators):
        return False
    values = list(answer.values_of_parts)
    if _is_narrow(answer):
        # Not only its parts: each period of a small place or unit is a small group too.
        values += [cell.value for row in answer.rows for cell in row.cells if cell.is_counted]
    return any(value is not None and _is_small(value) for value in values)


def _is_narrow(answer: Answer) -> bool:
    """Return whether a chart asks about less than a province, or about one unit."""
    selection = answer.question.selection
    return selection.unit is not None or (
        selection.place is not None and level_of(selection.place) > PROVINCE
    )


def _is_small(value: Decimal) -> bool:
    return 0 < value < FEWEST


def rows_outside(answer: Answer) -> tuple[Row, ...]:
    """Return the rows of a chart's table as they may leave the house: small groups of people say that they are withheld."""
    if not has_small_groups(answer):
        return answer.rows
    rows = [list(row.cells) for row in answer.rows]
    for at in range(max(map(len, rows), default=0)):
        column = [cells[at] if at < len(cells) else None for cells in rows]
        parts = [None if row.is_whole else cell for row, cell in zip(answer.rows, column, strict=True)]
        hidden = _hidden(parts, is_flow=answer.question.kind is Kind.FLOW)
        for number, cell in enumerate(column):
            if cell is not None and (number in hidden or _says_few(cell)):
                words = FEW.filled(fewest=FEWEST) if _says_few(cell) else BESIDE
                rows[number][at] = Cell(str(words), is_number=False)
    return tuple(
        replace(row, cells=_without_shares(row, cells)) for row, cells in zip(answer.rows, rows, strict=True)
    )


def _says_few(cell: Cell) -> bool:
    return cell.is_counted and cell.value is not None and _is_small(cell.value)


def _hidden(parts: Sequence[Cell | None], *, is_flow: bool) -> set[int]:
    """Return which parts of a column are withheld: the small ones, and the next larger until at least ``FEWEST`` are hidden.

    Of a flow that hides one passage all are hidden, since what comes into a stop tells what goes out of it.
    """
    values = {
        at: cell.value
        for at, cell in enumerate(parts)
        if cell is not None and cell.is_counted and cell.value is not None and cell.value > 0
    }
    hidden = {at for at, value in values.items() if _is_small(value)}
    if not hidden:
        return hidden
    if is_flow:
        return set(values)
    for at in sorted(values.keys() - hidden, key=lambda at: values[at]):
        if len(hidden) > 1 and sum(values[one] for one in hidden) >= FEWEST:
            break
        hidden.add(at)
    return hidden


def _without_shares(row: Row, cells: Sequence[Cell]) -> tuple[Cell, ...]:
    """Return the cells of a row, without the share of a number that is withheld."""
    is_withheld = any(before is not after for before, after in zip(row.cells, cells, strict=True))
    return tuple(
        Cell("", is_number=False) if is_withheld and cell.is_number and cell.text.endswith("%") else cell
        for cell in cells
    )


def require_no_small_groups(answer: Answer) -> None:
    """Refuse a picture that shows people in groups below five.

    Raises: UnableToChart: ``small_groups``.
    """
    if has_small_groups(answer):
        raise UnableToChart("small_groups", fewest=FEWEST)
