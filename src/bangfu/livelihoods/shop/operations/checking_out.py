"""An order is paid through the house's payments: an intent for it, and what becomes of the order when the intent ends."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import polars

from bangfu.foundation.operations import Act, Refusal, inside_operation, operation, scope_of
from bangfu.foundation.payments.models import MerchantAccount
from bangfu.foundation.payments.models import Payment as Intent
from bangfu.foundation.payments.operations import ask_refund, begin_payment
from bangfu.foundation.payments.queries import payments_of
from bangfu.foundation.rooms import both
from bangfu.livelihoods.shop.models import (
    ORDER_STATE_WORDS,
    MovementKind,
    Order,
    OrderState,
    OrderTerms,
    Payment,
    PointsPart,
    Refund,
)
from bangfu.livelihoods.shop.operations.couponing import give_back_coupons
from bangfu.livelihoods.shop.operations.paying import PAYMENT_SCHEMA, write_payments
from bangfu.livelihoods.shop.operations.points import give_back_points_of, money_after_points
from bangfu.livelihoods.shop.operations.storing import (
    Moved,
    locked_orders,
    move_stock,
    standing_lines,
    take_steps,
)

ON_ACCOUNT = timedelta(hours=24)
"""How long an intent stays open for an order that never lapses."""
LONGEST_SUBJECT = 60
TOO_LATE = both("订单已取消，原路退回", "The order was cancelled")
RETURNED = both("订单退款", "Refund of the order")


class UnableToCheckOut(Refusal):
    """Codes: ``wrong_state``, ``merchant_elsewhere``, ``terms_changed``."""

    sentences = {
        "wrong_state": both(
            "订单目前是“{state}”，不能支付。请重新下单。",
            "The order is “{state}”, so it cannot be paid. Place another.",
        ),
        "terms_changed": both(
            "运费或优惠刚刚定下来，应付金额变了。请看一下再付。",
            "Carriage or a coupon was agreed just now, so the amount is another. Look at it and pay again.",
        ),
        "merchant_elsewhere": both(
            "收款账户「{code}」不属于这个订单的单位或其上级。请换一个账户。",
            "The merchant account {code} belongs neither to the order's unit nor to one above it. Use another.",
        ),
    }


@operation("shop.check_out", scope=scope_of("order"))
def check_out(*, order: Order, merchant: MerchantAccount, act: Act) -> Intent:
    """Let an order be paid into a merchant account until it lapses, and return the payment whose page the payer opens.

    The same again returns the same payment. Until the payment is closed the order keeps its stock.

    Raises:
        UnableToCheckOut: see its codes; nothing was written.
        UnableToPay: of payments, such as ``merchant_closed``; nothing was written.
    Locks: the order's payments, then the order.
    """
    if not order.unit.path.startswith(merchant.unit.path):
        raise UnableToCheckOut("merchant_elsewhere", code=merchant.code)
    found = begin_payment(
        of=order,
        merchant=merchant,
        amount_fen=amount_due(order),
        subject=_subject(order),
        expires_at=order.pay_by_at or act.at + ON_ACCOUNT,
        act=act,
    )
    now = locked_orders([order.pk])[order.pk]
    if now.state != OrderState.PLACED:
        raise UnableToCheckOut("wrong_state", state=ORDER_STATE_WORDS[now.state])
    if now.due_fen != found.amount_fen:
        raise UnableToCheckOut("terms_changed")
    return found


def amount_due(order: Order) -> int:
    """Return what an order's buyer is to pay in money, in fen: the goods less a coupon, and carriage, less what points pay."""
    terms = OrderTerms.objects.filter(order=order).first()
    part = PointsPart.objects.filter(order=order).first()
    due = order.total_fen if terms is None else order.total_fen - terms.discount_fen + terms.freight_fen
    return due - (part.value_fen if part else 0)


def _subject(order: Order) -> str:
    line = order.lines.select_related("offer__stock__variant__product").order_by("pk").first()
    name = line.offer.stock.variant.product.name_zh if line else ""
    return f"{order.number} {name}"[:LONGEST_SUBJECT]


def take_paid(intents: Sequence[Intent], act: Act) -> None:
    """Make orders paid, inside the operation that learned it; money for an order that is cancelled goes back at once.

    Posts: as ``shop.pay_orders``.
    Locks: the orders, in order of their keys.
    """
    inside_operation()
    orders = locked_orders([one.pays_id for one in intents])
    arrived = []
    for intent in intents:
        found = orders[intent.pays_id]
        if found.state != OrderState.PLACED:
            ask_refund(intent, amount_fen=intent.amount_fen, reason=str(TOO_LATE), act=act)
            continue
        service = intent.merchant.provider.lower()
        arrived.append((found.key, service, intent.transaction_number, intent.amount_fen))
    if arrived:
        write_payments(polars.DataFrame(arrived, schema=PAYMENT_SCHEMA, orient="row"), orders, act)


def take_closed(intent: Intent, act: Act) -> None:
    """Cancel an order that is not paid in its time, inside the operation that closed its payment, and free its stock.

    An order whose time is not over, since its payment failed or was closed early, stays and may be paid anew.

    Locks: the order, then its stock.
    """
    inside_operation()
    found = locked_orders([intent.pays_id])[intent.pays_id]
    pay_by_at = Order.objects.values_list("pay_by_at", flat=True).get(pk=found.key)
    if found.state != OrderState.PLACED or pay_by_at is None or pay_by_at > act.at:
        return
    take_steps([found.key], OrderState.CANCELLED, act=act)
    give_back_coupons([found.key], act=act)
    give_back_points_of([found.key], act=act)
    freed = [Moved(one.stock, 0, -one.quantity, one.line) for one in standing_lines([found.key])]
    move_stock(freed, MovementKind.RELEASED, act=act)


def give_back(refund: Refund, *, act: Act) -> None:
    """Give the points of a refund back, and ask for its money, where its order was paid through the house's payments.

    Raises: UnableToRefund: of payments; nothing was written.
    """
    inside_operation()
    order = refund.line.order_id
    intents = payments_of(Order(pk=order)).filter(transaction_number__isnull=False)
    intent = intents.select_related("merchant").first()
    paid = Payment.objects.filter(order=order).values_list("reference", flat=True).first()
    amount = money_after_points(refund, act=act)
    if amount and intent is not None and intent.transaction_number == paid:
        number = f"SHOP-REFUND-{refund.pk}"
        ask_refund(intent, amount_fen=amount, reason=str(RETURNED), number=number, act=act)
