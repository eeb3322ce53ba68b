"""What intake keeps for a time only."""

from __future__ import annotations

from datetime import datetime, timedelta

from bangfu.foundation.intake.models import SheetKey, Upload
from bangfu.foundation.operations import system_writes

OPEN_SHEETS_KEPT = timedelta(days=30)


def forget_old_sheets(now: datetime) -> int:
    """Cancel uploads with personal data that nobody confirmed within thirty days, and return how many there were.

    Their keys are destroyed, and so are they. So are rows with personal data that were left out of an import as long ago.
    """
    old = now - OPEN_SHEETS_KEPT
    with system_writes("a sheet with personal data waits thirty days"):
        waiting = SheetKey.objects.filter(upload__state=Upload.State.PREVIEWED, upload__uploaded_at__lt=old)
        keys = list(waiting.values_list("upload", flat=True))
        Upload.objects.filter(pk__in=keys, state=Upload.State.PREVIEWED).update(state=Upload.State.CANCELLED)
        SheetKey.objects.filter(upload__in=keys).exclude(upload__state=Upload.State.PREVIEWED).delete()
        SheetKey.objects.filter(upload__state=Upload.State.CONFIRMED, upload__confirmed_at__lt=old).delete()
    return len(keys)
