"""What audits by sample say to programs: a sampled fact is read by whoever reads its audit."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from bangfu.foundation.api.declaring import RoomApi
from bangfu.foundation.people.models import Account
from bangfu.reporting.sampling.models import SampledFact
from bangfu.reporting.sampling.queries import audits_in_reach


def _sampled(account: Account, on: date) -> QuerySet[SampledFact]:
    return SampledFact.objects.filter(draw__announcement__in=audits_in_reach(account, on).order_by())


API = RoomApi(seen={"sampling.item": _sampled})
