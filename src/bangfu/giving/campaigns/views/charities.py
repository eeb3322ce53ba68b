"""Charities behind campaigns: listed, with a file, and one by one with its funds, numbers of receipts and statements."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from bangfu.foundation.money.models import Fund
from bangfu.foundation.operations import allows
from bangfu.foundation.people.models import Account
from bangfu.foundation.records.gate import sort_asked, sort_columns
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.lists import Cell, in_batches, list_file, not_figures, origin_of
from bangfu.giving.campaigns import queries
from bangfu.giving.campaigns.models import Charity
from bangfu.giving.campaigns.views.gate import ROWS_A_PAGE, may, readable, reader, sections

SORTS = {"name": "name_zh", "code": "code", "qualified": "qualified_until", "unit": "unit__path"}
COLUMNS: tuple[tuple[str | None, Words, bool], ...] = (
    ("name", both("名称", "Name"), False), ("code", both("统一社会信用代码", "Credit code"), False),
    ("qualified", both("公开募捐资格", "Qualification"), False), ("unit", both("记账单位", "Books"), False),
)  # fmt: skip


def _listed(request: HttpRequest, account: Account) -> tuple[QuerySet[Charity], dict[str, Any]]:
    found = queries.charities_seen_by(account, timezone.localdate())
    text = request.GET.get("q", "").strip()[:60]
    if text:
        found = found.filter(
            Q(name_zh__icontains=text) | Q(name_en__icontains=text) | Q(code__istartswith=text)
        )
    sort, descending = sort_asked(request, SORTS, "name")
    asked = {"text": text, "sort": sort, "descending": descending}
    return found.order_by(f"{'-' if descending else ''}{SORTS[sort]}", "pk"), asked


@require_safe
def charities(request: HttpRequest) -> HttpResponse:
    """List the charities behind campaigns, narrowed, sorted and paged."""
    account, today = reader(request), timezone.localdate()
    found, asked = _listed(request, account)
    page = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "sections": sections("charities"), "page": page, **asked, "may_enter": may(account, "enter_charity"),
        "columns": sort_columns(COLUMNS, asked["sort"], descending=asked["descending"]),
        "rows": [{"it": one, "is_qualified": one.is_qualified(today)} for one in page],
    }  # fmt: skip
    return render(request, "campaigns/charities.html", context)


@require_safe
def charities_file(request: HttpRequest, form: str) -> HttpResponseBase:
    """Send the whole narrowed list of charities as a file that says where it comes from."""
    account = reader(request)
    found, asked = _listed(request, account)
    cells: Iterator[list[Cell]] = (
        [
            one.name,
            one.code,
            f"{one.qualification} {one.qualified_on} – {one.qualified_until or ''}",
            one.unit.name,
        ]
        for batch in in_batches(found)
        for one in batch
    )
    origin = origin_of(
        request, reverse("campaigns:charities"), not_figures(both("慈善组织", "Charities")),
        taken_by=account.display_name, narrowed_to=[asked["text"]],
    )  # fmt: skip
    return list_file("charities", form, tuple(title for _, title, _ in COLUMNS), cells, origin)


@require_safe
def charity(request: HttpRequest, key: int) -> HttpResponse:
    """Show one charity: its qualification, campaigns, funds, numbers of receipts, statements of its bank."""
    account, one = readable(request, Charity.objects.select_related("unit"), key)
    today = timezone.localdate()
    context = {
        "charity": one, "campaigns": one.campaigns.order_by("-starts_on"), "series": one.series.order_by("pk"),
        "files": one.bank_files.order_by("-pk")[:20], "may_series": may(account, "enter_series", one.scope),
        "may_read": may(account, "read_bank", one.scope), "is_qualified": one.is_qualified(today),
        "funds": Fund.objects.filter(unit=one.unit_id).order_by("code"),
        "may_open": allows(account, "money.open_fund", one.scope, today),
        "may_read_books": allows(account, "money.view", one.scope, today),
        "this_year": today.year, "last_year": today.year - 1,
    }  # fmt: skip
    return render(request, "campaigns/charity.html", context)
