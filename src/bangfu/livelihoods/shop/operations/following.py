"""What becomes of orders after they were placed: lapsed, cancelled, shipped, delivered, closed."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import connection

from bangfu.foundation.operations import BY_ROWS, Act, Refusal, Scope, operation, require, scope_of
from bangfu.foundation.rooms import both
from bangfu.livelihoods.shop.models import (
    OPEN_RETURNS,
    ORDER_STATE_WORDS,
    MovementKind,
    Order,
    OrderState,
    Return,
    order_number,
)
from bangfu.livelihoods.shop.operations.couponing import give_back_coupons
from bangfu.livelihoods.shop.operations.points import give_back_points_of
from bangfu.livelihoods.shop.operations.sending import hand_over
from bangfu.livelihoods.shop.operations.storing import (
    LockedOrder,
    Moved,
    locked_orders,
    move_stock,
    standing_lines,
    take_steps,
)
from bangfu.livelihoods.shop.register import ORDER_TYPE

MOST_AT_ONCE = 20_000
"""Orders that lapse in one operation; what is left waits for the next."""


class UnableToFollow(Refusal):
    """Codes: ``no_orders``, ``wrong_state``, ``unknown_order``, ``waybill_missing``, ``open_return``."""

    sentences = {
        "no_orders": both("请先选订单。", "Choose orders first."),
        "wrong_state": both(
            "订单 {order} 目前是“{state}”，不能这样做。请刷新后查看。",
            "Order {order} is “{state}”, so this cannot be done. Reload to see what happened.",
        ),
        "unknown_order": both(
            "没有订单 {order}。请核对订单号。", "There is no order {order}. Check its number."
        ),
        "waybill_missing": both("订单 {order} 缺少运单号。", "Order {order} has no waybill number."),
        "open_return": both(
            "订单 {order} 还有没处理完的退货申请。请先答复。",
            "Order {order} has a return that is not settled. Answer it first.",
        ),
    }


@operation("shop.release_unpaid", scope=lambda **_: Scope())
def release_unpaid(*, act: Act) -> int:
    """Cancel every order whose time to pay is over, give back its stock, and return how many there were.

    One with an open payment is left until its provider has closed that: it may be paid after all.

    Locks: the orders, those that somebody is just paying left out; then their stock.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM shop_order WHERE state = 'PLACED' AND pay_by_at <= %s"
            " AND NOT EXISTS (SELECT 1 FROM payments_payment WHERE pays_type = %s AND pays_id = shop_order.id"
            " AND state = 'CREATED') ORDER BY id LIMIT %s"
            " FOR NO KEY UPDATE SKIP LOCKED",
            [act.at, ORDER_TYPE, MOST_AT_ONCE],
        )
        lapsed = [key for (key,) in cursor.fetchall()]
    _cancel(lapsed, act)
    return len(lapsed)


@operation("shop.cancel_order", scope=scope_of("order"))
def cancel_order(*, order: Order, act: Act) -> Order:
    """Cancel an order that is not paid, and give back its stock.

    Raises: UnableToFollow: ``wrong_state``; nothing was written.
    Locks: the order, then its stock.
    """
    _in_state(locked_orders([order.pk])[order.pk], OrderState.PLACED)
    _cancel([order.pk], act)
    order.refresh_from_db()
    return order


def _cancel(orders: list[int], act: Act) -> None:
    if not orders:
        return
    take_steps(orders, OrderState.CANCELLED, act=act)
    give_back_coupons(orders, act=act)
    give_back_points_of(orders, act=act)
    freed = [Moved(one.stock, 0, -one.quantity, one.line) for one in standing_lines(orders)]
    move_stock(freed, MovementKind.RELEASED, act=act)


def _in_state(order: LockedOrder, *states: str) -> None:
    if order.state not in states:
        raise UnableToFollow(
            "wrong_state", order=order_number(order.key), state=ORDER_STATE_WORDS[order.state]
        )


def _every_order(keys: list[int], permission: str, *states: str, act: Act) -> dict[int, LockedOrder]:
    """Return orders, locked, if all are known, in one of these states and of units in which the actor may do this."""
    if not keys:
        raise UnableToFollow("no_orders")
    orders = locked_orders(sorted(set(keys)))
    for unit in sorted({one.unit for one in orders.values()}):
        require(act, permission, Scope(unit=unit))
    for key in keys:
        if key not in orders:
            raise UnableToFollow("unknown_order", order=order_number(key))
        _in_state(orders[key], *states)
    return orders


@operation("shop.ship_orders", scope=BY_ROWS)
def ship_orders(*, waybills: Mapping[int, str], act: Act) -> int:
    """Note that paid orders, or what was left of them, were handed to a carrier, all or none, and return how many.

    Args:
        waybills: the carrier's number by the order's key.

    Raises: UnableToFollow: see its codes; nothing was written.
    Locks: the orders, then their stock.
    """
    orders = _every_order(list(waybills), "shop.ship_orders", OrderState.PAID, act=act)
    cleaned = {key: waybill.strip() for key, waybill in waybills.items()}
    for key, waybill in cleaned.items():
        if not waybill:
            raise UnableToFollow("waybill_missing", order=order_number(key))
    hand_over(cleaned, act=act)
    return len(orders)


@operation("shop.deliver_orders", scope=BY_ROWS)
def deliver_orders(*, orders: list[int], act: Act) -> int:
    """Note that shipped orders reached their buyers, all or none, and return how many.

    Raises: UnableToFollow: see its codes; nothing was written.
    Locks: the orders.
    """
    found = _every_order(orders, "shop.deliver_orders", OrderState.SHIPPED, act=act)
    take_steps(list(found), OrderState.DELIVERED, act=act)
    return len(found)


@operation("shop.close_orders", scope=BY_ROWS)
def close_orders(*, orders: list[int], act: Act) -> int:
    """Close delivered orders, all or none, and return how many: nothing of them is open any more.

    Raises: UnableToFollow: see its codes; nothing was written.
    Locks: the orders.
    """
    found = _every_order(orders, "shop.close_orders", OrderState.DELIVERED, act=act)
    waiting = Return.objects.filter(line__order__in=list(found), state__in=OPEN_RETURNS).order_by(
        "line__order"
    )
    for order in waiting.values_list("line__order", flat=True)[:1]:
        raise UnableToFollow("open_return", order=order_number(order))
    take_steps(list(found), OrderState.CLOSED, act=act)
    return len(found)
