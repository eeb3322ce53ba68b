"""Indicators as Ibis expressions over the ledger, and those as the SQL of each engine that holds the facts.

Every shape of question (``shapes``) is one expression, compiled once an engine in the life of the process.
Ibis writes parameters as literals; here they stay calls of ``parameter`` until the finished tree, where each becomes what
the engine takes: for PostgreSQL a placeholder that the driver fills, for the engines over a snapshot a whole number or a day
written out, by which they leave unread what cannot hold an answer. Sums and counts come back exact: no shape divides
anything but whole numbers.

Facts are one relation in which each knows its block. PostgreSQL joins membership to it when a block is asked for; a snapshot
has the number in the row, and beside it the whole parts of the place's number by which questions group.

A sum over whole months and counties is read from cells: those into which PostgreSQL rolls up sealed facts
(``ledger/rollups``), or those of a snapshot (``ledger/snapshots/cells``), and from the facts that are in none:
one relation too, of cells, to which a fact is a cell of its own.

Whatever is counted, a row has the same columns (``COLUMNS``). A sum is one aggregation. A distinct count is two, one over
the other in the same scan: first each party's net quantity in each group, then how many of them are above zero.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import ibis
import sqlglot
import sqlglot.expressions as tree
from ibis.backends.sql.compilers.postgres import PostgresCompiler

from bangfu.foundation.ledger.rollups import CELLS_AND_LATER
from bangfu.reporting.shapes import COLUMNS, Grain, Shape, area_key, own_area_key

FACTS = ibis.table(
    {
        "id": "int64",
        "measure_id": "int16",
        "quantity": "decimal(20, 4)",
        "unit_id": "int64",
        "place_id": "int64",
        "line_id": "int16",
        "party": "uuid",
        "happened_on": "date",
        "reverses_id": "int64",
        "block_id": "int64",
    },
    name="ledger_fact",
)
WITH_BLOCKS = """
SELECT entered.*, member.block_id FROM ledger_fact entered JOIN ledger_member member ON member.fact_id = entered.id
"""
"""The facts in PostgreSQL with the block of each, for questions as of a block."""
CELLS = ibis.table(
    {
        "id": "int64",
        "measure_id": "int16",
        "quantity": "decimal(24, 4)",
        "unit_id": "int64",
        "place_id": "int64",
        "line_id": "int16",
        "happened_on": "date",
        "facts": "int64",
        "reversed": "int64",
    },
    name="ledger_cell",
)
CELLS_TO_A_DAY = f"""
SELECT * FROM ({CELLS_AND_LATER}) kept WHERE happened_on < parameter('reach')
UNION ALL
SELECT id, measure_id, CASE WHEN happened_on < parameter('ends_on') THEN quantity ELSE -quantity END, unit_id, place_id, line_id,
       happened_on, CASE WHEN happened_on < parameter('ends_on') THEN 1 ELSE -1 END,
       CASE WHEN reverses_id IS NULL THEN 0 WHEN happened_on < parameter('ends_on') THEN 1 ELSE -1 END
  FROM ledger_fact
 WHERE happened_on >= least(parameter('reach'), parameter('ends_on'))
   AND happened_on < greatest(parameter('reach'), parameter('ends_on'))
"""
"""Cells up to the first of a month, and the facts between it and the period's end: added, or taken out again."""
UNITS = ibis.table({"id": "int64", "path": "string"}, name="organisation_unit")


@ibis.udf.scalar.builtin(name="parameter")
def _number(key: str) -> int:  # type: ignore[empty-body]
    """A whole number that is given when the question is asked."""


@ibis.udf.scalar.builtin(name="parameter")
def _day(key: str) -> date:  # type: ignore[empty-body]
    """A day that is given when the question is asked."""


@ibis.udf.scalar.builtin(name="parameter")
def _text(key: str) -> str:  # type: ignore[empty-body]
    """A text that is given when the question is asked."""


