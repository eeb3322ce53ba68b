"""A buyer asks for the money back: it is agreed to or declined, the goods come back where they have to, and it is refunded."""

from __future__ import annotations

from datetime import timedelta

from bangfu.foundation.operations import Act, Refusal, Scope, operation, scope_of
from bangfu.foundation.rooms import both
from bangfu.livelihoods.shop.models import (
    OPEN_RETURNS,
    RETURN_STATE_WORDS,
    MovementKind,
    OrderLine,
    OrderState,
    OrderStep,
    ProductKind,
    RefundReason,
    Return,
    ReturnState,
    Stock,
)
from bangfu.livelihoods.shop.operations.refunding import write_refund
from bangfu.livelihoods.shop.operations.storing import Moved, locked_orders, move_stock, standing_lines
from bangfu.livelihoods.shop.wording import names_somebody

WITHOUT_A_REASON = timedelta(days=7)
"""How long after receipt goods go back without a reason (消费者权益保护法 art. 25)."""
LATEST = timedelta(days=90)
"""How long after receipt quality is still spoken of here; later the seller is called."""
LONGEST_WORDS = 500


class UnableToReturn(Refusal):
    """Codes: ``not_paid``, ``unknown_reason``, ``too_much``, ``open_already``, ``is_fresh``, ``too_late``, ``not_shipped``,
    ``shipped_already``, ``names_somebody``, ``too_long``, ``wrong_state``, ``why_missing``, ``waybill_missing``,
    ``nothing_to_restock``, ``sold_again``."""

    sentences = {
        "not_paid": both(
            "订单还没有支付，没有款可退；可以取消。",
            "The order is not paid; there is nothing to give back, cancel it.",
        ),
        "unknown_reason": both(
            "没有“{reason}”这个原因。请重选。", "There is no reason called {reason}. Choose again."
        ),
        "too_much": both(
            "最多还可退 {left} 件。请修改数量。", "{left} packs can go back at most. Change the quantity."
        ),
        "open_already": both(
            "这件商品已有一个退货申请在处理。请等答复，或先撤回。",
            "A request for these goods is open already. Wait for the answer, or withdraw it.",
        ),
        "is_fresh": both(
            "生鲜不适用七天无理由退货。有质量问题请选“质量问题”。",
            "Fresh goods do not go back without a reason. If they are bad, say so.",
        ),
        "too_late": both(
            "已过期限：无理由退货在签收后 7 天内，质量问题在 90 天内。请联系销售单位。",
            "Too late: without a reason within 7 days of receipt, for quality within 90. Call the seller.",
        ),
        "not_shipped": both(
            "还没有发货。请选“发货前退款”。", "It was not shipped yet. Choose “Before shipment”."
        ),
        "shipped_already": both("已经发货。请选别的原因。", "It was shipped. Choose another reason."),
        "names_somebody": both(
            "请不要写电话、证件或账号号码。", "Leave out numbers of phones, papers and accounts."
        ),
        "too_long": both("最多五百字。请写短些。", "Five hundred characters at most. Say it shortly."),
        "wrong_state": both(
            "这个申请目前是“{state}”，不能这样做。请刷新后查看。",
            "The request is “{state}”, so this cannot be done. Reload to see what happened.",
        ),
        "why_missing": both(
            "请写明为什么不同意，买家会看到。", "Say why it is declined; the buyer reads it."
        ),
        "waybill_missing": both("请填写运单号。", "Enter the waybill."),
        "nothing_to_restock": both(
            "丢失的货不能退回入库。请去掉“重新入库”。", "Goods that were lost cannot come back into stock."
        ),
        "sold_again": both(
            "退回入库的 {count} 件已被别的订单占用，不能再寄还买家。请退款。",
            "The {count} packs that came back are promised to other orders and cannot be sent back. Refund them.",
        ),
    }


