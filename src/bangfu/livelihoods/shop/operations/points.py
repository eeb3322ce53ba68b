"""A part of an order is paid with loyalty points, and they come back with its money."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import F, Sum

from bangfu.foundation.operations import Act, Refusal, Scope, inside_operation, operation
from bangfu.foundation.payments.models import State
from bangfu.foundation.payments.queries import payments_of
from bangfu.foundation.points.models import Holder
from bangfu.foundation.points.operations import give_back_points, spend_points
from bangfu.foundation.rooms import both
from bangfu.livelihoods.shop.discounting import net_of
from bangfu.livelihoods.shop.models import (
    ORDER_STATE_WORDS,
    Order,
    OrderState,
    OrderTerms,
    Payment,
    PointsPart,
    Refund,
)
from bangfu.livelihoods.shop.operations.storing import locked_orders
from bangfu.livelihoods.shop.register import SOURCE_SYSTEM


class UnableToUsePoints(Refusal):
    """Codes: ``wrong_state``, ``not_agreed``, ``used_already``, ``being_paid``, ``worth_nothing``, ``too_many``."""

    sentences = {
        "wrong_state": both(
            "订单目前是“{state}”，不能再用积分。", "The order is “{state}”: points cannot be used for it any more."
        ),
        "not_agreed": both(
            "请先填写收货地址，应付金额定了再用积分。", "Say first where it goes: points are used once it is known what is due."
        ),
        "used_already": both(
            "这个订单已经用过积分。要改请取消订单后重新下单。",
            "Points are used for this order already. To change that, cancel it and order anew.",
        ),
        "being_paid": both("订单正在支付，不能再用积分。", "The order is being paid: points cannot be used any more."),
        "worth_nothing": both("这些积分不足一分钱。请多用一些。", "These points are worth less than a fen. Use more."),
        "too_many": both(
            "积分最多抵到还剩 0.01 元。请少用一些。", "Something is left to pay in money, 0.01 yuan at least. Use fewer points."
        ),
    }  # fmt: skip


@operation("shop.use_points", scope=lambda **_: Scope())
def use_points(*, order: Order, holder: Holder, points: int, act: Act) -> PointsPart:
    """Pay a part of an order that is agreed to with a member's points, at the rate of the order's unit.

    Raises: UnableToUsePoints: see its codes; UnableToSpend: of points, such as ``short``; nothing was written.
    Locks: the order, then the holder.
    """
    now = locked_orders([order.pk])[order.pk]
    if now.state != OrderState.PLACED:
        raise UnableToUsePoints("wrong_state", state=ORDER_STATE_WORDS[now.state])
    if not OrderTerms.objects.filter(order=order).exists():
        raise UnableToUsePoints("not_agreed")
    if PointsPart.objects.filter(order=order).exists():
        raise UnableToUsePoints("used_already")
    if payments_of(order).filter(state=State.CREATED).exists():
        raise UnableToUsePoints("being_paid")
    spend = spend_points(
        holder=holder,
        points=points,
        sponsor=order.unit,
        of=order,
        source_system=SOURCE_SYSTEM,
        source_id=order.number,
        act=act,
    )
    if not spend.value_fen:
        raise UnableToUsePoints("worth_nothing")
    if spend.value_fen >= now.due_fen:
        raise UnableToUsePoints("too_many")
    return PointsPart.objects.create(order=order, spend=spend, value_fen=spend.value_fen)


def give_back_points_of(orders: Sequence[int], *, act: Act) -> None:
    """Give back the points of orders that were cancelled, inside the operation that cancels them.

    Locks: the holders, in the order of their keys.
    """
    inside_operation()
    parts = PointsPart.objects.filter(order__in=orders).select_related("spend")
    for part in parts.order_by("spend__holder", "pk"):
        give_back_points(part.spend, act=act)


def money_after_points(refund: Refund, *, act: Act) -> int:
    """Give back the points of a refund, in proportion to what they paid of the order, and return what is left in money, in fen.

    Both are differences of one rounded running sum, and add up to all that was paid whatever the order of refunds.

    Locks: the holder.
    """
    inside_operation()
    whole = refund.amount_fen + refund.freight_fen
    order = refund.line.order_id
    part = PointsPart.objects.filter(order=order).select_related("spend").first()
    money = Payment.objects.filter(order=order).values_list("amount_fen", flat=True).first()
    if part is None or money is None:
        return whole
    earlier = Refund.objects.filter(line__order=order, pk__lt=refund.pk)
    before = earlier.aggregate(sum=Sum(F("amount_fen") + F("freight_fen")))["sum"] or 0
    paid, after = money + part.value_fen, before + whole
    points = net_of(part.spend.points, paid, after) - net_of(part.spend.points, paid, before)
    if points:
        give_back_points(part.spend, points=points, act=act)
    return net_of(money, paid, after) - net_of(money, paid, before)
