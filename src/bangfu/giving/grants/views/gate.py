"""Who may read what at the room's pages, and what every page has."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db.models import Model
from django.http import Http404, HttpRequest
from django.utils import timezone

from bangfu.foundation.operations import Scope, allows
from bangfu.foundation.people.models import Account
from bangfu.foundation.records.carrying import carried_out as carried_out_on
from bangfu.foundation.records.gate import Gate
from bangfu.foundation.rooms import Words, both
from bangfu.giving.grants.register import VIEW

ROWS_A_PAGE = 50
LOOKS = {
    "DRAFTED": "draft", "OPEN": "verified", "VETTING": "submitted", "DISPLAYED": "submitted", "AWARDED": "verified",
    "PAYING": "submitted", "CLOSED": "withdrawn", "ENTERED": "submitted", "VETTED": "verified", "REFUSED": "returned",
    "SHORTLISTED": "submitted", "OBJECTED": "returned", "DECIDED": "submitted", "WITHDRAWN": "withdrawn",
    "MADE": "draft", "APPROVED": "submitted", "SENT": "submitted", "DONE": "verified", "DROPPED": "withdrawn",
}  # fmt: skip
"""How each state looks; see docs/look."""
TITLES: dict[str, Words] = {
    "programmes": both("项目", "Programmes"),
    "applications": both("申请", "Applications"),
    "notices": both("公示", "Display"),
    "objections": both("异议", "Objections"),
    "batches": both("发放", "Payments"),
    "returned": both("退汇", "Came back"),
    "sheets": both("签收", "Receipts"),
    "calls": both("回访", "Call-backs"),
    "follow_ups": both("跟踪", "Follow-ups"),
    "funds": both("基金", "Funds"),
}
carried_out = partial(carried_out_on, template="grants/form.html")
"""Show a form on the room's page for forms, or carry it out and go to the address that comes of it."""
GATE = Gate("grants", VIEW)
reader, may, require = GATE.reader, GATE.may, GATE.require
readable, units_for = GATE.readable, GATE.units_for


def may_read(account: Account, permission: str, scope: Scope) -> bool:
    """Return whether somebody may open what a permission guards, of this room or another: what is no link otherwise."""
    return allows(account, permission, scope, timezone.localdate())


def sections(here: str) -> list[dict[str, Any]]:
    """Return the parts of the room, of which one is shown."""
    return GATE.sections(TITLES, here)


def page(title: Words, back: str, above: str, note: Words | None = None) -> dict[str, Any]:
    """Return what the page of a form shows beside it."""
    return {"title": title, "back": back, "above": above, "note": note}


def own(request: HttpRequest, found: Any, key: int, operation: str) -> tuple[Account, Any]:
    """Return who asks, and a record on which they may do something.

    Raises: Http404: there is none; NotPermitted: they may not.
    """
    account, record = readable(request, found, key)
    require(account, operation, record.scope)
    return account, record


def chosen(request: HttpRequest, found: Any) -> list[Any]:
    """Return the records whose boxes were ticked, of those that may be read; some hundreds at most.

    Raises: Http404: a box does not say a key.
    """
    rows = request.POST.getlist("row")
    if any(not (key.isascii() and key.isdigit()) for key in rows):
        raise Http404("row")
    records: list[Model] = list(found.filter(pk__in=[int(key) for key in rows]).order_by("pk"))
    return records
