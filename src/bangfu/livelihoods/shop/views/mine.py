"""A buyer's own orders: how far each is, paying, cancelling, giving back, invoices and reviews; nobody else's are reached."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bangfu.foundation.operations import NotPermitted, Refusal
from bangfu.foundation.people.persons.queries import masked_persons
from bangfu.foundation.places.queries import place_label
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.forms import Keyed
from bangfu.livelihoods.shop import operations, queries
from bangfu.livelihoods.shop.basketing import usable_coupons_of
from bangfu.livelihoods.shop.buying_forms import (
    InvoiceForm,
    RecipientForm,
    ReturnForm,
    ReviewForm,
    SentBackForm,
    reasons_for,
)
from bangfu.livelihoods.shop.history import trail_of
from bangfu.livelihoods.shop.models import (
    OPEN_RETURNS,
    ORDER_STATE_WORDS,
    RETURN_STATE_WORDS,
    Buyer,
    Order,
    OrderLine,
    OrderState,
    Return,
    ReturnState,
)
from bangfu.livelihoods.shop.operations.storing import standing_lines
from bangfu.livelihoods.shop.telling import yuan
from bangfu.livelihoods.shop.views.buyers import carried_out_for, door_act, known_buyer
from bangfu.livelihoods.shop.views.gate import READ_AND_WRITE
from bangfu.livelihoods.shop.views.members import points_context
from bangfu.livelihoods.shop.views.reading import LOOKS
from bangfu.livelihoods.shop.views.terms import due_fen, merchants_for

ORDERS_A_PAGE = 20
STATES = (OrderState.PLACED, OrderState.PAID, OrderState.SHIPPED, OrderState.DELIVERED, OrderState.REFUNDED)
"""By which one's own orders are narrowed."""
DONE = both("已提交。", "Sent.")
CANCELLED = both("已取消，优惠券已退回。", "Cancelled; a coupon can be used again.")
RECEIVED = both("已确认收货。", "Noted: you received it.")


def own_orders(buyer: Buyer | None) -> QuerySet[Order]:
    """Return a buyer's orders, the latest first; nobody has none."""
    found = (
        queries.orders().select_related("terms", "points__spend")
        if buyer is not None
        else Order.objects.none()
    )
    return found.filter(buyer=buyer).order_by("-pk")


def own_order(request: HttpRequest, key: int) -> tuple[Buyer, Order]:
    """Return a buyer and one of its orders.

    Raises: Http404: it is somebody else's, or there is none.
    """
    buyer = known_buyer(request)
    if buyer is None:
        raise Http404
    return buyer, get_object_or_404(own_orders(buyer), pk=key)


def own_line(request: HttpRequest, key: int) -> tuple[Buyer, OrderLine]:
    """Return a buyer and a line of one of its orders.

    Raises: Http404: it is somebody else's, or there is none.
    """
    buyer = known_buyer(request)
    if buyer is None:
        raise Http404
    lines = OrderLine.objects.select_related("order__unit", "offer__stock__variant__product")
    return buyer, get_object_or_404(lines.filter(order__buyer=buyer), pk=key)


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """List the buyer's own orders, narrowed by state."""
    buyer, state = known_buyer(request), request.GET.get("state", "")
    found = own_orders(buyer)
    if state in ORDER_STATE_WORDS:
        found = found.filter(state=state)
    page = Paginator(found, ORDERS_A_PAGE).get_page(request.GET.get("page"))
    goods: dict[int, list[str]] = {one.pk: [] for one in page}
    lines = OrderLine.objects.filter(order__in=goods).select_related("offer__stock__variant__product")
    for line in lines.order_by("pk"):
        variant = line.offer.stock.variant
        goods[line.order_id].append(f"{variant.product.name} {variant.spec} × {line.quantity}")
    context = {
        "page": page,
        "state": state,
        "states": [(one, ORDER_STATE_WORDS[one]) for one in STATES],
        "rows": [
            {
                "order": one,
                "goods": goods[one.pk],
                "due": yuan(due_fen(one)),
                "state": ORDER_STATE_WORDS[one.state],
                "look": LOOKS[OrderState(one.state)],
                "is_open": one.state == OrderState.PLACED,
            }
            for one in page
        ],
    }
    return render(request, "shop/mine.html", context)


@require_safe
def order(request: HttpRequest, key: int) -> HttpResponse:
    """Show one of the buyer's own orders, and what the buyer may do."""
    buyer, found = own_order(request, key)
    return order_page(request, buyer, found)


