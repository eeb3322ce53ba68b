"""What reconciliations say to programs: a difference is read by whoever reads the total it belongs to."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from bangfu.foundation.api.declaring import RoomApi
from bangfu.foundation.organisation.queries import within_grants
from bangfu.foundation.people.models import Account
from bangfu.reporting.controls.models import ControlTotal, Difference
from bangfu.reporting.controls.queries import VIEW


def _differences(account: Account, on: date) -> QuerySet[Difference]:
    readable = ControlTotal.objects.filter(within_grants(account, VIEW, on, has_line=True))
    return Difference.objects.filter(reconciliation__total__in=readable)


API = RoomApi(seen={"controls.difference": _differences})
