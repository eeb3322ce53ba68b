"""What others may read of rounds: who sees which, how far they are, and how complete and timely units return."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse

from bangfu.foundation.operations import allows
from bangfu.foundation.organisation.queries import in_granted_units
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import RecordSummary, Words, both
from bangfu.foundation.rounds.models import OWED, STATE_WORDS, Return, ReturnState, Round, Schedule

VIEW = "rounds.view"
HANDED_IN = (ReturnState.RETURNED, ReturnState.ACCEPTED, ReturnState.NIL)


def schedules_seen_by(account: Account, on: date) -> QuerySet[Schedule]:
    """Return the schedules of units in which an account may read rounds, those in use first."""
    found = Schedule.objects.filter(in_granted_units(account, VIEW, on))
    return found.select_related("unit", "responsible__person__key").order_by(
        F("stopped_at").asc(nulls_first=True), "title", "pk"
    )


def rounds_seen_by(account: Account, on: date) -> QuerySet[Round]:
    """Return the rounds that a unit in which an account may read them asks, or is asked by, the newest period first."""
    reach = in_granted_units(account, VIEW, on)
    if reach != Q():  # everything: an empty condition would vanish in a disjunction
        reach |= Q(Exists(Return.objects.filter(reach, round=OuterRef("pk"))))
    return (
        Round.objects.filter(reach)
        .select_related("schedule", "unit")
        .order_by("-ends_on", "schedule__title", "-pk")
    )


def returns_seen_by(account: Account, on: date) -> QuerySet[Return]:
    """Return the returns of the units in which an account may read rounds."""
    return Return.objects.filter(in_granted_units(account, VIEW, on)).select_related(
        "round__schedule", "unit", "returned_by__person__key", "decided_by__person__key"
    )


def may_accept(account: Account, asked: Round, on: date) -> bool:
    """Return whether an account may accept what comes back to a round."""
    return allows(account, "rounds.accept_returns", asked.scope, on)


@dataclass(frozen=True)
class Progress:
    """How many returns of a round are how far."""

    asked: int = 0
    handed_in: int = 0
    nil: int = 0
    to_accept: int = 0
    late: int = 0
    """Handed in after the due day and its grace."""
    overdue: int = 0
    """Still owed after it."""

    @property
    def owed(self) -> int:
        """Not handed in yet, or sent back."""
        return self.asked - self.handed_in


def is_overdue(grace_days: int, on: date) -> Q:
    """Return the condition on a round's returns that they are owed and past their day."""
    return Q(state__in=OWED, due_on__lt=on - timedelta(days=grace_days))


def is_late(grace_days: int) -> Q:
    """Return the condition on a round's returns that they were handed in after their day."""
    return Q(state__in=HANDED_IN, returned_at__date__gt=F("due_on") + timedelta(days=grace_days))


_PROGRESS = """
SELECT asked.id, count(*), count(*) FILTER (WHERE owed.state IN ('RETURNED', 'ACCEPTED', 'NIL')),
       count(*) FILTER (WHERE owed.state = 'NIL'), count(*) FILTER (WHERE owed.state = 'RETURNED'),
       count(*) FILTER (WHERE owed.state IN ('RETURNED', 'ACCEPTED', 'NIL')
                          AND (owed.returned_at AT TIME ZONE %(zone)s)::date > owed.due_on + asked.grace_days),
       count(*) FILTER (WHERE owed.state IN ('WAITING', 'DRAFTED', 'SENT_BACK')
                          AND owed.due_on + asked.grace_days < %(on)s)
  FROM rounds_return owed JOIN rounds_round asked ON asked.id = owed.round_id
 WHERE asked.id = ANY(%(rounds)s) AND owed.unit_id = ANY(%(units)s)
 GROUP BY asked.id
"""


def progress_of(
    rounds: Iterable[Round], on: date, *, units: Collection[int]
) -> dict[int, Progress]:  # by round; absent = none of the units is asked
    """Return how far the returns of these units to these rounds are on a day, in one statement."""
    given = {
        "zone": settings.TIME_ZONE,
        "on": on,
        "rounds": [one.pk for one in rounds],
        "units": list(units),
    }
    return {row[0]: Progress(*row[1:]) for row in _rows(_PROGRESS, given)}


SORTS = {
    "unit": ("unit__path",),
    "state": ("state", "unit__path"),
    "due": ("due_on", "unit__path"),
    "returned": ("returned_at", "unit__path"),
}
TIMING_WORDS = {
    "overdue": both("逾期未报", "Overdue"),
    "late": both("迟报", "Late"),
    "owed": both("未报", "Owed"),
}


