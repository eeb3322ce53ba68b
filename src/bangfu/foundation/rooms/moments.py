"""A moment in an address: from when on a list shows what happened."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone


def read_moment(text: str) -> datetime | None:
    """Return the moment that a text names, a day being its midnight in the house's time zone; null when it names none.

    >>> read_moment("soon") is None
    True
    """
    try:
        found = datetime.fromisoformat(text.strip())
        return found if timezone.is_aware(found) else timezone.make_aware(found)
    except (ValueError, OverflowError):
        return None


def write_moment(moment: datetime) -> str:
    """Return a moment as an address names it: the day alone where it is a midnight."""
    local = timezone.localtime(moment).replace(tzinfo=None)
    is_midnight = (local.hour, local.minute, local.second, local.microsecond) == (0, 0, 0, 0)
    return local.date().isoformat() if is_midnight else local.isoformat(timespec="microseconds")
