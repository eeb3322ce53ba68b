"""What may be read of saved charts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from bangfu.foundation.operations import granted_units
from bangfu.foundation.people.models import Account
from bangfu.reporting.charts.models import Version
from bangfu.reporting.room import VIEW


def newest_versions() -> QuerySet[Version]:
    """Return the newest version of every chart that was not withdrawn, the latest saved first."""
    newest = Version.objects.filter(chart=OuterRef("chart")).order_by("-number").values("pk")[:1]
    found = Version.objects.annotate(newest=Subquery(newest)).filter(
        pk=F("newest"), chart__withdrawal__isnull=True
    )
    return found.select_related("chart", "chart__unit", "chart__owner").order_by("-saved_at", "-pk")


def versions_read_by(account: Account, on: date) -> QuerySet[Version]:
    """Return those of them that are somebody's own, or shared in a unit in which they see figures."""
    units = granted_units(account, VIEW, on)
    return newest_versions().filter(Q(chart__owner=account) | Q(is_shared=True, chart__unit__in=units))


@dataclass(frozen=True)
class Saved:
    """A saved chart with all of its versions, newest first."""

    versions: tuple[Version, ...]

    @property
    def newest(self) -> Version:
        """The one that is shown."""
        return self.versions[0]


def saved_chart(account: Account, key: int, on: date) -> Saved | None:
    """Return a chart that somebody may read; null when there is none, it was withdrawn, or it is another's own."""
    newest = versions_read_by(account, on).filter(chart=key).first()
    if newest is None:
        return None
    earlier = Version.objects.filter(chart=key, number__lt=newest.number).order_by("-number")
    return Saved((newest, *earlier))
