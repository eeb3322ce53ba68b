"""What is read: payments, one payment with its history, one merchant account, one statement with what did not match."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from bangfu.foundation.money.amounts import grouped
from bangfu.foundation.operations import NotPermitted, allows, granted_units
from bangfu.foundation.payments import listing
from bangfu.foundation.payments.models import (
    HEARD_WORDS,
    HELD,
    LINE_WORDS,
    OUTCOME_WORDS,
    OWNER_WORDS,
    PROVIDER_WORDS,
    STATE_WORDS,
    STEP_WORDS,
    MerchantAccount,
    Outcome,
    Payment,
    Provider,
    RefundState,
    State,
    Statement,
    Step,
)
from bangfu.foundation.payments.queries import (
    merchants_seen_by,
    payments_seen_by,
    refunds_seen_by,
)
from bangfu.foundation.payments.register import PAYMENT_TYPE, VIEW
from bangfu.foundation.payments.secrets import missing
from bangfu.foundation.payments.views.refused import refused_words
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.records import doors_of
from bangfu.foundation.rooms import Words, both, record_type
from bangfu.foundation.rooms.forms import Keyed
from bangfu.foundation.rooms.lists import list_file, not_figures, origin_of

ROWS_A_PAGE = 50
LOOKS = {
    State.CREATED: "submitted",
    State.PAID: "verified",
    State.PART_REFUNDED: "verified",
    State.REFUNDED: "withdrawn",
    State.CLOSED: "draft",
    State.FAILED: "returned",
    RefundState.ASKED: "submitted",
    RefundState.DONE: "verified",
    Outcome.MATCHED: "verified",
    Outcome.MISSING_HERE: "returned",
    Outcome.MISSING_THERE: "returned",
    Outcome.AMOUNT_DIFFERS: "returned",
}
"""How each state looks; see docs/look."""
STEP_LOOKS = {Step.Done.PAID: "verified", Step.Done.FAILED: "back", Step.Done.REFUND_FAILED: "back"}
TITLES: dict[str, Words] = {
    "payments": both("款项", "Payments"),
    "merchants": both("收款账户", "Merchant accounts"),
    "statements": both("对账", "Statements"),
}


def sections(here: str) -> list[dict[str, Any]]:
    """Return the parts of the room, of which one is shown."""
    return [
        {"title": title, "address": reverse(f"payments:{name}"), "is_here": name == here}
        for name, title in TITLES.items()
    ]


def reader(request: HttpRequest) -> Account:
    """Return who reads the room's pages.

    Raises: NotPermitted: somebody without the permission anywhere.
    """
    account = reader_of(request)
    if not granted_units(account, VIEW, timezone.localdate()):
        raise NotPermitted("out_of_scope", permission=VIEW)
    return account


def may(account: Account, operation: str, one: Payment | MerchantAccount | Statement) -> bool:
    """Return whether somebody may do something to a record of the room."""
    return allows(account, f"payments.{operation}", one.scope, timezone.localdate())


def readable_payment(request: HttpRequest, key: int) -> tuple[Account, Payment]:
    """Return who reads, and the payment.

    Raises: NotPermitted: it lies outside the reader's scope.
    """
    account = reader_of(request)
    found = get_object_or_404(Payment.objects.select_related("merchant__unit"), pk=key)
    _require(account, found)
    return account, found


def readable_merchant(request: HttpRequest, key: int) -> tuple[Account, MerchantAccount]:
    """Return who reads, and the merchant account.

    Raises: NotPermitted: it lies outside the reader's scope.
    """
    account = reader_of(request)
    found = get_object_or_404(MerchantAccount.objects.select_related("unit"), pk=key)
    _require(account, found)
    return account, found


def _require(account: Account, one: Payment | MerchantAccount | Statement) -> None:
    if not may(account, "view", one):
        raise NotPermitted("out_of_scope", permission=VIEW)


@require_safe
def payments(request: HttpRequest) -> HttpResponse:
    """List the payments that the reader may see, narrowed, sorted and paged."""
    account, asked = reader(request), listing.asked_in(request)
    seen = payments_seen_by(account, timezone.localdate())
    page = Paginator(listing.listed(seen, asked), ROWS_A_PAGE).get_page(request.GET.get("page"))
    columns = []
    for sort, title, is_number in listing.COLUMNS:
        is_sorted = sort == asked.sort
        towards = f"-{sort}" if is_sorted and not asked.descending else sort
        direction = ("descending" if asked.descending else "ascending") if is_sorted else None
        columns.append(
            {
                "title": title,
                "sort": towards if sort else None,
                "direction": direction,
                "is_number": is_number,
            }
        )
    context = {
        "sections": sections("payments"),
        "page": page,
        "rows": [
            {"it": one, "amount": grouped(one.amount_fen, "CNY"), "look": LOOKS[State(one.state)]}
            for one in page
        ],
        "asked": asked,
        "states": STATE_WORDS.items(),
        "providers": PROVIDER_WORDS.items(),
        "columns": columns,
        "has_merchants": merchants_seen_by(account, timezone.localdate()).exists(),
        "may_open": bool(granted_units(account, "payments.open_merchant_account", timezone.localdate())),
    }
    return render(request, "payments/payments.html", context)


@require_safe
def export(request: HttpRequest, form: str) -> HttpResponseBase:
    """Send the whole narrowed list as a file that says where it comes from."""
    account, asked = reader(request), listing.asked_in(request)
    origin = origin_of(
        request,
        reverse("payments:payments"),
        not_figures(both("支付", "Payments")),
        taken_by=account.display_name,
        narrowed_to=asked.words,
    )
    rows = listing.cells(listing.listed(payments_seen_by(account, timezone.localdate()), asked))
    return list_file("payments", form, listing.HEADINGS, rows, origin)


@require_safe
def payment(request: HttpRequest, key: int) -> HttpResponse:
    """Show one payment: what it pays, its refunds, everything that happened, and what may be done next."""
    account, found = readable_payment(request, key)
    return render(request, "payments/payment.html", payment_context(account, found))


def payment_context(account: Account, found: Payment) -> dict[str, Any]:
    """Return what a payment's page shows."""
    kind = record_type(found.pays_type)
    summary = kind.summaries([found.pays_id]).get(found.pays_id)
    return {
        "payment": found,
        "amount": grouped(found.amount_fen, "CNY"),
        "left": grouped(found.left_fen, "CNY"),
        "look": LOOKS[State(found.state)],
        "provider": PROVIDER_WORDS[found.merchant.provider],
        "owner": OWNER_WORDS[found.merchant.owner_kind],
        "is_test": found.merchant.provider == Provider.TEST,
        "pays": {
            "kind": kind.title,
            "title": summary.title if summary else found.pays_id,
            "address": kind.address(found.pays_id),
        },
        "refunds": [
            {
                "it": one,
                "amount": grouped(one.amount_fen, "CNY"),
                "look": "returned" if one.state == RefundState.FAILED else LOOKS[RefundState(one.state)],
            }
            for one in found.refunds.order_by("pk")
        ],
        "trail": [
            {
                "at": one.at,
                "who": one.by.display_name,
                "words": STEP_WORDS[one.done],
                "amount": grouped(one.amount_fen, "CNY"),
                "heard": HEARD_WORDS[one.heard],
                "look": STEP_LOOKS.get(Step.Done(one.done), ""),
            }
            for one in found.steps.select_related("by__person__key").order_by("pk")
        ],
        "may_ask": found.state == State.CREATED,
        "may_cut": found.state == State.CREATED and may(account, "cut_payment_short", found),
        "may_refund": found.state in HELD and found.left_fen > 0 and may(account, "refund_payment", found),
        "doors": doors_of(record_type(PAYMENT_TYPE), found.pk, account, timezone.localdate()),
        "keyed": Keyed(),
    }


