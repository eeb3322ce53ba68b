"""The movements of a project's money: allocated, paid, received, spent."""

from __future__ import annotations

from typing import ClassVar

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from bangfu.foundation.operations import Scope
from bangfu.foundation.operations.models import RefuseLoss, every_version
from bangfu.foundation.rooms import Words, both
from bangfu.livelihoods.parties import PARTY_CODE
from bangfu.livelihoods.projects.models.projects import FIRST_PROJECT, Project, Source
from bangfu.livelihoods.projects.triggers import STAGES_HOLD


class Kind(models.TextChoices):
    """The four stages of money, each a measure of its own."""

    ALLOCATED = "ALLOCATED", "allocated"
    PAID = "PAID", "paid"
    RECEIVED = "RECEIVED", "received"
    SPENT = "SPENT", "spent"


KIND_WORDS: dict[str, Words] = {
    Kind.ALLOCATED: both("下达", "Allocated"),
    Kind.PAID: both("拨付", "Paid"),
    Kind.RECEIVED: both("到账", "Received"),
    Kind.SPENT: both("支出", "Spent"),
}
BEFORE: dict[str, str | None] = {
    Kind.ALLOCATED: None,
    Kind.PAID: Kind.ALLOCATED,
    Kind.RECEIVED: Kind.PAID,
    Kind.SPENT: Kind.RECEIVED,
}
"""The stage that each may not exceed, per project and source; null: the budget."""


class MovementState(models.TextChoices):
    """How far a movement is, as shown: the state of its review, or withdrawn."""

    SUBMITTED = "SUBMITTED", "submitted"
    VERIFIED = "VERIFIED", "verified"
    RETURNED = "RETURNED", "returned"
    WITHDRAWN = "WITHDRAWN", "withdrawn"


MOVEMENT_STATE_WORDS: dict[str, Words] = {
    MovementState.SUBMITTED: both("待核验", "Waiting for review"),
    MovementState.VERIFIED: both("已核验", "Verified"),
    MovementState.RETURNED: both("已退回", "Returned"),
    MovementState.WITHDRAWN: both("已撤回", "Withdrawn"),
}


@pghistory.track(*every_version())
class Movement(models.Model):
    """Money of one source that reached one stage on a day; counted once a second person verified its bank proof."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="movements")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    source = models.CharField(max_length=10, choices=Source.choices)
    amount_fen = models.BigIntegerField()
    happened_on = models.DateField()
    payer = models.CharField(max_length=40)
    """The organisation that pays, by its code."""
    payee = models.CharField(max_length=40)
    """The organisation that is paid, by its code."""
    receipt = models.CharField(max_length=60)
    """Number of the bank receipt, of an allocation that of its document; once a stage in the whole house."""
    note = models.CharField(max_length=200, blank=True)
    apart = models.CharField(max_length=300, blank=True)
    """Why it is another arrival than one of the same day and sum that was reported by hand; empty where there is none."""
    confirmed_at = models.DateTimeField(null=True)
    """When it was verified and counted; null = it does not count."""
    upload = models.ForeignKey("intake.Upload", null=True, on_delete=models.PROTECT, related_name="+")
    """The spreadsheet that brought it; null = entered by hand."""
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    withdrawal_reason = models.CharField(max_length=40, blank=True)
    withdrawal_remark = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind__in=Kind.values, source__in=Source.values),
                name="projects_movement_kind_is_known",
            ),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="projects_movement_is_positive"),
            models.CheckConstraint(
                condition=Q(happened_on__gte=FIRST_PROJECT), name="projects_movement_is_plausible"
            ),
            models.CheckConstraint(
                condition=Q(payer__regex=PARTY_CODE, payee__regex=PARTY_CODE) & ~Q(receipt=""),
                name="projects_movement_names_its_parties",
            ),
            models.UniqueConstraint(
                fields=["kind", "receipt"],
                condition=Q(withdrawn_at__isnull=True),
                name="projects_one_movement_a_receipt",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawal_reason="")
                | (
                    Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False, confirmed_at__isnull=True)
                    & ~Q(withdrawal_reason="")
                ),
                name="projects_withdrawal_is_whole",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["project", "happened_on"], name="projects_movement_by_day"),
        ]
        triggers: ClassVar = [
            RefuseLoss(name="stays"),
            pgtrigger.Trigger(
                name="stages_hold",
                level=pgtrigger.Row,
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update,
                timing=pgtrigger.Deferred,
                func=STAGES_HOLD,
            ),
        ]

    def __str__(self) -> str:
        return self.receipt

    @property
    def scope(self) -> Scope:
        """Where permissions for the movement are asked."""
        return self.project.scope