@dataclass(frozen=True)
class ReturnFilter:
    """What a round's returns are narrowed to; empty = not narrowed."""

    state: str = ""
    timing: str = ""
    text: str = ""
    """A part of the unit's name or code."""
    sort: str = "unit"
    descending: bool = False

    def apply(self, rows: QuerySet[Return], asked: Round, on: date) -> QuerySet[Return]:
        """Return the returns of a round that pass, in order."""
        if self.state:
            rows = rows.filter(state=self.state)
        if self.timing == "overdue":
            rows = rows.filter(is_overdue(asked.grace_days, on))
        elif self.timing == "late":
            rows = rows.filter(is_late(asked.grace_days))
        elif self.timing == "owed":
            rows = rows.filter(state__in=OWED)
        if self.text:
            rows = rows.filter(
                Q(unit__name_zh__icontains=self.text)
                | Q(unit__name_en__icontains=self.text)
                | Q(unit__code__iexact=self.text)
            )
        keys = SORTS.get(self.sort, SORTS["unit"])
        return rows.order_by(
            *(
                F(key).desc(nulls_last=True) if self.descending else F(key).asc(nulls_last=True)
                for key in keys
            )
        )

    @property
    def is_narrowed(self) -> bool:
        """Whether some returns may be left out."""
        return bool(self.state or self.timing or self.text)

    def words(self) -> str:
        """Return in words what a list is narrowed to."""
        said = [
            str(STATE_WORDS[self.state]) if self.state else "",
            str(TIMING_WORDS[self.timing]) if self.timing else "",
            f"“{self.text}”" if self.text else "",
        ]
        return str(both("，", ", ")).join(part for part in said if part)


@dataclass(frozen=True)
class Timing:
    """Whether one return is late, for a page."""

    words: Words | None
    days: int = 0
    """How many days past its day."""

    @property
    def is_bad(self) -> bool:
        """Whether there is something to say."""
        return self.words is not None


def timing_of(one: Return, asked: Round, on: date) -> Timing:
    """Return whether a return is late or overdue on a day."""
    from django.utils.timezone import localdate

    last = one.due_on + timedelta(days=asked.grace_days)
    if one.is_owed:
        days = (on - last).days
        words = both("逾期 {days} 天", "overdue by {days} days").filled(days=days)
    else:
        days = (localdate(one.returned_at) - last).days if one.returned_at else 0
        words = both("迟报 {days} 天", "late by {days} days").filled(days=days)
    return Timing(words, days) if days > 0 else Timing(None)


@dataclass(frozen=True)
class Timeliness:
    """How completely and timely a unit and those below it return, over the rounds that were due in a stretch."""

    asked: int
    handed_in: int
    """Nil returns are among them."""
    nil: int
    late: int


_TIMELINESS = """
SELECT above.id, count(*), count(*) FILTER (WHERE owed.state IN ('RETURNED', 'ACCEPTED', 'NIL')),
       count(*) FILTER (WHERE owed.state = 'NIL'),
       count(*) FILTER (WHERE owed.state IN ('RETURNED', 'ACCEPTED', 'NIL')
                          AND (owed.returned_at AT TIME ZONE %(zone)s)::date > owed.due_on + asked.grace_days)
  FROM organisation_unit above
  JOIN organisation_unit member ON starts_with(member.path, above.path)
  JOIN rounds_return owed ON owed.unit_id = member.id
  JOIN rounds_round asked ON asked.id = owed.round_id
 WHERE above.id = ANY(%(units)s) AND owed.due_on >= %(first)s AND owed.due_on <= %(last)s
   AND (owed.due_on + asked.grace_days < %(on)s OR owed.state IN ('RETURNED', 'ACCEPTED', 'NIL'))
 GROUP BY above.id
"""


def timeliness_of(
    units: Collection[int], *, first: date, last: date, on: date
) -> dict[int, Timeliness]:  # by unit; absent = nothing was due
    """Return how units and all below them returned what was due between two days, both included, as of a day.

    A return whose day has not come counts once it is handed in.
    """
    given = {"zone": settings.TIME_ZONE, "units": list(units), "first": first, "last": last, "on": on}
    return {row[0]: Timeliness(*row[1:]) for row in _rows(_TIMELINESS, given)}


def _rows(statement: str, given: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return cursor.fetchall()


def return_address(key: int) -> str:
    """Return the page of the return with this key."""
    return reverse("rounds:return", args=[key])


def round_address(key: int) -> str:
    """Return the page of the round with this key."""
    return reverse("rounds:round", args=[key])


def return_summaries(keys: list[int]) -> dict[int, RecordSummary]:
    """Return what the drawer shows of each return, by key; keys that do not exist are absent."""
    found = Return.objects.filter(pk__in=keys).select_related("round__schedule", "unit")
    return {
        one.pk: RecordSummary(
            title=one.round.schedule.title,
            rows=(
                (both("期间", "Period"), str(one.round.period)),
                (both("单位", "Unit"), one.unit.name),
                (both("状态", "State"), str(STATE_WORDS[one.state])),
                (both("截止", "Due"), one.due_on.isoformat()),
            ),
        )
        for one in found
    }


def round_summaries(keys: list[int]) -> dict[int, RecordSummary]:
    """Return what the drawer shows of each round, by key; keys that do not exist are absent."""
    found = (
        Round.objects.filter(pk__in=keys).select_related("schedule", "unit").annotate(asked=Count("returns"))
    )
    return {
        one.pk: RecordSummary(
            title=one.schedule.title,
            rows=(
                (both("期间", "Period"), str(one.period)),
                (both("布置单位", "Asked by"), one.unit.name),
                (both("要求单位", "Units asked"), str(one.asked)),
                (both("截止", "Due"), one.due_on.isoformat()),
            ),
        )
        for one in found
    }
