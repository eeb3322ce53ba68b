"""What of the price reaches growers: over a year by supplier, with what is left out and why, and of one order."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from bangfu.foundation.operations import NotPermitted, granted_units
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import both
from bangfu.foundation.rooms.lists import list_file, not_figures, origin_of
from bangfu.livelihoods.figures import figure_address
from bangfu.livelihoods.shop.neighbours import orders, units_read
from bangfu.livelihoods.suppliers import exports, queries
from bangfu.livelihoods.suppliers.models import Supplier
from bangfu.livelihoods.suppliers.register import VIEW
from bangfu.livelihoods.suppliers.sharing import BINS, Bin, bins, share_of_order
from bangfu.livelihoods.suppliers.sides import reads_whole_scopes, suppliers_read
from bangfu.livelihoods.suppliers.telling import yuan
from bangfu.livelihoods.suppliers.views.gate import reader, sections

FIRST_YEAR = 2015


def _year_asked(request: HttpRequest, account: Account) -> int:
    """Return the year that is asked for; else the last one in which something was ordered of the reader's units."""
    text, now = request.GET.get("year", ""), timezone.localdate().year
    if text.isascii() and text.isdigit() and FIRST_YEAR <= int(text) <= now:
        return int(text)
    on = timezone.localdate()
    units = units_read(account, on) or granted_units(account, VIEW, on)
    last = orders().filter(unit__in=units).order_by().aggregate(at=Max("placed_at"))["at"]
    return timezone.localtime(last).year if last is not None else now


def _found(account: Account, year: int) -> list[Bin]:
    """Return what stands in each bin of orders placed in a year that the reader may see.

    Raises: NotPermitted: the reader sees one supplier alone, to whom the prices of others are nobody's business.
    """
    on = timezone.localdate()
    if not reads_whole_scopes(account, on):
        raise NotPermitted("out_of_scope", permission=VIEW)
    known = set(suppliers_read(account, on).values_list("pk", flat=True))
    units, starts_on, ends_on = units_read(account, on), date(year, 1, 1), date(year + 1, 1, 1)
    if not units:  # whose grant names a place reads the suppliers of that place, whoever sold for them
        granted = granted_units(account, VIEW, on)
        return bins(units=granted, suppliers=known, starts_on=starts_on, ends_on=ends_on)
    rows = bins(units=units, starts_on=starts_on, ends_on=ends_on)
    return [one for one in rows if one.supplier is None or one.supplier in known]


def _share(growers: int, kept: int) -> str:
    """Return percent with one decimal, rounded down; empty where nothing is kept."""
    return f"{growers * 1000 // kept / 10:.1f}%" if kept > 0 else ""


def _bin_rows(found: Iterable[Bin]) -> list[dict[str, Any]]:
    sums: dict[str, list[int]] = {name: [0, 0] for name in BINS}
    for one in found:
        sums[one.bin][0] += one.lines
        sums[one.bin][1] += one.kept_fen
    return [
        {"bin": name, "words": BINS[name], "lines": lines, "kept": yuan(kept), "kept_fen": kept}
        for name, (lines, kept) in sums.items()
    ]


@require_safe
def share(request: HttpRequest) -> HttpResponse:
    """Show what of the price reached growers in a year, by supplier, and what stands in none of it and why."""
    account = reader(request)
    year = _year_asked(request, account)
    found = _found(account, year)
    names = {
        one.pk: one for one in Supplier.objects.filter(pk__in={one.supplier for one in found if one.supplier})
    }
    counted = [one for one in found if one.bin == "COUNTED"]
    kept, growers = sum(one.kept_fen for one in counted), sum(one.grower_fen for one in counted)
    by_supplier = []
    for key, one in sorted(names.items(), key=lambda pair: pair[1].name_zh):
        own = [row for row in found if row.supplier == key]
        settled = [row for row in own if row.bin == "COUNTED"]
        paid, reached = sum(row.kept_fen for row in settled), sum(row.grower_fen for row in settled)
        by_supplier.append(
            {
                "supplier": one, "all": yuan(sum(row.kept_fen for row in own)), "kept": yuan(paid), "growers": yuan(reached),
                "floor": yuan(sum(row.floor_fen for row in settled)), "share": _share(reached, paid),
            }
        )  # fmt: skip
    context = {
        "sections": sections("share", account),
        "year": year,
        "figure": figure_address(account, "suppliers.grower_share", timezone.localdate(), period=str(year)),
        "years": range(timezone.localdate().year, FIRST_YEAR - 1, -1),
        "kept": yuan(kept),
        "growers": yuan(growers),
        "share": _share(growers, kept),
        "bins": _bin_rows(found),
        "lines": sum(one.lines for one in found),
        "total": yuan(sum(one.kept_fen for one in found)),
        "rows": by_supplier,
    }
    return render(request, "suppliers/share.html", context)


@require_safe
def export_share(request: HttpRequest, form: str) -> HttpResponseBase:
    """Return the bins of a year by supplier as a file."""
    account = reader(request)
    year = _year_asked(request, account)
    found = _found(account, year)
    names = {
        one.pk: one.title
        for one in Supplier.objects.filter(pk__in={one.supplier for one in found if one.supplier})
    }
    headings = (
        both("供应商", "Supplier"), both("在哪里", "Where it stands"), both("订单行", "Order lines"),
        both("退款后净额（元）", "Kept (yuan)"), both("保底归农户（元）", "Promised to growers (yuan)"),
        both("农户收到（元）", "Paid to growers (yuan)"),
    )  # fmt: skip
    rows = (
        [
            names.get(one.supplier or 0, ""), str(BINS[one.bin]), str(one.lines), exports.yuan(one.kept_fen),
            exports.yuan(one.floor_fen), exports.yuan(one.grower_fen) if one.bin == "COUNTED" else "",
        ]
        for one in sorted(found, key=lambda one: (names.get(one.supplier or 0, ""), list(BINS).index(one.bin)))
    )  # fmt: skip
    origin = origin_of(
        request, reverse("suppliers:share"), not_figures(both("到手比例", "Share of growers")),
        taken_by=account.display_name, narrowed_to=(year,),
    )  # fmt: skip
    return list_file(str(both("到手比例", "share")), form, headings, rows, origin)


@require_safe
def order_share(request: HttpRequest, key: int) -> HttpResponse:
    """Show what of one order's price is promised to growers and what they were paid."""
    account, on = reader(request), timezone.localdate()
    found = get_object_or_404(orders(), pk=key)
    share = share_of_order(key)
    readable = suppliers_read(account, on).filter(pk__in=share.suppliers)
    if not reads_whole_scopes(account, on) or not readable.exists():
        raise NotPermitted("out_of_scope", permission=VIEW)
    context = {
        "sections": sections("share", account),
        "order": found,
        "may_open": found.unit_id in units_read(account, on),
        "share": share,
        "kept": yuan(share.kept_fen),
        "promised": yuan(share.promised_fen),
        "growers": "" if share.grower_fen is None else yuan(share.grower_fen),
        "left_out": yuan(share.left_out_fen),
        "suppliers": readable,
        "statements": queries.statements().filter(pk__in=share.statements, supplier__in=readable),
    }
    return render(request, "suppliers/order_share.html", context)
