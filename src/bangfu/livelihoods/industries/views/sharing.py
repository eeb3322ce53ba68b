"""Contracts of households and payments under them: households are numbers of the register here."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from bangfu.foundation.operations import allows
from bangfu.foundation.people.models import Account
from bangfu.foundation.places.queries import place_labels
from bangfu.foundation.records.gate import in_order
from bangfu.foundation.rooms import both
from bangfu.foundation.rooms.lists import list_file
from bangfu.livelihoods import amounts
from bangfu.livelihoods.industries import api, exports, queries, telling
from bangfu.livelihoods.industries.models import MECHANISM_WORDS
from bangfu.livelihoods.industries.views.gate import ROWS_A_PAGE, may, readable, reader, sections
from bangfu.livelihoods.industries.views.reading import life, origin, shown_state

CONTRACT_SORTS = {
    "number": "number", "way": "mechanism", "household": "household__number", "operator": "operator__name_zh",
    "starts": "starts_on", "promised": "promised_fen", "paid": "paid_fen",
}  # fmt: skip


def _asked(request: HttpRequest) -> dict[str, Any]:
    said = {name: request.GET.get(name, "").strip() for name in ("q", "mechanism", "industry", "show")}
    return {
        "text": said["q"][:60],
        "mechanism": said["mechanism"] if said["mechanism"] in MECHANISM_WORDS else "",
        "industry": int(said["industry"])
        if said["industry"].isascii() and said["industry"].isdigit()
        else None,
        "unpaid": said["show"] == "unpaid",
    }


def _contracts(account: Account, request: HttpRequest, asked: dict[str, Any]) -> Any:
    today = timezone.localdate()
    found = queries.unpaid_contracts(today) if asked["unpaid"] else queries.contracts()
    found = found.filter(industry__in=api.industries(account, today))
    if asked["mechanism"]:
        found = found.filter(mechanism=asked["mechanism"])
    if asked["industry"] is not None:
        found = found.filter(industry=asked["industry"])
    if asked["text"]:
        found = found.filter(number__startswith=asked["text"].upper()) | found.filter(
            household__number__startswith=asked["text"].upper()
        )
    return in_order(request, found, CONTRACT_SORTS, "-starts_on", "number")


def contract_row(one: Any, place: str) -> dict[str, Any]:
    """Return what a list shows of one contract."""
    return {
        "contract": one,
        "mechanism": MECHANISM_WORDS[one.mechanism],
        "place": place,
        "promised": amounts.yuan(one.promised_fen) if one.promised_fen else "",
        "paid": amounts.yuan(one.paid_fen or 0),
        **shown_state(one),
    }


@require_safe
def contracts(request: HttpRequest) -> HttpResponse:
    """List the contracts that the reader may see, narrowed."""
    account, asked = reader(request), _asked(request)
    page = Paginator(_contracts(account, request, asked), ROWS_A_PAGE).get_page(request.GET.get("page"))
    labels = place_labels({one.village_id for one in page}, short=True)
    context = {
        "sections": sections("contracts"),
        "page": page,
        "rows": [contract_row(one, labels[one.village_id]) for one in page],
        "asked": asked,
        "is_narrowed": any(asked.values()),
        "mechanisms": MECHANISM_WORDS.items(),
        "industries": api.industries(account, timezone.localdate()).order_by("code"),
        "may_import_contracts": may(account, "import_contracts"),
        "may_import_payments": may(account, "import_payments"),
    }
    return render(request, "industries/contracts.html", context)


@require_safe
def contract(request: HttpRequest, key: int) -> HttpResponse:
    """Show one contract with what was paid under it."""
    account, found = readable(request, "contract", key)
    place = place_labels([found.village_id])[found.village_id]
    context = {
        **life(found, "contract", account),
        **contract_row(found, place),
        "industry": found.industry,
        "payments": [
            payment_row(one) for one in queries.payments().filter(contract=found).order_by("-paid_on", "-pk")
        ],
        "may_pay": found.confirmed_at is not None and may(account, "enter_payment", found),
        "may_end": found.confirmed_at is not None and may(account, "end_contract", found),
        "may_open_household": allows(account, "people.view", found.household.scope, timezone.localdate()),
    }
    return render(request, "industries/contract.html", context)


def payment_row(one: Any) -> dict[str, Any]:
    """Return what a list shows of one payment."""
    return {
        "payment": one,
        "yuan": amounts.yuan(one.amount_fen),
        "bought": telling.bought(one),
        **shown_state(one),
    }


@require_safe
def payment(request: HttpRequest, key: int) -> HttpResponse:
    """Show one payment."""
    account, found = readable(request, "payment", key)
    context = {
        **life(found, "payment", account),
        **payment_row(found),
        "contract": found.contract,
        "industry": found.contract.industry,
        "mechanism": MECHANISM_WORDS[found.contract.mechanism],
        "place": place_labels([found.contract.village_id])[found.contract.village_id],
    }
    return render(request, "industries/payment.html", context)


@require_safe
def export_contracts(request: HttpRequest, form: str) -> HttpResponseBase:
    """Send the narrowed list of contracts as a file."""
    account = reader(request)
    rows = exports.contract_rows(_contracts(account, request, _asked(request)))
    source = origin(request, account, both("联结合同", "Contracts"))
    return list_file("contracts", form, exports.CONTRACT_HEADINGS, rows, source)


@require_safe
def export_payments(request: HttpRequest, form: str) -> HttpResponseBase:
    """Send the payments under the narrowed list of contracts as a file."""
    account = reader(request)
    under = _contracts(account, request, _asked(request)).values("pk")
    rows = exports.payment_rows(queries.payments().filter(contract__in=under).order_by("paid_on", "pk"))
    source = origin(request, account, both("联结户付款", "Payments to households"))
    return list_file("payments", form, exports.PAYMENT_HEADINGS, rows, source)
