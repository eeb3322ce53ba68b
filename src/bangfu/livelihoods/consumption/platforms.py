"""What platforms' exports mean: their words for how far an order is, and sums of orders that stand on every line. Pure."""

from __future__ import annotations

import polars

PLACED, PAID, CANCELLED = "PLACED", "PAID", "CANCELLED"
_CANCELLED = "取消|关闭|删除|作废"
_PLACED = "等待(?:买家)?付款|待付款|未付款|待支付|未支付|待确认订单"
_PAID = "等待|待|出库|发货|收货|验货|验票|完成|成功|签收|评价|已付款|已支付|付款成功|部分|暂停|锁定|退款|售后"
"""Whatever else platforms call an order that is under way or done."""


def stage(status: polars.Expr, paid_on: polars.Expr) -> polars.Expr:
    """Return how far each order is: PLACED, PAID, CANCELLED; null where the platform's word is not known.

    An order that was closed after it was paid was paid, and refunded: both are told.
    """
    return (
        polars.when(status.str.contains(_CANCELLED))
        .then(polars.when(paid_on.is_null()).then(polars.lit(CANCELLED)).otherwise(polars.lit(PAID)))
        .when(status.str.contains(_PLACED))
        .then(polars.lit(PLACED))
        .when(status.str.contains(_PAID))
        .then(polars.lit(PAID))
    )


def is_closed(status: polars.Expr) -> polars.Expr:
    """Return whether the platform closed an order."""
    return status.str.contains(_CANCELLED)


def shared_out(rows: polars.DataFrame, sums: str, weight: str, *, by: str) -> polars.Series:
    """Return the fen of each row where exports repeat the sum of an order on every line of it.

    An order of several lines that all bear one sum is shared out by weight, in whole fen; the last line takes what is left, so
    that the lines sum to the order. Lines that bear different sums are their own.

    Args:
        sums: the column of the sums, in fen.
        weight: the column to share by, such as price times quantity.
        by: the column of the order.

    >>> orders = polars.DataFrame({"order": ["A", "A", "B"], "sum": [1000, 1000, 5], "worth": [1, 2, 1]})
    >>> shared_out(orders, "sum", "worth", by="order").to_list()
    [333, 667, 5]
    """
    col = polars.col
    is_repeated = (polars.len().over(by) > 1) & (col(sums).n_unique().over(by) == 1)
    all_ = col(weight).sum().over(by)
    part = (
        polars.when(all_ > 0)
        .then(col(sums) * col(weight) // all_)
        .otherwise(col(sums) // polars.len().over(by))
    )
    parts = rows.with_columns(part=part.cast(polars.Int64), is_repeated=is_repeated)
    left = col(sums) - col("part").sum().over(by)
    is_last = col("row_in") == polars.len().over(by) - 1
    parts = parts.with_columns(row_in=polars.int_range(polars.len()).over(by))
    shared = polars.when(col("is_repeated")).then(
        col("part") + polars.when(is_last).then(left).otherwise(0)
    ).otherwise(col(sums))  # fmt: skip
    return parts.select(shared.cast(polars.Int64).alias("fen"))["fen"]
