"""Products with their county of origin, sales by their identity, and what was paid and refunded of each."""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import ClassVar

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from bangfu.foundation.operations import Scope
from bangfu.foundation.operations.models import RefuseLoss, every_version
from bangfu.foundation.rooms import Words, both
from bangfu.livelihoods.consumption.triggers import KEEPS_ITS_TERMS, REFUNDS_HOLD
from bangfu.livelihoods.reviewed import Reviewed, withdrawal_is_whole
from bangfu.livelihoods.shop.neighbours import OUTSIDERS, Label, Payer

LEAST_DAY = date(2009, 1, 1)
"""No platform of which there is an export was open to such sales before: earlier dates are typing errors."""
LIVING = Q(withdrawn_at__isnull=True)


class Platform(models.TextChoices):
    """Where a sale happened, which tells whose numbers its order and line are."""

    JD = "JD", "JD"
    TAOBAO = "TAOBAO", "Taobao and Tmall"
    P832 = "P832", "the 832 platform"
    AGREEMENT = "AGREEMENT", "an agreement of a canteen or union"
    WELFARE = "WELFARE", "a welfare scheme"
    FAIR = "FAIR", "a product fair"


PLATFORM_WORDS: dict[str, Words] = {
    Platform.JD: both("京东", "JD"),
    Platform.TAOBAO: both("淘宝/天猫", "Taobao/Tmall"),
    Platform.P832: both("832 平台", "832 platform"),
    Platform.AGREEMENT: both("协议采购", "Agreement"),
    Platform.WELFARE: both("职工福利", "Welfare"),
    Platform.FAIR: both("展销会", "Fair"),
}


class EntryKind(models.TextChoices):
    """What an entry says of a sale."""

    PAID = "PAID", "paid"
    REFUNDED = "REFUNDED", "refunded"


ENTRY_KIND_WORDS: dict[str, Words] = {
    EntryKind.PAID: both("支付", "Paid"),
    EntryKind.REFUNDED: both("退款", "Refunded"),
}


def good_key(text: str) -> str:
    """Return what a product is compared by: its number or title, half-width, upper-case, without spaces.

    >>> good_key(" 册亨 糯米蕉５斤 ")
    '册亨糯米蕉5斤'
    """
    return "".join(unicodedata.normalize("NFKC", text).split()).upper()


@pghistory.track(*every_version())
class Good(models.Model):
    """From which county a product of a platform comes: one row a platform and product number, or title."""

    platform = models.CharField(max_length=10, choices=Platform.choices)
    key = models.CharField(max_length=200)
    """The platform's number of the product, or its title, as ``good_key`` returns it."""
    title = models.CharField(max_length=200)
    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="+")
    """The county of origin."""
    proof = models.CharField(max_length=200)
    """On what it rests: the supplier's listing, a certificate of origin, a lot."""
    noted_at = models.DateTimeField()
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["platform", "key"], name="consumption_one_origin_a_product"),
            models.CheckConstraint(
                condition=Q(platform__in=Platform.values) & ~Q(key="") & ~Q(title="") & ~Q(proof=""),
                name="consumption_good_is_described",
            ),
        ]
        triggers: ClassVar = [RefuseLoss(name="stays")]

    def __str__(self) -> str:
        return self.title