def order_page(
    request: HttpRequest, buyer: Buyer, found: Order, *, refusal: Refusal | None = None
) -> HttpResponse:
    """Return the page of a buyer's own order, with why something could not be done."""
    terms = getattr(found, "terms", None)
    sent = getattr(found, "destination", None)
    person = masked_persons([sent.person_id]).get(sent.person_id) if sent else None
    invoice = getattr(found, "invoice", None)
    is_paid = found.state not in (OrderState.PLACED, OrderState.CANCELLED)
    waybill = found.steps.filter(state=OrderState.SHIPPED).values_list("waybill", flat=True).first()
    parts = [] if waybill else list(found.parts.order_by("pk").values_list("waybill", flat=True))
    context = {
        "order": found,
        "state": ORDER_STATE_WORDS[found.state],
        "look": LOOKS[OrderState(found.state)],
        "lines": _lines(found),
        "terms": terms,
        "goods": yuan(found.total_fen),
        "discount": yuan(terms.discount_fen) if terms else "",
        "freight": yuan(terms.freight_fen) if terms else "",
        "due": yuan(due_fen(found)),
        "refunded": yuan(found.refunded_fen) if found.refunded_fen else "",
        "sent_to": person,
        "sent_place": place_label(sent.place_id) if sent else "",
        "waybill": waybill or " ".join(parts),
        "is_part_shipped": bool(parts),
        "is_open": found.state == OrderState.PLACED,
        "is_shipped": found.state == OrderState.SHIPPED,
        "may_invoice": is_paid
        and sent
        and found.state != OrderState.REFUNDED
        and (invoice is None or not invoice.number),
        "invoice": invoice,
        "merchants": merchants_for(found) if found.state == OrderState.PLACED and terms else [],
        **points_context(request, found, due_fen(found)),
        "trail": trail_of(found),
        "keyed": Keyed(),
        "refusal": refusal,
    }
    return render(request, "shop/my_order.html", context, status=409 if refusal else 200)


def _lines(found: Order) -> list[dict[str, Any]]:
    lines = list(
        found.lines.select_related("offer__stock__variant__product", "discount", "review").order_by("pk")
    )
    standing = {one.line: one for one in standing_lines([found.pk])}
    asked: dict[int, list[Return]] = {one.pk: [] for one in lines}
    for one in Return.objects.filter(line__in=asked).order_by("pk"):
        asked[one.line_id].append(one)
    is_paid = found.state not in (OrderState.PLACED, OrderState.CANCELLED)
    is_there = found.state in (OrderState.DELIVERED, OrderState.CLOSED)
    return [
        {
            "line": one,
            "variant": one.offer.stock.variant,
            "amount": yuan(one.amount_fen),
            "net": yuan(standing[one.pk].net_fen),
            "returns": [
                {
                    "return": back,
                    "state": RETURN_STATE_WORDS[back.state],
                    "is_open": back.state in (ReturnState.ASKED, ReturnState.AGREED),
                    "to_send": back.state == ReturnState.AGREED,
                }
                for back in asked[one.pk]
            ],
            "may_return": is_paid
            and standing[one.pk].quantity > 0
            and not any(back.state in OPEN_RETURNS for back in asked[one.pk]),
            "review": getattr(one, "review", None),
            "may_review": is_there and not hasattr(one, "review"),
        }
        for one in lines
    ]


def begun(found: Order) -> str | None:
    """Return the number of the payment whose page an order's buyer opens, begun now; null = there is no way, or several.

    Raises: Refusal: it cannot be begun.
    """
    merchants = merchants_for(found)
    if len(merchants) != 1:
        return None
    return operations.check_out(order=found, merchant=merchants[0], act=door_act()).number


def carried_out_on(
    request: HttpRequest, key: int, carry_out: Callable[[Order], object], done: Words | None
) -> HttpResponse:
    """Do something with the buyer's own order, and show its page: with a refusal, or anew."""
    buyer, found = own_order(request, key)
    try:
        answer = carry_out(found)
    except NotPermitted:
        raise
    except Refusal as refusal:
        return order_page(request, buyer, own_orders(buyer).get(pk=key), refusal=refusal)
    if isinstance(answer, HttpResponse):
        return answer
    if done is not None:
        messages.success(request, str(done))
    return redirect("shop:my_order", key=key)


@require_POST
def pay(request: HttpRequest, key: int) -> HttpResponse:
    """Begin to pay an order, and lead to the payer's page."""

    def carry_out(found: Order) -> object:
        said = request.POST.get("merchant", "")
        merchant = next((one for one in merchants_for(found) if one.code == said), None)
        if merchant is None:
            raise Http404
        payment = operations.check_out(order=found, merchant=merchant, act=door_act())
        return redirect("payments:pay", number=payment.number)

    return carried_out_on(request, key, carry_out, None)


@require_POST
def cancel(request: HttpRequest, key: int) -> HttpResponse:
    """Cancel an order that is not paid."""
    return carried_out_on(
        request, key, lambda found: operations.cancel_order(order=found, act=door_act()), CANCELLED
    )


@require_POST
def received(request: HttpRequest, key: int) -> HttpResponse:
    """Note that the buyer has the goods."""
    return carried_out_on(
        request, key, lambda found: operations.deliver_orders(orders=[found.pk], act=door_act()), RECEIVED
    )


