"""What operations keep for a time only."""

from __future__ import annotations

from datetime import datetime, timedelta

from bangfu.foundation.operations.guard import system_writes
from bangfu.foundation.operations.models import RequestKey

REQUESTS_KEPT = timedelta(days=30)


def forget_old_requests(now: datetime) -> int:
    """Forget the results of requests that are older than thirty days, and return how many there were."""
    with system_writes("request keys are kept for thirty days"):
        deleted, _ = RequestKey.objects.filter(created_at__lt=now - REQUESTS_KEPT).delete()
    return deleted