@ibis.udf.scalar.builtin(name="whole_part")
def _whole_part(value: int, size: int) -> int:  # type: ignore[empty-body]
    """How often the size goes into the value: Ibis' own floor division goes through floating point."""


@ibis.udf.scalar.builtin(name="is_among")
def _is_among(value: int, key: str) -> bool:  # type: ignore[empty-body]
    """Whether a whole number is among those that are given when the question is asked."""


def expression(shape: Shape) -> Any:
    """Return the Ibis expression of a shape: one row a group with the groups and ``COLUMNS``."""
    chosen = _chosen(shape)
    columns = {
        Grain.PLACE: _whole_part(chosen.place_id, shape.size),
        Grain.MONTH: chosen.happened_on.truncate("M"),
        Grain.UNIT: chosen.unit_id,
        Grain.LINE: chosen.line_id,
        Grain.MEASURE: chosen.measure_id,
    }
    groups = {grain.value: columns[grain] for grain in shape.groups}
    if shape.counts_parties:
        return _parties(chosen, groups, stands=shape.stands)
    if shape.is_apart:
        return _apart(chosen, groups)
    sums = {
        "total": chosen.quantity.sum(),
        "facts": chosen.facts.sum() if shape.is_rolled else chosen.count(),
        "reversed": chosen.reversed.sum() if shape.is_rolled else chosen.reverses_id.count(),
        "latest": chosen.id.max(),
        "quantity": chosen.quantity.sum(),
        "nameless": ibis.literal(0),
        "cancelled": ibis.literal(0),
    }
    found = chosen.group_by(**groups).aggregate(**sums) if groups else chosen.aggregate(**sums)
    if groups and shape.has_edge:
        found = found.filter(found.facts > 0)
    return found.select(*groups, *COLUMNS)


def _chosen(shape: Shape) -> Any:
    """Return the facts of a shape, or the cells that hold them."""
    source = CELLS if shape.is_rolled else FACTS
    of_measure = (
        _is_among(source.measure_id, "measures")
        if shape.has_many_measures or Grain.MEASURE in shape.groups
        else source.measure_id == _number("measure")
    )
    chosen = source.filter(of_measure, source.happened_on < _day("until" if shape.has_edge else "ends_on"))
    if shape.has_start:
        chosen = chosen.filter(chosen.happened_on >= _day("starts_on"))
    if shape.has_place:
        chosen = chosen.filter(
            chosen.place_id >= _number("first_place"), chosen.place_id < _number("end_place")
        )
    if shape.area_sizes is not None:
        inside = [_is_among(_whole_part(chosen.place_id, size), area_key(size)) for size in shape.area_sizes]
        chosen = chosen.filter(ibis.or_(*inside))
    if shape.has_unit and shape.lists_units:
        chosen = chosen.filter(_is_among(chosen.unit_id, "units"))
    elif shape.has_unit:
        below = UNITS.filter(UNITS.path.startswith(_text("path")))
        chosen = chosen.filter(chosen.unit_id.isin(below.id))
    if shape.has_line:
        chosen = chosen.filter(chosen.line_id == _number("line"))
    if shape.has_own_place:
        chosen = chosen.filter(chosen.place_id >= _number("own_first"), chosen.place_id < _number("own_end"))
    if shape.own_area_sizes is not None:
        inside = [
            _is_among(_whole_part(chosen.place_id, size), own_area_key(size)) for size in shape.own_area_sizes
        ]
        chosen = chosen.filter(ibis.or_(*inside))
    if shape.has_own_line:
        chosen = chosen.filter(chosen.line_id == _number("own_line"))
    if shape.has_own_units:
        chosen = chosen.filter(_is_among(chosen.unit_id, "own_units"))
    if shape.has_block:
        chosen = chosen.filter(chosen.block_id <= _number("block"))
    return chosen


