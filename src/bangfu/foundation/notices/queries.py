"""What may be read of notices."""

from __future__ import annotations

from collections.abc import Collection

from django.conf import settings
from django.db.models import QuerySet

from bangfu.foundation.notices.models import ChannelSetting, Notice
from bangfu.foundation.operations.once import once_a_request
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import Channel

MOST_UNREAD = 99
"""More are not counted in the page's head."""


@once_a_request
def unread_count(account: Account) -> int:
    """Return how many notices an account has not read, and one more than ``MOST_UNREAD`` where there are more."""
    return unread_of(account)[: MOST_UNREAD + 1].count()


def unread_of(account: Account) -> QuerySet[Notice]:
    """Return the notices that an account has not read."""
    return Notice.objects.filter(account=account, read_at=None)


def open_channels() -> frozenset[Channel]:
    """Return the channels by which the house reaches single people now."""
    found = {Channel(one.channel): one.is_on for one in ChannelSetting.objects.all()}
    if settings.EMAIL_HOST:
        found.setdefault(Channel.EMAIL, True)
    return frozenset(channel for channel, is_on in found.items() if is_on)


def reachable(accounts: Collection[int], channels: Collection[Channel]) -> dict[Channel, set[int]]:
    """Return for each channel which of the accounts have an address there."""
    asked = Account.objects.filter(pk__in=accounts)
    found: dict[Channel, set[int]] = {}
    if Channel.EMAIL in channels:
        found[Channel.EMAIL] = set(asked.exclude(email="").values_list("pk", flat=True))
    if Channel.SMS in channels:
        with_number = asked.filter(person__phone_sealed__isnull=False)
        found[Channel.SMS] = set(with_number.values_list("pk", flat=True))
    return found
