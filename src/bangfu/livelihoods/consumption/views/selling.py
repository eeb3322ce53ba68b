"""What is read of sales: the list, one sale with what was paid and refunded, one entry; refunds and withdrawals."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from bangfu.foundation.operations import Act
from bangfu.foundation.places.queries import place_labels
from bangfu.foundation.records import (
    doors_of,
    entered,
    life_of,
    life_shown,
    reason_words,
    review_of,
    withdrawn,
)
from bangfu.foundation.records.forms import WithdrawalForm
from bangfu.foundation.records.gate import sort_columns
from bangfu.foundation.rooms import Words, both, record_type
from bangfu.foundation.rooms.lists import list_file, not_figures, origin_of
from bangfu.livelihoods.amounts import yuan
from bangfu.livelihoods.consumption import exports, operations, queries, telling
from bangfu.livelihoods.consumption.forms import RefundForm
from bangfu.livelihoods.consumption.models import ENTRY_KIND_WORDS, PLATFORM_WORDS, Fair, Stall
from bangfu.livelihoods.consumption.views.gate import (
    LOOKS,
    ROWS_A_PAGE,
    carried_out,
    may,
    readable,
    readable_sale,
    reader,
    sections,
)
from bangfu.livelihoods.reviewed import STATE_WORDS
from bangfu.livelihoods.shop.neighbours import LABEL_WORDS

READ_AND_WRITE = ["GET", "HEAD", "POST"]
SHOWS: dict[str, Words] = {
    "unpaid": both("未支付", "Not paid"),
    "refunded": both("有退款", "With refunds"),
    "waiting": both("待核验", "Waiting for review"),
    "withdrawn": both("已撤回", "Withdrawn"),
}
COLUMNS: tuple[tuple[str | None, Words, bool], ...] = (
    ("order", both("订单号", "Order"), False),
    (None, both("平台", "Platform"), False),
    (None, both("商品", "Product"), False),
    ("place", both("产地县", "County"), False),
    ("unit", both("单位", "Unit"), False),
    (None, both("计入", "Counts as"), False),
    ("ordered", both("下单", "Ordered"), False),
    ("paid", both("支付（元）", "Paid (yuan)"), True),
    ("refunded", both("退款（元）", "Refunded (yuan)"), True),
)
"""Sort, title, and whether numbers stand in it."""
ENTERED = both("登记", "Entered")


def _key(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def asked_for(request: HttpRequest) -> queries.SaleFilter:
    """Return what the query string narrows the list to; what cannot be read is left out."""
    names = ("q", "platform", "label", "show", "year", "place", "fair", "stall", "sort")
    said = {name: request.GET.get(name, "").strip() for name in names}
    sort, year, place = said["sort"].lstrip("-"), said["year"], said["place"]
    return queries.SaleFilter(
        text=said["q"][:60],
        platform=said["platform"] if said["platform"] in PLATFORM_WORDS else "",
        label=said["label"] if said["label"] in LABEL_WORDS else "",
        show=said["show"] if said["show"] in SHOWS else "",
        year=int(year) if year.isascii() and year.isdigit() and 2009 <= int(year) <= 2999 else None,
        place=int(place) if place.isascii() and place.isdigit() and len(place) == 12 else None,
        fair=_key(said["fair"]),
        stall=_key(said["stall"]),
        sort=sort if sort in queries.SORTS else "ordered",
        descending=said["sort"].startswith("-") or not said["sort"],
    )


@require_safe
def sales(request: HttpRequest) -> HttpResponse:
    """List the sales that the reader may see, narrowed, sorted and paged, with what they came to."""
    account = reader(request)
    asked = asked_for(request)
    found = asked.apply(queries.sales_read(account, timezone.localdate()))
    page = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    sums = queries.totals(found)
    context = {
        "sections": sections("sales"),
        "page": page,
        "rows": rows_of(page),
        "asked": asked,
        "is_narrowed": asked != queries.SaleFilter(sort=asked.sort, descending=asked.descending),
        "within": place_labels([asked.place]).get(asked.place, "") if asked.place else "",
        "at": _at(asked),
        "platforms": PLATFORM_WORDS.items(),
        "labels": LABEL_WORDS.items(),
        "shows": SHOWS.items(),
        "columns": sort_columns(COLUMNS, asked.sort, descending=asked.descending),
        "sums": [
            (both("支付", "Paid"), yuan(sums.paid_fen)),
            (both("退款后净额", "Kept after refunds"), yuan(sums.kept_fen)),
            (both("其中购买", "Of which bought"), yuan(sums.bought_fen)),
            (both("其中帮助销售", "Of which helped to sell"), yuan(sums.helped_fen)),
        ],
        "imports": [
            (code, PLATFORM_WORDS[platform])
            for code, platform in (("jd", "JD"), ("taobao", "TAOBAO"), ("p832", "P832"))
            if may(account, f"import_{code}")
        ],
    }
    return render(request, "consumption/sales.html", context)


def _at(asked: queries.SaleFilter) -> str:
    """Return the fair, or the stall, to which the list is narrowed, as people call it; empty: to none."""
    if asked.stall is not None:
        stall = Stall.objects.filter(pk=asked.stall).select_related("fair").first()
        return f"{stall.fair.title} {stall.code}" if stall else str(asked.stall)
    if asked.fair is not None:
        fair = Fair.objects.filter(pk=asked.fair).first()
        return fair.title if fair else str(asked.fair)
    return ""


def rows_of(found: Any) -> list[dict[str, Any]]:
    """Return what a list shows of sales."""
    listed = list(found)
    labels = place_labels({one.place_id for one in listed}, short=True)
    return [
        {
            "sale": one,
            "platform": PLATFORM_WORDS[one.platform],
            "place": labels[one.place_id],
            "label": LABEL_WORDS[one.label],
            "paid": yuan(one.paid_fen) if one.paid_fen is not None else "",
            "refunded": yuan(one.refunded_fen) if one.refunded_fen else "",
        }
        for one in listed
    ]


@require_safe
def sale(request: HttpRequest, key: int) -> HttpResponse:
    """Show one sale: what it is, what was paid and refunded of it, and what may be done next."""
    account, found = readable_sale(request, key)
    entries: list[Any] = list(queries.entries().filter(sale=found).order_by("happened_on", "pk"))
    labels = place_labels({found.place_id, *([found.bound_for_id] if found.bound_for_id else [])})
    is_living = found.withdrawn_at is None
    left = (found.paid_fen or 0) - (found.refunded_fen or 0)
    context = {
        **rows_of([found])[0],
        "said": telling.sale_rows(found, labels[found.place_id]),
        "bound_for": labels.get(found.bound_for_id, "") if found.bound_for_id else "",
        "entries": [entry_row(one) for one in entries],
        "kept": yuan(left),
        "doors": doors_of(record_type("consumption.sale"), found.pk, account, timezone.localdate()),
        "is_withdrawn": not is_living,
        "reason": reason_words(entries[0].withdrawal_reason) if entries and not is_living else "",
        "remark": entries[0].withdrawal_remark if entries and not is_living else "",
        "may_refund": is_living and left > 0 and may(account, "refund_sale", found.scope),
        "may_withdraw": is_living and not found.waiting and may(account, "withdraw_sale", found.scope),
    }
    return render(request, "consumption/sale.html", context)


def entry_row(one: Any) -> dict[str, Any]:
    """Return what a list shows of a payment or refund."""
    return {
        "entry": one,
        "kind": ENTRY_KIND_WORDS[one.kind],
        "yuan": yuan(one.amount_fen),
        "state": STATE_WORDS.get(one.state, ""),
        "look": LOOKS.get(one.state, "draft"),
    }


@require_safe
def entry(request: HttpRequest, key: int) -> HttpResponse:
    """Show one payment or refund: its evidence, history and facts."""
    account, found = readable(request, queries.entries(), key)
    sheet = found.upload.name if found.upload else None
    first = entered(found.entered_at, found.entered_by, sheet=sheet, by_hand=ENTERED)
    context = {
        **entry_row(found),
        "sale": found.sale,
        "place": place_labels([found.sale.place_id])[found.sale.place_id],
        "review": review_of(found),
        "is_returned": found.state == "RETURNED",
        "is_withdrawn": found.state == "WITHDRAWN",
        "reason": reason_words(found.withdrawal_reason),
        **life_shown(
            found, life_of(found, first, *withdrawn(found)), reader=account, on=timezone.localdate()
        ),
    }
    return render(request, "consumption/entry.html", context)


def of_sale(found: Any, title: Words, **more: Any) -> dict[str, Any]:
    """Return what a form about a sale shows around itself."""
    return {"title": title, "sale": found, "back": telling.sale_address(found.pk), **more}


@require_http_methods(READ_AND_WRITE)
def refund(request: HttpRequest, key: int) -> HttpResponse:
    """Enter money that went back for a sale."""
    _, found = readable_sale(request, key)
    form = RefundForm(request.POST or None, request.FILES or None, initial={"on": timezone.localdate()})

    def carry_out(said: dict[str, Any], act: Act) -> str:
        operations.refund_sale(
            sale=found, amount_fen=int(said["amount_yuan"] * 100), on=said["on"], document=said["document"],
            files=said["evidence"], act=act,
        )  # fmt: skip
        return telling.sale_address(key)

    done = both("已登记并提交核验。", "Entered, and submitted for review.")
    return carried_out(request, form, carry_out, done, of_sale(found, both("登记退款", "Enter a refund")))


@require_http_methods(READ_AND_WRITE)
def withdraw(request: HttpRequest, key: int) -> HttpResponse:
    """Withdraw a sale with its payment and refunds."""
    _, found = readable_sale(request, key)
    form = WithdrawalForm(request.POST or None)

    def carry_out(said: dict[str, Any], act: Act) -> str:
        operations.withdraw_sale(sale=found, reason=said["reason"], remark=said["remark"], act=act)
        return telling.sale_address(key)

    warning = both(
        "撤回后这笔销售的支付和退款都不再计数，已计入的事实被冲正；同一订单行可以重新导入。",
        "Its payment and refunds count no more, and the facts that counted them are reversed; the line may be brought anew.",
    )
    context = of_sale(found, both("撤回销售", "Withdraw the sale"), warning=warning, is_reversal=True)
    return carried_out(request, form, carry_out, both("已撤回。", "Withdrawn."), context)


@require_safe
def export_sales(request: HttpRequest, form: str) -> HttpResponseBase:
    """Return the list of sales as a file, narrowed as the page is."""
    account = reader(request)
    asked = asked_for(request)
    found = asked.apply(queries.sales_read(account, timezone.localdate()))
    narrowed = (
        asked.text, PLATFORM_WORDS.get(asked.platform, ""), LABEL_WORDS.get(asked.label, ""), SHOWS.get(asked.show, ""),
        asked.year or "", place_labels([asked.place]).get(asked.place, "") if asked.place else "",
        _at(asked),
    )  # fmt: skip
    origin = origin_of(
        request, reverse("consumption:sales"), not_figures(both("店外销售", "Sales outside the shop")),
        taken_by=account.display_name, narrowed_to=narrowed,
    )  # fmt: skip
    return list_file(
        str(both("店外销售", "sales")), form, exports.SALE_HEADINGS, exports.sale_rows(found), origin
    )
