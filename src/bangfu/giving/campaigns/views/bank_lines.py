"""Credits of charities' banks, with what each was matched to."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

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
from bangfu.foundation.rooms import both
from bangfu.foundation.rooms.lists import Cell, in_batches, list_file, not_figures, origin_of
from bangfu.giving.campaigns import queries
from bangfu.giving.campaigns.models import MEANING_WORDS, BankLine, LineMeaning
from bangfu.giving.campaigns.telling import yuan
from bangfu.giving.campaigns.views.gate import LOOKS, ROWS_A_PAGE, may, reader, sections

BANK_SORTS = {
    "on": "happened_on", "serial": "serial", "company": "company", "purpose": "purpose", "amount": "amount_fen",
    "meaning": "meaning",
}  # fmt: skip
BANK_COLUMNS = (
    both("日期", "Day"), both("流水号", "Serial"), both("对方单位", "Organisation"), both("摘要", "Purpose"),
    both("金额（元）", "Sum (yuan)"), both("认领", "Matched as"), both("活动", "Campaign"),
)  # fmt: skip


def _lines(request: HttpRequest, account: Account) -> tuple[QuerySet[BankLine], str, str]:
    found = queries.bank_lines_seen_by(account, timezone.localdate())
    meaning, text = request.GET.get("meaning", ""), request.GET.get("q", "").strip()[:60]
    if meaning in MEANING_WORDS:
        found = found.filter(meaning=meaning)
    if text:
        found = found.filter(
            Q(serial__startswith=text) | Q(purpose__icontains=text) | Q(company__icontains=text)
        )
    return (
        in_order(request, found, BANK_SORTS, "-happened_on", "-pk"),
        meaning if meaning in MEANING_WORDS else "",
        text,
    )


@require_safe
def bank(request: HttpRequest) -> HttpResponse:
    """List credits of charities' banks, with what each was matched to."""
    account = reader(request)
    found, meaning, text = _lines(request, account)
    page = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    rows = [
        {"it": one, "amount": yuan(one.amount_fen), "words": MEANING_WORDS[one.meaning],
         "look": LOOKS.get(one.meaning, "submitted"), "is_open": one.meaning == LineMeaning.OPEN,
         "is_sponsors": one.meaning == LineMeaning.SPONSOR
         and not one.receipts.filter(voids=None, voided_by=None).exists()}
        for one in page
    ]  # fmt: skip
    context = {
        "sections": sections("bank"), "page": page, "rows": rows, "meaning": meaning, "text": text,
        "meanings": MEANING_WORDS.items(), "is_narrowed": bool(meaning or text), "may_match": may(account, "match_line"),
        "may_unmatch": may(account, "unmatch_line"), "may_issue": may(account, "issue_sponsors_receipt"),
    }  # fmt: skip
    return render(request, "campaigns/bank.html", context)


@require_safe
def bank_file(request: HttpRequest, form: str) -> HttpResponseBase:
    """Send the whole narrowed list of credits as a file that says where it comes from."""
    account = reader(request)
    found, meaning, text = _lines(request, account)
    origin = origin_of(
        request, reverse("campaigns:bank"), not_figures(both("银行流水", "Lines of the bank")),
        taken_by=account.display_name, narrowed_to=(text, meaning),
    )  # fmt: skip

    def cells() -> Iterator[list[Cell]]:
        for batch in in_batches(found):
            for one in batch:
                yield [
                    one.happened_on.isoformat(), one.serial, one.company, one.purpose, Decimal(one.amount_fen).scaleb(-2),
                    str(MEANING_WORDS[one.meaning]), one.campaign.title if one.campaign else "",
                ]  # fmt: skip

    return list_file("bank", form, BANK_COLUMNS, cells(), origin)
