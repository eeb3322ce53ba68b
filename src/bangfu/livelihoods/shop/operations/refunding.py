"""Money goes back for packs of a paid order: what was paid for them, and carriage with the last where nobody reconsidered."""

from __future__ import annotations

from bangfu.foundation.operations import Act, Refusal, Scope, inside_operation, operation
from bangfu.foundation.rooms import both
from bangfu.livelihoods.shop.models import (
    MovementKind,
    Order,
    OrderLine,
    OrderState,
    Refund,
    RefundReason,
    Return,
    ReturnState,
)
from bangfu.livelihoods.shop.operations.checking_out import give_back
from bangfu.livelihoods.shop.operations.sending import note_sent_whole
from bangfu.livelihoods.shop.operations.storing import (
    LockedOrder,
    Money,
    Moved,
    StandingLine,
    count_money,
    locked_orders,
    move_stock,
    standing_lines,
    take_steps,
)


class UnableToRefund(Refusal):
    """Codes: ``too_much``, ``sent_already``, ``not_refundable``, ``unknown_reason``, ``nothing_to_restock``."""

    sentences = {
        "too_much": both(
            "最多还可退 {left} 件。请修改数量。", "{left} packs can be refunded at most. Change the quantity."
        ),
        "sent_already": both(
            "只有 {left} 件还没发出。已经发出的请选别的原因，到货后再入库。",
            "{left} packs did not leave yet. Choose another reason for those that did; they come into stock when they arrive.",
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
    """Give money back for packs of a paid order's line: of packs that did not leave yet, the stock is free again.

    Packs that left are free again only when they arrive: with this refund, or with a return.

    The order is refunded once nothing of it is left; until then it goes on with the rest.

    Args:
        reason: before shipment, of packs that did not leave; any other, of packs that left, or if none did, of the others.
        is_restocked: whether goods that were shipped came back and are sold again.

    Raises: UnableToRefund: see its codes; nothing was written.
    Posts: less ``shop.kept`` and ``shop.purchased`` or ``shop.helped_to_sell``, today: the month of the payment stays.
    Locks: the order, then its stock, then its payment.
    """
    return write_refund(line=line, quantity=quantity, reason=reason, is_restocked=is_restocked, act=act)


def write_refund(
    *,
    line: OrderLine,
    quantity: int,
    reason: str,
    is_restocked: bool = False,
    asked: Return | None = None,
    act: Act,
) -> Refund:
    """Do what ``refund_line`` does, inside another operation of the room.

    Args:
        asked: the return by which it goes back, with which the goods came into stock already; null = none.

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
    is_unsent = _is_unsent(standing, reason)
    _refuse_more(standing, quantity, is_unsent=is_unsent, asked=asked)
    is_last = sum(one.quantity for one in lines) == quantity
    went = any(one.went for one in lines)
    amount = standing.worth_fen(quantity)
    refund = Refund.objects.create(
        line=line, quantity=quantity, amount_fen=amount, reason=reason, refunded_at=act.at, refunded_by=act.actor,
        freight_fen=order.freight_fen if is_last and _brings_freight(order, reason, went=went) else 0,
        is_restocked=is_restocked or is_unsent,
    )  # fmt: skip
    Order.objects.filter(pk=order.key).update(refunded_fen=order.refunded_fen + amount)
    if is_unsent:
        move_stock([Moved(standing.stock, 0, -quantity, line.pk)], MovementKind.RELEASED, act=act)
    elif is_restocked and asked is None:
        move_stock([Moved(standing.stock, quantity, 0, line.pk)], MovementKind.RETURNED, act=act)
    if is_last:
        take_steps([order.key], OrderState.REFUNDED, act=act)
    elif is_unsent:
        note_sent_whole(order.key, act=act)
    money = Money(
        order.key, f"{line.pk}-r{refund.pk}", order.unit, line.place_id, order.label, -amount, order.payer
    )
    count_money([money], act=act)
    give_back(refund, act=act)
    return refund


def _is_unsent(standing: StandingLine, reason: str) -> bool:
    """Return whether packs that did not leave are meant: so it is said, or none of the line left."""
    return reason == RefundReason.NOT_SHIPPED or not standing.went


def _refuse_more(standing: StandingLine, quantity: int, *, is_unsent: bool, asked: Return | None) -> None:
    left = standing.unsent if is_unsent else standing.sent
    if asked is None and not is_unsent:  # what came back with a return is refunded by it
        back = Return.objects.filter(line=standing.line, state=ReturnState.RECEIVED, is_restocked=True)
        left -= sum(back.values_list("quantity", flat=True))
    if not 0 < quantity <= left:
        raise UnableToRefund("sent_already" if is_unsent and standing.went else "too_much", left=left)


def _brings_freight(order: LockedOrder, reason: str, *, went: bool) -> bool:
    """Return whether carriage goes back with the last pack: nothing was sent, or nothing was given back without a fault."""
    if not went:
        return True
    without = Refund.objects.filter(line__order=order.key, reason=RefundReason.NO_REASON)
    return reason != RefundReason.NO_REASON and not without.exists()
