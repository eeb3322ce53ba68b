"""What pairings say to Today: proposed ones to submit, and those whose agreed term is over and that nobody ended."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils import timezone

from bangfu.coordination.pairing.models import PairingState
from bangfu.coordination.pairing.queries import pairings
from bangfu.foundation.organisation.queries import within_grants
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import Wait, Waiting, both

END, SUBMIT = "pairing.end_pairing", "pairing.submit_pairing"
TOLD_BEFORE = timedelta(days=30)
"""How long before its agreed end a pairing is spoken of."""


def terms_ending(account: Account, on: date) -> list[Waiting]:
    """Return the pairings in force whose agreed term ends within a month or is over, and that an account may end."""
    last = on + TOLD_BEFORE
    found = (
        pairings()
        .filter(
            within_grants(account, END, on),
            state=PairingState.ACTIVE,  # type: ignore[misc]
            agreed_until__lte=last,
        )
        .aggregate(
            count=Count("pk"), due=Min("agreed_until"), overdue=Count("pk", filter=Q(agreed_until__lte=on))
        )
    )
    if not found["count"]:
        return []
    return [
        Waiting(
            what=both("结对期满：续期、交接或结束", "Pairings at their term: renew, hand over or end"),
            count=found["count"],
            address=f"{reverse('pairing:pairings')}?state={PairingState.ACTIVE}&term_by={last.isoformat()}",
            due_on=found["due"],
            overdue=found["overdue"],
        )
    ]


def to_submit(account: Account, on: date) -> list[Waiting]:
    """Return the pairings that an account proposed and has still to submit."""
    found = (
        pairings()
        .filter(
            within_grants(account, SUBMIT, on),
            state=PairingState.PROPOSED,  # type: ignore[misc]
            registered_by=account,
        )
        .aggregate(count=Count("pk"), oldest=Min("registered_at"))
    )
    if not found["count"]:
        return []
    return [
        Waiting(
            what=both("提交拟定的结对", "Submit proposed pairings"),
            count=found["count"],
            address=f"{reverse('pairing:pairings')}?state={PairingState.PROPOSED}",
            since=timezone.localdate(found["oldest"]),
        )
    ]


WAITS = (
    Wait("pairing.term", "heart-handshake", frozenset({END}), terms_ending),
    Wait("pairing.proposal", "heart-handshake", frozenset({SUBMIT}), to_submit),
)
