"""Statements of providers, and what came of matching each line."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from bangfu.foundation.operations import Scope
from bangfu.foundation.operations.models import AppendOnly
from bangfu.foundation.payments.models.payments import MerchantAccount, Payment
from bangfu.foundation.rooms import both


class Statement(models.Model):
    """A provider's bill of some days, matched against what is known here."""

    merchant = models.ForeignKey(MerchantAccount, on_delete=models.PROTECT, related_name="statements")
    digest = models.CharField(max_length=64)
    file_name = models.CharField(max_length=200)
    starts_on = models.DateField()
    ends_on = models.DateField()
    """The day after its last one."""
    line_count = models.IntegerField()
    read_at = models.DateTimeField()
    read_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["merchant", "digest"], name="payments_statement_once"),
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on")), name="payments_statement_of_days"
            ),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def scope(self) -> Scope:
        """Where it belongs: where its merchant account does."""
        return self.merchant.scope


class Outcome(models.TextChoices):
    """What came of comparing a line with what is known here."""

    MATCHED = "MATCHED", "matched"
    MISSING_HERE = "MISSING_HERE", "missing here"
    MISSING_THERE = "MISSING_THERE", "missing there"
    AMOUNT_DIFFERS = "AMOUNT_DIFFERS", "amount differs"


class StatementLine(AppendOnly):
    """One movement of a statement, or one that should stand in it and does not."""

    class Kind(models.TextChoices):
        PAYMENT = "PAYMENT", "payment"
        REFUND = "REFUND", "refund"

    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="lines")
    row = models.IntegerField(null=True)
    """Where it stands in the file; null for what is missing there."""
    kind = models.CharField(max_length=7, choices=Kind.choices)
    number = models.CharField(max_length=64)
    """Our number of the payment or the refund."""
    transaction_number = models.CharField(max_length=64, blank=True)
    happened_at = models.DateTimeField()
    amount_fen = models.BigIntegerField()
    fee_fen = models.BigIntegerField(default=0)
    outcome = models.CharField(max_length=14, choices=Outcome.choices)
    here_fen = models.BigIntegerField(null=True)
    """What is known here of it; null = nothing."""
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["statement", "kind", "number"], name="payments_line_once_a_statement"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["statement", "outcome", "row"], name="payments_lines"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


OUTCOME_WORDS = {
    Outcome.MATCHED.value: both("一致", "Matched"),
    Outcome.MISSING_HERE.value: both("本系统没有", "Missing here"),
    Outcome.MISSING_THERE.value: both("账单没有", "Missing in the statement"),
    Outcome.AMOUNT_DIFFERS.value: both("金额不符", "Amount differs"),
}
LINE_WORDS = {
    StatementLine.Kind.PAYMENT.value: both("支付", "Payment"),
    StatementLine.Kind.REFUND.value: both("退款", "Refund"),
}
