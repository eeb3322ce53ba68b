"""Tickets: the list, one with what was said, and its forms, which are short enough for a phone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from bangfu.foundation.operations import Act
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.queries import names_of
from bangfu.foundation.records import doors_of
from bangfu.foundation.records.gate import in_order
from bangfu.foundation.rooms import Words, both, record_type
from bangfu.foundation.rooms.forms import Keyed
from bangfu.foundation.rooms.lists import list_file, not_figures, origin_of
from bangfu.livelihoods.suppliers import exports, forms, operations, queries
from bangfu.livelihoods.suppliers.models import (
    CATEGORY_WORDS,
    REPLY_WORDS,
    SIDE_WORDS,
    TICKET_WORDS,
    Side,
    Ticket,
    TicketState,
)
from bangfu.livelihoods.suppliers.sides import reads_whole_scopes, suppliers_read
from bangfu.livelihoods.suppliers.telling import ticket_address
from bangfu.livelihoods.suppliers.views.gate import (
    READ_AND_WRITE,
    ROWS_A_PAGE,
    about,
    actable,
    carried_out,
    may,
    own_supplier,
    readable,
    reader,
    sections,
    supplier_asked,
)
from bangfu.livelihoods.suppliers.views.listing import LOOKS

ANSWER_WITHIN = timedelta(days=3)
"""What a ticket's form begins with."""
SHOWS: dict[str, Words] = {
    "open": both("未办结", "Not closed"),
    "mine": both("等我方处理", "Waiting for our side"),
    "late": both("超期", "Overdue"),
    "closed": both("已办结", "Closed"),
}

TICKET_SORTS = {
    "number": "pk", "title": "title", "supplier": "supplier__name_zh", "about": "category", "side": "side",
    "due": "due_on", "state": "state",
}  # fmt: skip


def _asked(request: HttpRequest, account: Account) -> tuple[dict[str, Any], Any]:
    on = timezone.localdate()
    asked: dict[str, Any] = {
        "q": request.GET.get("q", "").strip()[:60], "show": request.GET.get("show", ""),
        "category": request.GET.get("category", ""), "supplier": supplier_asked(request, account),
    }  # fmt: skip
    found: Any = queries.tickets().filter(supplier__in=suppliers_read(account, on).values("pk"))
    if asked["supplier"] is not None:
        found = found.filter(supplier=asked["supplier"])
    if asked["category"] in CATEGORY_WORDS:
        found = found.filter(category=asked["category"])
    if asked["q"]:
        number = asked["q"].upper().removeprefix("GD").lstrip("0")
        named = Q(title__icontains=asked["q"]) | Q(supplier__name_zh__icontains=asked["q"])
        found = found.filter(
            named | Q(pk=int(number)) if number.isascii() and number.isdigit() and len(number) < 18 else named
        )
    side, other = (
        (Side.HOUSE, Side.SUPPLIER) if reads_whole_scopes(account, on) else (Side.SUPPLIER, Side.HOUSE)
    )
    narrowing = {
        "open": ~Q(state=TicketState.CLOSED),
        "mine": Q(side=other, state=TicketState.OPEN) | Q(side=side, state=TicketState.ANSWERED),
        "late": ~Q(state=TicketState.CLOSED) & Q(due_on__lt=on),
        "closed": Q(state=TicketState.CLOSED),
    }.get(asked["show"], Q())
    return asked, in_order(request, found.filter(narrowing), TICKET_SORTS, "-pk")


def ticket_row(one: Ticket) -> dict[str, Any]:
    """Return what a list shows of a ticket."""
    return {
        "ticket": one,
        "category": CATEGORY_WORDS[one.category],
        "side": SIDE_WORDS[one.side],
        "state": TICKET_WORDS[one.state],
        "look": LOOKS[one.state],
        "is_late": one.state != TicketState.CLOSED and one.due_on < timezone.localdate(),
    }


@require_safe
def tickets(request: HttpRequest) -> HttpResponse:
    """List the tickets that the reader may see, the newest first."""
    account = reader(request)
    asked, found = _asked(request, account)
    page = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    own = own_supplier(account)
    context = {
        "sections": sections("tickets", account),
        "page": page,
        "rows": [ticket_row(one) for one in page],
        "asked": asked,
        "is_narrowed": any(asked.values()),
        "shows": SHOWS.items(),
        "categories": CATEGORY_WORDS.items(),
        "own": own,
        "may_raise": own is not None and may(account, "raise_ticket", own.scope),
    }
    return render(request, "suppliers/tickets.html", context)


@require_safe
def export_tickets(request: HttpRequest, form: str) -> HttpResponseBase:
    """Return the list of tickets as a file, narrowed as the page is."""
    account = reader(request)
    asked, found = _asked(request, account)
    narrowed = (
        asked["q"], SHOWS.get(asked["show"], ""), CATEGORY_WORDS.get(asked["category"], ""),
        asked["supplier"].title if asked["supplier"] else "",
    )  # fmt: skip
    origin = origin_of(
        request, reverse("suppliers:tickets"), not_figures(both("供应商工单", "Tickets of suppliers")),
        taken_by=account.display_name, narrowed_to=narrowed,
    )  # fmt: skip
    return list_file(
        str(both("工单", "tickets")), form, exports.TICKET_HEADINGS, exports.ticket_rows(found), origin
    )


