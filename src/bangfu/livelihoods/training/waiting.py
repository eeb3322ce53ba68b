"""What training says to Today: completions to be followed up."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Count, F, Min, Q
from django.urls import reverse

from bangfu.foundation.organisation.queries import in_granted_units, within_grants
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import Wait, Waiting, both
from bangfu.livelihoods.training.following import due_on, last_day_due, overdue_before, overdue_from
from bangfu.livelihoods.training.queries import asked_after

RECORD = "training.record_follow_up"


def to_follow_up(account: Account, on: date) -> list[Waiting]:
    """Return how many completions are due to be followed up by an account and were not yet."""
    asked = asked_after(in_granted_units(account, RECORD, on, "course__unit_id"), on).annotate(
        unit_id=F("course__unit_id")
    )
    late = last_day_due(overdue_before(on)) + timedelta(days=1)
    found = (
        asked.filter(within_grants(account, RECORD, on), answered__isnull=True)
        .order_by()
        .aggregate(
            count=Count("pk"),
            first=Min("course__ends_on"),
            overdue=Count("pk", filter=Q(course__ends_on__lte=late)),
        )
    )
    if not found["count"]:
        return []
    last_day = found["first"] - timedelta(days=1)
    return [
        Waiting(
            what=both("回访结业学员", "Follow up attendees"),
            count=found["count"],
            address=f"{reverse('training:follow_ups')}?show=due",
            since=due_on(last_day),
            due_on=overdue_from(last_day),
            overdue=found["overdue"],
        )
    ]


WAITS = (Wait("training.follow_up", "users", frozenset({RECORD}), to_follow_up),)
