"""Who may read what at the room's pages, and what every page has."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from bangfu.foundation.operations import NotPermitted, Scope, allows, granted_units
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.records.carrying import carried_out as carried_out_on
from bangfu.foundation.rooms import Words, both
from bangfu.giving.campaigns.register import VIEW

ROWS_A_PAGE = 50
LOOKS = {
    "DRAFTED": "draft", "SIGNED": "draft", "FILED": "submitted", "OPEN": "verified", "CLOSED": "submitted",
    "GRANTING": "submitted", "REPORTED": "verified", "SETTLED": "verified", "PROMISED": "submitted", "RECEIVED": "verified",
    "REFUNDING": "submitted", "REFUNDED": "withdrawn", "LAPSED": "draft", "SPONSOR": "verified", "GIFT": "verified",
    "OTHER": "draft",
}  # fmt: skip
"""How each state looks; see docs/look. A line of the bank that is open waits like what is submitted."""
TITLES: dict[str, Words] = {
    "campaigns": both("活动", "Campaigns"),
    "gifts": both("捐赠", "Gifts"),
    "bank": both("银行流水", "Bank"),
    "charities": both("慈善组织", "Charities"),
}
carried_out = partial(carried_out_on, template="campaigns/form.html")
"""Show a form on the room's page for forms, or carry it out and go to the address that comes of it."""


def reader(request: HttpRequest) -> Account:
    """Return who reads the room's pages.

    Raises: NotPermitted: nobody, or somebody without the permission anywhere.
    """
    account = reader_of(request)
    if not granted_units(account, VIEW, timezone.localdate()):
        raise NotPermitted("out_of_scope", permission=VIEW)
    return account


def may(account: Account, operation: str, scope: Scope | None = None) -> bool:
    """Return whether somebody may do something in a scope, or anywhere."""
    today, permission = timezone.localdate(), f"campaigns.{operation}"
    if scope is None:
        return bool(granted_units(account, permission, today))
    return allows(account, permission, scope, today)


def readable(request: HttpRequest, found: QuerySet[Any], key: int) -> tuple[Account, Any]:
    """Return who reads and a record.

    Raises: Http404: there is none; NotPermitted: it lies outside the reader's scope.
    """
    account = reader_of(request)
    record = get_object_or_404(found, pk=key)
    if not may(account, "view", record.scope):
        raise NotPermitted("out_of_scope", permission=VIEW)
    return account, record


def require(account: Account, operation: str, scope: Scope) -> None:
    """Refuse unless somebody may do something in a scope.

    Raises: NotPermitted: they may not.
    """
    if not may(account, operation, scope):
        raise NotPermitted("out_of_scope", permission=f"campaigns.{operation}")


def units_for(request: HttpRequest, operation: str) -> QuerySet[Unit]:
    """Return the units for which somebody may do something.

    Raises: NotPermitted: there is none.
    """
    permission = f"campaigns.{operation}"
    allowed = granted_units(reader_of(request), permission, timezone.localdate())
    if not allowed:
        raise NotPermitted("out_of_scope", permission=permission)
    return Unit.objects.filter(pk__in=allowed).exclude(kind=Unit.Kind.SUPPORTED).order_by("path")


def sections(here: str) -> list[dict[str, Any]]:
    """Return the parts of the room, of which one is shown."""
    return [
        {"title": title, "address": reverse(f"campaigns:{name}"), "is_here": name == here}
        for name, title in TITLES.items()
    ]


def sort_columns(
    columns: tuple[tuple[str | None, Words, bool], ...], sort: str, *, descending: bool
) -> list[dict[str, Any]]:
    """Return the headings of a list, each with the way it is sorted when it is pressed."""
    found = []
    for name, title, is_number in columns:
        is_sorted = name is not None and name == sort
        towards = f"-{name}" if is_sorted and not descending else name
        direction = ("descending" if descending else "ascending") if is_sorted else None
        found.append({"title": title, "sort": towards, "direction": direction, "is_number": is_number})
    return found
