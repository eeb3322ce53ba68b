"""What may be read of saved tables."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from bangfu.foundation.people.models import Account
from bangfu.reporting import saving
from bangfu.reporting.saving import Saved
from bangfu.reporting.tables.models import Version


def versions_read_by(account: Account, on: date) -> QuerySet[Version]:
    """Return the newest version of each table that somebody may read, the latest saved first."""
    return saving.versions_read_by(Version, "table", account, on)


def saved_table(account: Account, key: int, on: date) -> Saved[Version] | None:
    """Return a table that somebody may read; null when there is none, it was withdrawn, or it is another's own."""
    return saving.saved_thing(Version, "table", key, account, on)
