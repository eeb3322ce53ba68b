"""What rounds say to Today: returns that are due from one's units, returns to accept, rounds to unlock."""

from __future__ import annotations

from datetime import date

from django.db.models import Count, DateField, ExpressionWrapper, F, Min, Q, Value
from django.urls import reverse
from django.utils import timezone

from bangfu.foundation.organisation.queries import in_granted_units
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import Wait, Waiting, both
from bangfu.foundation.rounds.models import OWED, Return, ReturnState, Round, Unlocking

SHOWN = 6


def to_return(account: Account, on: date) -> list[Waiting]:
    """Return the returns that an account's units owe to open rounds, a line for each round."""
    last = ExpressionWrapper(Value(on) - F("round__grace_days"), DateField())
    owed = Return.objects.filter(
        in_granted_units(account, "rounds.submit_return", on), state__in=OWED, round__state=Round.State.OPEN
    )
    rows = (
        owed.order_by()
        .values("round")
        .annotate(
            count=Count("pk"),
            due=Min("due_on"),
            one=Min("pk"),
            late=Count("pk", filter=Q(due_on__lt=last)),
        )
        .order_by("due", "round")[:SHOWN]
    )
    rounds = Round.objects.select_related("schedule").in_bulk([row["round"] for row in rows])
    found = []
    for row in rows:
        asked = rounds[row["round"]]
        address = (
            reverse("rounds:return", args=[row["one"]])
            if row["count"] == 1
            else f"{reverse('rounds:round', args=[asked.pk])}?timing=owed"
        )
        found.append(
            Waiting(
                what=both("报送{title}", "Return {title}").filled(title=asked.schedule.title),
                count=row["count"],
                address=address,
                about=asked.period,
                since=asked.ends_on if asked.ends_on <= on else None,
                due_on=row["due"],
                overdue=row["late"],
            )
        )
    return found


def to_accept(account: Account, on: date) -> list[Waiting]:
    """Return what came back to the rounds of the units in which an account accepts, a line for each round."""
    rounds = in_granted_units(account, "rounds.accept_returns", on, "round__unit_id")
    handed_in = Return.objects.filter(rounds, state=ReturnState.RETURNED, round__state=Round.State.OPEN)
    rows = (
        handed_in.exclude(returned_by=account)
        .order_by()
        .values("round")
        .annotate(count=Count("pk"), oldest=Min("returned_at"))
        .order_by("oldest", "round")[:SHOWN]
    )
    known = Round.objects.select_related("schedule").in_bulk([row["round"] for row in rows])
    return [
        Waiting(
            what=both("接收{title}", "Accept {title}").filled(title=known[row["round"]].schedule.title),
            count=row["count"],
            address=f"{reverse('rounds:round', args=[row['round']])}?state={ReturnState.RETURNED}",
            about=known[row["round"]].period,
            since=timezone.localdate(row["oldest"]),
        )
        for row in rows
    ]


def to_unlock(account: Account, on: date) -> list[Waiting]:
    """Return the rounds that another person asked to unlock and that an account may unlock."""
    asked = Unlocking.objects.filter(
        in_granted_units(account, "rounds.unlock_round", on, "round__unit_id"), unlocked_at=None
    ).exclude(asked_by=account)
    return [
        Waiting(
            what=both("同意解锁{title}", "Unlock {title}").filled(title=one.round.schedule.title),
            count=1,
            address=reverse("rounds:round", args=[one.round_id]),
            about=one.round.period,
            since=timezone.localdate(one.asked_at),
        )
        for one in asked.select_related("round__schedule").order_by("asked_at")[:SHOWN]
    ]


WAITS = (
    Wait("rounds.return", "calendar", frozenset({"rounds.submit_return"}), to_return),
    Wait("rounds.accept", "check", frozenset({"rounds.accept_returns"}), to_accept),
    Wait("rounds.unlock", "lock", frozenset({"rounds.unlock_round"}), to_unlock),
)
