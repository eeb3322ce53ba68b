"""What every reviewed record of the wing has: who entered it, when it was verified, whether it was withdrawn."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from bangfu.foundation.operations import Scope
from bangfu.foundation.rooms import Words, both

FIRST_DAY = date(1986, 1, 1)
"""The state's assistance offices were founded in 1986: earlier dates are typing errors."""
CODE = r"^[A-Z0-9][A-Z0-9-]*$"
"""A code of an industry, an operator, a contract or a lot: capitals, digits, hyphens."""
LIVING = Q(withdrawn_at__isnull=True)


class State(models.TextChoices):
    """How far a record is, as shown: the state of its review, or withdrawn."""

    SUBMITTED = "SUBMITTED", "submitted"
    VERIFIED = "VERIFIED", "verified"
    RETURNED = "RETURNED", "returned"
    WITHDRAWN = "WITHDRAWN", "withdrawn"


STATE_WORDS: dict[str, Words] = {
    State.SUBMITTED: both("待核验", "Waiting for review"),
    State.VERIFIED: both("已核验", "Verified"),
    State.RETURNED: both("已退回", "Returned"),
    State.WITHDRAWN: both("已撤回", "Withdrawn"),
}


class Reviewed(models.Model):
    """A record that counts once a second person verified it, and stays when it is withdrawn."""

    confirmed_at = models.DateTimeField(null=True)
    """When it was verified and counted; null = it does not count."""
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    withdrawal_reason = models.CharField(max_length=40, blank=True)
    withdrawal_remark = models.TextField(blank=True)

    class Meta:
        abstract = True

    known_by: ClassVar[str] = "code"
    """The name of the column by which people call it."""

    @property
    def scope(self) -> Scope:
        """Where permissions for the record are asked."""
        raise NotImplementedError  # abstract: each kind of record says where it is, and no other is ever made

    @property
    def name(self) -> str:
        """What people call it."""
        return str(getattr(self, self.known_by))


def withdrawal_is_whole(name: str) -> models.CheckConstraint:
    """Return a constraint: a withdrawn record says who withdrew it and why, and counts no more."""
    return models.CheckConstraint(
        condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawal_reason="")
        | (
            Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False, confirmed_at__isnull=True)
            & ~Q(withdrawal_reason="")
        ),
        name=name,
    )
