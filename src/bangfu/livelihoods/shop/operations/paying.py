"""Money that arrived for orders, all of a payment service's news in one operation."""

from __future__ import annotations

from dataclasses import dataclass

import polars
from django.db import connection

from bangfu.foundation.operations import (
    BY_ROWS,
    Act,
    Refusal,
    Scope,
    audit_rows,
    operation,
    permitted_scopes,
    row_digests,
)
from bangfu.foundation.rooms import both
from bangfu.livelihoods.shop.measures import PAID
from bangfu.livelihoods.shop.models import OrderState
from bangfu.livelihoods.shop.operations.storing import (
    LockedOrder,
    Money,
    count_money,
    locked_orders,
    post_money,
    standing_lines,
    take_steps,
)

PAYMENT_SCHEMA = {
    "order": polars.Int64(), "service": polars.String(), "reference": polars.String(), "amount_fen": polars.Int64(),
}  # fmt: skip
"""The columns of ``pay_orders``: one row a payment, ``reference`` its number with the service."""


class UnableToPay(Refusal):
    """Codes: ``unknown_order``, ``out_of_scope``, ``wrong_amount``, ``reference_used``, ``paid_already``, ``lapsed``."""

    sentences = {
        "unknown_order": both("没有这个订单。请核对订单号。", "There is no such order. Check its number."),
        "out_of_scope": both("无权登记这一单位的支付。", "You may not note payments of this unit."),
        "wrong_amount": both(
            "支付金额与订单金额不符，没有登记。请与支付机构核对。",
            "The amount is not the order's, so nothing was noted. Check it with the payment service.",
        ),
        "reference_used": both(
            "这个支付流水号已用于另一个订单。", "This payment reference was used for another order."
        ),
        "paid_already": both(
            "订单已用另一笔流水支付。请原路退回这一笔。",
            "The order is paid by another payment. Send this one back the way it came.",
        ),
        "lapsed": both(
            "订单已因超时未付而取消。请原路退回这笔款。",
            "The order lapsed unpaid. Send the money back the way it came.",
        ),
    }


@dataclass(frozen=True, slots=True)
class Noted:
    """What one payment was answered."""

    order: int
    code: str
    """A code of ``UnableToPay``; empty where the order is paid."""


@operation("shop.pay_orders", scope=BY_ROWS)
def pay_orders(*, frame: polars.DataFrame, act: Act) -> list[Noted]:
    """Note payments that arrived for orders that wait for them; the same payment told twice is noted once.

    Args:
        frame: columns of ``PAYMENT_SCHEMA``; the amount is what an order is due: goods less a coupon, and carriage.

    Posts: of each line, net of a coupon and without carriage, ``shop.paid`` and ``shop.kept``, and of produce of the listed
        counties ``shop.purchased`` or ``shop.helped_to_sell`` by the order's label; owned by the order's unit, at the county
        of origin, today.
    Locks: the orders, in order of their keys.
    """
    rows = frame.select(*(polars.col(name).cast(kind) for name, kind in PAYMENT_SCHEMA.items()))
    orders = locked_orders(sorted(set(rows["order"].to_list())))
    scopes = [Scope(one.unit) for one in orders.values()]
    allowed = dict(zip(orders, permitted_scopes(act, "shop.pay_orders", scopes), strict=True))
    codes = _codes(rows, orders, allowed)
    fresh = rows.with_columns(code=polars.Series(codes, dtype=polars.String)).filter(
        polars.col("code") == "fresh"
    )
    if fresh.height:
        write_payments(fresh.drop("code"), orders, act)
    return [
        Noted(order, "" if code in ("fresh", "again") else code)
        for order, code in zip(rows["order"].to_list(), codes, strict=True)
    ]


def _codes(rows: polars.DataFrame, orders: dict[int, LockedOrder], allowed: dict[int, bool]) -> list[str]:
    """Return what becomes of each payment: ``fresh``, ``again``, or why it is refused."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT order_id, service, reference, amount_fen FROM shop_payment WHERE order_id = ANY(%s)"
            " UNION SELECT order_id, service, reference, amount_fen FROM shop_payment"
            " WHERE (service, reference) IN (SELECT * FROM unnest(%s::text[], %s::text[]))",
            [list(orders), rows["service"].to_list(), rows["reference"].to_list()],
        )
        known = cursor.fetchall()
    by_order = {row[0]: row for row in known}
    by_reference = {(row[1], row[2]): row for row in known}
    codes = []
    for row in rows.iter_rows():
        order, service, reference, amount = row
        code = "fresh"
        if order not in orders:
            code = "unknown_order"
        elif not allowed[order]:
            code = "out_of_scope"
        elif amount != orders[order].due_fen:
            code = "wrong_amount"
        elif (service, reference) in by_reference:
            code = "again" if by_reference[service, reference] == row else "reference_used"
        elif order in by_order:
            code = "paid_already"
        elif orders[order].state != OrderState.PLACED:
            code = "lapsed"
        if code == "fresh":
            by_order[order] = by_reference[service, reference] = row
        codes.append(code)
    return codes


def write_payments(fresh: polars.DataFrame, orders: dict[int, LockedOrder], act: Act) -> None:
    """Make orders, which are locked and wait for it, paid by these payments, and post what they count.

    Args:
        fresh: columns of ``PAYMENT_SCHEMA``, each order once.
    """
    paid = fresh["order"].to_list()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO shop_payment (order_id, service, reference, amount_fen, paid_at)"
            " SELECT one.order_id, one.service, one.reference, one.amount, %s"
            " FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::bigint[])"
            " AS one (order_id, service, reference, amount)",
            [act.at, *(fresh[name].to_list() for name in PAYMENT_SCHEMA)],
        )
    take_steps(paid, OrderState.PAID, act=act)
    money = [
        Money(
            one.order, str(one.line), orders[one.order].unit, one.place, orders[one.order].label,
            one.net_fen, orders[one.order].payer,
        )
        for one in standing_lines(paid)
    ]  # fmt: skip
    post_money(PAID, money, act=act)
    count_money(money, act=act)
    audit_rows(
        {
            "digest": row_digests(fresh).to_list(),
            "object": [f"shop.order:{order}" for order in paid],
            "unit": [orders[order].unit for order in paid],
        }
    )
