"""What findings say to Today: those to answer, to decide on and to assign; and what was raised and closed since."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime

from django.db.models import Count, Max, Min, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from bangfu.foundation.findings.models import CLOSED, FindingState
from bangfu.foundation.findings.queries import (
    TO_DO_ANSWER,
    TO_DO_ASSIGN,
    TO_DO_DECIDE,
    VIEW,
    findings_in_reach,
    waiting_for,
)
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import Change, Changed, Wait, Waiting, Words, both, counted
from bangfu.foundation.rooms.moments import write_moment


def _lines(what: Words, part: str) -> Callable[[Account, date], Sequence[Waiting]]:
    def lines(account: Account, on: date) -> list[Waiting]:
        """Return what an account has to do with findings of one kind, in one line."""
        found = (
            waiting_for(account, on, only=part)
            .order_by()
            .aggregate(
                count=Count("pk"),
                oldest=Min("raised_at"),
                due=Min("due_on"),
                overdue=Count("pk", filter=Q(due_on__lt=on)),
                high=Count("pk", filter=Q(severity="HIGH")),
            )
        )
        if not found["count"]:
            return []
        high = found["high"]
        return [
            Waiting(
                what=what,
                count=found["count"],
                address=f"{reverse('findings:findings')}?{urlencode({'view': part, 'sort': 'due'})}",
                about=both("其中重大 {high}", "{high} of them high").filled(high=high) if high else None,
                since=timezone.localdate(found["oldest"]),
                due_on=found["due"],
                overdue=found["overdue"],
            )
        ]

    return lines


WAITS = (
    Wait(
        "findings.answer",
        "alert-triangle",
        frozenset({"findings.answer_finding"}),
        _lines(both("答复疑点", "Answer findings"), TO_DO_ANSWER),
    ),
    Wait(
        "findings.decide",
        "eye-check",
        frozenset({"findings.accept_answer"}),
        _lines(both("复核疑点的答复", "Decide on answers to findings"), TO_DO_DECIDE),
    ),
    Wait(
        "findings.assign",
        "alert-triangle",
        frozenset({"findings.assign_finding"}),
        _lines(both("分派疑点", "Assign findings"), TO_DO_ASSIGN),
    ),
)


def happened(account: Account, since: datetime, on: date) -> Sequence[Changed]:
    """Return how many findings were raised and closed, of those that an account may read."""
    reach = findings_in_reach(account, on)
    raised = reach.filter(raised_at__gte=since).aggregate(count=Count("pk"), last=Max("raised_at"))
    closed = reach.filter(state__in=CLOSED, decided_at__gte=since).aggregate(
        count=Count("pk"),
        dismissed=Count("pk", filter=Q(state=FindingState.DISMISSED)),
        last=Max("decided_at"),
    )
    moment, lines = write_moment(since), []
    if raised["count"]:
        lines.append(
            Changed(
                what=counted(
                    "提出疑点 {count} 个",
                    "{count} findings raised",
                    "{count} finding raised",
                    count=raised["count"],
                ),
                address=_list({"view": "all", "raised_from": moment}),
                at=raised["last"],
                is_back=True,
            )
        )
    if closed["count"]:
        lines.append(
            Changed(
                what=counted(
                    "办结疑点 {count} 个，其中排除 {dismissed} 个",
                    "{count} findings closed, {dismissed} of them dismissed",
                    "{count} finding closed, {dismissed} of them dismissed",
                    count=closed["count"],
                    dismissed=closed["dismissed"],
                ),
                address=_list({"view": "all", "closed_from": moment}),
                at=closed["last"],
            )
        )
    return lines


def _list(asked: dict[str, str]) -> str:
    return f"{reverse('findings:findings')}?{urlencode(asked)}"


CHANGES = (Change("findings.happened", "alert-triangle", frozenset({VIEW}), happened),)
