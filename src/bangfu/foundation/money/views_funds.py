"""Pages of funds: what each holds, a fund's statement over a period, and the legs behind each line."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_safe

from bangfu.foundation.money import listing, queries, statements
from bangfu.foundation.money.amounts import grouped, written
from bangfu.foundation.money.models import ASSET_WORDS, BookAccount, Fund, Leg
from bangfu.foundation.money.views import GATE, VIEW, sections
from bangfu.foundation.operations import NotPermitted, allows, granted_units
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.records.gate import in_order
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.lists import Cell, list_file, not_figures, origin_of
from bangfu.foundation.rooms.picking import unit_said

LEGS_A_PAGE = FUNDS_A_PAGE = 100
SORTS = {
    "code": "code",
    "title": "title_zh",
    "unit": "unit__path",
    "held": "held_fen",
    "points": "held_points",
}
SHOWS: dict[str, tuple[Words, Q]] = {
    "restricted": (both("限定", "restricted"), Q(is_restricted=True)),
    "open": (both("未关闭", "open"), Q(ends_on=None)),
    "closed": (both("已关闭", "closed"), Q(ends_on__isnull=False)),
}
STATEMENT: tuple[Words, ...] = (
    both("项目", "Section"),
    both("科目", "Account"),
    both("名称", "Title"),
    both("金额", "Amount"),
    both("计量", "Measured in"),
)
LEGS: tuple[Words, ...] = (
    both("日期", "Date"),
    both("分录", "Entry"),
    both("来源", "Source"),
    both("科目", "Account"),
    both("借", "Debit"),
    both("贷", "Credit"),
    both("计量", "Measured in"),
)
WITHIN = (statements.RECEIVED, statements.PAID, statements.COST, statements.OTHER)
"""Sections whose lines are sums of the period alone; the others are sums of all that came before, too."""


def _fund(request: HttpRequest, key: int) -> Fund:
    found = get_object_or_404(Fund.objects.select_related("unit"), pk=key)
    if not allows(reader_of(request), VIEW, found.unit.scope, timezone.localdate()):
        raise NotPermitted("out_of_scope", permission=VIEW)
    return found


def _day(said: str, otherwise: date) -> date:
    try:
        return parse_date(said) or otherwise
    except ValueError:
        return otherwise


def _period(request: HttpRequest) -> tuple[date, date]:
    today = timezone.localdate()
    first = _day(request.GET.get("from", ""), today.replace(month=1, day=1))
    return first, max(first, _day(request.GET.get("until", ""), today))


def _asset(request: HttpRequest) -> str:
    said = request.GET.get("asset", "CNY")
    return said if said in ASSET_WORDS else "CNY"


def _statement(request: HttpRequest, key: int) -> statements.Statement:
    first, last = _period(request)
    return statements.statement_of(_fund(request, key), first=first, last=last, asset=_asset(request))


def _legs_address(found: statements.Statement, line: statements.Line) -> str:
    said: dict[str, str] = {"asset": found.asset, "until": found.last.isoformat()}
    if line.section == statements.OPENING:
        said["until"] = (found.first - timedelta(days=1)).isoformat()
    if line.section in WITHIN:
        said["from"] = found.first.isoformat()
    if line.account is not None:
        said["account"] = str(line.account.pk)
    return f"{reverse('money:fund_legs', args=[found.fund.pk])}?{urlencode(said)}"


def _row(found: statements.Statement, line: statements.Line) -> dict[str, Any]:
    return {
        "line": line, "words": line.words, "amount": grouped(line.amount_minor, found.asset),
        "address": _legs_address(found, line),
        "is_sum": line.section in (statements.OPENING, statements.CLOSING),
    }  # fmt: skip


def _listed(request: HttpRequest) -> tuple[QuerySet[Fund], dict[str, Any]]:
    """Return the funds that are asked for, in order, and what is asked.

    Raises: NotPermitted: somebody without the permission anywhere.
    """
    account = GATE.reader(request)
    found = queries.funds_of(granted_units(account, VIEW, timezone.localdate()))
    units = list(Unit.objects.filter(pk__in=found.order_by().values("unit")).order_by("path"))
    show = request.GET.get("show", "")
    asked: dict[str, Any] = {
        "text": request.GET.get("q", "").strip()[:60], "unit": unit_said(request.GET.get("unit", ""), units), "units": units,
        "show": show if show in SHOWS else "",
    }  # fmt: skip
    for word in asked["text"].split():
        said = Q(code__icontains=word) | Q(title_zh__icontains=word) | Q(title_en__icontains=word)
        found = found.filter(said | Q(purpose__icontains=word))
    if asked["unit"]:
        found = found.filter(unit=asked["unit"])
    if asked["show"]:
        found = found.filter(SHOWS[asked["show"]][1])
    asked["is_narrowed"] = any(asked[name] for name in ("text", "unit", "show"))
    return in_order(request, found, SORTS, "code"), asked


@require_safe
def funds(request: HttpRequest) -> HttpResponse:
    """List the funds of the reader's units with what each holds, narrowed, sorted and paged."""
    found, asked = _listed(request)
    page = Paginator(found, FUNDS_A_PAGE).get_page(request.GET.get("page"))
    rows = [
        {
            "fund": one,
            "held": grouped(one.held_fen, "CNY"),  # type: ignore[attr-defined]
            "points": grouped(one.held_points, "POINT"),  # type: ignore[attr-defined]
        }
        for one in page
    ]
    context = {
        **asked, "page": page, "rows": rows, "sections": sections("funds"),
        "shows": [(name, words) for name, (words, _) in SHOWS.items()],
    }  # fmt: skip
    return render(request, "money/funds.html", context)


