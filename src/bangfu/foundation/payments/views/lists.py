"""Merchant accounts and statements: lists that are narrowed, sorted and paged, and the same as files."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_safe

from bangfu.foundation.operations import granted_units
from bangfu.foundation.payments.models import (
    OWNER_WORDS,
    PROVIDER_WORDS,
    MerchantAccount,
    Outcome,
    Statement,
)
from bangfu.foundation.payments.queries import merchants_seen_by, statements_seen_by
from bangfu.foundation.payments.secrets import missing
from bangfu.foundation.payments.views.reading import ROWS_A_PAGE, reader, sections
from bangfu.foundation.people.models import Account
from bangfu.foundation.records.gate import in_order
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.lists import Cell, list_file, not_figures, origin_of

MERCHANTS: tuple[Words, ...] = (
    both("账户", "Account"), both("代码", "Code"), both("渠道", "Provider"), both("钱归谁", "Whose the money is"),
    both("负责单位", "Unit"), both("状态", "State"),
)  # fmt: skip
STATEMENTS: tuple[Words, ...] = (
    both("账单", "Statement"), both("收款账户", "Merchant account"), both("首日", "First day"), both("行数", "Lines"),
    both("不一致", "Not matched"),
)  # fmt: skip
MERCHANT_SORTS = {
    "title": "title", "code": "code", "provider": "provider", "owner": "owner_title", "unit": "unit__path",
    "state": "closed_at",
}  # fmt: skip
STATEMENT_SORTS = {
    "name": "file_name", "merchant": "merchant__title", "first": "starts_on", "lines": "line_count", "wrong": "wrong",
}  # fmt: skip
CLOSED, OPEN = both("已停用", "closed"), both("在用", "in use")


def _words(request: HttpRequest) -> str:
    return request.GET.get("q", "").strip()[:60]


def _merchants(request: HttpRequest, account: Account) -> tuple[QuerySet[MerchantAccount], dict[str, Any]]:
    """Return the merchant accounts that are asked for, in order, and what is asked."""
    provider, show = request.GET.get("provider", ""), request.GET.get("show", "")
    asked = {
        "text": _words(request), "provider": provider if provider in PROVIDER_WORDS else "",
        "show": show if show in ("open", "closed") else "",
    }  # fmt: skip
    found = merchants_seen_by(account, timezone.localdate())
    for word in asked["text"].split():
        named = Q(title__icontains=word) | Q(code__icontains=word) | Q(owner_title__icontains=word)
        found = found.filter(named | Q(unit__name_zh__icontains=word) | Q(unit__name_en__icontains=word))
    if asked["provider"]:
        found = found.filter(provider=asked["provider"])
    if asked["show"]:
        found = found.filter(closed_at__isnull=asked["show"] == "open")
    return in_order(request, found, MERCHANT_SORTS, "closed_at", "code"), asked


@require_safe
def merchants(request: HttpRequest) -> HttpResponse:
    """List the merchant accounts that the reader may see."""
    account = reader(request)
    found, asked = _merchants(request, account)
    page = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    rows = [
        {
            "it": one,
            "provider": PROVIDER_WORDS[one.provider],
            "owner": OWNER_WORDS[one.owner_kind],
            "lacks": missing(one) if one.closed_at is None else [],
        }
        for one in page
    ]
    context = {
        **asked,
        "is_narrowed": any(asked.values()),
        "providers": PROVIDER_WORDS.items(),
        "sections": sections("merchants"),
        "page": page,
        "rows": rows,
        "may_open": bool(granted_units(account, "payments.open_merchant_account", timezone.localdate())),
    }
    return render(request, "payments/merchants.html", context)


@require_safe
def merchants_file(request: HttpRequest, form: str) -> HttpResponseBase:
    """Send the narrowed merchant accounts as a file that says where it comes from."""
    account = reader(request)
    found, asked = _merchants(request, account)
    cells: Iterator[list[Cell]] = (
        [
            one.title, one.code, str(PROVIDER_WORDS[one.provider]), f"{OWNER_WORDS[one.owner_kind]} · {one.owner_title}",
            one.unit.name, str(CLOSED if one.closed_at else OPEN),
        ]
        for one in found
    )  # fmt: skip
    narrowed = [
        asked["text"], PROVIDER_WORDS[asked["provider"]] if asked["provider"] else "",
        {"open": OPEN, "closed": CLOSED}.get(asked["show"], ""),
    ]  # fmt: skip
    what = not_figures(both("收款账户", "Merchant accounts"))
    origin = origin_of(
        request, reverse("payments:merchants"), what, taken_by=account.display_name, narrowed_to=narrowed
    )
    return list_file("merchants", form, MERCHANTS, cells, origin)


def _statements(request: HttpRequest, account: Account) -> tuple[QuerySet[Statement], dict[str, Any]]:
    """Return the statements that are asked for, in order, with ``wrong`` lines, and what is asked."""
    asked: dict[str, Any] = {"text": _words(request), "show": request.GET.get("show", "") == "wrong"}
    for name in ("since", "until"):
        try:
            asked[name] = parse_date(request.GET.get(name, ""))
        except ValueError:
            asked[name] = None
    found = statements_seen_by(account, timezone.localdate()).annotate(
        wrong=Count("lines", filter=~Q(lines__outcome=Outcome.MATCHED))
    )
    for word in asked["text"].split():
        found = found.filter(
            Q(file_name__icontains=word) | Q(merchant__title__icontains=word) | Q(merchant__code=word)
        )
    if asked["since"]:
        found = found.filter(starts_on__gte=asked["since"])
    if asked["until"]:
        found = found.filter(starts_on__lte=asked["until"])
    if asked["show"]:
        found = found.filter(wrong__gt=0)
    return in_order(request, found, STATEMENT_SORTS, "-starts_on", "-pk"), asked


@require_safe
def statements(request: HttpRequest) -> HttpResponse:
    """List the statements that were read, with what did not match."""
    account = reader(request)
    found, asked = _statements(request, account)
    page = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        **asked,
        "is_narrowed": any(asked.values()),
        "sections": sections("statements"),
        "page": page,
    }
    return render(request, "payments/statements.html", context)


@require_safe
def statements_file(request: HttpRequest, form: str) -> HttpResponseBase:
    """Send the narrowed statements as a file that says where it comes from."""
    account = reader(request)
    found, asked = _statements(request, account)
    cells: Iterator[list[Cell]] = (
        [
            one.file_name, one.merchant.title, str(one.starts_on), Decimal(one.line_count),
            Decimal(one.wrong),  # type: ignore[attr-defined]
        ]
        for one in found
    )  # fmt: skip
    narrowed = [
        asked["text"], both("有不一致", "not all matched") if asked["show"] else "",
        f"≥ {asked['since']}" if asked["since"] else "", f"≤ {asked['until']}" if asked["until"] else "",
    ]  # fmt: skip
    what = not_figures(both("渠道账单", "Statements"))
    origin = origin_of(
        request, reverse("payments:statements"), what, taken_by=account.display_name, narrowed_to=narrowed
    )
    return list_file("statements", form, STATEMENTS, cells, origin)