class Sale(models.Model):
    """One line of one order outside the shop, known by platform, order and line; what it says is fixed."""

    platform = models.CharField(max_length=10, choices=Platform.choices)
    order_no = models.CharField(max_length=90)
    line_no = models.CharField(max_length=60)
    unit = models.ForeignKey("organisation.Unit", on_delete=models.PROTECT, related_name="+")
    """The unit that counts it."""
    payer = models.CharField(max_length=10, choices=Payer.choices)
    label = models.CharField(max_length=6, choices=Label.choices)
    good = models.ForeignKey(Good, on_delete=models.PROTECT, related_name="sales")
    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="+")
    """The county of origin when it was brought."""
    quantity = models.DecimalField(max_digits=12, decimal_places=3)
    ordered_fen = models.BigIntegerField()
    ordered_on = models.DateField()
    bound_for = models.ForeignKey("places.Place", null=True, on_delete=models.PROTECT, related_name="+")
    """The province it went to; null = not told."""
    shop = models.CharField(max_length=120, blank=True)
    """The shop or supplier on the platform."""
    invoice_code = models.CharField(max_length=20, blank=True)
    invoice_number = models.CharField(max_length=30, blank=True)
    """Empty where there is no invoice."""
    invoice_line = models.CharField(max_length=20, blank=True)
    apart = models.CharField(max_length=300, blank=True)
    """Why it is another sale than one of the same county, day and sum that was reported by hand; empty where there is none."""
    upload = models.ForeignKey("intake.Upload", null=True, on_delete=models.PROTECT, related_name="+")
    """The spreadsheet that brought it; null = a settlement or scheme did."""
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["platform", "order_no", "line_no"],
                condition=LIVING,
                name="consumption_one_sale_a_line",
            ),
            models.UniqueConstraint(
                fields=["invoice_number", "invoice_code", "invoice_line"],
                condition=LIVING & ~Q(invoice_number=""),
                name="consumption_one_sale_an_invoice_line",
            ),
            models.CheckConstraint(
                condition=Q(platform__in=Platform.values) & ~Q(order_no="") & ~Q(line_no=""),
                name="consumption_sale_has_an_identity",
            ),
            models.CheckConstraint(
                condition=Q(label=Label.HELPED, payer__in=OUTSIDERS)
                | (Q(label=Label.BOUGHT) & ~Q(payer__in=OUTSIDERS)),
                name="consumption_label_follows_the_payer",
            ),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, ordered_fen__gte=0, ordered_on__gte=LEAST_DAY),
                name="consumption_sale_is_plausible",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["unit", "-ordered_on"], name="consumption_sales_of_unit"),
            models.Index(fields=["place", "ordered_on"], name="consumption_sales_of_county"),
        ]
        triggers: ClassVar = [
            RefuseLoss(name="stays"),
            pgtrigger.Trigger(
                name="keeps_its_terms",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf(
                    "platform", "order_no", "line_no", "unit_id", "payer", "label", "good_id", "place_id", "quantity",
                    "ordered_fen", "ordered_on", "invoice_code", "invoice_number", "invoice_line",
                ),
                func=KEEPS_ITS_TERMS,
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.order_no} / {self.line_no}"

    @property
    def scope(self) -> Scope:
        """Where permissions for the sale are asked."""
        return Scope(unit=self.unit_id, place=self.place_id)


class Entry(Reviewed):
    """Yuan that were paid for a sale, or given back of it, on a day."""

    sale = models.ForeignKey(Sale, on_delete=models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=10, choices=EntryKind.choices)
    amount_fen = models.BigIntegerField()
    happened_on = models.DateField()
    document = models.CharField(max_length=80, blank=True)
    """Number of the settlement or of the refund's document; empty where a sheet says it."""
    upload = models.ForeignKey("intake.Upload", null=True, on_delete=models.PROTECT, related_name="+")
    """The spreadsheet that brought it; null = entered by hand."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["sale"], condition=LIVING & Q(kind=EntryKind.PAID), name="consumption_paid_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=EntryKind.values, amount_fen__gt=0, happened_on__gte=LEAST_DAY),
                name="consumption_entry_is_plausible",
            ),
            withdrawal_is_whole("consumption_entry_withdrawal"),
        ]
        indexes: ClassVar = [models.Index(fields=["upload"], name="consumption_entries_of_upload")]
        triggers: ClassVar = [
            RefuseLoss(name="stays"),
            pgtrigger.Trigger(
                name="refunds_hold",
                level=pgtrigger.Row,
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update,
                timing=pgtrigger.Deferred,
                condition=pgtrigger.Q(new__kind="REFUNDED"),
                func=REFUNDS_HOLD,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount_fen} of {self.sale}"

    @property
    def scope(self) -> Scope:
        """Where permissions for the entry are asked."""
        return self.sale.scope

    @property
    def name(self) -> str:
        """What people call it."""
        return str(self.sale)