def _apart(chosen: Any, groups: dict[str, Any]) -> Any:
    """Return cells as they are, each the one of its group."""
    return chosen.select(
        **groups,
        total=chosen.quantity,
        facts=chosen.facts,
        reversed=chosen.reversed,
        latest=chosen.id,
        quantity=chosen.quantity,
        nameless=ibis.literal(0),
        cancelled=ibis.literal(0),
    )


def _parties(chosen: Any, groups: dict[str, Any], *, stands: bool) -> Any:
    """Return how many parties have a net quantity above zero in each group; facts without a party are nobody's."""
    nets = chosen.group_by(**groups, party=chosen.party).aggregate(
        net=chosen.quantity.sum(),
        facts=chosen.count(),
        reversed=chosen.reverses_id.count(),
        latest=chosen.id.max(),
    )
    is_known = nets.party.notnull()
    counted = (is_known & (nets.net > 0)).ifelse(1, 0)
    if stands:
        running = nets.net.sum().over(ibis.window(group_by=nets.party, order_by=nets.month, following=0))
        nets = nets.mutate(running=running)
        is_known = nets.party.notnull()
        after = (is_known & (nets.running > 0)).ifelse(1, 0)
        before = (is_known & (nets.running - nets.net > 0)).ifelse(1, 0)
        counted = after - before
    nets = nets.mutate(
        counted=counted,
        known=is_known.ifelse(nets.net, 0),
        nameless=is_known.ifelse(0, nets.facts),
        cancelled=(is_known & (nets.net <= 0)).ifelse(1, 0),
    )
    sums = {
        "total": nets.counted.sum(),
        "facts": nets.facts.sum(),
        "reversed": nets.reversed.sum(),
        "latest": nets.latest.max(),
        "quantity": nets.known.sum(),
        "nameless": nets.nameless.sum(),
        "cancelled": nets.cancelled.sum(),
    }
    found = nets.group_by(list(groups)).aggregate(**sums) if groups else nets.aggregate(**sums)
    return found.select(*groups, *COLUMNS)


def _placed(node: tree.Expression) -> tree.Expression:
    """Return a part of a finished tree as PostgreSQL takes it."""
    if isinstance(node, tree.Anonymous) and node.name.lower() == "parameter":
        return tree.Placeholder(this=node.expressions[0].name)
    if isinstance(node, tree.Anonymous) and node.name.lower() == "is_among":
        value, key = node.expressions
        # Of one type on both sides, so that the engine looks a long list up by hash.
        given = tree.cast(tree.Placeholder(this=key.name), "bigint[]", dialect="postgres")
        return tree.EQ(this=value.copy().transform(_placed), expression=tree.Any(this=tree.Paren(this=given)))
    if isinstance(node, tree.Anonymous) and node.name.lower() == "whole_part":
        value, size = node.expressions
        return tree.Div(this=value.copy(), expression=size.copy(), typed=True)
    return node


def _in_place_of(table: str, query: str) -> Callable[[tree.Expression], tree.Expression]:
    """Return what puts a query where a finished tree reads a table."""

    def replaced(node: tree.Expression) -> tree.Expression:
        if isinstance(node, tree.Table) and node.name == table:
            parsed = sqlglot.parse_one(query, dialect="postgres")
            return tree.Subquery(this=parsed, alias=tree.TableAlias(this=tree.to_identifier(node.alias)))
        return node

    return replaced


def compiled_for_postgres(shape: Shape) -> str:
    """Return the PostgreSQL of a shape, with ``%(name)s`` where values go."""
    compiled = PostgresCompiler().to_sqlglot(expression(shape))
    if shape.has_block:
        compiled = compiled.transform(_in_place_of(FACTS.get_name(), WITH_BLOCKS))
    if shape.is_rolled:
        compiled = compiled.transform(
            _in_place_of(CELLS.get_name(), CELLS_TO_A_DAY if shape.has_edge else CELLS_AND_LATER)
        )
    return str(compiled.transform(_placed).sql("postgres"))