@require_http_methods(READ_AND_WRITE)
def complete(request: HttpRequest, key: int) -> HttpResponse:
    """Say where an order goes and which coupon is used, of one that was placed in a live sale or left unfinished."""
    buyer, found = own_order(request, key)
    form = RecipientForm(request.POST or None)
    coupons = usable_coupons_of(found, timezone.now())

    def carry_out(said: dict[str, Any], act: Any) -> str:
        operations.keep_recipient(
            buyer=buyer, name=said["name"], phone=said["phone"], address=said["address"], place=form.place(),
            act=door_act(),
        )  # fmt: skip
        chosen = request.POST.get("coupon", "")
        coupon = next((one.pk for one, _, _ in coupons if str(one.pk) == chosen), None)
        operations.agree_terms(order=found, coupon=coupon, act=act)
        return reverse("shop:my_order", args=[key])

    context = {
        "title": both("填写收货地址", "Where it goes"),
        "back": reverse("shop:my_order", args=[key]),
        "order": found,
        "coupons": [(one.pk, batch.name, yuan(fen)) for one, batch, fen in coupons],
    }
    done = both("已定，可以去支付。", "Agreed. Now pay.")
    return carried_out_for(request, buyer, form, carry_out, done, context, template="shop/complete.html")


@require_http_methods(READ_AND_WRITE)
def ask_return(request: HttpRequest, key: int) -> HttpResponse:
    """Ask for the money of packs back."""
    buyer, line = own_line(request, key)
    product = line.offer.stock.variant.product
    standing = next(one for one in standing_lines([line.order_id]) if one.line == line.pk)
    reasons = reasons_for(standing, product.kind)
    left = standing.sent or standing.unsent
    form = ReturnForm(request.POST or None, initial={"quantity": left}, reasons=reasons)

    def carry_out(said: dict[str, Any], act: Any) -> str:
        operations.ask_return(
            line=line, quantity=said["quantity"], reason=said["reason"], words=said["words"], act=act
        )
        return reverse("shop:my_order", args=[line.order_id])

    context = {
        "title": both("申请退款退货", "Ask for a refund"),
        "back": reverse("shop:my_order", args=[line.order_id]),
        "order": line.order,
        "about": f"{product.name} {line.offer.stock.variant.spec}",
        "warning": both(
            "销售单位答复后，在订单页能看到结果。退款按实付金额原路退回。",
            "The answer stands on the order's page. What was paid goes back the way it came.",
        ),
    }
    return carried_out_for(request, buyer, form, carry_out, DONE, context)


def _own_return(request: HttpRequest, key: int) -> tuple[Buyer, Return]:
    buyer = known_buyer(request)
    if buyer is None:
        raise Http404
    return buyer, get_object_or_404(queries.returns().filter(line__order__buyer=buyer), pk=key)


@require_POST
def withdraw_return(request: HttpRequest, key: int) -> HttpResponse:
    """Withdraw a request to give back."""
    _, found = _own_return(request, key)
    return carried_out_on(
        request,
        found.line.order_id,
        lambda _: operations.withdraw_return(found=found, act=door_act()),
        both("已撤回。", "Withdrawn."),
    )


@require_http_methods(READ_AND_WRITE)
def send_back(request: HttpRequest, key: int) -> HttpResponse:
    """Note under which number goods were sent back."""
    buyer, found = _own_return(request, key)
    back = reverse("shop:my_order", args=[found.line.order_id])

    def carry_out(said: dict[str, Any], act: Any) -> str:
        operations.send_return(found=found, waybill=said["waybill"], act=act)
        return back

    context = {"title": both("填退货运单", "Waybill of the return"), "back": back, "order": found.line.order}
    return carried_out_for(request, buyer, SentBackForm(request.POST or None), carry_out, DONE, context)


@require_http_methods(READ_AND_WRITE)
def ask_invoice(request: HttpRequest, key: int) -> HttpResponse:
    """Ask for an invoice."""
    buyer, found = own_order(request, key)
    back = reverse("shop:my_order", args=[key])

    def carry_out(said: dict[str, Any], act: Any) -> str:
        operations.ask_invoice(
            order=found, made_out_to=said["made_out_to"], title=said["title"], email=said["email"],
            tax_number=said["tax_number"], act=act,
        )  # fmt: skip
        return back

    context = {"title": both("申请发票", "Ask for an invoice"), "back": back, "order": found}
    return carried_out_for(request, buyer, InvoiceForm(request.POST or None), carry_out, DONE, context)


@require_http_methods(READ_AND_WRITE)
def review(request: HttpRequest, key: int) -> HttpResponse:
    """Say what goods are like."""
    buyer, line = own_line(request, key)
    back = reverse("shop:my_order", args=[line.order_id])

    def carry_out(said: dict[str, Any], act: Any) -> str:
        operations.write_review(line=line, stars=said["stars"], words=said["words"], act=act)
        return back

    context = {
        "title": both("评价", "Review"),
        "back": back,
        "order": line.order,
        "about": f"{line.offer.stock.variant.product.name} {line.offer.stock.variant.spec}",
    }
    return carried_out_for(request, buyer, ReviewForm(request.POST or None), carry_out, DONE, context)
