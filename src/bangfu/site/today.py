"""Today: what a reader must do, how the reader's units stand, and what became different, each in the order of the reader's role.

What waits and what happened is asked of every room through the register; see ``foundation/rooms/waiting``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from time import time as time_now

from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from bangfu.foundation.accounts.models import SignIn
from bangfu.foundation.operations import NotPermitted
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.organisation.queries import grants_of, permissions_of, root_unit
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import Changed, Waiting, Words, both, changes, counted, waits
from bangfu.foundation.rooms.moments import read_moment
from bangfu.foundation.rooms.working_days import is_working
from bangfu.reporting.access import own_corner
from bangfu.reporting.corrections.queries import rule_on
from bangfu.reporting.dashboard.changed import Movements, movements_since
from bangfu.reporting.dashboard.standing import UnitStanding, standing_of_corner
from bangfu.reporting.room import VIEW

DO, UNITS, CHANGED, ROOMS = "do", "units", "changed", "rooms"
FACES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("officer", (DO, UNITS, CHANGED)),
    ("verifier", (DO, CHANGED, UNITS)),
    ("accountant", (DO, CHANGED)),
    ("clerk", (DO, CHANGED, UNITS, ROOMS)),
    ("county_official", (DO, CHANGED, ROOMS)),
    ("auditor", (CHANGED, DO, UNITS)),
    ("security_administrator", (DO, CHANGED, ROOMS)),
    ("administrator", (DO, CHANGED, ROOMS)),
    ("reader", (UNITS, CHANGED, DO)),
)
"""Which parts a role reads, in which order: of several roles that of the first. Whoever does the work sees the work first, who
leads the units, who audits what moved."""
USUAL = (DO, CHANGED, ROOMS)
"""Of a role that none of these is."""

COUNTED_FOR_S = 30
"""How long the number beside the menu's entry is kept; whoever acts, and whoever reads Today, has it counted anew."""
ACTED = "bangfu_acted"
"""The cookie that says when its browser changed something last: any process then knows that an older count is over."""
LONGEST_REST = 31
"""Days that are looked back for a working day."""
SINCE_END, SINCE_DAY, SINCE_WEEK, SINCE_VISIT = "evening", "workday", "week", "visit"
UNITS_SHOWN = 9
"""The reader's own unit, and eight below it."""


@dataclass(frozen=True)
class Task:
    """One line of what is to be done."""

    waiting: Waiting
    icon: str
    on: date

    @property
    def is_late(self) -> bool:
        """Whether one of them is past its day."""
        return self.waiting.overdue > 0

    @property
    def when(self) -> Words | None:
        """How late it is, when it is due, or how long it has waited; null when it is of today."""
        one = self.waiting
        if one.due_on is not None and one.overdue:
            late = (self.on - one.due_on).days
            if one.count == 1:
                return counted("逾期 {count} 天", "{count} days late", "{count} day late", count=late)
            return counted(
                "逾期 {late} 项，最久 {count} 天",
                "{late} late, by up to {count} days",
                "{late} late, by {count} day",
                count=late,
                late=one.overdue,
            )
        if one.due_on is not None:
            days = (one.due_on - self.on).days
            if days == 0:
                return both("今天到期", "due today")
            return both("{day} 到期", "due {day}").filled(day=one.due_on.isoformat())
        days = 0 if one.since is None else (self.on - one.since).days
        return (
            counted("等了 {count} 天", "for {count} days", "for {count} day", count=days)
            if days > 0
            else None
        )


def tasks_of(account: Account, on: date) -> list[Task]:
    """Return what waits for an account from every room: what is overdue first, then by due day, then the longest waiting."""
    held = permissions_of(account, on)
    found = [
        Task(line, wait.icon, on)
        for wait in waits()
        if account.is_active and (not wait.permissions or wait.permissions & held)
        for line in wait.lines(account, on)
    ]
    return sorted(found, key=lambda one: one.waiting.urgency)


@dataclass(frozen=True)
class Told:
    """One line of what became different."""

    changed: Changed
    icon: str


def told_since(account: Account, since: datetime, on: date) -> list[Told]:
    """Return what happened in every room since a moment, as an account may see it, in the order of the rooms."""
    held = permissions_of(account, on)
    return [
        Told(line, change.icon)
        for change in changes()
        if not change.permissions or change.permissions & held
        for line in change.lines(account, since, on)
    ]


