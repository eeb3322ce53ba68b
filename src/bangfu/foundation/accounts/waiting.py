"""What sign-in says to Today: names that are locked, and invitations that ran out unused."""

from __future__ import annotations

from datetime import date

from django.db.models import Count, Min
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone

from bangfu.foundation.accounts.models import OneTimeLink
from bangfu.foundation.accounts.queries import locked_usernames
from bangfu.foundation.operations import Scope, allows
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import Wait, Waiting, both

UNLOCK, INVITE = "accounts.unlock_account", "accounts.invite_account"


def locked(account: Account, on: date) -> list[Waiting]:
    """Return how many accounts wrong passwords locked, for whoever may take off the lock."""
    names = locked_usernames(timezone.now()) if allows(account, UNLOCK, Scope(), on) else frozenset()
    if not names:
        return []
    count = Account.objects.annotate(name=Lower("username")).filter(name__in=names).count()
    if not count:
        return []
    return [
        Waiting(
            what=both("解除登录锁定", "Take off sign-in locks"),
            count=count,
            address=f"{reverse('organisation:accounts')}?state=locked",
            about=both("先问清是不是本人", "ask first whether it was the person"),
        )
    ]


def run_out(account: Account, on: date) -> list[Waiting]:
    """Return how many invitations ran out before anybody used them, for whoever may invite."""
    if not allows(account, INVITE, Scope(), on):
        return []
    found = OneTimeLink.objects.filter(
        purpose=OneTimeLink.Purpose.INVITATION,
        used_at=None,
        void_at=None,
        expires_at__lt=timezone.now(),
        account__is_active=True,
    ).aggregate(count=Count("pk"), oldest=Min("expires_at"))
    if not found["count"]:
        return []
    return [
        Waiting(
            what=both("重发过期的邀请", "Send invitations again that ran out"),
            count=found["count"],
            address=reverse("organisation:accounts"),
            since=timezone.localdate(found["oldest"]),
        )
    ]


WAITS = (
    Wait("accounts.locked", "lock", frozenset({UNLOCK}), locked),
    Wait("accounts.invitation", "user", frozenset({INVITE}), run_out),
)