@operation("shop.ask_return", scope=lambda **_: Scope())
def ask_return(*, line: OrderLine, quantity: int, reason: str, words: str = "", act: Act) -> Return:
    """Ask for the money of packs of a line, as its buyer.

    Raises: UnableToReturn: see its codes; nothing was written.
    Locks: the order.
    """
    order = locked_orders([line.order_id])[line.order_id]
    if order.state in (OrderState.PLACED, OrderState.CANCELLED):
        raise UnableToReturn("not_paid")
    if reason not in RefundReason.values:
        raise UnableToReturn("unknown_reason", reason=reason)
    standing = next(one for one in standing_lines([order.key]) if one.line == line.pk)
    if reason == RefundReason.NOT_SHIPPED and not standing.unsent:
        raise UnableToReturn("shipped_already")
    if reason != RefundReason.NOT_SHIPPED and not standing.went:
        raise UnableToReturn("not_shipped")
    left = standing.unsent if reason == RefundReason.NOT_SHIPPED else standing.sent
    if not 0 < quantity <= left:
        raise UnableToReturn("too_much", left=left)
    if reason == RefundReason.NO_REASON and line.offer.stock.variant.product.kind == ProductKind.FRESH:
        raise UnableToReturn("is_fresh")
    _refuse_late(order.key, reason, act)
    _refuse_words(words)
    if Return.objects.filter(line=line, state__in=OPEN_RETURNS).exists():
        raise UnableToReturn("open_already")
    return Return.objects.create(
        line=line, quantity=quantity, reason=reason, words=words.strip(), asked_at=act.at
    )


def _refuse_late(order: int, reason: str, act: Act) -> None:
    received = OrderStep.objects.filter(order=order, state=OrderState.DELIVERED).order_by("pk").first()
    longest = WITHOUT_A_REASON if reason == RefundReason.NO_REASON else LATEST
    if received is not None and act.at > received.taken_at + longest:
        raise UnableToReturn("too_late")


def _refuse_words(words: str) -> None:
    if len(words.strip()) > LONGEST_WORDS:
        raise UnableToReturn("too_long")
    if names_somebody(words):
        raise UnableToReturn("names_somebody")


def _locked(found: Return, *states: str) -> Return:
    """Return a request as it is now, its order and itself locked."""
    locked_orders([found.line.order_id])
    now = Return.objects.select_for_update().get(pk=found.pk)
    if now.state not in states:
        raise UnableToReturn("wrong_state", state=RETURN_STATE_WORDS[now.state])
    return now


@operation("shop.withdraw_return", scope=lambda **_: Scope())
def withdraw_return(*, found: Return, act: Act) -> Return:
    """Withdraw a request that was not settled, as its buyer.

    Raises: UnableToReturn: ``wrong_state``; nothing was written.
    Locks: the order, then the request.
    """
    now = _locked(found, ReturnState.ASKED, ReturnState.AGREED)
    now.state = ReturnState.WITHDRAWN
    now.save(update_fields=["state"])
    return now


@operation("shop.send_return", scope=lambda **_: Scope())
def send_return(*, found: Return, waybill: str, act: Act) -> Return:
    """Note under which number the buyer sent the goods back.

    Raises: UnableToReturn: ``wrong_state``, ``waybill_missing``; nothing was written.
    Locks: the order, then the request.
    """
    if not waybill.strip():
        raise UnableToReturn("waybill_missing")
    now = _locked(found, ReturnState.AGREED)
    now.waybill = waybill.strip()[:60]
    now.save(update_fields=["waybill"])
    return now


