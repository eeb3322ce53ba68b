"""What pledges say to programs: a version is read by whoever reads its pledge."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from bangfu.foundation.api.declaring import RoomApi
from bangfu.foundation.operations import granted_units
from bangfu.foundation.people.models import Account
from bangfu.reporting.targets.models import Version
from bangfu.reporting.targets.queries import VIEW, pledges_seen_by


def _versions(account: Account, on: date) -> QuerySet[Version]:
    units = granted_units(account, VIEW, on)
    return Version.objects.filter(pledge__in=pledges_seen_by(units).order_by().values("pk"))


API = RoomApi(seen={"targets.version": _versions})
