"""Once a night, everybody for whom something waits too long is reminded: in one notice, however much it is."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.utils import timezone

from bangfu.foundation.notices.kinds import WAITS
from bangfu.foundation.notices.models import Notice
from bangfu.foundation.notices.notifying import notify_by_house
from bangfu.foundation.operations import granted_units
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import Waiting, Words, both, waits

LONG = timedelta(days=7)
"""What has waited longer is told again; what is overdue, or due by the morrow, is told at once."""
MOST_SAID = 5
AGAIN_AFTER = timedelta(days=3)
"""Nobody is reminded more often."""
MORE = both("另有 {count} 项", "{count} more")
LINE = both("{what}：{count}", "{what}: {count}")
OVERDUE = both("（{count} 逾期）", " ({count} overdue)")


def remind(now: datetime) -> int:
    """Remind everybody for whom something waits too long and return how many people were."""
    day = timezone.localdate(now)
    reminded = set(
        Notice.objects.filter(kind=WAITS.code, made_at__gt=now - AGAIN_AFTER).values_list(
            "account", flat=True
        )
    )
    people = Account.objects.filter(is_active=True, kind=Account.Kind.PERSON).exclude(pk__in=reminded)
    count = 0
    for account in people.order_by("pk").iterator():
        lines = too_long_for(account, day)
        if lines:
            count += notify_by_house(
                WAITS, to=[account], values={"what": said_of(lines)}, about="/", occasion=str(day), at=now
            )
    return count


def too_long_for(account: Account, on: date) -> list[Waiting]:
    """Return what waits too long for an account, the most urgent first."""
    found = [
        line
        for wait in waits()
        if not wait.permissions or any(granted_units(account, one, on) for one in wait.permissions)
        for line in wait.lines(account, on)
        if line.overdue
        or (line.due_on is not None and line.due_on <= on + timedelta(days=1))
        or (line.since is not None and line.since <= on - LONG)
    ]
    return sorted(found, key=lambda line: line.urgency)


def said_of(lines: list[Waiting]) -> Words:
    """Return lines in one sentence: what is to be done and how much, the rest by its number."""
    parts = [
        _joined(
            LINE.filled(what=line.what, count=line.count),
            OVERDUE.filled(count=line.overdue) if line.overdue else None,
        )
        for line in lines[:MOST_SAID]
    ]
    if len(lines) > MOST_SAID:
        parts.append(MORE.filled(count=len(lines) - MOST_SAID))
    return Words(f"{'；'.join(one.zh for one in parts)}。", f"{'; '.join(one.en for one in parts)}.")


def _joined(words: Words, more: Words | None) -> Words:
    return Words(words.zh + more.zh, words.en + more.en) if more else words
