"""Receipts of charities, and what their banks say."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from bangfu.foundation.operations import Scope
from bangfu.foundation.operations.models import AppendOnly, RefuseLoss
from bangfu.foundation.rooms import Words, both
from bangfu.giving.campaigns.models.campaigns import Campaign
from bangfu.giving.campaigns.models.gifts import Gift


class ReceiptSeries(models.Model):
    """The numbers of a charity's donation receipts of one code: used one after the other, without a gap."""

    charity = models.ForeignKey("campaigns.Charity", on_delete=models.PROTECT, related_name="series")
    code = models.CharField(max_length=12)
    """The receipts' code 票据代码, as the finance office gave it."""
    first = models.BigIntegerField()
    last = models.BigIntegerField()
    next = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code"], name="campaigns_one_series_a_code"),
            models.CheckConstraint(
                condition=Q(first__gt=0, last__gte=F("first"), next__gte=F("first"), next__lte=F("last") + 1),
                name="campaigns_series_within",
            ),
        ]
        triggers: ClassVar = [RefuseLoss(name="stays")]

    def __str__(self) -> str:
        return self.code

    @property
    def scope(self) -> Scope:
        """Where permissions for the series are asked."""
        return self.charity.scope


class Receipt(AppendOnly):
    """The data of one donation receipt 公益事业捐赠票据 of a charity; a wrong one is voided by another."""

    series = models.ForeignKey(ReceiptSeries, on_delete=models.PROTECT, related_name="receipts")
    number = models.BigIntegerField()
    gift = models.ForeignKey(Gift, null=True, on_delete=models.PROTECT, related_name="receipts")
    """Null: of the sponsor's money for points, by its line of the bank."""
    bank_line = models.ForeignKey(
        "campaigns.BankLine", null=True, on_delete=models.PROTECT, related_name="receipts"
    )
    payer = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    """Sealed; null: a company, named beside, or nobody."""
    payer_title = models.CharField(max_length=120, blank=True)
    """Of a company; empty for a person."""
    payer_code = models.CharField(max_length=18, blank=True)
    """A company's unified social credit code."""
    amount_fen = models.BigIntegerField()
    """Below zero: it voids another."""
    capitals = models.CharField(max_length=80)
    check_code = models.CharField(max_length=6)
    issued_on = models.DateField()
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    voids = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="voided_by")
    replaces = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="replaced_by")
    """The one that was void before it, of the same gift or line; null: the first."""
    reason = models.CharField(max_length=120, blank=True)

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["series", "number"], name="campaigns_receipt_number_once"),
            models.UniqueConstraint(
                fields=["gift"],
                condition=Q(gift__isnull=False, voids__isnull=True, replaces__isnull=True),
                name="campaigns_one_first_receipt_a_gift",
            ),
            models.CheckConstraint(
                condition=Q(voids__isnull=True) | Q(replaces__isnull=True),
                name="campaigns_receipt_voids_or_replaces",
            ),
            models.CheckConstraint(
                condition=Q(voids__isnull=True, amount_fen__gt=0, reason="")
                | Q(voids__isnull=False, amount_fen__lt=0) & ~Q(reason=""),
                name="campaigns_receipt_or_its_reversal",
            ),
            models.CheckConstraint(
                condition=Q(gift__isnull=False, bank_line__isnull=True)
                | Q(gift__isnull=True, bank_line__isnull=False),
                name="campaigns_receipt_of_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.series} {self.number:010d}"

    @property
    def scope(self) -> Scope:
        """Where permissions for the receipt are asked."""
        return self.series.charity.scope


class BankFile(models.Model):
    """A statement of a charity's bank, read once."""

    charity = models.ForeignKey("campaigns.Charity", on_delete=models.PROTECT, related_name="bank_files")
    name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    lines_read = models.IntegerField()
    lines_known = models.IntegerField()
    """That an earlier file had already."""
    read_at = models.DateTimeField()
    read_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["charity", "digest"], name="campaigns_bank_file_once"),
        ]
        triggers: ClassVar = [RefuseLoss(name="stays")]

    def __str__(self) -> str:
        return self.name

    @property
    def scope(self) -> Scope:
        """Where permissions for the file are asked."""
        return self.charity.scope


class LineMeaning(models.TextChoices):
    """What a line of the bank turned out to be."""

    OPEN = "OPEN", "open"
    SPONSOR = "SPONSOR", "sponsor"
    GIFT = "GIFT", "gift"
    SETTLED = "SETTLED", "settled by a provider"
    OTHER = "OTHER", "other"


MEANING_WORDS: dict[str, Words] = {
    LineMeaning.OPEN.value: both("待认领", "To be matched"),
    LineMeaning.SPONSOR.value: both("企业支付的积分款和配捐", "Sponsor's money for points and matching"),
    LineMeaning.GIFT.value: both("转账捐赠", "Gift by transfer"),
    LineMeaning.SETTLED.value: both("支付渠道结算的在线捐款", "Online gifts, paid out by the provider"),
    LineMeaning.OTHER.value: both("与募捐无关", "No gift"),
}


class BankLine(models.Model):
    """One credit of a charity's bank account; nothing of a person is kept but what the line says it is for."""

    file = models.ForeignKey(BankFile, on_delete=models.PROTECT, related_name="lines")
    charity = models.ForeignKey("campaigns.Charity", on_delete=models.PROTECT, related_name="+")
    serial = models.CharField(max_length=60)
    """The bank's own number."""
    happened_on = models.DateField()
    amount_fen = models.BigIntegerField()
    company = models.CharField(max_length=120, blank=True)
    """Who paid, where it is a company or an institution; empty for a person."""
    purpose = models.CharField(max_length=200, blank=True)
    campaign = models.ForeignKey(Campaign, null=True, on_delete=models.PROTECT, related_name="bank_lines")
    meaning = models.CharField(max_length=8, choices=LineMeaning.choices, default=LineMeaning.OPEN)
    remark = models.CharField(max_length=200, blank=True)
    turn = models.SmallIntegerField(default=0)
    """How often a match was taken back: what is posted the next time has another source."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["charity", "serial"], name="campaigns_bank_line_once"),
            models.CheckConstraint(
                condition=Q(amount_fen__gt=0) & ~Q(serial=""), name="campaigns_bank_line_of_something"
            ),
            models.CheckConstraint(
                condition=Q(meaning__in=("SPONSOR", "GIFT", "SETTLED"), campaign__isnull=False)
                | Q(meaning__in=("OPEN", "OTHER"), campaign__isnull=True),
                name="campaigns_bank_line_for_a_campaign",
            ),
        ]
        triggers: ClassVar = [RefuseLoss(name="stays")]

    def __str__(self) -> str:
        return self.serial

    @property
    def scope(self) -> Scope:
        """Where permissions for the line are asked."""
        return self.charity.scope
