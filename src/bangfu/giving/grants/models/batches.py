"""Batches of payments to pupils' accounts: made, approved by another, taken to the bank, answered by it line by line."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from bangfu.foundation.operations import Scope
from bangfu.foundation.operations.models import AppendOnly, RefuseLoss, every_version
from bangfu.foundation.rooms import Words, both
from bangfu.giving.grants.models.awards import Award
from bangfu.giving.grants.models.programmes import Programme


class BatchState(models.TextChoices):
    """How far a batch is."""

    MADE = "MADE", "made"
    APPROVED = "APPROVED", "approved"
    SENT = "SENT", "at the bank"
    DONE = "DONE", "answered"
    DROPPED = "DROPPED", "dropped"


BATCH_STATE_WORDS: dict[str, Words] = {
    BatchState.MADE.value: both("待复核", "To be approved"),
    BatchState.APPROVED.value: both("待送银行", "To be taken to the bank"),
    BatchState.SENT.value: both("等银行结果", "At the bank"),
    BatchState.DONE.value: both("已有结果", "Answered"),
    BatchState.DROPPED.value: both("已撤销", "Dropped"),
}


class PaymentState(models.TextChoices):
    """How far a payment is."""

    WAITING = "WAITING", "waiting"
    PAID = "PAID", "paid"
    FAILED = "FAILED", "failed"
    RETURNED = "RETURNED", "came back"
    DROPPED = "DROPPED", "dropped"


PAYMENT_STATE_WORDS: dict[str, Words] = {
    PaymentState.WAITING.value: both("等结果", "Waiting"),
    PaymentState.PAID.value: both("已付", "Paid"),
    PaymentState.FAILED.value: both("未付成", "Failed"),
    PaymentState.RETURNED.value: both("退汇", "Came back"),
    PaymentState.DROPPED.value: both("已撤销", "Dropped"),
}
ALIVE = (PaymentState.WAITING.value, PaymentState.PAID.value)
"""Of these an award has one."""


class FailureReason(models.TextChoices):
    """Why a payment did not arrive, as banks give it; nothing of a person is kept of their words."""

    NAME = "NAME", "name and account differ"
    ACCOUNT = "ACCOUNT", "no such account"
    CLOSED = "CLOSED", "account closed"
    BLOCKED = "BLOCKED", "account blocked"
    BANK = "BANK", "wrong branch"
    OTHER = "OTHER", "other"


FAILURE_WORDS: dict[str, Words] = {
    FailureReason.NAME.value: both("户名与账号不符", "Name and account differ"),
    FailureReason.ACCOUNT.value: both("账号不存在", "No such account"),
    FailureReason.CLOSED.value: both("账户已销户", "Account closed"),
    FailureReason.BLOCKED.value: both("账户冻结、止付或睡眠", "Account blocked or dormant"),
    FailureReason.BANK.value: both("开户行有误", "Wrong branch"),
    FailureReason.OTHER.value: both("其他", "Other"),
}


@pghistory.track(*every_version())
class Batch(models.Model):
    """Awards of one programme that are paid by one file of the bank."""

    number = models.CharField(max_length=48, unique=True)
    """Programme's code and a running number: it stands in the bank's file."""
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="batches")
    payment_count = models.IntegerField()
    amount_fen = models.BigIntegerField()
    state = models.CharField(max_length=8, choices=BatchState.choices, default=BatchState.MADE)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_on = models.DateField(null=True)
    """When its last line was answered, or it was dropped."""
    remark = models.CharField(max_length=200, blank=True)
    """Why it was dropped."""

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(payment_count__gt=0, amount_fen__gt=0), name="grants_batch_of_something"
            ),
            models.CheckConstraint(
                condition=Q(state__in=("MADE", "DROPPED"))
                | Q(approved_at__isnull=False, approved_by__isnull=False) & ~Q(approved_by=F("made_by")),
                name="grants_batch_approved_by_another",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("DONE", "DROPPED"), ended_on__isnull=False)
                | ~Q(state__in=("DONE", "DROPPED")) & Q(ended_on__isnull=True),
                name="grants_batch_ended_or_not",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["state", "-id"], name="grants_batches_by_state")]
        triggers: ClassVar = [RefuseLoss(name="stays")]

    def __str__(self) -> str:
        return self.number

    @property
    def scope(self) -> Scope:
        """Where permissions for the batch are asked."""
        return Scope(unit=self.programme.unit_id)

    @property
    def state_words(self) -> Words:
        """How far it is, in words."""
        return BATCH_STATE_WORDS[self.state]


@pghistory.track(*every_version())
class Payment(models.Model):
    """One line of a batch: an award paid to its account, or not."""

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="payments")
    line = models.IntegerField()
    """The number by which the bank's answer names it."""
    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="payments")
    amount_fen = models.BigIntegerField()
    account_digest = models.CharField(max_length=64)
    """Keyed digest of the account that it is sent to."""
    state = models.CharField(max_length=8, choices=PaymentState.choices, default=PaymentState.WAITING)
    reason = models.CharField(max_length=7, choices=FailureReason.choices, blank=True)
    serial = models.CharField(max_length=60, blank=True)
    """The bank's number of it, once it is paid."""
    paid_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    """When it failed, came back or was dropped."""
    result = models.ForeignKey(
        "grants.ResultFile", null=True, on_delete=models.PROTECT, related_name="payments"
    )
    """The bank's file that answered it."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["batch", "line"], name="grants_payment_once_a_line"),
            models.UniqueConstraint(
                fields=["award"], condition=Q(state__in=ALIVE), name="grants_one_living_payment"
            ),
            models.UniqueConstraint(
                fields=["serial"], condition=~Q(serial=""), name="grants_one_payment_a_serial"
            ),
            models.CheckConstraint(
                condition=Q(amount_fen__gt=0, line__gt=0), name="grants_payment_of_something"
            ),
            models.CheckConstraint(
                condition=Q(state__in=("PAID", "RETURNED"), paid_on__isnull=False, result__isnull=False)
                | Q(state__in=("WAITING", "FAILED", "DROPPED"), paid_on__isnull=True),
                name="grants_paid_by_the_bank",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("FAILED", "RETURNED")) & ~Q(reason="") & Q(ended_on__isnull=False)
                | Q(state="DROPPED", reason="", ended_on__isnull=False)
                | Q(state__in=("WAITING", "PAID"), reason="", ended_on__isnull=True),
                name="grants_failed_for_a_reason",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["batch", "state"], name="grants_payments_by_state")]
        triggers: ClassVar = [RefuseLoss(name="stays")]

    def __str__(self) -> str:
        return f"{self.batch_id}/{self.line}"

    @property
    def scope(self) -> Scope:
        """Where permissions for the payment are asked."""
        return self.award.scope

    @property
    def state_words(self) -> Words:
        """How far it is, in words."""
        return PAYMENT_STATE_WORDS[self.state]


class Taking(AppendOnly):
    """That somebody took a batch's file for the bank: it holds names and accounts in clear."""

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="takings")
    form = models.CharField(max_length=4)
    """``xlsx`` or ``csv``."""
    payment_count = models.IntegerField()
    taken_at = models.DateTimeField()
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        indexes: ClassVar = [models.Index(fields=["batch", "taken_at"], name="grants_takings_by_batch")]

    def __str__(self) -> str:
        return f"taking of {self.batch_id}"


