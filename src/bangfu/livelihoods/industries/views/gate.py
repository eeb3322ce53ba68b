"""Who may read what at the room's pages, and what every page has."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone

from bangfu.foundation.operations import NotPermitted, allows, granted_units
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.records.gate import Gate
from bangfu.foundation.rooms import Words, both
from bangfu.livelihoods.industries import queries
from bangfu.livelihoods.industries.models import Industry, Operator, Reviewed, State
from bangfu.livelihoods.industries.register import VIEW

ROWS_A_PAGE = 50
LOOKS = {
    State.SUBMITTED: "submitted",
    State.VERIFIED: "verified",
    State.RETURNED: "returned",
    State.WITHDRAWN: "withdrawn",
}
"""How each state looks; see docs/look."""
FOUND = {
    "industry": queries.industries,
    "season": queries.seasons,
    "contract": queries.contracts,
    "payment": queries.payments,
    "lot": queries.lots,
}
"""The reviewed records, by what their addresses call them."""
TITLES: dict[str, Words] = {
    "industries": both("产业", "Industries"),
    "operators": both("经营主体", "Operators"),
    "contracts": both("联结合同", "Contracts"),
    "lots": both("批次", "Lots"),
}
GATE = Gate("industries", VIEW)
reader = GATE.reader


def may(account: Account, operation: str, of: Reviewed | Operator | None = None) -> bool:
    """Return whether somebody may do something to a record, or anywhere."""
    today, permission = timezone.localdate(), f"industries.{operation}"
    if of is None:
        return bool(granted_units(account, permission, today))
    return allows(account, permission, of.scope, today)


def industry_of(record: Any) -> Industry:
    """Return the industry to which a reviewed record belongs."""
    if isinstance(record, Industry):
        return record
    found: Industry = record.contract.industry if hasattr(record, "contract") else record.industry
    return found


def readable(request: HttpRequest, noun: str, key: int) -> tuple[Account, Any]:
    """Return who reads and a reviewed record: who may read its industry may read it.

    Raises: Http404: there is none; NotPermitted: it lies outside the reader's scope.
    """
    account = reader_of(request)
    found = get_object_or_404(FOUND[noun](), pk=key)
    if not may(account, "view", industry_of(found)):
        raise NotPermitted("out_of_scope", permission=VIEW)
    return account, found


def readable_operator(request: HttpRequest, key: int) -> tuple[Account, Operator]:
    """Return who reads and the operator.

    Raises: Http404: there is none; NotPermitted: it lies outside the reader's scope.
    """
    account = reader_of(request)
    found = get_object_or_404(Operator.objects.select_related("unit"), pk=key)
    if not may(account, "view", found):
        raise NotPermitted("out_of_scope", permission=VIEW)
    return account, found


def sections(here: str) -> list[dict[str, Any]]:
    """Return the parts of the room, of which one is shown."""
    return GATE.sections(TITLES, here)
