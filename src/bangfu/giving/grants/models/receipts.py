"""Receipts of grants by the pupils' side, a sheet for each school, and call-backs of a sample."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q

from bangfu.foundation.operations import Scope
from bangfu.foundation.operations.models import RefuseLoss, every_version
from bangfu.foundation.rooms import Words, both
from bangfu.giving.grants.models.batches import Payment
from bangfu.giving.grants.models.programmes import Programme, School


class Signer(models.TextChoices):
    """Who signed that the money arrived."""

    GUARDIAN = "GUARDIAN", "guardian"
    PUPIL = "PUPIL", "pupil of age"
    KIN = "KIN", "kin"


SIGNER_WORDS: dict[str, Words] = {
    Signer.GUARDIAN.value: both("监护人", "Guardian"),
    Signer.PUPIL.value: both("学生本人（已成年）", "The pupil, of age"),
    Signer.KIN.value: both("亲属代签", "Kin"),
}


@pghistory.track(*every_version())
class ReceiptSheet(models.Model):
    """The sheet on which the pupils' side of one school signs for what was paid."""

    number = models.CharField(max_length=48, unique=True)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="receipt_sheets")
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="+")
    """The school's county."""
    due_on = models.DateField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["programme", "school"], name="grants_sheets_by_school"),
            models.Index(fields=["due_on"], name="grants_sheets_by_day"),
        ]
        triggers: ClassVar = [RefuseLoss(name="stays")]

    def __str__(self) -> str:
        return self.number

    @property
    def scope(self) -> Scope:
        """Where permissions for the sheet are asked."""
        return Scope(unit=self.programme.unit_id, place=self.place_id)


@pghistory.track(*every_version())
class Receipt(models.Model):
    """That the pupil's side has, or is to have, signed for one payment; a payment that came back needs none."""

    payment = models.OneToOneField(Payment, on_delete=models.PROTECT, related_name="receipt")
    sheet = models.ForeignKey(ReceiptSheet, on_delete=models.PROTECT, related_name="receipts")
    position = models.SmallIntegerField()
    """On the sheet."""
    signer = models.CharField(max_length=8, choices=Signer.choices, blank=True)
    """Empty: not signed yet."""
    signed_on = models.DateField(null=True)
    entered_at = models.DateTimeField(null=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sheet", "position"], name="grants_receipt_once_a_position"),
            models.CheckConstraint(
                condition=Q(signer="", signed_on__isnull=True, entered_at__isnull=True, entered_by__isnull=True)
                | ~Q(signer="") & Q(signed_on__isnull=False, entered_at__isnull=False, entered_by__isnull=False),
                name="grants_receipt_signed_or_not",
            ),
        ]  # fmt: skip
        triggers: ClassVar = [RefuseLoss(name="stays")]

    def __str__(self) -> str:
        return f"{self.sheet_id}/{self.position}"

    @property
    def scope(self) -> Scope:
        """Where permissions for the receipt are asked."""
        return self.sheet.scope


class Heard(models.TextChoices):
    """What a call-back heard."""

    ARRIVED = "ARRIVED", "arrived whole"
    LESS = "LESS", "less arrived"
    NOTHING = "NOTHING", "nothing arrived"
    NOBODY = "NOBODY", "nobody reached"


HEARD_WORDS: dict[str, Words] = {
    Heard.ARRIVED.value: both("足额收到", "Arrived whole"),
    Heard.LESS.value: both("收到的少了", "Less arrived"),
    Heard.NOTHING.value: both("没有收到", "Nothing arrived"),
    Heard.NOBODY.value: both("没有联系上", "Nobody reached"),
}


@pghistory.track(*every_version())
class CallBack(models.Model):
    """A paid pupil's side that is asked whether the money arrived, drawn by lot."""

    payment = models.OneToOneField(Payment, on_delete=models.PROTECT, related_name="call_back")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="call_backs")
    drawn_at = models.DateTimeField()
    nonce = models.CharField(max_length=32)
    """With which the lot can be drawn again."""
    heard = models.CharField(max_length=8, choices=Heard.choices, blank=True)
    """Empty: not asked yet."""
    called_on = models.DateField(null=True)
    called_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(heard="", called_on__isnull=True, called_by__isnull=True)
                | ~Q(heard="") & Q(called_on__isnull=False, called_by__isnull=False),
                name="grants_called_or_not",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["programme", "heard"], name="grants_calls_by_outcome")]
        triggers: ClassVar = [RefuseLoss(name="stays")]

    def __str__(self) -> str:
        return f"call-back of {self.payment_id}"

    @property
    def scope(self) -> Scope:
        """Where permissions for the call-back are asked."""
        return self.payment.scope
