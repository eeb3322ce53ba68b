"""A buyer agrees to what an order comes to: where it goes, its carriage and a coupon; then it can be paid."""

from __future__ import annotations

from bangfu.foundation.operations import Act, Refusal, Scope, operation, scope_of
from bangfu.foundation.payments.models import State
from bangfu.foundation.payments.queries import payments_of
from bangfu.foundation.places.codes import PROVINCE, ancestor_id
from bangfu.foundation.rooms import both
from bangfu.livelihoods.shop.discounting import spread
from bangfu.livelihoods.shop.models import (
    ORDER_STATE_WORDS,
    Destination,
    LineDiscount,
    Order,
    OrderState,
    OrderTerms,
    Product,
    Recipient,
)
from bangfu.livelihoods.shop.operations.couponing import lines_for, use_coupon
from bangfu.livelihoods.shop.operations.storing import locked_orders
from bangfu.livelihoods.shop.pricing import Chosen, carriage_for, chosen_of, priced


class UnableToAgree(Refusal):
    """Codes: ``wrong_state``, ``agreed_already``, ``being_paid``, ``no_recipient``, ``not_served``."""

    sentences = {
        "wrong_state": both(
            "订单目前是“{state}”，不能再改。请重新下单。",
            "The order is “{state}”, so it stays as it is. Place another.",
        ),
        "agreed_already": both(
            "这个订单的收货地址和应付金额已经定了，可以去支付；要改请取消后重新下单。",
            "Where it goes and what it comes to is agreed: pay it, or cancel it and order anew.",
        ),
        "being_paid": both("订单正在支付，不能再改。", "The order is being paid and stays as it is."),
        "no_recipient": both(
            "请先填写收件人、电话和到县的地址。", "Enter name, phone and an address down to the county first."
        ),
        "not_served": both(
            "“{goods}”不送{place}。请换一个地址，或取消后去掉这件商品。",
            "{goods} does not go to {place}. Choose another address, or cancel and order without it.",
        ),
    }


@operation("shop.agree_terms", scope=lambda **_: Scope())
def agree_terms(*, order: Order, coupon: int | None = None, act: Act) -> OrderTerms:
    """Fix what an order comes to beside its goods, and that it goes where its buyer's goods go now.

    Args:
        coupon: the key of one that the buyer claimed; null = none.

    Raises: UnableToAgree, UnableToUseCoupon: see their codes; nothing was written.
    Locks: the order, then the coupon.
    """
    now = locked_orders([order.pk])[order.pk]
    if now.state != OrderState.PLACED:
        raise UnableToAgree("wrong_state", state=ORDER_STATE_WORDS[now.state])
    if OrderTerms.objects.filter(order=order).exists():
        raise UnableToAgree("agreed_already")
    if payments_of(order).filter(state=State.CREATED).exists():
        raise UnableToAgree("being_paid")
    recipient = Recipient.objects.select_related("place").filter(buyer=order.buyer_id).first()
    if recipient is None or recipient.place is None:
        raise UnableToAgree("no_recipient")
    lines = chosen_of(order)
    province = ancestor_id(recipient.place.pk, PROVINCE) or recipient.place.pk
    carriage = carriage_for(order.channel_id, lines, province=province, at=act.at)
    if carriage.unserved:
        raise UnableToAgree(
            "not_served", goods=_named(lines, carriage.unserved[0]), place=recipient.place.name
        )
    discount = _discounted(order, lines, coupon, act) if coupon is not None else 0
    Destination.objects.create(
        order=order,
        person=recipient.person,
        address_sealed=bytes(recipient.address_sealed),
        place=recipient.place,
    )
    return OrderTerms.objects.create(
        order=order, discount_fen=discount, freight_fen=carriage.freight_fen, agreed_at=act.at
    )


def _named(lines: list[Chosen], line: int) -> object:
    product = next(one.product for one in lines if one.line == line)
    return Product.objects.get(pk=product).name


def _discounted(order: Order, lines: list[Chosen], coupon: int, act: Act) -> int:
    batch, discount = use_coupon(coupon, order=order, lines=priced(lines), act=act)
    goods = lines_for(batch, priced(lines))
    shares = spread(discount, [one.goods_fen for one in goods])
    LineDiscount.objects.bulk_create(
        [
            LineDiscount(line_id=one.line, discount_fen=share)
            for one, share in zip(goods, shares, strict=True)
            if share
        ]
    )
    return discount


@operation("shop.open_destination", scope=scope_of("order"))
def open_destination(*, order: Order, act: Act) -> Destination:
    """Let the actor see in clear where an order goes; the trail keeps who looked at which order, and when.

    Raises: UnableToAgree: ``no_recipient``: the order goes nowhere that is known.
    """
    found = Destination.objects.select_related("person__key", "place").filter(order=order).first()
    if found is None:
        raise UnableToAgree("no_recipient")
    return found
