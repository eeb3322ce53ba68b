"""Lists of what comes after a sale: requests to give back, invoices, reviews; narrowed, sorted by column, and as files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from bangfu.foundation.people.models import Account
from bangfu.foundation.records.gate import in_order
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.lists import in_batches, list_file, not_figures, origin_of
from bangfu.livelihoods.shop import queries
from bangfu.livelihoods.shop.models import (
    INVOICE_TO_WORDS,
    OPEN_RETURNS,
    REFUND_REASON_WORDS,
    RETURN_STATE_WORDS,
    REVIEW_STATE_WORDS,
    InvoiceRequest,
    ReturnState,
    ReviewState,
)
from bangfu.livelihoods.shop.views.after import RETURN_LOOKS, REVIEW_LOOKS
from bangfu.livelihoods.shop.views.gate import ROWS_A_PAGE, reader, sections

STATE = both("状态", "State")
OPEN = both("未处理完", "Open")


@dataclass(frozen=True)
class _Column:
    """A column of a list and of its file."""

    title: Words
    sort: str = ""
    """How the address calls a sorting by it; empty: it sorts nothing."""
    field: str = ""
    """The way from a row to what it is sorted by."""
    is_number: bool = False


@dataclass(frozen=True)
class _List:
    """One of the lists: what is listed, by what it is narrowed, and what its file says."""

    name: str
    title: Words
    rows: Callable[[], QuerySet[Any]]
    unit: str
    """The way from a row to its unit."""
    order: str
    """The way from a row to its order's key."""
    product: str
    """The way from a row to its product; empty where there is none."""
    states: Mapping[str, Words]
    in_state: Callable[[QuerySet[Any], str], QuerySet[Any]]
    columns: tuple[_Column, ...]
    came: str
    """The field that says when it came; the latest stand first."""
    cells: Callable[[Any], list[str]]
    """What the file says of a row, in the order of the columns; nobody is named."""
    look: Callable[[Any], tuple[Words, str]]
    """The state of a row in words, and how it looks."""


def _minute(at: Any) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else ""


def _returns_in(found: QuerySet[Any], state: str) -> QuerySet[Any]:
    return found.filter(state__in=OPEN_RETURNS) if state == "open" else found.filter(state=state)


def _invoices_in(found: QuerySet[Any], state: str) -> QuerySet[Any]:
    return found.filter(number="") if state == "open" else found.exclude(number="")


def _reviews_in(found: QuerySet[Any], state: str) -> QuerySet[Any]:
    return found.filter(state=state)


def _return_cells(one: Any) -> list[str]:
    variant = one.line.offer.stock.variant
    return [
        one.line.order.number, str(variant.product.name), str(variant.spec), str(one.quantity),
        str(REFUND_REASON_WORDS[one.reason]), _minute(one.asked_at), str(RETURN_STATE_WORDS[one.state]), one.waybill,
        _minute(one.decided_at),
    ]  # fmt: skip


def _invoice_cells(one: InvoiceRequest) -> list[str]:
    return [
        one.order.number, str(INVOICE_TO_WORDS[one.made_out_to]), one.title, one.tax_number, _minute(one.asked_at),
        one.number, one.issued_on.isoformat() if one.issued_on else "",
        f"{one.amount_fen / 100:.2f}" if one.amount_fen else "",
    ]  # fmt: skip


def _review_cells(one: Any) -> list[str]:
    return [
        one.line.order.number, str(one.line.offer.stock.variant.product.name), str(one.stars), one.words,
        _minute(one.written_at), str(REVIEW_STATE_WORDS[one.state]), one.reason, one.answer,
    ]  # fmt: skip


def _invoice_look(one: InvoiceRequest) -> tuple[Words, str]:
    return (both("已开", "Issued"), "verified") if one.number else (both("待开", "To issue"), "draft")


