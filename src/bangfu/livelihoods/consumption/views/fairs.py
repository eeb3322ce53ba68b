"""Product fairs: the list, one with what was sold at it, and the forms from the fair to a receipt."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from bangfu.foundation.operations import Act
from bangfu.foundation.people.models import Account
from bangfu.foundation.places.queries import place_labels
from bangfu.foundation.records import entered, life_of, life_shown, reason_words, review_of, withdrawn
from bangfu.foundation.records.forms import WithdrawalForm
from bangfu.foundation.records.gate import in_order
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.lists import list_file, not_figures, origin_of
from bangfu.livelihoods.amounts import yuan
from bangfu.livelihoods.consumption import exports, fair_forms, operations, telling
from bangfu.livelihoods.consumption import fairs as queries
from bangfu.livelihoods.consumption.forms import unit_alone
from bangfu.livelihoods.consumption.models import Stall
from bangfu.livelihoods.consumption.views.gate import (
    LOOKS,
    ROWS_A_PAGE,
    carried_out,
    may,
    readable,
    reader,
    sections,
    units_for,
)
from bangfu.livelihoods.reviewed import STATE_WORDS
from bangfu.livelihoods.shop.neighbours import LABEL_WORDS

READ_AND_WRITE = ["GET", "HEAD", "POST"]
FAIR_SORTS = {
    "code": "code", "title": "title", "unit": "unit__path", "place": "place_id", "starts": "starts_on", "kept": "kept_fen",
}  # fmt: skip
ENTERED = both("登记", "Entered")


def _asked(request: HttpRequest) -> tuple[Account, str, Any]:
    account, text = reader(request), request.GET.get("q", "").strip()[:60]
    found = queries.fairs_read(account, timezone.localdate())
    if text:
        found = found.filter(Q(title__icontains=text) | Q(code__istartswith=text) | Q(venue__icontains=text))
    return account, text, in_order(request, found, FAIR_SORTS, "-starts_on", "-pk")


@require_safe
def fairs(request: HttpRequest) -> HttpResponse:
    """List fairs with what was sold at each."""
    account, text, found = _asked(request)
    page = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    labels = place_labels({one.place_id for one in page}, short=True)
    context = {
        "sections": sections("fairs"),
        "page": page,
        "rows": [
            {
                "fair": one,
                "place": labels[one.place_id],
                "kept": yuan(one.kept_fen),
                "state": STATE_WORDS.get(one.state, ""),
                "look": LOOKS.get(one.state, "draft"),
            }
            for one in page
        ],
        "text": text,
        "may_enter": may(account, "enter_fair"),
        "may_import": may(account, "import_receipts"),
    }
    return render(request, "consumption/fairs.html", context)


def _sales(fair: Any, **narrowed: Any) -> str:
    return f"{reverse('consumption:sales')}?{urlencode({'fair': fair.pk, **narrowed})}"


@require_safe
def fair(request: HttpRequest, key: int) -> HttpResponse:
    """Show one fair: what was sold at it by label, by stall and by county, each opening its sales."""
    account, found = readable(request, queries.fairs(), key)
    by_stall, by_county = queries.sold_by(found, county=False), queries.sold_by(found, county=True)
    stalls = list(found.stalls.prefetch_related("exhibits__good").order_by("code"))
    origins = place_labels({*(one.place_id for one in stalls), *by_county}, short=True)
    sums = list(by_stall.values())
    is_living = found.withdrawn_at is None
    first = entered(found.entered_at, found.entered_by, sheet=None, by_hand=ENTERED)
    life = life_of(found, first, *withdrawn(found))
    context = {
        "fair": found,
        "place": place_labels({found.place_id})[found.place_id],
        "state": STATE_WORDS.get(found.state, ""),
        "look": LOOKS.get(found.state, "draft"),
        "review": review_of(found),
        "is_withdrawn": not is_living,
        "reason": reason_words(found.withdrawal_reason) if not is_living else "",
        "sums": [
            (both("支付", "Paid"), yuan(sum(one.paid_fen for one in sums)), _sales(found)),
            (
                both("退款后净额", "Kept after refunds"),
                yuan(sum(one.kept_fen for one in sums)),
                _sales(found),
            ),
            (LABEL_WORDS["BOUGHT"], yuan(sum(one.bought_fen for one in sums)), _sales(found, label="BOUGHT")),
            (LABEL_WORDS["HELPED"], yuan(sum(one.helped_fen for one in sums)), _sales(found, label="HELPED")),
        ],
        "stalls": [
            {
                "stall": one,
                "county": origins[one.place_id],
                "products": [exhibit.good.title for exhibit in one.exhibits.all()],
                "sold": _row(by_stall[one.pk]) if one.pk in by_stall else None,
                "address": _sales(found, stall=one.pk),
            }
            for one in stalls
        ],
        "counties": [
            {"name": origins[place], "sold": _row(one), "address": _sales(found, place=place)}
            for place, one in sorted(by_county.items(), key=lambda pair: -pair[1].kept_fen)
        ],
        "figure": f"/f/shop.fairs/?period={found.starts_on}" if found.confirmed_at else "",
        **{
            f"may_{name}": is_living and may(account, name, found.scope)
            for name in ("add_stall", "sell_at_fair", "withdraw_fair", "import_receipts")
        },
        "waits": found.state == "SUBMITTED",
        **life_shown(found, life, reader=account, on=timezone.localdate()),
    }
    return render(request, "consumption/fair.html", context)


def _row(sold: queries.Sold) -> dict[str, Any]:
    return {
        "receipts": sold.receipts,
        "kept": yuan(sold.kept_fen),
        "bought": yuan(sold.bought_fen),
        "helped": yuan(sold.helped_fen),
    }


@require_http_methods(READ_AND_WRITE)
def enter(request: HttpRequest) -> HttpResponse:
    """Enter a fair."""
    units = units_for(request, "enter_fair")
    form = fair_forms.FairForm(
        request.POST or None, request.FILES or None, units=units, offers=reverse("consumption:places"),
        initial=unit_alone(units),
    )  # fmt: skip

    def carry_out(said: dict[str, Any], act: Act) -> str:
        found = operations.enter_fair(
            details=form.details(), unit=said["unit"], files=said["evidence"], act=act
        )
        return telling.fair_address(found.pk)

    context = {"title": both("登记展销会", "Enter a fair"), "back": reverse("consumption:fairs")}
    done = both(
        "已登记并提交核验；现在可以登记展位。", "Entered, and submitted for review; now enter the stalls."
    )
    return carried_out(request, form, carry_out, done, context)


def _about(found: Any, title: Words, **more: Any) -> dict[str, Any]:
    return {"title": title, "about": found.title, "back": telling.fair_address(found.pk), **more}


@require_http_methods(READ_AND_WRITE)
def add_stall(request: HttpRequest, key: int) -> HttpResponse:
    """Enter a stall of a fair with its products."""
    _, found = readable(request, queries.fairs(), key)
    form = fair_forms.StallForm(request.POST or None, offers=reverse("consumption:places"))

    def carry_out(said: dict[str, Any], act: Act) -> str:
        operations.add_stall(fair=found, details=form.details(), act=act)
        return telling.fair_address(key)

    done = both("展位已登记。", "The stall is entered.")
    return carried_out(request, form, carry_out, done, _about(found, both("登记展位", "Enter a stall")))


@require_http_methods(READ_AND_WRITE)
def sell(request: HttpRequest, key: int) -> HttpResponse:
    """Enter a receipt of a stall, and come back for the next one."""
    stall = get_object_or_404(Stall.objects.select_related("fair"), pk=key)
    _, found = readable(request, queries.fairs(), stall.fair_id)
    today = timezone.localdate()
    first = {
        "sold_on": request.GET.get("on") or max(found.starts_on, min(today, found.last_day)),
        "payer": request.GET.get("payer", "PUBLIC"),
    }
    form = fair_forms.ReceiptForm(
        request.POST or None, request.FILES or None, stall=stall, initial=first
    )  # fmt: skip

    def carry_out(said: dict[str, Any], act: Act) -> str:
        operations.sell_at_fair(
            stall=stall, receipt=said["receipt"], payer=said["payer"], sold_on=said["sold_on"],
            lines=form.lines(), files=said["evidence"], apart=said["apart"], act=act,
        )  # fmt: skip
        return f"{reverse('consumption:sell', args=[key])}?{urlencode({'on': said['sold_on'], 'payer': said['payer']})}"

    done = both(
        "已登记并提交核验。可以接着登记下一张。",
        "Entered, and submitted for review. The next one may follow.",
    )
    about = _about(found, both("登记收据", "Enter a receipt"))
    heading = both("{stall} {name}", "{stall} {name}").filled(stall=stall.code, name=stall.exhibitor_name)
    return carried_out(request, form, carry_out, done, {**about, "heading": heading})


@require_http_methods(READ_AND_WRITE)
def withdraw(request: HttpRequest, key: int) -> HttpResponse:
    """Withdraw a fair at which no sale stands."""
    _, found = readable(request, queries.fairs(), key)
    form = WithdrawalForm(request.POST or None)

    def carry_out(said: dict[str, Any], act: Act) -> str:
        operations.withdraw_fair(fair=found, reason=said["reason"], remark=said["remark"], act=act)
        return telling.fair_address(key)

    warning = both(
        "撤回后这场展销会不再计数，已计入的事实被冲正。其上的销售须先撤回。",
        "It counts no more, and the fact that counted it is reversed. Sales at it are withdrawn first.",
    )
    context = _about(found, both("撤回展销会", "Withdraw the fair"), warning=warning, is_reversal=True)
    return carried_out(request, form, carry_out, both("已撤回。", "Withdrawn."), context)


@require_safe
def export_fairs(request: HttpRequest, form: str) -> HttpResponseBase:
    """Return the list of fairs as a file, narrowed as the page is."""
    account, text, found = _asked(request)
    origin = origin_of(
        request, reverse("consumption:fairs"), not_figures(both("展销会", "Fairs")),
        taken_by=account.display_name, narrowed_to=(text,),
    )  # fmt: skip
    return list_file(
        str(both("展销会", "fairs")), form, exports.FAIR_HEADINGS, exports.fair_rows(found), origin
    )
