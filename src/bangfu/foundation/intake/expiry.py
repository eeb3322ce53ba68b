"""What intake keeps for a time only."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings

from bangfu.foundation.intake.models import SheetKey, Upload
from bangfu.foundation.intake.spooling import sweep
from bangfu.foundation.operations import system_writes


def sheets_kept() -> timedelta:
    """Return for how long a sheet with personal data waits to be confirmed, and rows left out of one to be fetched."""
    return timedelta(days=settings.SHEETS_KEPT_DAYS)


def forget_old_sheets(now: datetime) -> int:
    """Cancel uploads with personal data that nobody confirmed in time, and return how many there were.

    Their keys are destroyed, and so are they. So are rows with personal data that were left out of an import as long ago. Files
    that a request put aside and never took, because its process was killed, are removed.
    """
    sweep()
    old = now - sheets_kept()
    with system_writes("a sheet with personal data waits for a time only"):
        waiting = SheetKey.objects.filter(upload__state=Upload.State.PREVIEWED, upload__uploaded_at__lt=old)
        keys = list(waiting.values_list("upload", flat=True))
        Upload.objects.filter(pk__in=keys, state=Upload.State.PREVIEWED).update(state=Upload.State.CANCELLED)
        SheetKey.objects.filter(upload__in=keys).exclude(upload__state=Upload.State.PREVIEWED).delete()
        SheetKey.objects.filter(upload__state=Upload.State.CONFIRMED, upload__confirmed_at__lt=old).delete()
    return len(keys)