OF_A_LINE = "line__offer__stock__variant"
ORDER = both("订单", "Order")
PRODUCT = _Column(both("商品", "Product"), "product", f"{OF_A_LINE}__product__name_zh")
RETURNS = _List(
    "returns", both("退货退款", "Returns"), queries.returns, "line__order__unit", "line__order",
    f"{OF_A_LINE}__product", {"open": OPEN, **RETURN_STATE_WORDS}, _returns_in,
    (
        _Column(ORDER, "order", "line__order"), PRODUCT, _Column(both("规格", "Pack"), "pack", f"{OF_A_LINE}__code"),
        _Column(both("件数", "Packs"), "packs", "quantity", is_number=True), _Column(both("原因", "Why"), "reason", "reason"),
        _Column(both("申请时间", "Asked"), "asked", "asked_at"), _Column(STATE, "state", "state"),
        _Column(both("退货运单", "Waybill"), "waybill", "waybill"), _Column(both("处理时间", "Decided"), "decided", "decided_at"),
    ),
    "asked_at", _return_cells, lambda one: (RETURN_STATE_WORDS[one.state], RETURN_LOOKS[ReturnState(one.state)]),
)  # fmt: skip
INVOICES = _List(
    "invoices", both("发票", "Invoices"), queries.invoices, "order__unit", "order", "",
    {"open": both("待开", "To issue"), "issued": both("已开", "Issued")}, _invoices_in,
    (
        _Column(ORDER, "order", "order"), _Column(both("开给", "For"), "for", "made_out_to"),
        _Column(both("抬头", "Made out to"), "title", "title"), _Column(both("税号", "Tax number"), "tax", "tax_number"),
        _Column(both("申请时间", "Asked"), "asked", "asked_at"), _Column(both("发票号码", "Number"), "number", "number"),
        _Column(both("开票日期", "Issued on"), "issued", "issued_on"),
        _Column(both("金额（元）", "Amount (yuan)"), "amount", "amount_fen", is_number=True),
    ),
    "asked_at", _invoice_cells, _invoice_look,
)  # fmt: skip
REVIEWS = _List(
    "reviews", both("评价", "Reviews"), queries.reviews, "line__order__unit", "line__order",
    f"{OF_A_LINE}__product", REVIEW_STATE_WORDS, _reviews_in,
    (
        _Column(ORDER, "order", "line__order"), PRODUCT, _Column(both("星", "Stars"), "stars", "stars", is_number=True),
        _Column(both("评价", "Words")), _Column(both("时间", "Written"), "written", "written_at"),
        _Column(STATE, "state", "state"), _Column(both("不公开的原因", "Why not shown")), _Column(both("答复", "Answer")),
    ),
    "written_at", _review_cells, lambda one: (REVIEW_STATE_WORDS[one.state], REVIEW_LOOKS[ReviewState(one.state)]),
)  # fmt: skip


def _text(request: HttpRequest) -> str:
    return request.GET.get("q", "").strip()[:60]


def _found(one: _List, account: Account, request: HttpRequest) -> QuerySet[Any]:
    found = one.rows().filter(**{f"{one.unit}__in": queries.units_read(account, timezone.localdate())})
    state, text = request.GET.get("state", ""), _text(request)
    if state in one.states:
        found = one.in_state(found, state)
    if text:
        digits = text.upper().removeprefix("DD").lstrip("0")
        named = Q()
        if one.product:
            named |= Q(**{f"{one.product}__name_zh__contains": text}) | Q(
                **{f"{one.product}__name_en__icontains": text}
            )
        else:
            named |= Q(title__contains=text) | Q(number=text)
        if digits.isascii() and digits.isdigit() and len(digits) < 18:
            named |= Q(**{one.order: int(digits)})
        found = found.filter(named)
    sorts = {column.sort: column.field for column in one.columns if column.sort}
    return in_order(request, found, sorts, f"-{one.came}", "-pk")


def _listed(request: HttpRequest, one: _List) -> HttpResponse:
    account = reader(request)
    page = Paginator(_found(one, account, request), ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "sections": sections(one.name),
        "title": one.title,
        "name": one.name,
        "page": page,
        "rows": [
            {"one": row, "cells": list(zip(one.columns, one.cells(row), strict=True)), "look": one.look(row)}
            for row in page
        ],
        "columns": one.columns,
        "state_column": STATE,
        "states": one.states.items(),
        "state": request.GET.get("state", ""),
        "text": _text(request),
        "address": reverse(f"shop:{one.name}"),
        "csv": reverse(f"shop:{one.name}_csv"),
        "xlsx": reverse(f"shop:{one.name}_xlsx"),
    }
    return render(request, f"shop/{one.name}.html", context)


def _sent(request: HttpRequest, one: _List, form: str) -> HttpResponseBase:
    account = reader(request)
    origin = origin_of(
        request, reverse(f"shop:{one.name}"), not_figures(one.title), taken_by=account.username,
        narrowed_to=(_text(request), one.states.get(request.GET.get("state", ""), "")),
    )  # fmt: skip
    return list_file(
        one.name,
        form,
        [column.title for column in one.columns],
        _cells(one, _found(one, account, request)),
        origin,
    )


def _cells(one: _List, found: QuerySet[Any]) -> Iterator[list[str]]:
    for batch in in_batches(found):
        for row in batch:
            yield one.cells(row)


@require_safe
def returns(request: HttpRequest) -> HttpResponse:
    """List the requests to give back that the reader may see."""
    return _listed(request, RETURNS)


@require_safe
def export_returns(request: HttpRequest, form: str) -> HttpResponseBase:
    """Send the list of requests to give back as a file."""
    return _sent(request, RETURNS, form)


@require_safe
def invoices(request: HttpRequest) -> HttpResponse:
    """List the requests for invoices that the reader may see; persons are not named."""
    return _listed(request, INVOICES)


@require_safe
def export_invoices(request: HttpRequest, form: str) -> HttpResponseBase:
    """Send the list of requests for invoices as a file; persons are not named."""
    return _sent(request, INVOICES, form)


@require_safe
def reviews(request: HttpRequest) -> HttpResponse:
    """List the reviews that the reader may see."""
    return _listed(request, REVIEWS)


@require_safe
def export_reviews(request: HttpRequest, form: str) -> HttpResponseBase:
    """Send the list of reviews as a file."""
    return _sent(request, REVIEWS, form)