class ResultFile(AppendOnly):
    """A file by which the bank answered a batch: read once, its lines taken or refused one by one; it is not kept."""

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="results")
    name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64, unique=True)
    """SHA-256 of the file: a replay is refused."""
    paid = models.IntegerField()
    failed = models.IntegerField()
    refusals = ArrayField(models.CharField(max_length=40), default=list)
    """``row:code`` of each line that was refused, in the order of the file; nothing of what it says."""
    read_at = models.DateTimeField()
    read_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        indexes: ClassVar = [models.Index(fields=["batch", "read_at"], name="grants_results_by_batch")]

    def __str__(self) -> str:
        return self.name

    @property
    def scope(self) -> Scope:
        """Where permissions for the file are asked."""
        return self.batch.scope


LAPSE_WORDS: dict[str, Words] = {
    "NO_ACCOUNT": both("联系不上，没有可用账号", "No account that works"),
    "LEFT_SCHOOL": both("已离校", "Left school"),
    "DECLINED": both("学生或监护人放弃", "Declined"),
    "MISTAKE": both("核定有误", "Awarded by mistake"),
    "OTHER": both("其他", "Other"),
}


class Lapse(AppendOnly):
    """That an award was given up, and why; what was committed to it is left again."""

    award = models.OneToOneField(Award, on_delete=models.PROTECT, related_name="lapse")
    reason = models.CharField(max_length=12, choices=[(value, value) for value in LAPSE_WORDS])
    remark = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"lapse of {self.award_id}"
