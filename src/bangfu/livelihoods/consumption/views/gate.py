"""Who may read what at the room's pages, and what every page has."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpRequest

from bangfu.foundation.people.models import Account
from bangfu.foundation.records.carrying import carried_out as carried_out_on
from bangfu.foundation.records.gate import Gate
from bangfu.foundation.rooms import Words, both
from bangfu.livelihoods.consumption import queries
from bangfu.livelihoods.consumption.register import VIEW

ROWS_A_PAGE = 50
LOOKS = {
    "SUBMITTED": "submitted", "VERIFIED": "verified", "RETURNED": "returned", "WITHDRAWN": "withdrawn",
}  # fmt: skip
"""How each state looks; see docs/look."""
TITLES: dict[str, Words] = {
    "sales": both("销售", "Sales"),
    "agreements": both("食堂和工会", "Canteens and unions"),
    "fairs": both("展销会", "Fairs"),
    "schemes": both("职工福利", "Welfare"),
    "goods": both("商品产地", "Origins"),
}
carried_out = partial(carried_out_on, template="consumption/form.html")
"""Show a form on the room's page for forms, or carry it out and go to the address that comes of it."""
GATE = Gate("consumption", VIEW)
reader, may = GATE.reader, GATE.may
readable, units_for = GATE.readable, GATE.units_for


def readable_sale(request: HttpRequest, key: int) -> tuple[Account, Any]:
    """Return who reads and a sale.

    Raises: Http404: there is none; NotPermitted: it lies outside the reader's scope.
    """
    return readable(request, queries.sales(), key)


def sections(here: str) -> list[dict[str, Any]]:
    """Return the parts of the room, of which one is shown."""
    return GATE.sections(TITLES, here)
