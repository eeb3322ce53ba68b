"""When a message goes out: at once, with the digest, or when the quiet hours are over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.utils import timezone


@dataclass(frozen=True)
class Manner:
    """How an account wants to be told."""

    is_digest: bool = False
    """Once a day, what can wait."""
    digest_hour: int = 8
    """In the house's time zone."""
    quiet_from: time | None = time(22)
    """Null, like the end: at any hour."""
    quiet_until: time | None = time(7)


def due_at(
    now: datetime, manner: Manner, *, is_urgent: bool = False, is_for_digest: bool = False
) -> datetime:
    """Return when a message goes out that is written now; what is urgent passes the night and the digest."""
    if is_urgent:
        return now
    if is_for_digest and manner.is_digest:
        return after_quiet(_next_hour(now, time(manner.digest_hour)), manner)
    return after_quiet(now, manner)


def after_quiet(moment: datetime, manner: Manner) -> datetime:
    """Return the moment itself, or the end of the quiet hours in which it falls."""
    begins, ends = manner.quiet_from, manner.quiet_until
    if begins is None or ends is None or begins == ends:
        return moment
    at = timezone.localtime(moment).time()
    is_quiet = begins <= at < ends if begins < ends else at >= begins or at < ends
    return _next_hour(moment, ends) if is_quiet else moment


def _next_hour(moment: datetime, hour: time) -> datetime:
    local = timezone.localtime(moment)
    found = local.replace(hour=hour.hour, minute=hour.minute, second=0, microsecond=0)
    return found if found > local else found + timedelta(days=1)
