"""What the shop says to Today: orders to ship, returns, invoices, reviews and claims to settle, and live sales to count."""

from __future__ import annotations

from datetime import date

from django.db.models import Count, Exists, Min, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from bangfu.foundation.organisation.queries import in_granted_units
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import Wait, Waiting, both
from bangfu.livelihoods.shop import queries
from bangfu.livelihoods.shop.models import (
    Ambassador,
    InvoiceRequest,
    LiveSale,
    Order,
    OrderLine,
    OrderState,
    Review,
    ReviewState,
)
from bangfu.livelihoods.shop.operations.counting import REST
from bangfu.livelihoods.shop.telling import ambassador_address

SHIP, APPROVE, COUNT = "shop.ship_orders", "shop.approve_claims", "shop.count_sale"
ANSWER, ISSUE, SHOW = "shop.agree_return", "shop.issue_invoice", "shop.show_review"


def _mine(account: Account, permission: str, on: date, unit: str = "unit_id") -> Q:
    """Return the condition that rows are of units in which an account holds a permission and reads orders."""
    return in_granted_units(account, permission, on, unit) & queries.in_units_read(account, on, unit)


def to_ship(account: Account, on: date) -> list[Waiting]:
    """Return how many orders are paid and not shipped, of the units in which an account may ship."""
    mine = _mine(account, SHIP, on)
    found = Order.objects.filter(mine, state=OrderState.PAID).aggregate(
        count=Count("pk"), first=Min("placed_at")
    )
    if not found["count"]:
        return []
    return [
        Waiting(
            what=both("发货", "Ship orders that are paid"),
            count=found["count"],
            address=f"{reverse('shop:orders')}?state={OrderState.PAID}",
            since=timezone.localdate(found["first"]),
        )
    ]


def to_approve(account: Account, on: date) -> list[Waiting]:
    """Return each live sale in which claims wait for the approval of an account that did not write them."""
    mine = _mine(account, APPROVE, on, "sale__channel__unit_id")
    waiting = (
        queries.ambassadors()
        .filter(
            mine,
            approved_at=None,
            withdrawn_on=None,
            sale__ends_at__gt=timezone.now(),
        )
        .exclude(entered_by=account)
        .order_by("sale__starts_at", "starts_at", "pk")
    )
    by_sale: dict[int, list[Ambassador]] = {}
    authors = queries.claims_written_by(waiting)
    for one in waiting:
        if account.pk in authors[one.pk]:
            continue
        by_sale.setdefault(one.sale_id, []).append(one)
    return [
        Waiting(
            what=both("核准直播代言人的说法", "Approve what ambassadors may say"),
            count=len(ones),
            address=ambassador_address(ones[0].pk)
            if len(ones) == 1
            else reverse("shop:staging", args=[sale]),
            about=ones[0].sale.name,
            due_on=timezone.localdate(ones[0].sale.starts_at),
        )
        for sale, ones in by_sale.items()
    ]


def to_count(account: Account, on: date) -> list[Waiting]:
    """Return each live sale that is over, in which something was ordered and which an account may count."""
    mine = _mine(account, COUNT, on, "channel__unit_id")
    ordered = OrderLine.objects.filter(offer__stock__sale=OuterRef("pk"))
    over = (
        LiveSale.objects.filter(mine, counted_at=None, ends_at__lte=timezone.now() - REST)
        .filter(Exists(ordered))
        .order_by("ends_at", "pk")
    )
    return [
        Waiting(
            what=both("计入直播下单金额", "Count what was ordered in a live sale"),
            count=1,
            address=reverse("shop:report", args=[sale.pk]),
            about=sale.name,
            since=timezone.localdate(sale.ends_at),
        )
        for sale in over
    ]


def to_settle(account: Account, on: date) -> list[Waiting]:
    """Return how many requests to give back wait for an answer or a refund, of the units in which an account may answer."""
    mine = _mine(account, ANSWER, on, "line__order__unit_id")
    found = queries.open_returns(within=mine).order_by().aggregate(count=Count("pk"), first=Min("asked_at"))
    if not found["count"]:
        return []
    return [
        Waiting(
            what=both("处理退货退款申请", "Settle requests to give back"),
            count=found["count"],
            address=f"{reverse('shop:returns')}?state=open&sort=asked",
            since=timezone.localdate(found["first"]),
        )
    ]


def to_issue(account: Account, on: date) -> list[Waiting]:
    """Return how many invoices are asked for and not issued, of the units in which an account may issue them."""
    mine = _mine(account, ISSUE, on, "order__unit_id")
    found = InvoiceRequest.objects.filter(mine, number="")
    told = found.aggregate(count=Count("pk"), first=Min("asked_at"))
    if not told["count"]:
        return []
    return [
        Waiting(
            what=both("开发票", "Issue invoices"),
            count=told["count"],
            address=f"{reverse('shop:invoices')}?state=open&sort=asked",
            since=timezone.localdate(told["first"]),
        )
    ]


def to_moderate(account: Account, on: date) -> list[Waiting]:
    """Return how many reviews wait to be looked at, of the units in which an account may show them."""
    mine = _mine(account, SHOW, on, "line__order__unit_id")
    found = Review.objects.filter(mine, state=ReviewState.WAITING)
    told = found.aggregate(count=Count("pk"), first=Min("written_at"))
    if not told["count"]:
        return []
    return [
        Waiting(
            what=both("审核评价", "Look at reviews"),
            count=told["count"],
            address=f"{reverse('shop:reviews')}?state={ReviewState.WAITING}&sort=written",
            since=timezone.localdate(told["first"]),
        )
    ]


WAITS = (
    Wait("shop.to_ship", "upload", frozenset({SHIP}), to_ship),
    Wait("shop.to_settle", "arrow-back-up", frozenset({ANSWER}), to_settle),
    Wait("shop.to_issue", "file-text", frozenset({ISSUE}), to_issue),
    Wait("shop.to_moderate", "eye-check", frozenset({SHOW}), to_moderate),
    Wait("shop.to_approve", "eye-check", frozenset({APPROVE}), to_approve),
    Wait("shop.to_count", "chart-bar", frozenset({COUNT}), to_count),
)
