"""The basket and the checkout: what a browser kept becomes orders, whose terms are agreed and which are paid."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import polars
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from bangfu.foundation.operations import NotPermitted, Refusal
from bangfu.foundation.people.persons.queries import masked_persons
from bangfu.foundation.places.codes import PROVINCE, ancestor_id
from bangfu.foundation.places.queries import place_label
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.limits import is_over_limit
from bangfu.livelihoods.shop.basketing import (
    Group,
    Kept,
    Row,
    compared,
    grouped,
    read_basket,
    reckon,
    usable_coupons,
)
from bangfu.livelihoods.shop.buying_forms import RecipientForm, counties
from bangfu.livelihoods.shop.models import Buyer, Order, Product, Recipient
from bangfu.livelihoods.shop.operations import (
    UnableToPlace,
    agree_terms,
    keep_recipient,
    place_orders,
)
from bangfu.livelihoods.shop.operations.placing import SCHEMA, Placed
from bangfu.livelihoods.shop.telling import yuan
from bangfu.livelihoods.shop.views.buyers import admitted, door_act, known_buyer, remembered
from bangfu.livelihoods.shop.views.gate import READ_AND_WRITE
from bangfu.livelihoods.shop.views.members import has_points
from bangfu.livelihoods.shop.views.mine import begun

MOST_ORDERS = 30
"""Checkouts a minute of one buyer."""
BOUGHT = "bangfu_bought"
"""A cookie that tells the browser which offers left the basket; it holds nothing else and goes once it was read."""
PLACED = both("已下单。请在时限内支付。", "Ordered. Pay in time.")
NOT_ALL = both(
    "有的商品没有下成，还在购物车里：{why}", "Some goods were not ordered and are still in the basket: {why}"
)
NOT_AGREED = both(
    "订单 {order} 已下，但还差一步：{why}", "Order {order} stands, and one thing is open: {why}"
)
NOTHING_TO_ORDER = both(
    "没有可以下单的商品：每样须是在售的，件数是 1 到 9999 的整数。请在购物车里改好再结算。",
    "Nothing can be ordered: each of the goods has to be on sale, 1 to 9999 whole packs of it. Put the basket right first.",
)
TOO_OFTEN = both("下单太频繁。请过一分钟再试。", "Too many orders. Try again in a minute.")


@require_safe
def basket(request: HttpRequest) -> HttpResponse:
    """Show the basket, which the browser keeps; prices are looked at anew when there is a connection."""
    return render(request, "shop/basket.html")


@require_safe
def prices(request: HttpRequest) -> JsonResponse:
    """Answer what offers cost now, how many packs are left, and which are gone."""
    keys = [one for one in request.GET.get("offers", "").split(",") if one.isascii() and one.isdigit()]
    rows = compared([Kept(int(one), 1, 1) for one in keys[:200] if len(one) < 16], timezone.now())
    found = {
        str(row.kept.offer): {
            "price_fen": row.price_fen,
            "left": row.left,
            "per_buyer": row.offer.per_buyer if row.offer else None,
        }
        for row in rows
    }
    return JsonResponse({"offers": found})


@require_safe
def county_options(request: HttpRequest) -> HttpResponse:
    """Answer the counties of a province as the options of a list."""
    said = request.GET.get("province", "")
    is_province = said.isascii() and said.isdigit() and len(said) == 12 and int(said) % 10**10 == 0
    return render(request, "shop/counties.html", {"choices": counties(int(said)) if is_province else []})


@dataclass
class _Checkout:
    """What is asked at the checkout, and what it comes to."""

    buyer: Buyer | None
    rows: list[Row]
    groups: list[Group]
    form: RecipientForm
    recipient: Recipient | None
    keeps: bool
    """Whether the goods go where the last ones went."""

    @property
    def changes(self) -> str:
        """Which prices are not those that the buyer saw, and what they are now; empty: none."""
        return ",".join(f"{row.kept.offer}:{row.price_fen}" for row in self.rows if row.is_changed)

    @property
    def place(self) -> int | None:
        """The county that the goods go to; null = not chosen yet."""
        if self.keeps and self.recipient is not None:
            return self.recipient.place_id
        return self.form.chosen_county()


def _asked(request: HttpRequest, at: datetime) -> _Checkout:
    buyer = known_buyer(request)
    recipient = (
        Recipient.objects.select_related("place").filter(buyer=buyer, place__isnull=False).first()
        if buyer
        else None
    )
    rows = compared(read_basket(request.POST.get("lines", "")), at)
    is_sent = "to" in request.POST
    keeps = recipient is not None and request.POST.get("to", "last") == "last"
    form = RecipientForm(request.POST if is_sent else None)
    form.use_required_attribute = (
        recipient is None
    )  # else the fields are out of sight while the last address is kept
    found = _Checkout(buyer, rows, grouped(rows), form, recipient, keeps)
    place = found.place
    province = None if place is None else ancestor_id(place, PROVINCE)
    taken: set[int | None] = set()
    for group in found.groups:
        if buyer is not None:
            group.coupons = usable_coupons(
                buyer,
                channel=group.channel.pk,
                sale=group.sale.pk if group.sale else None,
                lines=group.chosen(),
                at=at,
            )
        group.coupons = [one for one in group.coupons if one[0].pk not in taken]
        best = str(group.coupons[0][0].pk) if group.coupons else ""
        said = request.POST.get(group.name, best) if is_sent else best
        coupon = int(said) if said.isascii() and said.isdigit() and len(said) < 16 else None
        reckon(group, province=province, at=at, coupon=coupon)
        taken.add(group.coupon)
    return found


@require_http_methods(READ_AND_WRITE)
def checkout(request: HttpRequest) -> HttpResponse:
    """Show what the basket comes to now, where it goes, and which coupons it may use; or order it and go and pay.

    Whoever comes without the basket, by a changed language or a page that was opened again, is led to it.
    """
    if request.method != "POST":
        return redirect("shop:basket")
    now = timezone.now()
    asked = _asked(request, now)
    if not asked.rows:
        messages.warning(request, str(NOTHING_TO_ORDER))
        return redirect("shop:basket")
    if request.POST.get("step") != "place":
        return _page(request, asked)
    problems = [row for group in asked.groups for row in group.rows if row.problem is not None]
    unserved = [group for group in asked.groups if group.unserved]
    is_seen = request.POST.get("seen", "") == asked.changes
    if problems or unserved or not asked.groups or not is_seen:
        return _page(request, asked, status=409)
    if not asked.keeps and not asked.form.is_valid():
        return _page(request, asked, status=422)
    return _ordered(request, asked)


def _ordered(request: HttpRequest, asked: _Checkout) -> HttpResponse:
    buyer = admitted(request)
    if is_over_limit("checkout", str(buyer.pk), most=MOST_ORDERS, seconds=60):
        return _page(request, asked, refusal=TOO_OFTEN, status=429)
    try:
        if not asked.keeps:
            said = asked.form.cleaned_data
            keep_recipient(
                buyer=buyer, name=said["name"], phone=said["phone"], address=said["address"],
                place=asked.form.place(), act=door_act(),
            )  # fmt: skip
        answers = place_orders(frame=_frame(asked.groups, buyer, request.POST.get("key", "")), act=door_act())
    except NotPermitted:
        raise
    except Refusal as refusal:
        return _page(request, asked, refusal=refusal, status=409)
    placed = [(group, one.order) for group, one in zip(asked.groups, answers, strict=True) if one.order]
    _say_refused(request, asked.groups, answers)
    if not placed:
        return remembered(_page(request, asked, status=409), request, buyer)
    agreed = [order for group, order in placed if _is_agreed(request, group, order)]
    response = _led(request, [order for _, order in placed], agreed)
    bought = [str(row.kept.offer) for group, _ in placed for row in group.rows]
    response.set_cookie(BOUGHT, ".".join(bought), max_age=3600, samesite="Lax")
    return remembered(response, request, buyer)


def _frame(groups: list[Group], buyer: Buyer, key: str) -> polars.DataFrame:
    rows = [
        (number, f"{key[:60]}-{number}", str(buyer.pk), row.kept.offer, row.kept.quantity, row.price_fen)
        for number, group in enumerate(groups)
        for row in group.rows
    ]
    return polars.DataFrame(rows, schema=SCHEMA, orient="row")


def _say_refused(request: HttpRequest, groups: list[Group], answers: list[Placed]) -> None:
    refused = [(group, one.code) for group, one in zip(groups, answers, strict=True) if one.order is None]
    for group, code in refused:
        group.refusal = UnableToPlace.sentences[code]
    if refused and len(refused) < len(groups):
        why = " ".join(dict.fromkeys(str(UnableToPlace.sentences[code]) for _, code in refused))
        messages.warning(request, str(NOT_ALL.filled(why=why)))


def _is_agreed(request: HttpRequest, group: Group, order: int) -> bool:
    """Agree to an order's terms, and return whether it could be done; the order's page offers it again."""
    found = Order.objects.get(pk=order)
    if hasattr(found, "terms"):
        return True
    try:
        agree_terms(order=found, coupon=group.coupon, act=door_act())
    except NotPermitted:
        raise
    except Refusal as refusal:
        messages.warning(request, str(NOT_AGREED.filled(order=found.number, why=str(refusal))))
        return False
    return True


def _led(request: HttpRequest, orders: list[int], agreed: list[int]) -> HttpResponse:
    """Return the way on: to the payer's page of one order if there is one way to pay it, else to one's orders.

    Whoever has points sees the order first, where they are used.
    """
    can_pay = len(orders) == 1 and agreed and not has_points(request)
    paying = begun(Order.objects.select_related("unit").get(pk=orders[0])) if can_pay else None
    if paying:
        # No words go along: they would be read after the payment, on the order's page.
        return redirect("payments:pay", number=paying)
    messages.success(request, str(PLACED))
    return redirect("shop:mine") if len(orders) != 1 else redirect("shop:my_order", key=orders[0])


def _page(
    request: HttpRequest, asked: _Checkout, *, refusal: Refusal | Words | None = None, status: int = 200
) -> HttpResponse:
    rows = [_shown(row) for row in asked.rows]
    shown = masked_persons([asked.recipient.person_id]) if asked.recipient else {}
    person = shown.get(asked.recipient.person_id) if asked.recipient else None
    kept = [asdict(row.kept) for row in asked.rows]
    groups = [
        {
            "group": group,
            "rows": [_shown(row) for row in group.rows],
            "coupons": [(one.pk, batch.name, yuan(fen)) for one, batch, fen in group.coupons],
            "goods": yuan(group.goods_fen),
            "discount": yuan(group.discount_fen),
            "freight": None if group.freight_fen is None else yuan(group.freight_fen),
            "due": yuan(group.due_fen),
            "unserved": _named(group.unserved, group),
        }
        for group in asked.groups
    ]
    context = {
        "gone": [row for row in rows if row["row"].offer is None],
        "groups": groups,
        "form": asked.form,
        "recipient": person if person is not None and not person.is_erased else None,
        "recipient_place": place_label(asked.recipient.place_id)
        if asked.recipient and asked.recipient.place_id
        else "",
        "keeps": asked.keeps,
        "kept": json.dumps(kept),
        "changes": asked.changes,
        "is_seen": request.POST.get("seen", "") == asked.changes,
        "due": yuan(sum(group.due_fen for group in asked.groups)),
        "refusal_words": refusal,
    }
    return render(request, "shop/checkout.html", context, status=status)


def _shown(row: Row) -> dict[str, Any]:
    return {
        "row": row,
        "variant": row.offer.stock.variant if row.offer else None,
        "product": row.offer.stock.variant.product if row.offer else None,
        "was": yuan(row.kept.price_fen),
        "price": yuan(row.price_fen) if row.price_fen is not None else "",
        "amount": yuan(row.amount_fen),
    }


def _named(unserved: tuple[int, ...], group: Group) -> list[Words]:
    products: list[Product] = [
        row.offer.stock.variant.product
        for row in group.rows
        if row.offer is not None and row.offer.pk in unserved
    ]
    return [one.name for one in products]
