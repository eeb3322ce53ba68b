"""The one expression of a shape as the SQL of DuckDB and of Spark, with its values written out.

Values are whole numbers and days and nothing else, so what is written cannot be read as anything but a value; engines see
them while they plan and skip the files and row groups that cannot hold an answer. ``parameter``, ``is_among`` and
``whole_part`` of the expression become what each engine does best: a literal, a list looked up by hash, and the column in
which the snapshot keeps the whole part, as it keeps the month.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Any

import sqlglot
import sqlglot.expressions as tree
from ibis.backends.sql.compilers.duckdb import DuckDBCompiler
from ibis.backends.sql.compilers.pyspark import PySparkCompiler

from bangfu.foundation.ledger.snapshots.columns import ANCESTORS
from bangfu.reporting.compiling import CELLS, FACTS, expression
from bangfu.reporting.shapes import Shape

Value = int | date | list[int]


class Dialect(StrEnum):
    """Whose SQL it is; the value is what sqlglot calls it."""

    DUCKDB = "duckdb"
    SPARK = "spark"


_COMPILERS = {Dialect.DUCKDB: DuckDBCompiler, Dialect.SPARK: PySparkCompiler}


@lru_cache(maxsize=256)
def _compiled(shape: Shape, dialect: Dialect) -> Any:
    return _COMPILERS[dialect]().to_sqlglot(expression(shape))


def written_out(shape: Shape, dialect: Dialect, values: Mapping[str, Value], relation: str) -> str:
    """Return the SQL of a shape.

    Args:
        values: what the expression's parameters are, by name.
        relation: what the facts, or the cells of a shape that sums these, are read from: a view's name, a table function, or a
            query in parentheses.
    """
    source = sqlglot.parse_one(f"SELECT * FROM {relation}", dialect=dialect.value).find(tree.From)
    table = (CELLS if shape.is_rolled else FACTS).get_name()
    assert source is not None

    def written(node: tree.Expression) -> tree.Expression:
        if isinstance(node, tree.Table) and node.name == table:
            read = source.this.copy()
            read.set("alias", node.args["alias"].copy())
            return read
        if isinstance(node, tree.TimestampTrunc | tree.DateTrunc):
            return _column(node.this, "happened_on", "month")
        if not isinstance(node, tree.Anonymous):
            return node
        name, given = node.name.lower(), node.expressions
        if name == "parameter":
            return _literal(values[given[0].name])
        if name == "is_among":
            return _among(given[0].transform(written), values[given[1].name])
        if name == "whole_part":
            return _whole_part(given[0], int(given[1].name))
        return node

    return str(_compiled(shape, dialect).transform(written).sql(dialect.value))


def _literal(value: Value) -> tree.Expression:
    if isinstance(value, date):
        return tree.cast(tree.Literal.string(value.isoformat()), "date")
    assert isinstance(value, int), "values are whole numbers and days"
    return _whole(value)


def _whole(value: int) -> tree.Expression:
    number = tree.Literal.number(abs(value))
    return number if value >= 0 else tree.Neg(this=number)


def _among(value: tree.Expression, given: Value) -> tree.Expression:
    assert isinstance(given, list)
    if not given:
        return tree.false()
    return tree.Paren(this=tree.In(this=value, expressions=[_whole(int(one)) for one in given]))


def _whole_part(value: tree.Expression, size: int) -> tree.Expression:
    if size == 1:
        return value.copy()
    return _column(value, "place_id", ANCESTORS[size][0])


def _column(value: tree.Expression, of: str, name: str) -> tree.Expression:
    """Return the column in which a snapshot keeps what would be worked out from another."""
    assert isinstance(value, tree.Column)
    assert value.name == of
    column = value.copy()
    column.set("this", tree.to_identifier(name))
    return column
