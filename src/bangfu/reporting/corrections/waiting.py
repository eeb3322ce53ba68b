"""What corrections say to Today: letters, errata and printings that wait; and which errata were published since."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Min, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from bangfu.foundation.operations import Scope, allows
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import Change, Changed, Wait, Waiting, Words, both, counted
from bangfu.reporting.corrections.models.cases import Case, CaseState
from bangfu.reporting.corrections.queries import cases_for, errata_for, open_duties, published_errata

VIEW = "corrections.view"
ANSWER, APPROVE, DECIDE, SETTLE = (
    f"corrections.{verb}" for verb in ("answer_case", "approve_answer", "approve_erratum", "settle_printing")
)


def letters(account: Account, on: date) -> list[Waiting]:
    """Return the letters of strangers that an account is to answer, and the answers that it is to approve."""
    cases = cases_for(account, on)
    lines = []
    for what, states, narrowed in (
        (both("答复公众来信", "Answer letters of the public"), (CaseState.OPEN, CaseState.RETURNED), ""),
        (both("批准对来信的答复", "Approve answers to letters"), (CaseState.ANSWERED,), "?state=ANSWERED"),
    ):
        chosen = cases.filter(state__in=states)
        found = _counted(chosen, on)
        if found["count"] == 1:
            address = reverse("corrections:case", args=[chosen.values_list("pk", flat=True).get()])
        else:
            address = f"{reverse('corrections:cases')}{narrowed}"
        if found["count"]:
            lines.append(
                Waiting(
                    what=what,
                    count=found["count"],
                    address=address,
                    since=found["oldest"],
                    due_on=found["due"],
                    overdue=found["overdue"],
                )
            )
    return lines


def _counted(cases: QuerySet[Case], on: date) -> dict[str, Any]:
    return cases.order_by().aggregate(
        count=Count("pk"),
        oldest=Min("asked_on"),
        due=Min("due_on"),
        overdue=Count("pk", filter=Q(due_on__lt=on)),
    )


def errata(account: Account, on: date) -> list[Waiting]:
    """Return the errata that an account may decide on, each in a line."""
    return [
        Waiting(
            what=both("更正，待批准", "Erratum, to be decided"),
            count=1,
            address=reverse("corrections:erratum", args=[one.pk]),
            about=Words(one.publication.heading_zh, one.publication.heading_en),
            since=timezone.localdate(one.proposed_at),
        )
        for one in errata_for(account, on)
    ]


def printings(account: Account, on: date) -> list[Waiting]:
    """Return the printings of corrected figures of which nobody has said yet what became of them."""
    duties = open_duties() if allows(account, SETTLE, Scope(), on) else []
    if not duties:
        return []
    return [
        Waiting(
            what=counted(
                "{count} 处刊登待处理",
                "{count} printings to settle",
                "{count} printing to settle",
                count=len(duties),
            ),
            count=len(duties),
            address=f"{reverse('corrections:printings')}?open=1",
            about=both("登过的数字已经更正", "the printed figure was corrected"),
            since=timezone.localdate(min(one.step.taken_at for one in duties)),
        )
    ]


WAITS = (
    Wait("corrections.letter", "file-text", frozenset({ANSWER, APPROVE}), letters),
    Wait("corrections.erratum", "signature", frozenset({DECIDE}), errata),
    Wait("corrections.printing", "printer", frozenset({SETTLE}), printings),
)


def corrected(account: Account, since: datetime, on: date) -> Sequence[Changed]:
    """Return the errata that were published, each in a line; everybody may read them."""
    return [
        Changed(
            what=both("更正第 {number} 号：{heading}", "Erratum {number}: {heading}").filled(
                number=one.number, heading=Words(one.publication.heading_zh, one.publication.heading_en)
            ),
            address=reverse("corrections:erratum", args=[one.erratum_id])
            if allows(account, VIEW, Scope(), on)
            else reverse("corrections:errata"),
            at=one.taken_at,
            is_back=True,
        )
        for one in published_errata().filter(taken_at__gte=since)
    ]


def written(account: Account, since: datetime, on: date) -> Sequence[Changed]:
    """Return how many letters of strangers came in."""
    if not allows(account, VIEW, Scope(), on):
        return []
    count = Case.objects.filter(opened_at__gte=since).count()
    if not count:
        return []
    return [
        Changed(
            what=counted(
                "收到公众来信 {count} 封",
                "{count} letters of the public came in",
                "{count} letter of the public came in",
                count=count,
            ),
            address=reverse("corrections:cases"),
        )
    ]


CHANGES = (
    Change("corrections.corrected", "history", frozenset(), corrected),
    Change("corrections.written", "file-text", frozenset({VIEW}), written),
)
