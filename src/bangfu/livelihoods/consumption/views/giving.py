"""Welfare schemes: what managers see of them, by unit and never by person, and the page on which staff choose."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from bangfu.foundation.operations import Act, granted_units
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.records import doors_of, evidence_of
from bangfu.foundation.records.gate import in_order
from bangfu.foundation.rooms import both, record_type
from bangfu.foundation.rooms.lists import list_file, not_figures, origin_of
from bangfu.livelihoods.amounts import yuan
from bangfu.livelihoods.consumption import exports, operations, supply, telling
from bangfu.livelihoods.consumption import supply_forms as forms
from bangfu.livelihoods.consumption.models import Choice, Platform, Sale, Scheme
from bangfu.livelihoods.consumption.operations.giving import chooser_of
from bangfu.livelihoods.consumption.register import VIEW
from bangfu.livelihoods.consumption.views.gate import (
    ROWS_A_PAGE,
    carried_out,
    may,
    readable,
    reader,
    sections,
    units_for,
)

READ_AND_WRITE = ["GET", "HEAD", "POST"]
SCHEME_SORTS = {"code": "code", "title": "title", "unit": "unit__path", "opens": "opens_on"}


def _asked(request: HttpRequest) -> tuple[Account, str, QuerySet[Scheme]]:
    account, text = reader(request), request.GET.get("q", "").strip()[:60]
    found = supply.schemes_read(account, timezone.localdate())
    if text:
        found = found.filter(Q(title__icontains=text) | Q(code__istartswith=text))
    return account, text, in_order(request, found, SCHEME_SORTS, "-opens_on", "code")


@require_safe
def schemes(request: HttpRequest) -> HttpResponse:
    """List welfare schemes, and those from which the reader may choose; staff who read nothing else here see the latter alone."""
    account, today = reader_of(request), timezone.localdate()
    open_to_me = list(supply.schemes_open(account, today))
    if not granted_units(account, VIEW, today) and supply.staff_unit(account, today) is not None:
        return render(request, "consumption/choosing.html", {"open_to_me": open_to_me})
    account, text, found = _asked(request)
    page = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "sections": sections("schemes"),
        "page": page,
        "rows": list(page),
        "text": text,
        "open_to_me": open_to_me,
        "may_open": may(account, "open_scheme"),
    }
    return render(request, "consumption/schemes.html", context)


@require_safe
def export_schemes(request: HttpRequest, form: str) -> HttpResponseBase:
    """Send the list of welfare schemes as a file; nothing in it says who chose or what."""
    account, text, found = _asked(request)
    origin = origin_of(
        request, reverse("consumption:schemes"), not_figures(both("职工福利", "Welfare schemes")),
        taken_by=account.display_name, narrowed_to=(text,),
    )  # fmt: skip
    name = str(both("职工福利", "schemes"))
    return list_file(name, form, exports.SCHEME_HEADINGS, exports.scheme_rows(found), origin)


@require_safe
def scheme(request: HttpRequest, key: int) -> HttpResponse:
    """Show one scheme to whoever manages it: by unit, small ones withheld; nobody who chose, and nothing per head."""
    account, found = readable(request, Scheme.objects.select_related("unit"), key)
    today = timezone.localdate()
    chosen = supply.chosen_by_unit(found, today)
    total = supply.total_chosen(found, today)
    context = {
        "scheme": found,
        "offered": [
            {"title": one.good.title, "yuan": yuan(one.price_fen)}
            for one in found.offered.select_related("good").order_by("pk")
        ],
        "chosen": [{"unit": one.unit, "people": one.people, "yuan": yuan(one.fen)} for one in chosen],
        "total": yuan(total[1]) if total else "",
        "people": total[0] if total and found.paid_on is None else None,
        "sales": Sale.objects.filter(
            Q(platform=Platform.WELFARE, order_no=found.code), withdrawn_at__isnull=True
        ).select_related("good"),
        "fewest": supply.FEWEST_SHOWN,
        "evidence": evidence_of(found),
        "doors": doors_of(record_type("consumption.scheme"), found.pk, account, today),
        "may_settle": found.paid_on is None
        and found.closes_on <= today
        and may(account, "settle_scheme", found.scope),
    }
    return render(request, "consumption/scheme.html", context)


@require_http_methods(READ_AND_WRITE)
def open_scheme(request: HttpRequest) -> HttpResponse:
    """Open a welfare scheme."""
    form = forms.SchemeForm(
        request.POST or None, request.FILES or None, units=units_for(request, "open_scheme")
    )

    def carry_out(said: dict[str, Any], act: Act) -> str:
        found = operations.open_scheme(
            details=form.details(), products=[(good, price) for good, _, price in form.goods()], unit=said["unit"],
            files=said["evidence"], act=act,
        )  # fmt: skip
        return telling.scheme_address(found.pk)

    context = {"title": both("发布职工福利", "Open a welfare scheme"), "back": reverse("consumption:schemes")}
    return carried_out(request, form, carry_out, both("已发布。", "Opened."), context)


@require_http_methods(READ_AND_WRITE)
def choose(request: HttpRequest, key: int) -> HttpResponse:
    """Choose for oneself from a scheme; nobody else sees it."""
    account = reader_of(request)
    found = get_object_or_404(supply.schemes_open(account, timezone.localdate()), pk=key)
    before = Choice.objects.filter(scheme=found, chooser=chooser_of(found, account))
    first = {f"packs_{one.offered_id}": one.quantity for one in before}
    form = forms.ChoiceForm(request.POST or None, scheme=found, initial=first)

    def carry_out(said: dict[str, Any], act: Act) -> str:
        operations.choose(account=account, scheme=found, packs=form.packs(), act=act)
        return reverse("consumption:choose", args=[key])

    note = both(
        "您可选 {yuan} 元，到 {last} 为止都可以改，也可以不选。谁选了、选了什么，单位看不到。",
        "You may choose for {yuan} yuan and change it until the end of {last}, or not choose. Nobody in your unit sees who chose,"
        " or what.",
    ).filled(yuan=yuan(found.allowance_fen), last=found.last_day.isoformat())
    context = {
        "title": both("保存我的选择", "Save what I chose"),
        "heading": found.title,
        "warning": note,
        "back": reverse("consumption:schemes"),
    }
    done = both(
        "已保存。最后一天以前要改，再打开这一页。",
        "Saved. To change it until the last day, open this page again.",
    )
    return carried_out(request, form, carry_out, done, context, template="consumption/choose.html")


@require_http_methods(READ_AND_WRITE)
def settle(request: HttpRequest, key: int) -> HttpResponse:
    """Settle a scheme by one invoice."""
    _, found = readable(request, Scheme.objects.select_related("unit"), key)
    form = forms.SchemeSettlementForm(
        request.POST or None, request.FILES or None, initial={"paid_on": timezone.localdate()}
    )

    def carry_out(said: dict[str, Any], act: Act) -> str:
        operations.settle_scheme(scheme=found, act=act, **form.paid())
        return telling.scheme_address(key)

    context = {"title": both("结算", "Settle"), "about": found.title, "back": telling.scheme_address(key)}
    return carried_out(
        request, form, carry_out, both("已结算并提交核验。", "Settled, and submitted for review."), context
    )
