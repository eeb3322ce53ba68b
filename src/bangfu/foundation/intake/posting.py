"""Facts to come: what the rows of a sheet would post once they are verified, for the preview alone; nothing is written."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl

from bangfu.foundation.intake.layouts import CheckedRows, Effect, Layout
from bangfu.foundation.ledger.catalogue import declared_measures
from bangfu.foundation.ledger.measures import Measure
from bangfu.foundation.rooms import FiguresAfter, foresight

if TYPE_CHECKING:
    from datetime import date

    from bangfu.foundation.intake.models import Upload
    from bangfu.foundation.organisation.models import Unit
    from bangfu.foundation.people.models import Account

_TYPES: dict[str, Any] = {
    "measure": pl.String,
    "quantity": pl.Decimal(38, 4),
    "unit": pl.Int64,
    "place": pl.Int64,
    "on": pl.Date,
    "party": pl.String,
    "line": pl.Int64,
}
"""The columns of ``rooms.TO_COME``."""


def none_to_come() -> pl.DataFrame:
    """Return no fact."""
    return pl.DataFrame(schema=_TYPES)


def counting(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the rows that count something once they are verified: those that are not recorded as they stand."""
    return frame.filter(pl.col("standing") != "same") if "standing" in frame.columns else frame


def facts_to_come(
    rows: pl.DataFrame,
    measure: Measure,
    *,
    on: pl.Expr | str,
    place: pl.Expr | str,
    unit: pl.Expr | str | int,
    quantity: pl.Expr | str | int = 1,
    party: pl.Expr | str | None = None,
    line: pl.Expr | str | None = None,
) -> pl.DataFrame:
    """Return one fact a row, with the columns of ``rooms.TO_COME``; names are of columns, numbers are the same for all."""
    values: dict[str, pl.Expr | str | int | None] = {
        "quantity": quantity,
        "unit": unit,
        "place": place,
        "on": on,
        "party": party,
        "line": line,
    }
    columns = [
        (pl.lit(value) if value is None or isinstance(value, int) else pl.col(value) if isinstance(value, str) else value)
        .cast(_TYPES[name])
        .alias(name)
        for name, value in values.items()
    ]  # fmt: skip
    return rows.select(pl.lit(measure.code).alias("measure"), *columns).select(*_TYPES)


def coming(layout: Layout, checked: CheckedRows, upload: Upload) -> pl.DataFrame:
    """Return the facts that the rows that can be taken in would post; none when the layout does not say."""
    if layout.posts is None or checked.frame.is_empty():
        return none_to_come()
    return layout.posts(checked.frame, upload)


def effects(layout: Layout, facts: pl.DataFrame) -> list[Effect]:
    """Return what facts to come would add to each measure of a layout, year by year."""
    measures = declared_measures()
    sums = facts.group_by("measure", year=pl.col("on").dt.year()).agg(pl.col("quantity").sum())
    order = {code: position for position, code in enumerate(layout.measures)}
    return [
        Effect(measures[code].title, str(year), _plain(quantity), measures[code].unit)
        for code, year, quantity in sorted(
            sums.filter(pl.col("quantity") != 0).iter_rows(),
            key=lambda one: (order.get(one[0], len(order)), one[1]),
        )
    ]


def _plain(quantity: Decimal) -> int | Decimal:
    """Return a quantity without the zeros behind its point."""
    return int(quantity) if quantity == quantity.to_integral_value() else quantity.normalize()


def figures(facts: pl.DataFrame, *, unit: Unit, reader: Account, on: date) -> FiguresAfter:
    """Return the figures that facts to come would change, as now and as they would be, as far as a reader may see them."""
    if facts.is_empty():
        return FiguresAfter()
    return foresight()(facts=facts, unit=unit, reader=reader, on=on)
