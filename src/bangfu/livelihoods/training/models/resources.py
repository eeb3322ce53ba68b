"""What a course takes: the trainers who teach its modules, and what it costs."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q

from bangfu.foundation.operations import Scope
from bangfu.foundation.operations.models import RefuseLoss, every_version
from bangfu.foundation.rooms import Words, both
from bangfu.livelihoods.training.models.courses import Course, Module


@pghistory.track(*every_version())
class Trainer(models.Model):
    """Somebody who teaches; the name is sealed in the household of persons."""

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("organisation.Unit", on_delete=models.PROTECT, related_name="+")
    """The unit that keeps the record."""
    provider = models.CharField(max_length=120)
    """Whom the trainer comes from: a school, a firm, a hospital."""
    topics = models.CharField(max_length=400)
    registered_at = models.DateTimeField()
    registered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(provider="") & ~Q(topics=""), name="training_trainer_is_described"
            ),
        ]
        triggers: ClassVar = [RefuseLoss(name="stays")]

    def __str__(self) -> str:
        return f"trainer {self.pk}"

    @property
    def scope(self) -> Scope:
        """Where permissions for the trainer are asked."""
        return Scope(unit=self.unit_id)


class Assignment(models.Model):
    """A trainer teaches a module."""

    module = models.ForeignKey(Module, on_delete=models.CASCADE, related_name="assignments")
    trainer = models.ForeignKey(Trainer, on_delete=models.PROTECT, related_name="assignments")
    assigned_at = models.DateTimeField()
    assigned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["module", "trainer"], name="training_assigned_once"),
        ]

    def __str__(self) -> str:
        return f"{self.trainer} teaches {self.module}"


class Category(models.TextChoices):
    """What money was spent on."""

    VENUE = "VENUE", "venue"
    TRAINERS = "TRAINERS", "trainers"
    BOARD = "BOARD", "board and lodging"
    TRAVEL = "TRAVEL", "travel"
    MATERIALS = "MATERIALS", "materials"
    OTHER = "OTHER", "other"


CATEGORY_WORDS: dict[str, Words] = {
    Category.VENUE: both("场地", "Venue"),
    Category.TRAINERS: both("讲课费", "Trainers"),
    Category.BOARD: both("食宿", "Board and lodging"),
    Category.TRAVEL: both("交通", "Travel"),
    Category.MATERIALS: both("资料", "Materials"),
    Category.OTHER: both("其他", "Other"),
}


@pghistory.track(*every_version())
class Expense(models.Model):
    """One voucher that a course cost; counted once a second person verified it."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="expenses")
    category = models.CharField(max_length=10, choices=Category.choices)
    amount_fen = models.BigIntegerField()
    spent_on = models.DateField()
    voucher = models.CharField(max_length=60)
    """The invoice's or voucher's number; the same one is counted once in the whole house."""
    note = models.CharField(max_length=200, blank=True)
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
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(category__in=Category.values), name="training_category_is_known"
            ),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="training_expense_is_positive"),
            models.CheckConstraint(condition=~Q(voucher=""), name="training_expense_has_a_voucher"),
            models.UniqueConstraint(
                fields=["voucher"],
                condition=Q(withdrawn_at__isnull=True),
                name="training_one_expense_a_voucher",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawal_reason="")
                | (
                    Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False, confirmed_at__isnull=True)
                    & ~Q(withdrawal_reason="")
                ),
                name="training_expense_withdrawal_is_whole",
            ),
        ]
        triggers: ClassVar = [RefuseLoss(name="stays")]

    def __str__(self) -> str:
        return self.voucher

    @property
    def scope(self) -> Scope:
        """Where permissions for the expense are asked."""
        return Scope(unit=self.course.unit_id)
