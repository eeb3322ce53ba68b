"""What may be read of saved tables."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from bangfu.foundation.operations import granted_units
from bangfu.foundation.people.models import Account
from bangfu.reporting.room import VIEW
from bangfu.reporting.tables.models import Version


def newest_versions() -> QuerySet[Version]:
    """Return the newest version of every table that was not withdrawn, the latest saved first."""
    newest = Version.objects.filter(table=OuterRef("table")).order_by("-number").values("pk")[:1]
    found = Version.objects.annotate(newest=Subquery(newest)).filter(
        pk=F("newest"), table__withdrawal__isnull=True
    )
    return found.select_related("table", "table__unit", "table__owner").order_by("-saved_at", "-pk")


def versions_read_by(account: Account, on: date) -> QuerySet[Version]:
    """Return those of them that are somebody's own, or shared in a unit in which they see figures."""
    units = granted_units(account, VIEW, on)
    return newest_versions().filter(Q(table__owner=account) | Q(is_shared=True, table__unit__in=units))


@dataclass(frozen=True)
class Saved:
    """A saved table with all of its versions, newest first."""

    versions: tuple[Version, ...]

    @property
    def newest(self) -> Version:
        """The one that is shown."""
        return self.versions[0]


def saved_table(account: Account, key: int, on: date) -> Saved | None:
    """Return a table that somebody may read; null when there is none, it was withdrawn, or it is another's own."""
    newest = versions_read_by(account, on).filter(table=key).first()
    if newest is None:
        return None
    earlier = Version.objects.filter(table=key, number__lt=newest.number).order_by("-number")
    return Saved((newest, *earlier))
