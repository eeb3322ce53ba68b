"""Coupons that buyers claim, and the seller's list of batches with their form."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bangfu.foundation.operations import Act, NotPermitted, Refusal
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.records.gate import in_order
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.lists import in_batches, list_file, not_figures, origin_of
from bangfu.livelihoods.shop import operations, queries
from bangfu.livelihoods.shop.coupon_forms import CouponForm
from bangfu.livelihoods.shop.forms import ConfirmForm
from bangfu.livelihoods.shop.models import COUPON_KIND_WORDS, Coupon, CouponBatch, CouponKind, CouponUse
from bangfu.livelihoods.shop.telling import yuan
from bangfu.livelihoods.shop.telling_after import coupon_address
from bangfu.livelihoods.shop.views.buyers import admitted, door_act, known_buyer, remembered
from bangfu.livelihoods.shop.views.gate import (
    READ_AND_WRITE,
    ROWS_A_PAGE,
    carried_out,
    form_page,
    may,
    reader,
    refuse_strangers,
    sections,
    units_for,
)

OFF = both("满 {from_yuan} 减 {off}", "{off} off {from_yuan}")
ANY_PCT = both("减 {pct}%，最多 {cap}", "{pct}% off, at most {cap}")
OFF_PCT = both("满 {from_yuan} 减 {pct}%，最多 {cap}", "{pct}% off {from_yuan}, at most {cap}")
COLUMNS = (
    both("编码", "Code"), both("名称", "Name"), both("渠道", "Channel"), both("直播", "Live sale"), both("种类", "Kind"),
    both("优惠", "Takes off"), both("开始", "From"), both("结束", "To"), both("张数", "Issued"), both("已领", "Claimed"),
    both("已用", "Used"), both("停止发放", "Closed"),
)  # fmt: skip


def worth_words(batch: CouponBatch) -> Words:
    """Return what a coupon of a batch takes off, in words."""
    least = yuan(batch.from_fen)
    if batch.kind == CouponKind.AMOUNT:
        return OFF.filled(from_yuan=least, off=yuan(batch.off_fen or 0))
    words = OFF_PCT if batch.from_fen else ANY_PCT
    return words.filled(from_yuan=least, pct=batch.off_pct, cap=yuan(batch.cap_fen or 0))


def _open_batches() -> QuerySet[CouponBatch]:
    now = timezone.now()
    found = queries.coupon_batches().filter(starts_at__lte=now, ends_at__gt=now, closed_at=None)
    return found.order_by("ends_at", "pk")


@require_safe
def coupons(request: HttpRequest) -> HttpResponse:
    """Show the coupons that can be claimed now, and those that the buyer has."""
    buyer = known_buyer(request)
    held = (
        Coupon.objects.filter(buyer=buyer).select_related("batch__channel")
        if buyer
        else Coupon.objects.none()
    )
    used = set(CouponUse.objects.filter(coupon__in=held, given_back_at=None).values_list("coupon", flat=True))
    has = {one.batch_id: 0 for one in held}
    for one in held:
        has[one.batch_id] += 1
    now = timezone.now()
    context = {
        "batches": [
            {
                "batch": one,
                "worth": worth_words(one),
                "has": has.get(one.pk, 0),
                "is_gone": one.claimed >= one.number,
                "may_claim": one.claimed < one.number and has.get(one.pk, 0) < one.per_buyer,
                "products": [product.product.name for product in one.products.select_related("product")],
            }
            for one in _open_batches()[:60]
        ],
        "held": [
            {
                "batch": one.batch,
                "worth": worth_words(one.batch),
                "is_used": one.pk in used,
                "is_over": one.batch.ends_at <= now,
            }
            for one in held.order_by("-pk")[:60]
        ],
    }
    return render(request, "shop/coupons.html", context)


@require_POST
def claim(request: HttpRequest, key: int) -> HttpResponse:
    """Give the buyer a coupon."""
    batch = get_object_or_404(queries.coupon_batches(), pk=key)
    buyer = admitted(request)
    try:
        operations.claim_coupon(batch=batch, buyer=buyer, act=door_act())
    except NotPermitted:
        raise
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(
            request, str(both("已领取，结算时可用。", "It is yours, to be used at the checkout."))
        )
    return remembered(redirect("shop:coupons"), request, buyer)


SORTS = {
    "name": "name_zh", "channel": "channel__code", "starts": "starts_at", "used": "used", "claimed": "claimed",
    "issued": "number",
}  # fmt: skip


def _found(account: Account, request: HttpRequest) -> QuerySet[CouponBatch]:
    text, state = request.GET.get("q", "").strip()[:60], request.GET.get("state", "")
    found = queries.coupon_batches().filter(
        channel__unit__in=queries.units_read(account, timezone.localdate())
    )
    if text:
        found = found.filter(
            Q(code__istartswith=text) | Q(name_zh__contains=text) | Q(name_en__icontains=text)
        )
    now = timezone.now()
    if state == "open":
        found = found.filter(starts_at__lte=now, ends_at__gt=now, closed_at=None)
    elif state == "over":
        found = found.filter(Q(ends_at__lte=now) | Q(closed_at__isnull=False))
    in_use = Count("coupons__uses", filter=Q(coupons__uses__given_back_at=None, coupons__uses__isnull=False))
    return in_order(request, found.annotate(used=in_use), SORTS, "-starts_at", "-pk")


STATES = {"open": both("在发放", "Open"), "over": both("已结束", "Over")}


@require_safe
def batches(request: HttpRequest) -> HttpResponse:
    """List the batches of coupons of the units that the reader may see."""
    account = reader(request)
    page = Paginator(_found(account, request), ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "sections": sections("coupon_batches"),
        "page": page,
        "rows": [
            {"batch": one, "kind": COUPON_KIND_WORDS[one.kind], "worth": worth_words(one)} for one in page
        ],
        "text": request.GET.get("q", "").strip()[:60],
        "state": request.GET.get("state", ""),
        "states": STATES.items(),
        "may_issue": may(account, "issue_coupons"),
        "may_import": may(account, "import_coupons"),
    }
    return render(request, "shop/coupon_batches.html", context)


@require_safe
def export_batches(request: HttpRequest, form: str) -> HttpResponseBase:
    """Send the list of batches as a file."""
    account = reader(request)
    narrowed = (request.GET.get("q", "").strip()[:60], STATES.get(request.GET.get("state", ""), ""))
    origin = origin_of(
        request, reverse("shop:coupon_batches"), not_figures(both("优惠券", "Coupons")), taken_by=account.username,
        narrowed_to=narrowed,
    )  # fmt: skip
    return list_file("coupons", form, list(COLUMNS), _cells(_found(account, request)), origin)


def _cells(found: QuerySet[CouponBatch]) -> Iterator[list[str]]:
    for some in in_batches(found):
        for one in some:
            closed = f"{timezone.localtime(one.closed_at):%Y-%m-%d %H:%M}" if one.closed_at else ""
            yield [
                one.code, str(one.name), str(one.channel.name), str(one.sale.name) if one.sale else "",
                str(COUPON_KIND_WORDS[one.kind]), str(worth_words(one)),
                f"{timezone.localtime(one.starts_at):%Y-%m-%d %H:%M}", f"{timezone.localtime(one.ends_at):%Y-%m-%d %H:%M}",
                str(one.number), str(one.claimed), str(one.used), closed,  # type: ignore[attr-defined]
            ]  # fmt: skip


@require_safe
def batch(request: HttpRequest, key: int) -> HttpResponse:
    """Show one batch: what it takes off, how many were claimed and used, and what they took off."""
    account = reader_of(request)
    found = get_object_or_404(queries.coupon_batches(), pk=key)
    refuse_strangers(account, found.scope)
    uses = CouponUse.objects.filter(coupon__batch=found, given_back_at=None)
    off = sum(uses.values_list("discount_fen", flat=True))
    context = {
        "batch": found,
        "kind": COUPON_KIND_WORDS[found.kind],
        "worth": worth_words(found),
        "products": [one.product for one in found.products.select_related("product")],
        "used": uses.count(),
        "off": yuan(off),
        "uses": [
            {"use": one, "order": one.order, "off": yuan(one.discount_fen)}
            for one in uses.select_related("order").order_by("-pk")[:50]
        ],
        "may_close": found.closed_at is None
        and found.ends_at > timezone.now()
        and may(account, "close_coupons", found.scope),
    }
    return render(request, "shop/coupon_batch.html", context)


@require_http_methods(READ_AND_WRITE)
def issue(request: HttpRequest) -> HttpResponse:
    """Issue a batch of coupons."""
    units = units_for(reader_of(request), "issue_coupons")
    form = CouponForm(request.POST or None, units=units)

    def carry_out(said: dict[str, Any], act: Act) -> str:
        made = operations.issue_coupons(
            channel=said["channel"],
            details=form.details(),
            sale=said["sale"],
            products=list(said["products"]),
            act=act,
        )
        return coupon_address(made.pk)

    context = form_page(both("发放优惠券", "Issue coupons"), reverse("shop:coupon_batches"))
    return carried_out(request, form, carry_out, both("已发放。", "Issued."), context)


@require_http_methods(READ_AND_WRITE)
def close(request: HttpRequest, key: int) -> HttpResponse:
    """Let no coupon of a batch be claimed any more."""
    found = get_object_or_404(queries.coupon_batches(), pk=key)
    refuse_strangers(reader_of(request), found.scope)

    def carry_out(said: dict[str, Any], act: Act) -> str:
        operations.close_coupons(batch=found, act=act)
        return coupon_address(key)

    warning = both("已领的在有效期内仍可使用。", "Those that were claimed are good until the end.")
    context = form_page(
        both("停止发放", "Close"), coupon_address(key), about=str(found.name), warning=warning
    )
    return carried_out(
        request, ConfirmForm(request.POST or None), carry_out, both("已停止发放。", "Closed."), context
    )
