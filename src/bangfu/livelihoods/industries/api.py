"""What industries say to programs: whatever is of an industry is read by its unit and place, as at the pages."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import QuerySet

from bangfu.foundation.api.declaring import RoomApi
from bangfu.foundation.organisation.queries import within_grants
from bangfu.foundation.people.models import Account
from bangfu.livelihoods.industries.models import Contract, Industry, Lot, Operator, Payment, Season
from bangfu.livelihoods.industries.register import VIEW


def industries(account: Account, on: date) -> QuerySet[Industry]:
    """Return the industries that an account may read on a day."""
    return Industry.objects.filter(within_grants(account, VIEW, on))


def operators(account: Account, on: date) -> QuerySet[Operator]:
    """Return the operators that an account may read on a day."""
    return Operator.objects.filter(within_grants(account, VIEW, on))


def _seasons(account: Account, on: date) -> QuerySet[Season]:
    return Season.objects.filter(industry__in=industries(account, on))


def contracts(account: Account, on: date) -> QuerySet[Contract]:
    """Return the contracts that an account may read on a day."""
    return Contract.objects.filter(industry__in=industries(account, on))


def _payments(account: Account, on: date) -> QuerySet[Payment]:
    return Payment.objects.filter(contract__in=contracts(account, on))


def _lots(account: Account, on: date) -> QuerySet[Lot]:
    return Lot.objects.filter(industry__in=industries(account, on))


SEEN: dict[str, Any] = {
    "industries.industry": industries,
    "industries.season": _seasons,
    "industries.operator": operators,
    "industries.contract": contracts,
    "industries.payment": _payments,
    "industries.lot": _lots,
}
API = RoomApi(seen=SEEN)
