"""Money goes back for packs of a paid order: what was paid for them, and carriage with the last where nobody reconsidered."""

from __future__ import annotations

from bangfu.foundation.operations import Act, Refusal, Scope, inside_operation, operation
from bangfu.foundation.rooms import both
from bangfu.livelihoods.shop.models import MovementKind, Order, OrderLine, OrderState, Refund, RefundReason
from bangfu.livelihoods.shop.operations.checking_out import give_back
from bangfu.livelihoods.shop.operations.storing import (
    LockedOrder,
    Money,
    Moved,
    count_money,
    locked_orders,
    move_stock,
    standing_lines,
    take_steps,
)


class UnableToRefund(Refusal):
    """Codes: ``too_much``, ``not_refundable``, ``unknown_reason``, ``nothing_to_restock``."""

    sentences = {
        "too_much": both(
            "最多还可退 {left} 件。请修改数量。", "{left} packs can be refunded at most. Change the quantity."
        ),
        "not_refundable": both(
            "订单还没有支付，没有款可退；可以取消。",
            "The order is not paid, so there is nothing to refund; it can be cancelled.",
        ),
        "unknown_reason": both("没有“{reason}”这个退款原因。", "There is no reason called {reason}."),
        "nothing_to_restock": both(
            "丢失的货不能退回入库。请去掉“退回入库”。", "Goods that were lost cannot come back into stock."
        ),
    }


def _scope_of_line(*, line: OrderLine, **arguments: object) -> Scope:
    return line.order.scope


@operation("shop.refund_line", scope=_scope_of_line)
def refund_line(
    *, line: OrderLine, quantity: int, reason: str, is_restocked: bool = False, act: Act
) -> Refund:
    """Give money back for packs of a paid order's line; of a parcel not shipped yet, the stock is free again.

    The order is refunded once nothing of it is left; until then it goes on with the rest.

    Args:
        is_restocked: whether goods that were shipped came back and are sold again.

    Raises: UnableToRefund: see its codes; nothing was written.
    Posts: less ``shop.kept`` and ``shop.purchased`` or ``shop.helped_to_sell``, today: the month of the payment stays.
    Locks: the order, then its stock, then its payment.
    """
    return write_refund(line=line, quantity=quantity, reason=reason, is_restocked=is_restocked, act=act)


def write_refund(
    *, line: OrderLine, quantity: int, reason: str, is_restocked: bool = False, act: Act
) -> Refund:
    """Do what ``refund_line`` does, inside another operation of the room.

    Raises, posts, locks: as there.
    """
    inside_operation()
    order = locked_orders([line.order_id])[line.order_id]
    if reason not in RefundReason.values:
        raise UnableToRefund("unknown_reason", reason=reason)
    if order.state in (OrderState.PLACED, OrderState.CANCELLED):
        raise UnableToRefund("not_refundable")
    if is_restocked and reason == RefundReason.LOST:
        raise UnableToRefund("nothing_to_restock")
    lines = standing_lines([order.key])
    standing = next(one for one in lines if one.line == line.pk)
    if not 0 < quantity <= standing.quantity:
        raise UnableToRefund("too_much", left=standing.quantity)
    is_last = sum(one.quantity for one in lines) == quantity
    amount = standing.worth_fen(quantity)
    refund = Refund.objects.create(
        line=line, quantity=quantity, amount_fen=amount, reason=reason, refunded_at=act.at, refunded_by=act.actor,
        freight_fen=order.freight_fen if is_last and _brings_freight(order, reason) else 0,
        is_restocked=is_restocked or order.state == OrderState.PAID,
    )  # fmt: skip
    Order.objects.filter(pk=order.key).update(refunded_fen=order.refunded_fen + amount)
    if order.state == OrderState.PAID:
        move_stock([Moved(standing.stock, 0, -quantity, line.pk)], MovementKind.RELEASED, act=act)
    elif is_restocked:
        move_stock([Moved(standing.stock, quantity, 0, line.pk)], MovementKind.RETURNED, act=act)
    if is_last:
        take_steps([order.key], OrderState.REFUNDED, act=act)
    money = Money(order.key, f"{line.pk}-r{refund.pk}", order.unit, line.place_id, order.label, -amount)
    count_money([money], act=act)
    give_back(refund, act=act)
    return refund


def _brings_freight(order: LockedOrder, reason: str) -> bool:
    """Return whether carriage goes back with the last pack: nothing was sent, or nothing was given back without a fault."""
    if order.state == OrderState.PAID:
        return True
    without = Refund.objects.filter(line__order=order.key, reason=RefundReason.NO_REASON)
    return reason != RefundReason.NO_REASON and not without.exists()
