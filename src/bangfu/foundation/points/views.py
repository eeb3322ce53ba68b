"""Pages of points: holders with their balance, one holder's lots and journal, one file of confirmation."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from bangfu.foundation.operations import NotPermitted, allows, granted_units
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.points import queries
from bangfu.foundation.points.models import KIND_WORDS, Confirmation, Holder
from bangfu.foundation.points.register import VIEW
from bangfu.foundation.rooms import Words, both, record_type
from bangfu.foundation.rooms.lists import Cell, in_batches, list_file, not_figures, origin_of
from bangfu.foundation.rooms.picking import unit_said

ROWS_A_PAGE = 50
TITLES: dict[str, Words] = {
    "holders": both("会员", "Holders"),
    "rates": both("比率", "Rates"),
    "confirmations": both("回传文件", "Confirmations"),
}
SORTS = {"number": "number", "unit": "unit__path", "held": "held", "expiring": "expiring"}
COLUMNS: tuple[tuple[str, Words, bool], ...] = (
    ("number", both("会员号", "Member"), False),
    ("unit", both("单位", "Unit"), False),
    ("held", both("可用积分", "To be spent"), True),
    ("expiring", both("三十天内到期", "Expires within 30 days"), True),
)
"""Sort, title, and whether numbers stand in it."""


def sections(here: str) -> list[dict[str, Any]]:
    """Return the parts of the room, of which one is shown."""
    return [
        {"title": title, "address": reverse(f"points:{name}"), "is_here": name == here}
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


def may(account: Account, operation: str) -> bool:
    """Return whether somebody may do something anywhere."""
    return bool(granted_units(account, f"points.{operation}", timezone.localdate()))


def _listed(request: HttpRequest, account: Account) -> tuple[QuerySet[Holder], dict[str, Any]]:
    """Return the holders that are asked for, in order, and what is asked."""
    today = timezone.localdate()
    found = queries.with_balance(queries.holders_seen_by(account, today), on=today)
    units = list(Unit.objects.filter(pk__in=found.order_by().values("unit")).order_by("path"))
    text, unit = request.GET.get("q", "").strip().upper()[:40], unit_said(request.GET.get("unit", ""), units)
    said = request.GET.get("sort", "")
    sort = said.lstrip("-") if said.lstrip("-") in SORTS else "number"
    if text:
        found = found.filter(number__startswith=text)
    if unit is not None:
        found = found.filter(unit=unit)
    if request.GET.get("held"):
        found = found.filter(held__gt=0)  # type: ignore[misc]
    sign = "-" if said.startswith("-") else ""
    asked = {
        "text": text, "unit": unit, "units": units, "sort": sort, "descending": bool(sign),
        "held": bool(request.GET.get("held")),
    }  # fmt: skip
    return found.order_by(f"{sign}{SORTS[sort]}", "number"), asked


@require_safe
def holders(request: HttpRequest) -> HttpResponse:
    """List the holders whom the reader may see, with what they can spend."""
    account = reader(request)
    found, asked = _listed(request, account)
    columns = []
    for sort, title, is_number in COLUMNS:
        is_here = sort == asked["sort"]
        columns.append(
            {
                "title": title,
                "sort": f"-{sort}" if is_here and not asked["descending"] else sort,
                "direction": ("descending" if asked["descending"] else "ascending") if is_here else None,
                "is_number": is_number,
            }
        )
    context = {
        "sections": sections("holders"),
        "page": Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page")),
        "columns": columns,
        "may_import": may(account, "import_lots"),
        **asked,
        "is_narrowed": bool(asked["text"] or asked["unit"] or asked["held"]),
    }
    return render(request, "points/holders.html", context)


def _cells(found: QuerySet[Holder]) -> Iterator[list[Cell]]:
    for batch in in_batches(found):
        for one in batch:
            held, expiring = one.held, one.expiring  # type: ignore[attr-defined]
            yield [one.number, one.unit.name, Decimal(held), Decimal(expiring)]


@require_safe
def export(request: HttpRequest, form: str) -> HttpResponseBase:
    """Send the whole narrowed list as a file that says where it comes from."""
    account = reader(request)
    found, asked = _listed(request, account)
    origin = origin_of(
        request,
        reverse("points:holders"),
        not_figures(both("积分会员", "Holders of points")),
        taken_by=account.display_name,
        narrowed_to=[asked["text"], asked["unit"].name if asked["unit"] else ""],
    )
    return list_file("points", form, tuple(title for _, title, _ in COLUMNS), _cells(found), origin)


@require_safe
def holder(request: HttpRequest, key: int) -> HttpResponse:
    """Show one holder: lots with what remains of them, and everything that moved; nobody is named."""
    account = reader_of(request)
    found = get_object_or_404(Holder.objects.select_related("unit"), pk=key)
    if not allows(account, VIEW, found.scope, timezone.localdate()):
        raise NotPermitted("out_of_scope", permission=VIEW)
    today = timezone.localdate()
    page = Paginator(queries.movements_of(found), ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "holder": found,
        "held": queries.balance_of(found, on=today),
        "lots": [
            {"lot": one, "is_over": one.expires_on <= today}
            for one in found.lots.order_by("expires_on", "pk")
        ],
        "page": page,
        "moves": [{"move": one, "kind": KIND_WORDS[one.kind], "subject": _subject(one)} for one in page],
    }
    return render(request, "points/holder.html", context)


def _subject(move: Any) -> str:
    spend = move.spend
    return record_type(spend.subject_type).address(spend.subject_id) if spend is not None else ""


def readable_confirmation(request: HttpRequest, key: int) -> tuple[Account, Confirmation]:
    """Return who reads, and the confirmation.

    Raises: NotPermitted: it lies outside the reader's scope.
    """
    account = reader_of(request)
    found = get_object_or_404(Confirmation.objects.select_related("unit"), pk=key)
    if not allows(account, VIEW, found.scope, timezone.localdate()):
        raise NotPermitted("out_of_scope", permission=VIEW)
    return account, found


@require_safe
def confirmation(request: HttpRequest, key: int) -> HttpResponse:
    """Show one file: what it says, its digest, and what the operator answered."""
    account, found = readable_confirmation(request, key)
    may = allows(account, "points.acknowledge_confirmation", found.scope, timezone.localdate())
    context = {"confirmation": found, "may_answer": may and found.acknowledged_at is None}
    return render(request, "points/confirmation.html", context)


@require_safe
def confirmation_text(request: HttpRequest, key: int) -> HttpResponse:
    """Hand over the file itself, of the digest that the page shows."""
    _, found = readable_confirmation(request, key)
    text = queries.confirmation_file(queries.movements_told(found))
    return HttpResponse(
        text.encode(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{found.name}.csv"'},
    )
