"""Who may read what at the room's pages, and what every page has."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.utils import timezone

from bangfu.foundation.operations import Scope, allows, granted_units
from bangfu.foundation.people.models import Account
from bangfu.foundation.records.carrying import carried_out as carried_out_on
from bangfu.foundation.records.gate import Gate
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
    "costs": both("管理费", "Administration"),
}
carried_out = partial(carried_out_on, template="campaigns/form.html")
"""Show a form on the room's page for forms, or carry it out and go to the address that comes of it."""
GATE = Gate("campaigns", VIEW)
reader, may, require = GATE.reader, GATE.may, GATE.require
readable, units_for = GATE.readable, GATE.units_for


def open_books(account: Account) -> frozenset[int]:
    """Return the units whose books an account may read: entries and funds of others are no links for it."""
    return granted_units(account, "money.view", timezone.localdate())


def may_read(account: Account, scope: Scope) -> bool:
    """Return whether somebody may read what lies within a scope."""
    return allows(account, VIEW, scope, timezone.localdate())


def sections(here: str) -> list[dict[str, Any]]:
    """Return the parts of the room, of which one is shown."""
    return GATE.sections(TITLES, here)