@operation("shop.agree_return", scope=scope_of("found"))
def agree_return(*, found: Return, needs_goods: bool, answer: str = "", act: Act) -> Return:
    """Agree to a request; the money goes back once the goods are there, or right away if they need not come.

    Args:
        needs_goods: whether the goods are to come back; of what was not shipped, or lost, nothing comes.
        answer: what the buyer reads, such as where to send them.

    Raises: UnableToReturn: ``wrong_state``, ``names_somebody``, ``too_long``; nothing was written.
    Locks: the order, then the request.
    """
    if len(answer.strip()) > LONGEST_WORDS:
        raise UnableToReturn("too_long")
    now = _locked(found, ReturnState.ASKED)
    comes = needs_goods and now.reason not in (RefundReason.NOT_SHIPPED, RefundReason.LOST)
    now.state = ReturnState.AGREED if comes else ReturnState.RECEIVED
    now.needs_goods, now.answer = comes, answer.strip()
    return _decided(now, act, "state", "needs_goods", "answer")


def _decided(now: Return, act: Act, *fields: str) -> Return:
    now.decided_at, now.decided_by = act.at, act.actor
    now.save(update_fields=[*fields, "decided_at", "decided_by"])
    return now


@operation("shop.decline_return", scope=scope_of("found"))
def decline_return(*, found: Return, answer: str, act: Act) -> Return:
    """Decline a request, and say why to its buyer; goods that came back and were not as agreed are declined too.

    What came into stock with it leaves again: it is sent back to the buyer.

    Raises: UnableToReturn: ``wrong_state``, ``why_missing``, ``too_long``, ``sold_again``; nothing was written.
    Locks: the order, then the request, then the stock.
    """
    if not answer.strip():
        raise UnableToReturn("why_missing")
    if len(answer.strip()) > LONGEST_WORDS:
        raise UnableToReturn("too_long")
    now = _locked(found, *OPEN_RETURNS)
    if now.is_restocked:
        _send_back(now, act)
    now.state, now.answer, now.is_restocked = ReturnState.DECLINED, answer.strip(), False
    return _decided(now, act, "state", "answer", "is_restocked")


def _send_back(now: Return, act: Act) -> None:
    stock = Stock.objects.select_for_update().get(pk=now.line.offer.stock_id)
    if stock.free < now.quantity:
        raise UnableToReturn("sold_again", count=now.quantity)
    move_stock([Moved(stock.pk, -now.quantity, 0, now.line_id)], MovementKind.SHIPPED, act=act)


@operation("shop.receive_return", scope=scope_of("found"))
def receive_return(*, found: Return, is_restocked: bool = False, act: Act) -> Return:
    """Note that goods are back, and whether they are sold again: then they are in stock from now on. The refund follows.

    Raises: UnableToReturn: ``wrong_state``, ``too_much``: refunded meanwhile; nothing was written.
    Locks: the order, then the request, then the stock.
    """
    now = _locked(found, ReturnState.AGREED)
    if is_restocked:
        _into_stock(now, act)
    now.state, now.is_restocked = ReturnState.RECEIVED, is_restocked
    return _decided(now, act, "state", "is_restocked")


def _into_stock(now: Return, act: Act) -> None:
    standing = next(one for one in standing_lines([now.line.order_id]) if one.line == now.line_id)
    if now.quantity > standing.sent:
        raise UnableToReturn("too_much", left=standing.sent)
    move_stock([Moved(standing.stock, now.quantity, 0, now.line_id)], MovementKind.RETURNED, act=act)


@operation("shop.refund_return", scope=scope_of("found"))
def refund_return(*, found: Return, act: Act) -> Return:
    """Give the money of a request back, as ``shop.refund_line`` does.

    Raises: UnableToReturn: ``wrong_state``. UnableToRefund: ``too_much``: refunded meanwhile; ``sent_already``: it was to go
        back before shipment, and left meanwhile. Nothing was written.
    Posts: as ``shop.refund_line``.
    Locks: the order, then the request, then the stock and the payment.
    """
    now = _locked(found, ReturnState.RECEIVED)
    now.refund = write_refund(
        line=now.line,
        quantity=now.quantity,
        reason=now.reason,
        is_restocked=now.is_restocked,
        asked=now,
        act=act,
    )
    now.state = ReturnState.REFUNDED
    return _decided(now, act, "state", "refund")