@require_safe
def refund(request: HttpRequest, key: int) -> HttpResponse:
    """Lead to the payment of which a refund is a part."""
    account = reader_of(request)
    found = get_object_or_404(refunds_seen_by(account, timezone.localdate()), pk=key)
    return redirect("payments:payment", key=found.payment_id)


@require_safe
def merchant(request: HttpRequest, key: int) -> HttpResponse:
    """Show one merchant account: whose the money is, which keys lie there, what was refused of its messages."""
    account, found = readable_merchant(request, key)
    return render(request, "payments/merchant.html", merchant_context(account, found))


def merchant_context(account: Account, found: MerchantAccount) -> dict[str, Any]:
    """Return what a merchant account's page shows."""
    return {
        "merchant": found,
        "provider": PROVIDER_WORDS[found.provider],
        "owner": OWNER_WORDS[found.owner_kind],
        "is_test": found.provider == Provider.TEST,
        "lacks": missing(found),
        "counts": [
            (STATE_WORDS[one["state"]], one["many"], one["state"])
            for one in found.payments.values("state").annotate(many=Count("pk")).order_by("state")
        ],
        "messages": [
            {"it": one, "why": refused_words(one.code)} for one in found.messages.order_by("-pk")[:20]
        ],
        "statements": found.statements.order_by("-starts_on", "-pk")[:20],
        "may_close": found.closed_at is None and may(account, "close_merchant_account", found),
        "may_read": found.provider != Provider.TEST and may(account, "read_statement", found),
        "keyed": Keyed(),
    }


