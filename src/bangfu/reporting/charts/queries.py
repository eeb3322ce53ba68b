"""What may be read of saved charts."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from bangfu.foundation.people.models import Account
from bangfu.reporting import saving
from bangfu.reporting.charts.models import Version
from bangfu.reporting.saving import Saved


def versions_read_by(account: Account, on: date) -> QuerySet[Version]:
    """Return the newest version of each chart that somebody may read, the latest saved first."""
    return saving.versions_read_by(Version, "chart", account, on)


def saved_chart(account: Account, key: int, on: date) -> Saved[Version] | None:
    """Return a chart that somebody may read; null when there is none, it was withdrawn, or it is another's own."""
    return saving.saved_thing(Version, "chart", key, account, on)


def version_for_texts(key: int) -> Version | None:
    """Return the newest version of a chart that may stand in texts; null: there is none, or it is withdrawn or private."""
    newest = Version.objects.filter(chart=key, chart__withdrawal__isnull=True).order_by("-number").first()
    return newest if newest is not None and newest.is_shared else None
