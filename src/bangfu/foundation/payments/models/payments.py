"""Merchant accounts, payments with their refunds and history, and messages of providers that were refused."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from bangfu.foundation.operations import Scope
from bangfu.foundation.operations.models import AppendOnly
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.rooms import Words, both


class Provider(models.TextChoices):
    """Who carries the money."""

    TEST = "TEST", "test"
    ALIPAY = "ALIPAY", "Alipay"
    WECHAT = "WECHAT", "WeChat Pay"


class OwnerKind(models.TextChoices):
    """Whose the money is that comes in."""

    COMPANY = "COMPANY", "company"
    CHARITY = "CHARITY", "charity"


class State(models.TextChoices):
    """How far a payment is."""

    CREATED = "CREATED", "created"
    PAID = "PAID", "paid"
    PART_REFUNDED = "PART_REFUNDED", "part refunded"
    REFUNDED = "REFUNDED", "refunded"
    CLOSED = "CLOSED", "closed"
    FAILED = "FAILED", "failed"


class RefundState(models.TextChoices):
    """How far a refund is."""

    ASKED = "ASKED", "asked"
    DONE = "DONE", "done"
    FAILED = "FAILED", "failed"


HELD = (State.PAID, State.PART_REFUNDED)
"""States in which money is there to give back."""
COUNTS = (*HELD, State.REFUNDED)
"""States to which only what was paid comes."""


class MerchantAccount(models.Model):
    """An account with a provider into which people pay. Its keys lie in files of the house; here stands what is no secret."""

    code = models.SlugField(max_length=30, unique=True)
    title = models.CharField(max_length=100)
    provider = models.CharField(max_length=6, choices=Provider.choices)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    """The unit that answers for it."""
    owner_kind = models.CharField(max_length=7, choices=OwnerKind.choices)
    owner_title = models.CharField(max_length=100)
    """As it is registered: the company, or the charity whose the money is."""
    owner_code = models.CharField(max_length=18)
    """The owner's unified social credit code."""
    app_id = models.CharField(max_length=40, blank=True)
    merchant_number = models.CharField(max_length=40, blank=True)
    """What the provider calls the merchant: Alipay's seller id, WeChat Pay's mchid."""
    certificate_serial = models.CharField(max_length=64, blank=True)
    """WeChat Pay: of the merchant's own certificate."""
    platform_serial = models.CharField(max_length=64, blank=True)
    """WeChat Pay: of the platform's certificate, or the id of its public key."""
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(provider="TEST") | (~Q(app_id="") & ~Q(merchant_number="")),
                name="payments_merchant_is_named",
            ),
            models.UniqueConstraint(
                fields=["provider", "merchant_number", "app_id"],
                condition=~Q(provider="TEST") & Q(closed_at__isnull=True),
                name="payments_merchant_once",
            ),
            models.CheckConstraint(
                condition=Q(owner_code__regex=r"^[0-9A-Z]{18}$"), name="payments_owner_code_of_18"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    @property
    def scope(self) -> Scope:
        """Where it belongs."""
        return Scope(unit=self.unit_id, place=self.unit.place_id)


class Payment(models.Model):
    """What is to be paid for a record of some room: one turn, with one number towards the provider."""

    number = models.CharField(max_length=32, unique=True)
    """Towards the provider (``out_trade_no``): it cannot be guessed, so that it opens the payer's page."""
    merchant = models.ForeignKey(MerchantAccount, on_delete=models.PROTECT, related_name="payments")
    pays_type = models.SmallIntegerField()
    pays_id = models.BigIntegerField()
    turn = models.SmallIntegerField()
    """From one: after a payment that was closed or failed the record may be paid anew."""
    amount_fen = models.BigIntegerField()
    currency = models.CharField(max_length=3, default="CNY")
    subject = models.CharField(max_length=60)
    """What the payer reads; it names no person."""
    state = models.CharField(max_length=13, choices=State.choices, default=State.CREATED)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    """When it was paid, by the provider's clock, or closed, or failed."""
    transaction_number = models.CharField(max_length=64, null=True)
    """The provider's; null until paid."""
    refunding_fen = models.BigIntegerField(default=0)
    """Asked for, with no answer yet."""
    refunded_fen = models.BigIntegerField(default=0)
    ask_at = models.DateTimeField()
    """When the provider is asked next; while somebody asks, until when they hold it."""
    times_asked = models.SmallIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["pays_type", "pays_id", "turn"], name="payments_turn_once"),
            models.UniqueConstraint(
                fields=["pays_type", "pays_id"],
                condition=Q(state__in=("CREATED", "PAID", "PART_REFUNDED", "REFUNDED")),
                name="payments_one_that_counts",
            ),
            models.UniqueConstraint(
                fields=["merchant", "transaction_number"], name="payments_transaction_once"
            ),
            models.CheckConstraint(condition=Q(amount_fen__gt=0, turn__gte=1), name="payments_of_something"),
            models.CheckConstraint(condition=Q(currency="CNY"), name="payments_in_yuan"),
            models.CheckConstraint(
                condition=Q(refunding_fen__gte=0)
                & Q(refunded_fen__gte=0)
                & Q(amount_fen__gte=F("refunding_fen") + F("refunded_fen")),
                name="payments_refunds_within",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=("CREATED", "CLOSED", "FAILED"),
                    transaction_number__isnull=True,
                    refunding_fen=0,
                    refunded_fen=0,
                )
                | Q(state="PAID", transaction_number__isnull=False, refunded_fen=0)
                | Q(
                    state="PART_REFUNDED",
                    transaction_number__isnull=False,
                    refunded_fen__gt=0,
                    refunded_fen__lt=F("amount_fen"),
                )
                | Q(state="REFUNDED", transaction_number__isnull=False, refunded_fen=F("amount_fen")),
                name="payments_state_fits",
            ),
            models.CheckConstraint(
                condition=Q(state="CREATED", ended_at__isnull=True)
                | (~Q(state="CREATED") & Q(ended_at__isnull=False)),
                name="payments_ended_or_not",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["ask_at"], condition=Q(state="CREATED"), name="payments_to_ask"),
            models.Index(fields=["merchant", "-made_at"], name="payments_by_merchant"),
            models.Index(fields=["merchant", "ended_at"], name="payments_by_end"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def scope(self) -> Scope:
        """Where it belongs: where its merchant account does."""
        return self.merchant.scope

    @property
    def state_words(self) -> Words:
        """How far it is, in words."""
        return STATE_WORDS[self.state]

    @property
    def left_fen(self) -> int:
        """What may still be given back."""
        return self.amount_fen - self.refunding_fen - self.refunded_fen


class Refund(models.Model):
    """A part of a payment that is given back."""

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    number = models.CharField(max_length=32, unique=True)
    """Towards the provider (``out_refund_no``); the same number is one refund however often it is sent."""
    amount_fen = models.BigIntegerField()
    reason = models.CharField(max_length=60)
    """What the payer reads; it names no person."""
    state = models.CharField(max_length=6, choices=RefundState.choices, default=RefundState.ASKED)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    provider_number = models.CharField(max_length=64, blank=True)
    ask_at = models.DateTimeField()
    times_asked = models.SmallIntegerField(default=0)
    is_sent = models.BooleanField(default=False)
    """Whether the provider took it: from then on it is only asked what became of it."""

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="payments_refund_of_something"),
            models.CheckConstraint(
                condition=Q(state="ASKED", ended_at__isnull=True)
                | (~Q(state="ASKED") & Q(ended_at__isnull=False)),
                name="payments_refund_ended_or_not",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["ask_at"], condition=Q(state="ASKED"), name="payments_refund_to_ask"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def state_words(self) -> Words:
        """How far it is, in words."""
        return REFUND_STATE_WORDS[self.state]


class Step(AppendOnly):
    """One thing that happened to a payment."""

    class Done(models.TextChoices):
        CREATED = "CREATED", "created"
        PAID = "PAID", "paid"
        CLOSED = "CLOSED", "closed"
        FAILED = "FAILED", "failed"
        REFUND_ASKED = "REFUND_ASKED", "refund asked"
        REFUNDED = "REFUNDED", "refunded"
        REFUND_FAILED = "REFUND_FAILED", "refund failed"

    class Heard(models.TextChoices):
        HERE = "HERE", "done here"
        MESSAGE = "MESSAGE", "by message"
        ANSWER = "ANSWER", "by asking"

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="steps")
    refund = models.ForeignKey(Refund, on_delete=models.PROTECT, null=True, related_name="steps")
    done = models.CharField(max_length=13, choices=Done.choices)
    heard = models.CharField(max_length=7, choices=Heard.choices, default=Heard.HERE)
    amount_fen = models.BigIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["payment", "done"],
                condition=Q(done__in=("CREATED", "PAID", "CLOSED", "FAILED")),
                name="payments_step_once",
            ),
            models.UniqueConstraint(
                fields=["refund", "done"],
                condition=Q(refund__isnull=False),
                name="payments_refund_step_once",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["payment", "id"], name="payments_steps")]

    def __str__(self) -> str:
        return f"{self.done} {self.payment_id}"


