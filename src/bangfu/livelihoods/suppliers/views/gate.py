"""Who may read and do what at the room's pages, and what every page has."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from bangfu.foundation.operations import NotPermitted
from bangfu.foundation.people.models import Account
from bangfu.foundation.records.carrying import carried_out as carried_out_on
from bangfu.foundation.records.gate import Gate
from bangfu.foundation.rooms import Words, both
from bangfu.livelihoods.suppliers.models import Side, Supplier
from bangfu.livelihoods.suppliers.register import SERVE
from bangfu.livelihoods.suppliers.sides import reads_whole_scopes, seats_of, side_of, suppliers_read

ROWS_A_PAGE = 50
READ_AND_WRITE = ["GET", "HEAD", "POST"]
carried_out = partial(carried_out_on, template="suppliers/form.html")
"""Show a form on the room's page for forms, or carry it out and go to the address that comes of it."""
TITLES: dict[str, Words] = {
    "suppliers": both("供应商", "Suppliers"),
    "checklist": both("上架资料", "Papers"),
    "tickets": both("工单", "Tickets"),
    "parcels": both("包裹", "Parcels"),
    "statements": both("结算单", "Statements"),
    "share": both("到手比例", "Share"),
}
GATE = Gate("suppliers", SERVE)
reader, may, units_for = GATE.reader, GATE.may, GATE.units_for


def readable(
    request: HttpRequest, found: QuerySet[Any], key: int, way: str = ""
) -> tuple[Account, Any, Side]:
    """Return who reads, a record, and on which side of its supplier the reader stands.

    Args:
        way: from the record to its supplier, dots between; empty: it is the supplier.

    Raises: Http404: there is none, or it is of a supplier that the reader may not know.
    """
    account = reader(request)
    record = get_object_or_404(found, pk=key)
    supplier = record
    for step in way.split(".") if way else ():
        supplier = getattr(supplier, step)
    side = side_of(account, supplier, timezone.localdate())
    if side is None:
        raise Http404("no such record of a supplier that the reader may read")
    return account, record, side


def actable(
    request: HttpRequest, found: QuerySet[Any], key: int, operation: str, way: str = ""
) -> tuple[Account, Any, Side]:
    """Return as ``readable`` does, for the form of an operation.

    Raises: Http404: as there; NotPermitted: the reader may not do it.
    """
    account, record, side = readable(request, found, key, way)
    if not may(account, operation, record.scope):
        raise NotPermitted("out_of_scope", permission=f"suppliers.{operation}")
    return account, record, side


def own_supplier(account: Account) -> Supplier | None:
    """Return the supplier for which an account that reads no others holds a seat; null: it reads others, or holds none."""
    on = timezone.localdate()
    if reads_whole_scopes(account, on):
        return None
    seat = seats_of(account, on).select_related("supplier").first()
    return seat.supplier if seat else None


def supplier_asked(request: HttpRequest, account: Account) -> Supplier | None:
    """Return the supplier to which a list is narrowed by its address; null: it is not, or the reader may not know it."""
    text = request.GET.get("supplier", "")
    if not (text.isascii() and text.isdigit() and len(text) < 18):
        return None
    return suppliers_read(account, timezone.localdate()).filter(pk=int(text)).first()


def sections(here: str, account: Account) -> list[dict[str, Any]]:
    """Return the parts of the room, of which one is shown; for a supplier its own page first."""
    own = own_supplier(account)
    found = []
    if own is not None:
        found.append(
            {
                "title": both("待发货", "To ship"),
                "address": reverse("suppliers:ship", args=[own.pk]),
                "is_here": here == "ship",
            }
        )
    for name, title in TITLES.items():
        if own is not None and name == "suppliers":
            title = both("我的资料", "About us")
        if own is not None and name == "share":
            continue
        found.append({"title": title, "address": reverse(f"suppliers:{name}"), "is_here": name == here})
    return found


def about(supplier: Supplier, title: Words, back: str = "", **more: Any) -> dict[str, Any]:
    """Return what a form's page shows around the form."""
    return {
        "title": title, "about": supplier, "back": back or reverse("suppliers:supplier", args=[supplier.pk]), **more,
    }  # fmt: skip
