"""What industries say to Today: promises to households that nothing was paid on."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Count, Min
from django.urls import reverse

from bangfu.foundation.operations import granted_units
from bangfu.foundation.organisation.queries import within_grants
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import Wait, Waiting, both
from bangfu.livelihoods.industries import queries
from bangfu.livelihoods.industries.models import Industry

PAY = "industries.enter_payment"


def to_pay(account: Account, on: date) -> list[Waiting]:
    """Return how many contracts promised a sum a year ago and more, and nothing is recorded as paid."""
    if not granted_units(account, PAY, on):
        return []
    within = Industry.objects.filter(within_grants(account, PAY, on))
    found = queries.unpaid_contracts(on).filter(industry__in=within).aggregate(
        count=Count("pk"), first=Min("starts_on")
    )  # fmt: skip
    if not found["count"]:
        return []
    due = found["first"] + timedelta(days=queries.DAYS_UNPAID)
    return [
        Waiting(
            what=both("承诺了还没有付款的联结户", "Households that were promised and not paid"),
            count=found["count"],
            address=f"{reverse('industries:contracts')}?show=unpaid",
            since=due,
            due_on=due,
            overdue=found["count"],
        )
    ]


WAITS = (Wait("industries.unpaid", "users", frozenset({PAY}), to_pay),)
