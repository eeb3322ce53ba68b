"""What projects say to Today: approvals that wait for somebody else, and checks of what was built."""

from __future__ import annotations

from datetime import date

from django.db.models import Count, Min
from django.urls import reverse

from bangfu.foundation.operations import granted_units
from bangfu.foundation.organisation.queries import within_grants
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import Wait, Waiting, both
from bangfu.livelihoods.projects import queries
from bangfu.livelihoods.projects.models import Project, State

APPROVE, CHECK = "projects.approve_project", "projects.record_check"


def to_approve(account: Account, on: date) -> list[Waiting]:
    """Return how many projects of the library an account may approve that somebody else entered."""
    if not granted_units(account, APPROVE, on):
        return []
    asked = Project.objects.filter(within_grants(account, APPROVE, on), state=State.LIBRARY)
    found = asked.exclude(entered_by=account.pk).aggregate(count=Count("pk"), first=Min("steps__taken_on"))
    if not found["count"]:
        return []
    what = both("批复入库的项目", "Approve projects of the library")
    address = f"{reverse('projects:projects')}?state={State.LIBRARY}"
    count = asked.exclude(entered_by=account.pk).count()
    return [Waiting(what=what, count=count, address=address, since=found["first"])]


def to_check(account: Account, on: date) -> list[Waiting]:
    """Return how many checks are due of projects in which an account may record them."""
    if not granted_units(account, CHECK, on):
        return []
    due = queries.due_checks(Project.objects.filter(within_grants(account, CHECK, on)), on)
    if not due:
        return []
    return [
        Waiting(
            what=both("检查建成项目是否在用", "Look whether what was built is still used"),
            count=len(due),
            address=reverse("projects:checks"),
            since=due[0].due_on,
            due_on=due[0].due_on,
            overdue=sum(one.days_late(on) > 0 for one in due),
        )
    ]


WAITS = (
    Wait("projects.approval", "signature", frozenset({APPROVE}), to_approve),
    Wait("projects.check", "eye-check", frozenset({CHECK}), to_check),
)
