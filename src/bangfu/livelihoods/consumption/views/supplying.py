"""Agreements of canteens and unions: the list, one with its progress, and the forms from quota to settlement."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from bangfu.foundation.evidence.queries import attachments_of
from bangfu.foundation.operations import Act, granted_units
from bangfu.foundation.people.models import Account
from bangfu.foundation.records import doors_of, evidence_of
from bangfu.foundation.records.gate import in_order
from bangfu.foundation.rooms import Words, both, record_type
from bangfu.foundation.rooms.lists import list_file, not_figures, origin_of
from bangfu.livelihoods.amounts import plain, yuan
from bangfu.livelihoods.consumption import exports, operations, supply, telling
from bangfu.livelihoods.consumption import supply_forms as forms
from bangfu.livelihoods.consumption.models import (
    OUTCOME_WORDS,
    CallOff,
    Delivery,
    GoodsReturn,
)
from bangfu.livelihoods.consumption.register import DELIVERY_TYPE, SETTLEMENT_TYPE
from bangfu.livelihoods.consumption.views.gate import (
    ROWS_A_PAGE,
    carried_out,
    may,
    readable,
    reader,
    sections,
    units_for,
)
from bangfu.livelihoods.figures import figure_address
from bangfu.livelihoods.shop.neighbours import PAYER_WORDS

READ_AND_WRITE = ["GET", "HEAD", "POST"]
AGREEMENT_SORTS = {
    "code": "code", "title": "title", "unit": "unit__path", "payer": "payer", "supplier": "supplier_name",
    "starts": "starts_on", "target": "target_fen", "settled": "settled_fen",
}  # fmt: skip


def _asked(request: HttpRequest) -> tuple[Account, str, Any]:
    account, text = reader(request), request.GET.get("q", "").strip()[:60]
    found = supply.agreements_read(account, timezone.localdate())
    if text:
        found = found.filter(title__icontains=text) | found.filter(code__istartswith=text)
        found = found | supply.agreements_read(account, timezone.localdate()).filter(
            supplier_name__icontains=text
        )
    return account, text, in_order(request, found, AGREEMENT_SORTS, "-starts_on", "code")


@require_safe
def agreements(request: HttpRequest) -> HttpResponse:
    """List agreements with what was settled of their targets."""
    account, text, found = _asked(request)
    page = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "sections": sections("agreements"),
        "page": page,
        "rows": [
            {
                "agreement": one,
                "payer": PAYER_WORDS[one.payer],
                "target": yuan(one.target_fen),
                "settled": yuan(one.settled_fen or 0),
                "share": (one.settled_fen or 0) * 100 // one.target_fen,
            }
            for one in page
        ],
        "text": text,
        "share_address": figure_address(account, "shop.canteen_share", timezone.localdate()),
        "may_enter": may(account, "enter_agreement"),
        "may_report": bool(granted_units(account, "shop.report", timezone.localdate())),
    }
    return render(request, "consumption/agreements.html", context)


@require_safe
def agreement(request: HttpRequest, key: int) -> HttpResponse:
    """Show one agreement: progress against target and quotas, orders, deliveries with returns, settlements."""
    account, found = readable(request, supply.agreements(), key)
    deliveries = list(
        found.deliveries.select_related("call_off", "settlement").order_by("-delivered_on", "-pk")
    )
    settlements = list(found.settlements.select_related("agreement").order_by("-paid_on", "-pk"))
    returns = GoodsReturn.objects.filter(delivery__in=deliveries).select_related(
        "delivery", "line__call_line__good"
    )
    sales = {(one.order_no): one.pk for one in supply.sales_of(settlements).order_by("-pk")}
    context = {
        "agreement": found,
        "payer": PAYER_WORDS[found.payer],
        "target": yuan(found.target_fen),
        "progress": [
            {
                "quota": one.quota,
                "last_day": one.quota.ends_on - timedelta(days=1) if one.quota else None,
                "target": yuan(one.target_fen),
                "settled": yuan(one.settled_fen),
                "counted": yuan(one.counted_fen),
                "share": one.share,
            }
            for one in supply.progress_of(found)
        ],
        "orders": [
            {
                "order": one,
                "is_due": any(
                    sum(part.quantity for part in line.delivered.all()) < line.quantity
                    for line in one.lines.all()
                ),
                "lines": [
                    f"{line.good.title} {plain(line.quantity)} × {yuan(line.price_fen)}"
                    for line in one.lines.all()
                ],
            }
            for one in found.call_offs.prefetch_related("lines__good", "lines__delivered").order_by(
                "-ordered_on", "-pk"
            )[:ROWS_A_PAGE]
        ],
        "deliveries": [
            {
                "delivery": one,
                "is_open": any(back.delivery_id == one.pk and not back.outcome for back in returns),
            }
            for one in deliveries
        ],
        "returns": [
            {
                "back": one,
                "title": one.line.call_line.good.title,
                "quantity": plain(one.quantity),
                "outcome": OUTCOME_WORDS.get(one.outcome, ""),
            }
            for one in returns.order_by("-pk")
        ],
        "settlements": [
            {"settlement": one, "yuan": yuan(one.amount_fen), "sale": sales.get(one.order_no)}
            for one in settlements
        ],
        "evidence": [
            *evidence_of(found),
            *attachments_of(SETTLEMENT_TYPE, [one.pk for one in settlements]),
            *attachments_of(DELIVERY_TYPE, [one.pk for one in deliveries]),
        ],
        "doors": doors_of(record_type("consumption.agreement"), found.pk, account, timezone.localdate()),
        **{
            f"may_{name}": may(account, name, found.scope)
            for name in ("plan_quota", "call_off", "record_delivery", "open_return", "close_return", "settle")
        },
    }
    context["may_settle"] = context["may_settle"] and any(one.settlement_id is None for one in deliveries)
    return render(request, "consumption/agreement.html", context)


@require_http_methods(READ_AND_WRITE)
def enter(request: HttpRequest) -> HttpResponse:
    """Enter a framework agreement."""
    form = forms.AgreementForm(
        request.POST or None, request.FILES or None, units=units_for(request, "enter_agreement")
    )

    def carry_out(said: dict[str, Any], act: Act) -> str:
        found = operations.enter_agreement(
            details=form.details(), unit=said["unit"], files=said["evidence"], act=act
        )
        return telling.agreement_address(found.pk)

    context = {"title": both("登记框架协议", "Enter an agreement"), "back": reverse("consumption:agreements")}
    return carried_out(request, form, carry_out, both("已登记。", "Entered."), context)


def _about(found: Any, title: Words) -> dict[str, Any]:
    return {"title": title, "about": found.title, "back": telling.agreement_address(found.pk)}


@require_http_methods(READ_AND_WRITE)
def quota(request: HttpRequest, key: int) -> HttpResponse:
    """Plan what is to be bought in a part of an agreement's period."""
    _, found = readable(request, supply.agreements(), key)
    form = forms.QuotaForm(request.POST or None)

    def carry_out(said: dict[str, Any], act: Act) -> str:
        operations.plan_quota(
            agreement=found, starts_on=said["starts_on"], ends_on=said["last_day"] + timedelta(days=1),
            amount_fen=int(said["amount_yuan"] * 100), act=act,
        )  # fmt: skip
        return telling.agreement_address(key)

    title = both("安排一期指标", "Plan a quota")
    return carried_out(request, form, carry_out, both("已安排。", "Planned."), _about(found, title))


