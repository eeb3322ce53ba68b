"""What pledges say to programs: a version and its county's agreement are read by whoever reads the pledge."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from bangfu.foundation.api.declaring import RoomApi
from bangfu.foundation.organisation.queries import in_granted_units
from bangfu.foundation.people.models import Account
from bangfu.reporting.targets.models import Agreement, Grade, Version
from bangfu.reporting.targets.queries import VIEW, pledges_seen_by


def _versions(account: Account, on: date) -> QuerySet[Version]:
    return Version.objects.filter(pledge__in=pledges_seen_by(account, on).order_by().values("pk"))


def _agreements(account: Account, on: date) -> QuerySet[Agreement]:
    return Agreement.objects.filter(step__version__in=_versions(account, on).values("pk"))


def _grades(account: Account, on: date) -> QuerySet[Grade]:
    return Grade.objects.filter(in_granted_units(account, VIEW, on))


API = RoomApi(seen={"targets.version": _versions, "targets.agreement": _agreements, "targets.grade": _grades})