@require_safe
def funds_file(request: HttpRequest, form: str) -> HttpResponseBase:
    """Send the narrowed funds as a file that says where it comes from."""
    found, asked = _listed(request)
    narrowed = [
        asked["text"], asked["unit"].name if asked["unit"] else "", str(SHOWS[asked["show"]][0]) if asked["show"] else "",
    ]  # fmt: skip
    origin = origin_of(
        request, reverse("money:funds"), not_figures(both("基金", "Funds")),
        taken_by=reader_of(request).display_name, narrowed_to=narrowed,
    )  # fmt: skip
    return list_file("funds", form, listing.FUNDS, listing.fund_cells(found), origin)


@require_safe
def fund(request: HttpRequest, key: int) -> HttpResponse:
    """Show a fund's statement over a period; each figure opens to the entries behind it."""
    found = _statement(request, key)
    sections = [
        {
            "words": words, "rows": [_row(found, one) for one in found.of(section)],
            "total": grouped(found.total(section), found.asset),
            "is_sum": section in (statements.OPENING, statements.CLOSING),
        }
        for section, words in statements.SECTION_WORDS.items()
        if found.of(section)
    ]  # fmt: skip
    context = {
        "statement": found, "fund": found.fund, "sections": sections, "asset": ASSET_WORDS[found.asset],
        "assets": ASSET_WORDS.items(),
        "query": urlencode({"from": found.first, "until": found.last, "asset": found.asset}),
    }  # fmt: skip
    return render(request, "money/fund.html", context)


def _statement_cells(found: statements.Statement) -> Iterator[list[Cell]]:
    for one in found.lines:
        account = one.account
        yield [
            str(one.words), account.code if account else "", account.title if account else "",
            Decimal(written(one.amount_minor, found.asset)), str(ASSET_WORDS[found.asset]),
        ]  # fmt: skip


def _narrowed(found: Fund, first: date | None, last: date) -> list[str]:
    begins = both("自 {on}", "from {on}").filled(on=first) if first else ""
    return [str(one) for one in (found.title, begins, both("截至 {on}", "as of {on}").filled(on=last)) if one]


@require_safe
def fund_file(request: HttpRequest, key: int, form: str) -> HttpResponseBase:
    """Send a fund's statement as a file that says where it comes from."""
    found = _statement(request, key)
    origin = origin_of(
        request, reverse("money:fund", args=[key]), not_figures(both("基金收支表", "Statement of a fund")),
        taken_by=reader_of(request).display_name, narrowed_to=_narrowed(found.fund, found.first, found.last),
    )  # fmt: skip
    return list_file(f"fund-{found.fund.code}", form, STATEMENT, _statement_cells(found), origin)


def _legs(
    request: HttpRequest, key: int
) -> tuple[Fund, BookAccount | None, QuerySet[Leg], date | None, date]:
    found, said = _fund(request, key), request.GET.get("account", "")
    account = None
    if said:
        account = BookAccount.objects.filter(unit=found.unit, pk=int(said) if said.isdecimal() else 0).first()
        if account is None:
            raise Http404
    first = _day(request.GET.get("from", ""), date.min)
    last = _day(request.GET.get("until", ""), timezone.localdate())
    begins = None if first == date.min else first
    rows = statements.legs_behind(found, account=account, first=begins, last=last, asset=_asset(request))
    return found, account, rows, begins, last


@require_safe
def fund_legs(request: HttpRequest, key: int) -> HttpResponse:
    """Show the legs behind a line of a fund's statement, and what they come to."""
    found, account, rows, first, last = _legs(request, key)
    asset = _asset(request)
    total = int(rows.aggregate(total=Sum("amount_minor", default=0))["total"])
    page = Paginator(rows, LEGS_A_PAGE).get_page(request.GET.get("page"))
    shown = [
        {
            "leg": leg, "debit": grouped(leg.amount_minor, asset) if leg.amount_minor > 0 else "",
            "credit": grouped(-leg.amount_minor, asset) if leg.amount_minor < 0 else "",
        }
        for leg in page
    ]  # fmt: skip
    context = {
        "fund": found, "account": account, "rows": shown, "page": page, "first": first, "last": last,
        "asset": ASSET_WORDS[asset], "total": grouped(abs(total), asset), "is_credit": total < 0,
        "query": urlencode({name: value for name, value in request.GET.items() if name != "page"}),
    }  # fmt: skip
    return render(request, "money/fund_legs.html", context)


def _legs_cells(rows: QuerySet[Leg], asset: str) -> Iterator[list[Cell]]:
    for leg in rows.iterator(chunk_size=2000):
        amount = Decimal(written(abs(leg.amount_minor), asset))
        yield [
            leg.entry.happened_on.isoformat(), Decimal(leg.entry_id), leg.entry.source_id, leg.account.code,
            amount if leg.amount_minor > 0 else "", amount if leg.amount_minor < 0 else "", str(ASSET_WORDS[asset]),
        ]  # fmt: skip


@require_safe
def fund_legs_file(request: HttpRequest, key: int, form: str) -> HttpResponseBase:
    """Send the legs behind a line of a fund's statement as a file that says where it comes from."""
    found, _, rows, first, last = _legs(request, key)
    origin = origin_of(
        request, reverse("money:fund_legs", args=[key]), not_figures(both("基金分录", "Entries of a fund")),
        taken_by=reader_of(request).display_name, narrowed_to=_narrowed(found, first, last),
    )  # fmt: skip
    return list_file(f"fund-entries-{found.code}", form, LEGS, _legs_cells(rows, _asset(request)), origin)
