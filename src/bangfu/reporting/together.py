"""Many terms of many figures in one statement for each shape of question, however many figures there are.

The statement is the figure's own. What differs between questions of one shape stands as rows of values, and the statement is
joined to each of them laterally: it is parsed and planned once, and each question still runs by itself along the indexes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.db import connection

from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.organisation.queries import unit_subtree
from bangfu.reporting.compiling import Grain, Shape, statement
from bangfu.reporting.definitions import Indicator, Term, TermKind
from bangfu.reporting.figures import (
    NOTHING,
    Sum,
    is_rolled_up,
    read_sum,
    shape_of,
    sum_of_term,
    values_of,
)
from bangfu.reporting.scoping import asks
from bangfu.reporting.selection import Selection

MOST_AT_ONCE = 400
"""Questions that one statement asks side by side."""
TYPES: dict[type, str] = {date: "date", int: "bigint", str: "text", list: "bigint[]"}
Asked = tuple[Term, Selection]


def side_by_side(query: str, values: Sequence[Mapping[str, Any]]) -> list[tuple[Any, ...]]:
    """Return the rows of a statement for each set of values, behind the number of the set."""
    first = values[0]
    differing = [name for name in first if any(one[name] != first[name] for one in values)]
    differing = [name for name in differing if f"%({name})s" in query]
    given = {name: value for name, value in first.items() if name not in differing}
    for name in differing:
        query = query.replace(f"%({name})s", f"asked.{name}")
    rows = []
    for number, one in enumerate(values):
        cells = [str(number)]
        for name in differing:
            given[f"{name}_{number}"] = one[name]
            cells.append(f"%({name}_{number})s::{TYPES[type(one[name])]}")
        rows.append(f"({', '.join(cells)})")
    sent = (
        f"SELECT asked.number, answer.* FROM (VALUES {', '.join(rows)}) AS asked ({', '.join(['number', *differing])})"
        f" CROSS JOIN LATERAL ({query}) AS answer"
    )
    with connection.cursor() as cursor:
        cursor.execute(sent, given)
        return cursor.fetchall()


def rows_together(
    asked: Sequence[Asked], groups: tuple[Grain, ...] = (), size: int = 1
) -> dict[Asked, list[tuple[Any, ...]]]:
    """Return the rows of each of many questions: the groups, then ``COLUMNS``; one statement a shape.

    Args:
        asked: terms that count facts, each with the selection that it is counted for.
    """
    by_shape: dict[Shape, list[Asked]] = defaultdict(list)
    below: dict[Unit, list[int]] = {}
    for term, selection in dict.fromkeys(asked):
        shape = shape_of(term, selection, groups, size)
        if is_rolled_up(term, selection, shape):
            shape = replace(shape, is_rolled=True)
        unit = selection.unit
        if unit is not None and not shape.lists_units:
            # A list is looked up along the units' index in every part of what is counted; a join with the tree is not.
            shape = replace(shape, lists_units=True)
            if unit not in below:
                below[unit] = sorted(unit_subtree(unit.pk).values_list("pk", flat=True))
        by_shape[shape].append((term, selection))

    def values(term: Term, selection: Selection) -> dict[str, Any]:
        given = values_of(term, selection)
        if selection.unit in below:
            given["units"] = below[selection.unit]
        return given

    found: dict[Asked, list[tuple[Any, ...]]] = {one: [] for one in asked}
    for shape, alike in by_shape.items():
        query = statement(shape)
        for start in range(0, len(alike), MOST_AT_ONCE):
            part = alike[start : start + MOST_AT_ONCE]
            for number, *row in side_by_side(query, [values(*one) for one in part]):
                found[part[number]].append(tuple(row))
    return found


def sums_together(asked: Sequence[tuple[Indicator, Selection]]) -> list[list[Sum]]:
    """Return what each term of each of many figures comes to, in their order."""
    own = [[(term, asks(term, selection)) for term in indicator.terms] for indicator, selection in asked]
    counted = [
        (term, selection)
        for terms in own
        for term, selection in terms
        if selection is not None and term.kind is not TermKind.REGISTERED
    ]
    rows = rows_together(counted)

    def sum_of(term: Term, selection: Selection | None) -> Sum:
        if selection is None:
            return NOTHING
        if term.kind is TermKind.REGISTERED:
            return sum_of_term(term, selection)
        return read_sum(rows[term, selection][0])

    return [[sum_of(*one) for one in terms] for terms in own]
