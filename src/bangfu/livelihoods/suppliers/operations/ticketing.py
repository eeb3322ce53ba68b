"""Tickets: raised by either side, assigned, answered, closed by the side that raised them, and opened again."""

from __future__ import annotations

from datetime import date

from bangfu.foundation.intake.reported.reportable import has_identity_number
from bangfu.foundation.operations import Act, Refusal, operation, scope_of
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import both
from bangfu.livelihoods.suppliers.models import (
    SIDE_WORDS,
    Category,
    Reply,
    ReplyKind,
    Side,
    Supplier,
    Ticket,
    TicketState,
)
from bangfu.livelihoods.suppliers.sides import require_side, side_of


class UnableToAnswer(Refusal):
    """Codes: ``unknown_category``, ``words_missing``, ``identity_number``, ``due_in_the_past``, ``closed_already``,
    ``not_closed``, ``other_side_closes``, ``not_of_the_house``."""

    sentences = {
        "unknown_category": both("请选类别。", "Choose what it is about."),
        "words_missing": both("请写清楚。", "Say it in words."),
        "identity_number": both(
            "这里含有身份证号码，不能登记。请删去。",
            "This holds an identity number and cannot be entered. Take it out.",
        ),
        "due_in_the_past": both("答复期限早于今天。", "The day by which it is due lies before today."),
        "closed_already": both(
            "工单已办结。请先重新打开。", "The ticket is closed. Reopen it first."
        ),
        "not_closed": both("工单还没有办结。", "The ticket is not closed."),
        "other_side_closes": both(
            "这张工单是{side}提的，由{side}办结。请答复后等对方确认。",
            "It was raised by the other side ({side}), which closes it. Answer, and wait for that.",
        ),
        "not_of_the_house": both(
            "只能派给能看到这家供应商的帮扶单位人员。",
            "It can be assigned to people of the office alone who may read this supplier.",
        ),
    }  # fmt: skip


def _checked(text: str) -> str:
    if not text.strip():
        raise UnableToAnswer("words_missing")
    if has_identity_number(text):
        raise UnableToAnswer("identity_number")
    return text.strip()


def _locked(ticket: Ticket) -> Ticket:
    found = Ticket.objects.select_for_update(of=("self",)).select_related("supplier")
    return found.get(pk=ticket.pk)


def _write(ticket: Ticket, side: str, kind: str, text: str, act: Act) -> Reply:
    return Reply.objects.create(
        ticket=ticket, side=side, kind=kind, text=text, said_at=act.at, said_by=act.actor
    )


@operation("suppliers.raise_ticket", scope=scope_of("supplier"))
def raise_ticket(
    *, supplier: Supplier, category: str, title: str, text: str, due_on: date, act: Act
) -> Ticket:
    """Raise a question or problem, of the supplier or put to it; the side of the actor is the ticket's.

    Raises: UnableToAnswer: see its codes; nothing was written.
    """
    side = require_side(supplier, act=act)
    if category not in Category.values:
        raise UnableToAnswer("unknown_category")
    if due_on < act.on:
        raise UnableToAnswer("due_in_the_past")
    ticket = Ticket.objects.create(
        supplier=supplier, category=category, title=_checked(title), side=side, raised_at=act.at,
        raised_by=act.actor, due_on=due_on,
    )  # fmt: skip
    _write(ticket, side, ReplyKind.SAID, _checked(text), act)
    return ticket


@operation("suppliers.assign_ticket", scope=scope_of("ticket"))
def assign_ticket(*, ticket: Ticket, account: Account, due_on: date, act: Act) -> Ticket:
    """Say who of the office sees to a ticket, and by when.

    Raises: UnableToAnswer: ``closed_already``, ``not_of_the_house``; nothing was written.
    Locks: the ticket.
    """
    now = _locked(ticket)
    if now.state == TicketState.CLOSED:
        raise UnableToAnswer("closed_already")
    if side_of(account, now.supplier, act.on) != Side.HOUSE:
        raise UnableToAnswer("not_of_the_house")
    now.assigned_to, now.due_on = account, due_on
    now.save(update_fields=["assigned_to", "due_on"])
    return now


@operation("suppliers.reply_to_ticket", scope=scope_of("ticket"))
def reply_to_ticket(*, ticket: Ticket, text: str, act: Act) -> Reply:
    """Say something in a ticket; what the other side than the raiser says answers it, what the raiser says opens it anew.

    Raises: UnableToAnswer: see its codes; nothing was written.
    Locks: the ticket.
    """
    now = _locked(ticket)
    side = require_side(now.supplier, act=act)
    if now.state == TicketState.CLOSED:
        raise UnableToAnswer("closed_already")
    said = _checked(text)
    now.state = TicketState.OPEN if side == now.side else TicketState.ANSWERED
    now.save(update_fields=["state"])
    return _write(now, side, ReplyKind.SAID, said, act)


@operation("suppliers.close_ticket", scope=scope_of("ticket"))
def close_ticket(*, ticket: Ticket, text: str, act: Act) -> Reply:
    """Close a ticket: only the side that raised it says that it is done.

    Raises: UnableToAnswer: see its codes; nothing was written.
    Locks: the ticket.
    """
    now = _locked(ticket)
    side = require_side(now.supplier, act=act)
    if now.state == TicketState.CLOSED:
        raise UnableToAnswer("closed_already")
    if side != now.side:
        raise UnableToAnswer("other_side_closes", side=SIDE_WORDS[now.side])
    said = _checked(text)
    now.state = TicketState.CLOSED
    now.save(update_fields=["state"])
    return _write(now, side, ReplyKind.CLOSED, said, act)


@operation("suppliers.reopen_ticket", scope=scope_of("ticket"))
def reopen_ticket(*, ticket: Ticket, text: str, due_on: date, act: Act) -> Reply:
    """Open a closed ticket again, saying why; either side may.

    Raises: UnableToAnswer: see its codes; nothing was written.
    Locks: the ticket.
    """
    now = _locked(ticket)
    side = require_side(now.supplier, act=act)
    if now.state != TicketState.CLOSED:
        raise UnableToAnswer("not_closed")
    if due_on < act.on:
        raise UnableToAnswer("due_in_the_past")
    said = _checked(text)
    now.state, now.due_on = TicketState.OPEN, due_on
    now.save(update_fields=["state", "due_on"])
    return _write(now, side, ReplyKind.REOPENED, said, act)