def sections_of(account: Account, on: date) -> tuple[str, ...]:
    """Return the parts that an account reads, in the order of its role."""
    held = {grant.role for grant in grants_of(account, on)}
    return next((parts for role, parts in FACES if role in held), USUAL)


def last_working_day(on: date) -> date:
    """Return the last working day before a day, by the office's own calendar."""
    rule, day = rule_on(on), on - timedelta(days=1)
    for _ in range(LONGEST_REST):
        if is_working(day, rule.rest_days, rule.made_up_days):
            break
        day -= timedelta(days=1)
    return day


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def last_visit(account: Account) -> datetime | None:
    """Return when an account signed in before it signed in last; null at its first visit."""
    rows = SignIn.objects.filter(account=account, kind=SignIn.Kind.SIGNED_IN).order_by("-recorded_at", "-id")
    return rows.values_list("recorded_at", flat=True)[1:2].first()


@dataclass(frozen=True)
class Since:
    """From when on changes are told."""

    code: str
    """As an address names it: one of four, or a day."""
    moment: datetime
    choices: tuple[tuple[str, Words], ...]

    @property
    def words(self) -> Words:
        """The moment in words."""
        local = timezone.localtime(self.moment)
        text = (
            local.strftime("%Y-%m-%d")
            if (local.hour, local.minute) == (0, 0)
            else local.strftime("%Y-%m-%d %H:%M")
        )
        return both("{when} 以来", "since {when}").filled(when=text)


def since_asked(account: Account, text: str, on: date) -> Since:
    """Return from when on changes are told: the last working day's end or begin, a week, the last visit, or a chosen day.

    Unasked it is the last working day's begin: whoever comes in the morning reads what others did the day before.
    """
    visit = last_visit(account)
    day = last_working_day(on)
    moments = {
        SINCE_END: _midnight(day + timedelta(days=1)),
        SINCE_DAY: _midnight(day),
        SINCE_WEEK: _midnight(on - timedelta(days=7)),
    }
    choices = [
        (SINCE_END, both("上个工作日结束后", "After the last working day")),
        (SINCE_DAY, both("上个工作日起", "From the last working day")),
        (SINCE_WEEK, both("一周", "A week")),
    ]
    if visit is not None:
        moments[SINCE_VISIT] = visit
        choices.append((SINCE_VISIT, both("上次登录", "Last visit")))
    chosen = None if text in moments else read_moment(text)
    if chosen is not None and chosen <= timezone.now():
        return Since(timezone.localdate(chosen).isoformat(), chosen, tuple(choices))
    code = text if text in moments else SINCE_DAY
    return Since(code, moments[code], tuple(choices))


def units_of(account: Account, on: date) -> list[UnitStanding]:
    """Return how the reader's unit and those below it stand; empty for whoever reads figures of a place alone, or none."""
    try:
        unit, place = own_corner(account, on)
    except NotPermitted:
        return []
    root: Unit | None = unit or root_unit()
    if place is not None or root is None:
        return []
    return standing_of_corner(account, root, on)


def moved_since(account: Account, since: datetime, on: date) -> Movements | None:
    """Return which figures moved since a moment; null for whoever reads no figures."""
    return movements_since(account, since, on) if VIEW in permissions_of(account, on) else None


def _counter(account: Account) -> str:
    return f"today:{connection.settings_dict['NAME']}:{account.pk}"


def keep_count(account: Account, tasks: Sequence[Task]) -> int:
    """Keep how many things wait for an account, for the menu, and return it."""
    count = sum(one.waiting.count for one in tasks)
    cache.set(_counter(account), (count, time_now()), COUNTED_FOR_S)
    return count


def known_count(account: Account, acted_at: float) -> int | None:
    """Return how many things waited for an account when it was counted last; null when that is too long ago.

    Args:
        acted_at: when its browser changed something last, in seconds since 1970; what was counted before is over.
    """
    count, counted_at = cache.get(_counter(account)) or (None, 0.0)
    return count if counted_at > acted_at else None


def acted_at(cookies: Mapping[str, str]) -> float:
    """Return when a browser changed something last, in seconds since 1970; 0 where it does not say."""
    try:
        said = float(cookies.get(ACTED, "0"))
    except ValueError:
        return 0.0
    return said if math.isfinite(said) else 0.0


def waiting_count(account: Account, on: date, acted_at: float) -> int:
    """Return how many things wait for an account, counted anew after each of its own acts, else twice a minute."""
    known = known_count(account, acted_at)
    return keep_count(account, tasks_of(account, on)) if known is None else known