class Message(AppendOnly):
    """A message of a provider that was refused: why, and a digest of it, never what it said."""

    merchant = models.ForeignKey(MerchantAccount, on_delete=models.PROTECT, related_name="messages")
    code = models.CharField(max_length=40)
    digest = models.CharField(max_length=64)
    """SHA-256 of the body, in hex."""
    number = models.CharField(max_length=32, blank=True)
    """Of the payment or refund that it named, when its signature was true."""
    received_at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        indexes: ClassVar = [models.Index(fields=["merchant", "-id"], name="payments_messages")]

    def __str__(self) -> str:
        return f"{self.code} {self.received_at:%Y-%m-%d %H:%M}"


PROVIDER_WORDS = {
    Provider.TEST.value: both("测试支付", "Test pay"),
    Provider.ALIPAY.value: both("支付宝", "Alipay"),
    Provider.WECHAT.value: both("微信支付", "WeChat Pay"),
}
OWNER_WORDS = {
    OwnerKind.COMPANY.value: both("企业", "Company"),
    OwnerKind.CHARITY.value: both("慈善组织", "Charity"),
}
STATE_WORDS = {
    State.CREATED.value: both("待支付", "To be paid"),
    State.PAID.value: both("已支付", "Paid"),
    State.PART_REFUNDED.value: both("部分退款", "Partly refunded"),
    State.REFUNDED.value: both("已退款", "Refunded"),
    State.CLOSED.value: both("已关闭", "Closed"),
    State.FAILED.value: both("支付失败", "Failed"),
}
REFUND_STATE_WORDS = {
    RefundState.ASKED.value: both("退款中", "Asked for"),
    RefundState.DONE.value: both("已退", "Given back"),
    RefundState.FAILED.value: both("退款失败", "Failed"),
}
STEP_WORDS = {
    Step.Done.CREATED.value: both("创建", "Created"),
    Step.Done.PAID.value: both("支付", "Paid"),
    Step.Done.CLOSED.value: both("关闭", "Closed"),
    Step.Done.FAILED.value: both("支付失败", "Failed"),
    Step.Done.REFUND_ASKED.value: both("申请退款", "Refund asked for"),
    Step.Done.REFUNDED.value: both("退款到账", "Given back"),
    Step.Done.REFUND_FAILED.value: both("退款失败", "Refund failed"),
}
HEARD_WORDS = {
    Step.Heard.HERE.value: both("本系统", "here"),
    Step.Heard.MESSAGE.value: both("渠道通知", "told by the provider"),
    Step.Heard.ANSWER.value: both("查询所得", "found by asking"),
}
