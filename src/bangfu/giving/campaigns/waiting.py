"""What campaigns say to Today: what is to be disclosed by when, and lines of the bank that wait to be matched."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Count, Min
from django.urls import reverse

from bangfu.foundation.organisation.queries import in_granted_units
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import Wait, Waiting, both
from bangfu.giving.campaigns.models import DUTY_WORDS, BankLine, LineMeaning
from bangfu.giving.campaigns.queries import duties_due

DISCLOSE, MATCH = "campaigns.disclose", "campaigns.match_line"
SOON = timedelta(days=30)


def to_disclose(account: Account, on: date) -> list[Waiting]:
    """Return what is to be disclosed within thirty days or was, each with its day."""
    return [
        Waiting(
            what=both("公开{duty}", "Disclose: {duty}").filled(duty=DUTY_WORDS[one.kind]),
            count=1,
            address=f"{reverse('campaigns:campaign', args=[one.campaign_id])}#duty-{one.pk}",
            about=both(one.campaign.title_zh, one.campaign.title_en or one.campaign.title_zh),
            due_on=one.due_on,
            overdue=int(one.due_on < on),
        )
        for one in duties_due(account, DISCLOSE, on).filter(due_on__lte=on + SOON)
    ]


def to_match(account: Account, on: date) -> list[Waiting]:
    """Return how many credits of charities' banks wait to be matched."""
    mine = in_granted_units(account, MATCH, on, "charity__unit_id")
    found = BankLine.objects.filter(mine, meaning=LineMeaning.OPEN).aggregate(
        count=Count("pk"), first=Min("happened_on")
    )
    if not found["count"]:
        return []
    return [
        Waiting(
            what=both("认领银行流水", "Match lines of the bank"),
            count=found["count"],
            address=f"{reverse('campaigns:bank')}?meaning={LineMeaning.OPEN}",
            since=found["first"],
        )
    ]


WAITS = (
    Wait("campaigns.to_disclose", "eye-check", frozenset({DISCLOSE}), to_disclose),
    Wait("campaigns.to_match", "list", frozenset({MATCH}), to_match),
)