@require_http_methods(READ_AND_WRITE)
def order(request: HttpRequest, key: int) -> HttpResponse:
    """Call off an order under an agreement."""
    _, found = readable(request, supply.agreements(), key)
    form = forms.CallOffForm(request.POST or None, initial={"ordered_on": timezone.localdate()})

    def carry_out(said: dict[str, Any], act: Act) -> str:
        operations.call_off(
            agreement=found, number=said["number"], ordered_on=said["ordered_on"], lines=form.lines(), act=act
        )
        return telling.agreement_address(key)

    return carried_out(
        request, form, carry_out, both("已下单。", "Ordered."), _about(found, both("下单", "Call off"))
    )


@require_http_methods(READ_AND_WRITE)
def deliver(request: HttpRequest, key: int) -> HttpResponse:
    """Record what was accepted of an order."""
    placed = get_object_or_404(CallOff.objects.select_related("agreement"), pk=key)
    _, found = readable(request, supply.agreements(), placed.agreement_id)
    first = {"delivered_on": timezone.localdate()}
    form = forms.DeliveryForm(request.POST or None, request.FILES or None, order=placed, initial=first)

    def carry_out(said: dict[str, Any], act: Act) -> str:
        operations.record_delivery(
            call_off=placed, note=said["note"], delivered_on=said["delivered_on"], lines=form.accepted(),
            files=said["evidence"], act=act,
        )  # fmt: skip
        return telling.agreement_address(found.pk)

    title = both("登记送货验收", "Record a delivery")
    return carried_out(request, form, carry_out, both("已登记。", "Recorded."), _about(found, title))


