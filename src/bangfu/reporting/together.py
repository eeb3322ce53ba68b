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

from bangfu.foundation.ledger.catalogue import measure_number
from bangfu.foundation.organisation.queries import units_under_each
from bangfu.reporting.definitions import Indicator, Term, TermKind
from bangfu.reporting.figures import (
    NOTHING,
    Sum,
    read_sum,
    rolled,
    shape_of,
    sum_of_term,
    values_of,
)
from bangfu.reporting.kept import Question, kept_rows
from bangfu.reporting.scoping import asks
from bangfu.reporting.selection import Selection
from bangfu.reporting.shapes import Grain, Shape, statement

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
    """Return the rows of each of many questions: the groups, then ``COLUMNS``; one statement a shape, one for all kept counts.

    Args:
        asked: terms that count facts, each with the selection that it is counted for.
    """
    kept = _kept(asked, groups, size)
    others = [one for one in dict.fromkeys(asked) if one not in kept]
    return kept | dict(zip(others, _answers([(one, {}) for one in others], groups, size), strict=True))


def sums_by_measure(asked: Sequence[Asked]) -> dict[Asked, Sum]:
    """Return what each of many terms of one measure comes to; those that differ by it alone are counted in one scan.

    So the facts of a place are read once, however many indicators count them.
    """
    kept = _kept(asked)
    alike: dict[tuple[object, ...], dict[Asked, None]] = defaultdict(dict)
    for term, selection in asked:
        if (term, selection) not in kept:
            alike[_all_but_measure(term, selection)][term, selection] = None
    scans = [list(one) for one in alike.values()]
    questions = [
        (scan[0], {"measures": sorted({measure_number(term.measure.code) for term, _ in scan})})
        for scan in scans
    ]
    found = {one: read_sum(rows[0]) for one, rows in kept.items()}
    for scan, rows in zip(scans, _answers(questions, (Grain.MEASURE,), 1), strict=True):
        sums = {int(measure): read_sum(row) for measure, *row in rows}
        found.update({one: sums.get(measure_number(one[0].measure.code), NOTHING) for one in scan})
    return found


def _kept(
    asked: Sequence[Asked], groups: tuple[Grain, ...] = (), size: int = 1
) -> dict[Asked, list[tuple[Any, ...]]]:
    """Return the rows of the questions that kept counts answer."""
    kept = kept_rows([Question(term, selection, groups, size) for term, selection in asked])
    return {(one.term, one.selection): rows for one, rows in kept.items()}


def _all_but_measure(term: Term, selection: Selection) -> tuple[object, ...]:
    """Return what terms must have in common to be counted in one scan."""
    starts_on = term.starts_on(selection.period) if term.has_start else None
    return starts_on, term.counts_parties, term.line, term.area, term.place, term.owner, selection


def _answers(
    questions: Sequence[tuple[Asked, Mapping[str, Any]]], groups: tuple[Grain, ...], size: int
) -> list[list[tuple[Any, ...]]]:
    """Return the rows of each question, in their order; one statement a shape.

    Args:
        questions: each with the values of its statement that differ from the term's own.
    """
    by_shape: dict[Shape, list[int]] = defaultdict(list)
    edged: set[Shape] = set()
    branches: set[int] = set()
    for at, ((term, selection), _) in enumerate(questions):
        shape = rolled(term, selection, shape_of(term, selection, groups, size))
        unit = selection.unit
        if unit is not None and not shape.lists_units:
            # A list is looked up along the units' index in every part of what is counted; a join with the tree is not.
            shape = replace(shape, lists_units=True)
            branches.add(unit.pk)
        over_whole_months = replace(shape, has_edge=False)
        if shape.has_edge:
            edged.add(over_whole_months)
        by_shape[over_whole_months].append(at)

    below = units_under_each(branches) if branches else {}

    def values(at: int) -> dict[str, Any]:
        (term, selection), own = questions[at]
        given = {**values_of(term, selection), **own}
        if selection.unit is not None and given["units"] is None:
            given["units"] = below[selection.unit.pk]
        return given

    found: list[list[tuple[Any, ...]]] = [[] for _ in questions]
    for shape, alike in by_shape.items():
        query = statement(replace(shape, has_edge=shape in edged))
        for start in range(0, len(alike), MOST_AT_ONCE):
            part = alike[start : start + MOST_AT_ONCE]
            for number, *row in side_by_side(query, [values(at) for at in part]):
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
