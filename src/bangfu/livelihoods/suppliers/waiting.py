"""What suppliers say to Today: tickets, proofs, orders to ship, statements, and papers that lapse."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Min, Q
from django.urls import reverse

from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import Wait, Waiting, Words, both
from bangfu.livelihoods.suppliers import queries
from bangfu.livelihoods.suppliers.models import (
    ProofState,
    Side,
    Statement,
    StatementState,
    Ticket,
    TicketState,
)
from bangfu.livelihoods.suppliers.register import SERVE
from bangfu.livelihoods.suppliers.sides import reads_whole_scopes, suppliers_read
from bangfu.livelihoods.suppliers.toship import lines_to_ship, oldest_paid

SHIP_WITHIN = timedelta(days=2)
"""Within which a paid order is to be shipped: the room's own choice, as shops on platforms have it."""


def _within(account: Account, on: date) -> Any:
    return suppliers_read(account, on).values("pk")


def _waiting(what: Words, found: Any, due: str, page: str, on: date, query: str = "") -> list[Waiting]:
    sums = found.order_by().aggregate(
        count=Count("pk", distinct=True),
        first=Min(due),
        late=Count("pk", filter=Q(**{f"{due}__lt": on}), distinct=True),
    )
    if not sums["count"]:
        return []
    address = reverse(f"suppliers:{page}") + query
    return [
        Waiting(what=what, count=sums["count"], address=address, due_on=sums["first"], overdue=sums["late"])
    ]


def to_answer(account: Account, on: date) -> list[Waiting]:
    """Return how many tickets wait for the account's side: open ones of the other, answered ones of its own."""
    side, other = (
        (Side.HOUSE, Side.SUPPLIER) if reads_whole_scopes(account, on) else (Side.SUPPLIER, Side.HOUSE)
    )
    waits = Q(side=other, state=TicketState.OPEN) | Q(side=side, state=TicketState.ANSWERED)
    mine = Q(assigned_to__isnull=True) | Q(assigned_to=account) if side == Side.HOUSE else Q()
    found = Ticket.objects.filter(waits, mine, supplier__in=_within(account, on))
    what = both("答复或办结供应商工单", "Answer or close tickets of suppliers")
    return _waiting(what, found, "due_on", "tickets", on, "?show=mine")


def to_prove(account: Account, on: date) -> list[Waiting]:
    """Return what of checklists waits: proof to be handed in by suppliers, proof to be verified by the office."""
    found: Any = queries.items(on).filter(supply__supplier__in=_within(account, on))
    if reads_whole_scopes(account, on):
        waits = found.filter(proofs__state=ProofState.HANDED_IN).exclude(proofs__handed_in_by=account)
        what = both("核验上架资料", "Verify papers of products")
        lines = _waiting(what, waits, "due_on", "checklist", on, "?show=waits")
        missing = found.filter(is_proved=False, waits=False, assigned_to=account)
    else:
        lines = []
        missing = found.filter(is_proved=False, waits=False)
    what = both("补交上架资料", "Hand in papers of products")
    lines += _waiting(what, missing, "due_on", "checklist", on, "?show=gaps")
    lapsing = queries.shown(found, "lapsing", on)
    what = both("上架资料快到期，换新的", "Papers of products that lapse: renew them")
    return lines + _waiting(what, lapsing, "lapses_on", "checklist", on, "?show=lapsing")


def to_ship(account: Account, on: date) -> list[Waiting]:
    """Return how many orders the supplier of the account's seat has to ship; the office sees its suppliers' on their pages."""
    if reads_whole_scopes(account, on):
        return []
    own = suppliers_read(account, on).first()
    lines = lines_to_ship([own.pk]) if own is not None else []
    since = oldest_paid(lines)
    if own is None or since is None:
        return []
    return [
        Waiting(
            what=both("发货", "Ship orders"),
            count=len({one.order for one in lines}),
            address=reverse("suppliers:ship", args=[own.pk]),
            since=since,
            due_on=since + SHIP_WITHIN,
            overdue=len({one.order for one in lines if one.paid_at.date() + SHIP_WITHIN < on}),
        )
    ]


def to_settle(account: Account, on: date) -> list[Waiting]:
    """Return how many statements wait for the account's side."""
    if reads_whole_scopes(account, on):
        states: tuple[str, ...] = (StatementState.OBJECTED, StatementState.CONFIRMED)
        what = both("答复异议或付款", "Answer objections to statements, or pay them")
    else:
        states = (StatementState.ISSUED,)
        what = both("确认结算单", "Confirm statements")
    found = Statement.objects.filter(state__in=states, supplier__in=_within(account, on))
    count = found.count()
    if not count:
        return []
    first = found.order_by("issued_at").values_list("issued_at", flat=True)[0]
    return [
        Waiting(
            what=what, count=count, address=reverse("suppliers:statements") + "?show=open", since=first.date()
        )
    ]


WAITS = (
    Wait("suppliers.tickets", "info-circle", frozenset({SERVE}), to_answer),
    Wait("suppliers.papers", "file-text", frozenset({SERVE}), to_prove),
    Wait("suppliers.orders", "list", frozenset({SERVE}), to_ship),
    Wait("suppliers.statements", "signature", frozenset({SERVE}), to_settle),
)