@require_http_methods(READ_AND_WRITE)
def give_back(request: HttpRequest, key: int) -> HttpResponse:
    """Note that goods of a delivery go back."""
    delivery = get_object_or_404(Delivery, pk=key)
    _, found = readable(request, supply.agreements(), delivery.agreement_id)
    form = forms.ReturnForm(request.POST or None, delivery=delivery, initial={"on": timezone.localdate()})

    def carry_out(said: dict[str, Any], act: Act) -> str:
        operations.open_return(
            line=said["line"], quantity=said["quantity"], reason=said["reason"], on=said["on"], act=act
        )
        return telling.agreement_address(found.pk)

    title = both("登记退货", "Note a return")
    done = both(
        "已登记；了结以前这张送货单不能结算。", "Noted: the delivery is not settled until it has ended."
    )
    return carried_out(request, form, carry_out, done, _about(found, title))


@require_http_methods(READ_AND_WRITE)
def end_return(request: HttpRequest, key: int) -> HttpResponse:
    """Say how a return ended."""
    back = get_object_or_404(GoodsReturn.objects.select_related("delivery__agreement"), pk=key)
    _, found = readable(request, supply.agreements(), back.delivery.agreement_id)
    form = forms.OutcomeForm(request.POST or None, initial={"on": timezone.localdate()})

    def carry_out(said: dict[str, Any], act: Act) -> str:
        operations.close_return(goods_return=back, outcome=said["outcome"], on=said["on"], act=act)
        return telling.agreement_address(found.pk)

    title = both("登记退货结果", "How the return ended")
    return carried_out(request, form, carry_out, both("已登记。", "Noted."), _about(found, title))


@require_http_methods(READ_AND_WRITE)
def settle(request: HttpRequest, key: int) -> HttpResponse:
    """Settle deliveries by one invoice."""
    _, found = readable(request, supply.agreements(), key)
    waiting = found.deliveries.filter(settlement__isnull=True).order_by("delivered_on", "pk")
    form = forms.SettlementForm(
        request.POST or None,
        request.FILES or None,
        deliveries=waiting,
        initial={"paid_on": timezone.localdate()},
    )

    def carry_out(said: dict[str, Any], act: Act) -> str:
        operations.settle(
            agreement=found,
            number=said["number"],
            deliveries=list(said["deliveries"]),
            act=act,
            **form.paid(),
        )
        return telling.agreement_address(key)

    done = both("已结算并提交核验。", "Settled, and submitted for review.")
    return carried_out(request, form, carry_out, done, _about(found, both("结算", "Settle")))


@require_safe
def export_agreements(request: HttpRequest, form: str) -> HttpResponseBase:
    """Return the list of agreements as a file, narrowed as the page is."""
    account, text, found = _asked(request)
    origin = origin_of(
        request, reverse("consumption:agreements"), not_figures(both("框架协议", "Agreements")),
        taken_by=account.display_name, narrowed_to=(text,),
    )  # fmt: skip
    return list_file(
        str(both("框架协议", "agreements")),
        form,
        exports.AGREEMENT_HEADINGS,
        exports.agreement_rows(found),
        origin,
    )