@require_safe
def ticket(request: HttpRequest, key: int) -> HttpResponse:
    """Show one ticket with everything that was said."""
    account, found, side = readable(request, queries.tickets(), key, "supplier")
    replies = list(found.replies.select_related("said_by__person__key").order_by("pk"))
    names = names_of({one.said_by for one in replies} | ({found.assigned_to} if found.assigned_to else set()))
    is_closed = found.state == TicketState.CLOSED
    context = {
        **ticket_row(found),
        "sections": sections("tickets", account),
        "assigned": names.get(found.assigned_to_id, ""),
        "replies": [
            {
                "reply": one, "side": SIDE_WORDS[one.side], "did": REPLY_WORDS[one.kind], "by": names[one.said_by_id],
                "is_ours": one.side == side,
            }
            for one in replies
        ],
        "reply_form": forms.ReplyForm(),
        "may_reply": not is_closed and may(account, "reply_to_ticket", found.scope),
        "may_close": not is_closed and side == found.side and may(account, "close_ticket", found.scope),
        "may_assign": not is_closed and side == Side.HOUSE and may(account, "assign_ticket", found.scope),
        "may_reopen": is_closed and may(account, "reopen_ticket", found.scope),
        "doors": doors_of(record_type("suppliers.ticket"), found.pk, account, timezone.localdate()),
    }  # fmt: skip
    return render(request, "suppliers/ticket.html", context)


@require_http_methods(READ_AND_WRITE)
def raise_one(request: HttpRequest, key: int) -> HttpResponse:
    """Raise a ticket about a supplier."""
    _, found, _ = actable(request, queries.suppliers(), key, "raise_ticket")
    form = forms.TicketForm(request.POST or None, initial={"due_on": timezone.localdate() + ANSWER_WITHIN})

    def carry_out(said: dict[str, Any], act: Act) -> str:
        made = operations.raise_ticket(
            supplier=found,
            category=said["category"],
            title=said["title"],
            text=said["text"],
            due_on=said["due_on"],
            act=act,
        )
        return ticket_address(made.pk)

    context = about(found, both("提工单", "Raise a ticket"), reverse("suppliers:tickets"))
    return carried_out(request, form, carry_out, both("已提交。", "Raised."), context)


def _said(
    request: HttpRequest,
    key: int,
    operation: str,
    form: Keyed,
    title: Words,
    step: Callable[[Ticket, dict[str, Any], Act], object],
) -> HttpResponse:
    _, found, _ = actable(request, queries.tickets(), key, operation, "supplier")

    def carry_out(said: dict[str, Any], act: Act) -> str:
        step(found, said, act)
        return ticket_address(key)

    context = about(found.supplier, title, ticket_address(key), heading=f"{title} {found.number}")
    return carried_out(request, form, carry_out, both("已登记。", "Noted."), context)


@require_http_methods(READ_AND_WRITE)
def reply(request: HttpRequest, key: int) -> HttpResponse:
    """Say something in a ticket."""
    return _said(
        request, key, "reply_to_ticket", forms.ReplyForm(request.POST or None), both("答复", "Answer"),
        lambda found, said, act: operations.reply_to_ticket(ticket=found, text=said["text"], act=act),
    )  # fmt: skip


@require_http_methods(READ_AND_WRITE)
def close(request: HttpRequest, key: int) -> HttpResponse:
    """Close a ticket."""
    return _said(
        request, key, "close_ticket", forms.ReplyForm(request.POST or None), both("办结", "Close"),
        lambda found, said, act: operations.close_ticket(ticket=found, text=said["text"], act=act),
    )  # fmt: skip


@require_http_methods(READ_AND_WRITE)
def reopen(request: HttpRequest, key: int) -> HttpResponse:
    """Open a ticket again."""
    first = {"due_on": timezone.localdate() + ANSWER_WITHIN}
    return _said(
        request, key, "reopen_ticket", forms.ReopenForm(request.POST or None, initial=first), both("重新打开", "Reopen"),
        lambda found, said, act: operations.reopen_ticket(
            ticket=found, text=said["text"], due_on=said["due_on"], act=act
        ),
    )  # fmt: skip


@require_http_methods(READ_AND_WRITE)
def assign(request: HttpRequest, key: int) -> HttpResponse:
    """Say who sees to a ticket."""
    first = {"due_on": timezone.localdate() + ANSWER_WITHIN}
    return _said(
        request, key, "assign_ticket", forms.AssignForm(request.POST or None, initial=first), both("分派", "Assign"),
        lambda found, said, act: operations.assign_ticket(
            ticket=found, account=said["username"], due_on=said["due_on"], act=act
        ),
    )  # fmt: skip
