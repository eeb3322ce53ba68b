"""Pages of money: a unit's books on a day, one account's register and one entry."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_safe

from bangfu.foundation.money import listing, queries
from bangfu.foundation.money.amounts import grouped
from bangfu.foundation.money.models import ASSET_WORDS, KIND_WORDS, BookAccount, Entry
from bangfu.foundation.money.operations import REASON_WORDS
from bangfu.foundation.operations import NotPermitted, allows, granted_units
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.records.gate import Gate, record_opens
from bangfu.foundation.rooms import Words, both, record_type
from bangfu.foundation.rooms.lists import list_file, not_figures, origin_of
from bangfu.foundation.rooms.picking import unit_said

VIEW = "money.view"
GATE = Gate("money", VIEW)
TITLES: dict[str, Words] = {
    "books": both("余额", "Balances"), "vouchers": both("凭证", "Vouchers"), "accounts": both("科目", "Accounts"),
    "funds": both("基金", "Funds"),
}  # fmt: skip
LEGS_A_PAGE = 100


@dataclass(frozen=True)
class BalanceRow:
    """One line of a trial balance as it is shown."""

    balance: queries.Balance
    kind: Words
    amount: str
    asset: Words


def sections(here: str) -> list[dict[str, Any]]:
    """Return the parts of the room, of which one is shown."""
    return GATE.sections(TITLES, here)


def may_write(account: Account) -> dict[str, bool]:
    """Return what of the books the account may write somewhere, as the pages' buttons ask."""
    return {
        "may_enter": GATE.may(account, "enter_voucher"), "may_open": GATE.may(account, "open_book_account"),
    }  # fmt: skip


def _readable_units(request: HttpRequest) -> list[Unit]:
    account = reader_of(request)
    units = granted_units(account, VIEW, timezone.localdate())
    if not units:
        raise NotPermitted("out_of_scope", permission=VIEW)
    return list(queries.units_with_books().filter(pk__in=units))


def _day(request: HttpRequest) -> date:
    try:
        return parse_date(request.GET.get("until", "")) or timezone.localdate()
    except ValueError:
        return timezone.localdate()


def _chosen(request: HttpRequest, units: list[Unit]) -> Unit | None:
    return unit_said(request.GET.get("unit", ""), units) or (units[0] if units else None)


def _rows(unit: Unit, until: date) -> list[BalanceRow]:
    return [
        BalanceRow(
            balance=one,
            kind=KIND_WORDS[one.account.kind],
            amount=grouped(one.shown_minor, one.account.asset),
            asset=ASSET_WORDS[one.account.asset],
        )
        for one in queries.trial_balance(unit, until=until)
    ]


@require_safe
def books(request: HttpRequest) -> HttpResponse:
    """Show a unit's trial balance at the end of a day."""
    units, until = _readable_units(request), _day(request)
    unit = _chosen(request, units)
    rows = _rows(unit, until) if unit else []
    sums: dict[str, int] = {}
    for row in rows:
        asset = row.balance.account.asset
        sums[asset] = sums.get(asset, 0) + row.balance.amount_minor
    context = {
        "units": units,
        "unit": unit,
        "until": until,
        "rows": rows,
        "balanced": not any(sums.values()),
        "query": f"unit={unit.code}&until={until.isoformat()}" if unit else "",
        "sections": sections("books"),
        **may_write(reader_of(request)),
    }
    return render(request, "money/books.html", context)


@require_safe
def balance_file(request: HttpRequest, form: str) -> HttpResponseBase:
    """Send the trial balance as a file that says where it comes from."""
    units, until = _readable_units(request), _day(request)
    unit = _chosen(request, units)
    origin = origin_of(
        request,
        reverse("money:books"),
        not_figures(both("余额", "Balances")),
        taken_by=reader_of(request).display_name,
        narrowed_to=[unit.name if unit else "", both("截至 {on}", "as of {on}").filled(on=until)],
    )
    cells = listing.balance_cells(unit, until=until) if unit else []
    name = f"balance-{unit.code if unit else 'none'}-{until.isoformat()}"
    return list_file(name, form, listing.BALANCE, cells, origin)


@require_safe
def account(request: HttpRequest, key: int) -> HttpResponse:
    """Show the register of one account: each leg with what stood in the account after it."""
    found = get_object_or_404(BookAccount.objects.select_related("unit"), pk=key)
    _require_view(request, found.unit)
    page = Paginator(queries.register_of(found), LEGS_A_PAGE).get_page(request.GET.get("page"))
    sign = 1 if found.kind in queries.DEBIT_KINDS else -1
    rows = [
        {
            "leg": leg,
            "debit": grouped(leg.amount_minor, leg.asset) if leg.amount_minor > 0 else "",
            "credit": grouped(-leg.amount_minor, leg.asset) if leg.amount_minor < 0 else "",
            "running": grouped(sign * int(leg.running), leg.asset),  # type: ignore[attr-defined]
        }
        for leg in page
    ]
    context = {"account": found, "kind": KIND_WORDS[found.kind], "asset": ASSET_WORDS[found.asset]}
    return render(request, "money/account.html", {**context, "page": page, "rows": rows})


@require_safe
def register_file(request: HttpRequest, key: int, form: str) -> HttpResponseBase:
    """Send the register of one account as a file that says where it comes from."""
    found = get_object_or_404(BookAccount.objects.select_related("unit"), pk=key)
    _require_view(request, found.unit)
    origin = origin_of(
        request,
        reverse("money:account", args=[found.pk]),
        not_figures(both("明细账", "Register")),
        taken_by=reader_of(request).display_name,
        narrowed_to=[found.unit.name, found.code, found.title],
    )
    return list_file("register", form, listing.REGISTER, listing.register_cells(found), origin)


@require_safe
def entry(request: HttpRequest, key: int) -> HttpResponse:
    """Show one entry with its legs, the record that moved it and what reverses it."""
    found = get_object_or_404(
        Entry.objects.select_related("unit", "entered_by__person", "reverses", "voucher"), pk=key
    )
    _require_view(request, found.unit)
    legs = [
        {
            "leg": leg,
            "debit": grouped(leg.amount_minor, leg.asset) if leg.amount_minor > 0 else "",
            "credit": grouped(-leg.amount_minor, leg.asset) if leg.amount_minor < 0 else "",
            "asset": ASSET_WORDS[leg.asset],
        }
        for leg in found.legs.select_related("account", "fund").order_by("id")
    ]
    record = None
    if found.subject_type is not None and found.subject_id is not None:
        kind = record_type(found.subject_type)
        summary = kind.summaries([found.subject_id]).get(found.subject_id)
        record = {
            "title": summary.title if summary else kind.title,
            "address": kind.address(found.subject_id),
            "opens": record_opens(reader_of(request), kind, found.subject_id),
        }
    reversal = found.reversals.first()
    is_voucher = found.source_system == queries.VOUCHERS
    may_reverse = is_voucher and reversal is None and found.reverses_id is None
    context = {
        "entry": found, "legs": legs, "record": record, "reversal": reversal, "is_voucher": is_voucher,
        "reason": REASON_WORDS.get(found.reason or "", found.reason),
        "may_reverse": may_reverse and GATE.may(reader_of(request), "reverse_voucher", found.scope),
    }  # fmt: skip
    return render(request, "money/entry.html", context)


def _require_view(request: HttpRequest, unit: Unit) -> None:
    if not allows(reader_of(request), VIEW, unit.scope, timezone.localdate()):
        raise NotPermitted("out_of_scope", permission=VIEW)
