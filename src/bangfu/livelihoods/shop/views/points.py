"""Points at a buyer's pages: a member comes from the operator's app, and pays a part of an order with them."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from bangfu.foundation.operations import Refusal
from bangfu.foundation.rooms import both
from bangfu.livelihoods.shop import operations
from bangfu.livelihoods.shop.models import Order
from bangfu.livelihoods.shop.views.buyers import door_act
from bangfu.livelihoods.shop.views.members import holder_before, note_member
from bangfu.livelihoods.shop.views.mine import carried_out_on

KNOWN = both(
    "已认出会员 {number}，可在待付订单里用积分。",
    "You are member {number}: points can be used for orders that wait for payment.",
)
UNKNOWN = both(
    "没有认出会员，或已过时。请从积分应用重新进入。",
    "The member is not known, or the time is over. Come in from the points app again.",
)
USED = both("已用积分抵扣，剩下的请支付。", "Points are used. Pay the rest.")


class UnableToKnowMember(Refusal):
    """Codes: ``unknown_member``, ``not_a_number``."""

    sentences = {
        "unknown_member": UNKNOWN,
        "not_a_number": both("积分请填整数。", "Points are a whole number."),
    }


@require_safe
def member(request: HttpRequest) -> HttpResponse:
    """Note which member comes from the operator's app, and show the orders."""
    holder = note_member(request, request.GET.get("member", ""))
    if holder is None:
        messages.warning(request, str(UNKNOWN))
    else:
        messages.success(request, str(KNOWN.filled(number=holder.number)))
    return redirect("shop:mine")


@require_POST
def use(request: HttpRequest, key: int) -> HttpResponse:
    """Pay a part of the buyer's own order with the member's points."""

    def carry_out(found: Order) -> object:
        holder = holder_before(request)
        said = request.POST.get("points", "").strip()
        if holder is None:
            raise UnableToKnowMember("unknown_member")
        if not (said.isascii() and said.isdigit() and len(said) < 12):
            raise UnableToKnowMember("not_a_number")
        operations.use_points(order=found, holder=holder, points=int(said), act=door_act())
        return None

    return carried_out_on(request, key, carry_out, USED)