def _statement(request: HttpRequest, key: int) -> tuple[Account, Statement, str]:
    account = reader_of(request)
    found = get_object_or_404(
        Statement.objects.select_related("merchant__unit", "read_by__person__key"), pk=key
    )
    _require(account, found)
    outcome = request.GET.get("outcome", "")
    return account, found, outcome if outcome in OUTCOME_WORDS else ""


@require_safe
def statement(request: HttpRequest, key: int) -> HttpResponse:
    """Show one statement: how many lines match, and each line with its outcome."""
    _, found, outcome = _statement(request, key)
    rows = found.lines.filter(outcome=outcome) if outcome else found.lines.all()
    page = Paginator(rows.order_by("row", "pk"), ROWS_A_PAGE).get_page(request.GET.get("page"))
    counts = dict(found.lines.values_list("outcome").annotate(many=Count("pk")))
    context = {
        "statement": found,
        "outcomes": [
            (code, words, counts.get(code, 0), code == outcome) for code, words in OUTCOME_WORDS.items()
        ],
        "outcome": outcome,
        "all_count": sum(counts.values()),
        "page": page,
        "rows": [
            {
                "it": one,
                "kind": LINE_WORDS[one.kind],
                "there": grouped(one.amount_fen, "CNY") if one.row else "—",
                "here": grouped(one.here_fen, "CNY") if one.here_fen is not None else "—",
                "words": OUTCOME_WORDS[one.outcome],
                "look": LOOKS[Outcome(one.outcome)],
            }
            for one in page
        ],
    }
    return render(request, "payments/statement.html", context)


@require_safe
def lines(request: HttpRequest, key: int, form: str) -> HttpResponseBase:
    """Send the lines of a statement, narrowed as the page is, as a file."""
    account, found, outcome = _statement(request, key)
    rows = found.lines.filter(outcome=outcome) if outcome else found.lines.all()
    origin = origin_of(
        request,
        reverse("payments:statement", args=[key]),
        not_figures(both("对账", "Statement lines")),
        taken_by=account.display_name,
        narrowed_to=[found.file_name, OUTCOME_WORDS[outcome] if outcome else ""],
    )
    cells = listing.line_cells(rows.order_by("row", "pk"))
    return list_file("statement", form, listing.LINE_HEADINGS, cells, origin)
