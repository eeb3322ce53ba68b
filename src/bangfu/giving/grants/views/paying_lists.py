"""Lists of payments: batches, what came back, sheets of receipts, call-backs, follow-ups, funds; each with its file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.core.paginator import Paginator
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from bangfu.foundation.money.models import Fund
from bangfu.foundation.operations import granted_units
from bangfu.foundation.people.models import Account
from bangfu.foundation.places.queries import place_labels
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.forms import Keyed
from bangfu.foundation.rooms.lists import in_batches, list_file, not_figures, origin_of
from bangfu.giving.grants import paying_queries, queries
from bangfu.giving.grants.books import position
from bangfu.giving.grants.models import (
    BATCH_STATE_WORDS,
    FAILURE_WORDS,
    HEARD_WORDS,
    LAPSE_WORDS,
    Programme,
)
from bangfu.giving.grants.paying_telling import yuan
from bangfu.giving.grants.terms import term_words
from bangfu.giving.grants.views.gate import LOOKS, ROWS_A_PAGE, may, reader, sections
from bangfu.giving.grants.views.listing import Listing, Shown, heads


def _asked(request: HttpRequest, listing: Listing) -> dict[str, str]:
    show, programme = request.GET.get("show", request.GET.get("state", "")), request.GET.get("programme", "")
    receipt = request.GET.get("receipt", "")
    return {
        "q": request.GET.get("q", "").strip()[:60],
        "show": show if show in listing.shows else "",
        "programme": programme if programme.isascii() and programme.isdigit() else "",
        "receipt": receipt if receipt.isascii() and receipt.isdigit() else "",
    }


def _shown(request: HttpRequest, listing: Listing, more: dict[str, Any]) -> HttpResponse:
    account, asked = reader(request), _asked(request, listing)
    found = listing.sorted(listing.found(account, asked), request)
    page = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    rows = list(page)
    titles = [title for title, _ in listing.columns]
    numbers = [is_number for _, is_number in listing.columns]
    context = {
        "sections": sections(listing.name), "listing": listing, "page": page, "asked": asked,
        "is_narrowed": any(asked.values()), "shows": listing.shows.items(), "columns": heads(listing, request),
        "rows": [
            {"key": one.pk, "cells": list(zip(titles, numbers, cells, strict=True))}
            for one, cells in zip(rows, listing.cells(rows), strict=True)
        ],
        "programmes": queries.programmes_seen_by(account, timezone.localdate()).order_by("-opens_on"),
        "address": reverse(f"grants:{listing.name}"), "xlsx": reverse(f"grants:{listing.name}_file", args=["xlsx"]),
        "csv": reverse(f"grants:{listing.name}_file", args=["csv"]), "keyed": Keyed(), **more,
    }  # fmt: skip
    return render(request, "grants/paying_list.html", context, status=409 if more.get("refusal") else 200)


def file_of(request: HttpRequest, listing: Listing, form: str) -> HttpResponseBase:
    """Return a list as a file, narrowed as its page is."""
    account, asked = reader(request), _asked(request, listing)
    said = [
        asked["q"], listing.shows.get(asked["show"], ""),
        Programme.objects.filter(pk=asked["programme"] or 0).values_list("name_zh", flat=True).first() or "",
    ]  # fmt: skip
    origin = origin_of(
        request, reverse(f"grants:{listing.name}"), not_figures(listing.title), taken_by=account.display_name,
        narrowed_to=said,
    )  # fmt: skip
    rows = (
        [one.text if one.cell is None else one.cell for one in cells]
        for batch in in_batches(listing.sorted(listing.found(account, asked), request))
        for cells in listing.cells(batch)
    )
    return list_file(str(listing.title), form, [title for title, _ in listing.columns], rows, origin)


def _money(fen: int) -> Shown:
    return Shown(yuan(fen), cell=Decimal(fen).scaleb(-2))


def _count(number: int) -> Shown:
    return Shown(f"{number:,}", cell=Decimal(number))


def _day(day: Any) -> Shown:
    return Shown(day.isoformat() if day else "—", cell=day.isoformat() if day else "")


def _narrowed(rows: QuerySet[Any], asked: dict[str, str], path: str, *texts: str) -> QuerySet[Any]:
    if asked["programme"]:
        rows = rows.filter(**{path: int(asked["programme"])})
    if asked["q"]:
        wanted = Q()
        for name in texts:
            wanted |= Q(**{f"{name}__icontains": asked["q"]})
        rows = rows.filter(wanted)
    return rows


def _batches(account: Account, asked: dict[str, str]) -> QuerySet[Any]:
    rows = paying_queries.batches_seen_by(account, timezone.localdate())
    if asked["show"]:
        rows = rows.filter(state=asked["show"])
    return _narrowed(rows, asked, "programme", "number", "programme__name_zh").order_by("-pk")


def _batch_cells(rows: list[Any]) -> Iterator[list[Shown]]:
    for one in rows:
        yield [
            Shown(one.number, reverse("grants:batch", args=[one.pk])), Shown(one.programme.name), _count(one.payment_count),
            _money(one.amount_fen), Shown(f"{timezone.localtime(one.made_at):%Y-%m-%d}"),
            Shown(str(one.state_words), look=LOOKS.get(one.state, "submitted")),
        ]  # fmt: skip


BATCHES = Listing(
    "batches", both("发放批次", "Batches"),
    ((both("批次", "Batch"), False), (both("项目", "Programme"), False), (both("笔数", "Payments"), True),
     (both("金额（元）", "Sum (yuan)"), True), (both("制作", "Made"), False), (both("状态", "State"), False)),
    _batches, _batch_cells, BATCH_STATE_WORDS,
    both("还没有发放批次", "No batch yet"),
    both("助学金核定后，在上面选项目、制作批次；另一人复核后取银行文件。",
         "Once grants are awarded, choose the programme above and make a batch; another person approves it."),
    ("pk", "programme__name_zh", "payment_count", "amount_fen", "made_at", "state"),
)  # fmt: skip


def _returned(account: Account, asked: dict[str, str]) -> QuerySet[Any]:
    rows = paying_queries.to_settle(account, timezone.localdate())
    return _narrowed(rows, asked, "programme", "application__number", "school__name").order_by("pk")


def _returned_cells(rows: list[Any]) -> Iterator[list[Shown]]:
    labels = place_labels({one.place_id for one in rows})
    for one in rows:
        last = one.payments.order_by("-pk").first()
        yield [
            Shown(one.application.number, reverse("grants:application", args=[one.application_id])),
            Shown(labels[one.place_id]),
            Shown(one.school.name), _money(one.amount_fen), _day(last.ended_on if last else None),
            Shown(str(FAILURE_WORDS[last.reason]) if last and last.reason else "—"),
            Shown(str(both("已改账号，进入下一批", "Corrected: goes into the next batch")), look="verified")
            if last and last.account_digest != one.application.account_digest
            else Shown(str(both("待改账号", "Account to be corrected")), look="returned"),
        ]  # fmt: skip


RETURNED = Listing(
    "returned", both("退汇的助学金", "Grants that came back"),
    ((both("申请", "Application"), False), (both("县", "County"), False),
     (both("学校", "School"), False), (both("金额（元）", "Sum (yuan)"), True), (both("退回", "Came back"), False),
     (both("原因", "Why"), False), (both("状态", "State"), False)),
    _returned, _returned_cells, {},
    both("没有退汇的助学金", "Nothing came back"),
    both("银行结果里失败和退汇的列在这里。", "What the bank could not pay stands here."),
    ("application__number", "place_id", "school__name", "amount_fen", "", "", ""),
)  # fmt: skip
SHEET_SHOWS = {
    "open": both("没有签完", "Not all signed"),
    "late": both("逾期", "Overdue"),
    "done": both("已签完", "All signed"),
}


def _sheets(account: Account, asked: dict[str, str]) -> QuerySet[Any]:
    today = timezone.localdate()
    rows: QuerySet[Any] = paying_queries.sheets_seen_by(account, today)
    if asked["show"] in ("open", "late"):
        rows = rows.filter(signed__lt=F("wanted"))
    if asked["show"] == "late":
        rows = rows.filter(due_on__lt=today)
    if asked["show"] == "done":
        rows = rows.filter(signed=F("wanted"))
    if asked["receipt"]:
        rows = rows.filter(receipts=int(asked["receipt"]))
    return _narrowed(rows, asked, "programme", "number", "school__name").order_by("-pk")


def _sheet_cells(rows: list[Any]) -> Iterator[list[Shown]]:
    today, labels = timezone.localdate(), place_labels({one.place_id for one in rows})
    for one in rows:
        yield [
            Shown(one.number, reverse("grants:sheet", args=[one.pk])), Shown(one.programme.name), Shown(labels[one.place_id]),
            Shown(one.school.name), _count(one.wanted), _count(one.signed), _day(one.due_on),
            _standing(one.signed >= one.wanted, one.due_on < today, SHEET_SHOWS["done"], both("待签收", "To be signed")),
        ]  # fmt: skip


def _standing(is_done: bool, is_late: bool, done: Words, waits: Words) -> Shown:
    if is_done:
        return Shown(str(done), look="verified")
    return Shown(
        str(both("逾期", "Overdue") if is_late else waits), look="returned" if is_late else "submitted"
    )


SHEETS = Listing(
    "sheets", both("签收表", "Sheets of receipts"),
    ((both("签收表", "Sheet"), False), (both("项目", "Programme"), False), (both("县", "County"), False),
     (both("学校", "School"), False), (both("应签", "To sign"), True), (both("已签", "Signed"), True),
     (both("期限", "Due"), False), (both("状态", "State"), False)),
    _sheets, _sheet_cells, SHEET_SHOWS,
    both("还没有签收表", "No sheets yet"),
    both("发放后在上面生成：一校一张，监护人签字后拍照登记。",
                                          "Make them above once grants are paid: one a school, signed by guardians."),
    ("pk", "programme__name_zh", "place_id", "school__name", "wanted", "signed", "due_on", ""),
)  # fmt: skip
CALL_SHOWS = {"open": both("待回访", "To be called"), **HEARD_WORDS}


def _calls(account: Account, asked: dict[str, str]) -> QuerySet[Any]:
    rows = paying_queries.calls_seen_by(account, timezone.localdate())
    if asked["show"]:
        rows = rows.filter(heard="" if asked["show"] == "open" else asked["show"])
    texts = ("payment__award__application__number", "payment__award__school__name")
    return _narrowed(rows, asked, "programme", *texts).order_by("-pk")


def _call_cells(rows: list[Any]) -> Iterator[list[Shown]]:
    labels = place_labels({one.payment.award.place_id for one in rows})
    for one in rows:
        award = one.payment.award
        look = {"": "submitted", "ARRIVED": "verified", "NOBODY": "draft"}.get(one.heard, "returned")
        yield [
            Shown(award.application.number, reverse("grants:call", args=[one.pk])),
            Shown(labels[award.place_id]),
            Shown(award.school.name), _money(one.payment.amount_fen), _day(one.payment.paid_on), _day(one.called_on),
            Shown(str(HEARD_WORDS.get(one.heard, CALL_SHOWS["open"])), look=look),
        ]  # fmt: skip


CALLS = Listing(
    "calls", both("回访", "Call-backs"),
    ((both("申请", "Application"), False), (both("县", "County"), False),
     (both("学校", "School"), False), (both("金额（元）", "Sum (yuan)"), True), (both("到账", "Paid on"), False),
     (both("回访日期", "Called on"), False), (both("结果", "Heard"), False)),
    _calls, _call_cells, CALL_SHOWS,
    both("还没有抽取回访", "Nobody is drawn yet"),
    both("发放后在上面抽取：按国标小样本随机抽。", "Draw above once grants are paid: a small sample by lot."),
    ("payment__award__application__number", "payment__award__place_id", "payment__award__school__name", "payment__amount_fen",
     "payment__paid_on", "called_on", "heard"),
)  # fmt: skip
FOLLOW_SHOWS = {
    "open": both("未交回", "Not answered"),
    "late": both("逾期", "Overdue"),
    "done": both("已交回", "Answered"),
}


def _follow_ups(account: Account, asked: dict[str, str]) -> QuerySet[Any]:
    today = timezone.localdate()
    rows = paying_queries.follow_ups_seen_by(account, today)
    if asked["show"] in ("open", "late"):
        rows = rows.filter(answered_on=None)
    if asked["show"] == "late":
        rows = rows.filter(due_on__lt=today)
    if asked["show"] == "done":
        rows = rows.exclude(answered_on=None)
    return _narrowed(rows, asked, "programme", "number", "school__name", "term").order_by("-term", "-pk")


def _follow_up_cells(rows: list[Any]) -> Iterator[list[Shown]]:
    today, labels = timezone.localdate(), place_labels({one.place_id for one in rows})
    for one in rows:
        yield [
            Shown(one.school.name, reverse("grants:follow_up", args=[one.pk])), Shown(labels[one.place_id]),
            Shown(one.programme.name), Shown(str(term_words(one.term))), _count(one.asked),
            _count(one.stayed) if one.answered_on else Shown("—", cell=""), _day(one.due_on),
            _standing(one.answered_on is not None, one.due_on < today, FOLLOW_SHOWS["done"], FOLLOW_SHOWS["open"]),
        ]  # fmt: skip


FOLLOW_UPS = Listing(
    "follow_ups", both("学期跟踪", "Follow-ups"),
    ((both("学校", "School"), False), (both("县", "County"), False), (both("项目", "Programme"), False),
     (both("学期", "Term"), False), (both("学生", "Pupils"), True), (both("在读", "At school"), True),
     (both("期限", "Due"), False), (both("状态", "State"), False)),
    _follow_ups, _follow_up_cells, FOLLOW_SHOWS,
    both("还没有学期跟踪", "No follow-up yet"),
    both("每学期在上面发出：一校一张，问学生是否还在读。", "Send them above each term: one a school."),
    ("school__name", "place_id", "programme__name_zh", "term", "", "", "due_on", "answered_on"),
)  # fmt: skip


def _funds(account: Account, asked: dict[str, str]) -> QuerySet[Any]:
    programmes = queries.whole_programmes_seen_by(account, timezone.localdate())
    rows = Fund.objects.filter(pk__in=programmes.order_by().values("fund")).select_related("unit")
    if asked["programme"]:
        rows = rows.filter(pk__in=programmes.order_by().filter(pk=int(asked["programme"])).values("fund"))
    if asked["q"]:
        rows = rows.filter(Q(code__icontains=asked["q"]) | Q(title_zh__icontains=asked["q"]))
    return rows.order_by("code")


def _fund_cells(rows: list[Any]) -> Iterator[list[Shown]]:
    for one in rows:
        found = position(one)
        yield [
            Shown(f"{one.title} {one.code}", reverse("grants:money", args=[one.pk])), _money(found.raised_fen),
            _money(found.paid_fen), _money(found.committed_fen), _money(found.other_fen), _money(found.left_fen),
            _money(found.bank_fen),
            Shown(str(both("已关闭", "Closed")), look="withdrawn") if one.ends_on
            else Shown(str(both("开放", "Open")), look="verified"),
        ]  # fmt: skip


FUNDS = Listing(
    "funds", both("基金", "Funds"),
    ((both("基金", "Fund"), False), (both("筹得（元）", "Raised (yuan)"), True), (both("已付（元）", "Paid (yuan)"), True),
     (both("已核定待付（元）", "Awarded (yuan)"), True), (both("其他支出（元）", "Otherwise (yuan)"), True),
     (both("余（元）", "Left (yuan)"), True), (both("在银行（元）", "In the bank (yuan)"), True), (both("状态", "State"), False)),
    _funds, _fund_cells, {},
    both("还没有助学项目的基金", "No fund yet"), both("拟定助学项目时选定。", "It is chosen with a programme."),
    ("code", "", "", "", "", "", "", "ends_on"),
)  # fmt: skip
LISTS: dict[str, Listing] = {one.name: one for one in (BATCHES, RETURNED, SHEETS, CALLS, FOLLOW_UPS, FUNDS)}


def with_doors(request: HttpRequest, name: str, **said: Any) -> HttpResponse:
    """Show one of the lists with what whoever reads may do there.

    Args:
        said: what is shown beside: a refusal, what was chosen.
    """
    account = reader(request)
    more: dict[str, Any] = {
        "makes": {"batches": "make_batch", "calls": "draw_call_backs"}.get(name, ""), "opens": "", "opens_words": "",
    }  # fmt: skip
    if more["makes"] and not may(account, more["makes"]):
        more["makes"] = ""
    for here, operation, address, words in (
        ("sheets", "make_receipt_sheets", "make_sheets", both("生成签收表", "Make sheets")),
        ("follow_ups", "open_follow_up", "open_follow_ups", both("发出跟踪表", "Ask schools")),
    ):
        if name == here and may(account, operation):
            more |= {"opens": reverse(f"grants:{address}"), "opens_words": words}
    if name == "returned" and may(account, "lapse_awards"):
        more |= {"settles": True, "reasons": LAPSE_WORDS.items()}
    return _shown(request, LISTS[name], {**more, **said})


@require_safe
def listed(request: HttpRequest, name: str) -> HttpResponse:
    """List batches, what came back, sheets, call-backs, follow-ups or funds."""
    return with_doors(request, name)


@require_safe
def listed_file(request: HttpRequest, name: str, form: str) -> HttpResponseBase:
    """Return one of these lists as a file."""
    return file_of(request, LISTS[name], form)


def programme_choices(account: Account, operation: str, states: Sequence[str]) -> QuerySet[Programme]:
    """Return the programmes of some states for which somebody may do something."""
    units = granted_units(account, f"grants.{operation}", timezone.localdate())
    return Programme.objects.filter(unit__in=units, state__in=states).order_by("-opens_on")
