"""What the calendar does each day as a system of its own: opens rounds whose periods are over, and reminds."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils import timezone

from bangfu.foundation.operations import Act, Refusal, progress
from bangfu.foundation.organisation.founding import appoint_system
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.systems import named_system
from bangfu.foundation.rooms import both
from bangfu.foundation.rounds.models import OWED, Chase, Return, Round, Schedule
from bangfu.foundation.rounds.operations import UnableToOpenRound, open_round, remind_round
from bangfu.foundation.rounds.periods import ended_periods

USERNAME, ROLE = "rounds-calendar", "calendar"
TITLE = named_system(both("报送日历", "Calendar of rounds"))
OPENING = both("开启各期报送", "opening rounds")


def calendar_account(*, on: date) -> Account:
    """Return the system account that opens and reminds; the first call appoints it over the whole house from the day on."""
    known = Account.objects.filter(username=USERNAME).first()
    return known or appoint_system(username=USERNAME, title=TITLE.zh, role=ROLE, on=on)


def due_to_open(on: date) -> list[tuple[Schedule, date]]:
    """Return the schedules in use with the first days of their periods that are over on a day and were not opened."""
    opened = set(Round.objects.filter(schedule__stopped_at=None).values_list("schedule", "starts_on"))
    found = []
    for schedule in Schedule.objects.filter(stopped_at=None).select_related("unit").order_by("pk"):
        periods = ended_periods(schedule.every, schedule.starts_on, schedule.ends_on, on)
        found += [(schedule, first) for first in periods if (schedule.pk, first) not in opened]
    return found


def due_to_remind(on: date) -> list[tuple[Round, str]]:
    """Return the open rounds of which units that owe are to be reminded on a day, and why."""
    owing = Return.objects.filter(state__in=OWED).values("round")
    rounds = Round.objects.filter(state=Round.State.OPEN, pk__in=owing).select_related("schedule", "unit")
    reminded = set(Chase.objects.filter(round__in=rounds.values("pk")).values_list("round", "kind"))
    found = []
    for one in rounds.order_by("pk"):
        begins = one.due_on - timedelta(days=one.schedule.remind_days)
        kind = Chase.Kind.AFTER if on > one.due_on else Chase.Kind.BEFORE
        if on >= begins and (one.pk, kind) not in reminded:
            found.append((one, str(kind)))
    return found


def run_daily(now: datetime) -> tuple[int, int]:
    """Open every round that is due and remind whoever is to be, each in an operation of its own; return how many of each.

    A schedule that asks nobody any more opens nothing; the others go on.
    """
    on = timezone.localdate(now)
    act = Act(actor=calendar_account(on=on), at=now)
    opened = reminded = 0
    waiting = due_to_open(on)
    for number, (schedule, first) in enumerate(waiting):
        progress(OPENING, done=number, of=len(waiting))
        try:
            open_round(schedule=schedule, starts_on=first, act=act)
        except UnableToOpenRound:
            continue
        opened += 1
    for one, kind in due_to_remind(on):
        try:
            remind_round(round=one, kind=kind, act=act)
        except Refusal:
            continue
        reminded += 1
    return opened, reminded
