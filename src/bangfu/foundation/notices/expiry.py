"""What notices keep for a time only."""

from __future__ import annotations

from datetime import datetime, timedelta

from bangfu.foundation.notices.models import OneTimeCode
from bangfu.foundation.operations import system_writes

CODES_KEPT = timedelta(days=1)


def forget_old_codes(now: datetime) -> int:
    """Forget one-time codes a day after they were issued and return how many."""
    with system_writes("one-time codes are kept for a day"):
        return OneTimeCode.objects.filter(issued_at__lt=now - CODES_KEPT).delete()[0]
