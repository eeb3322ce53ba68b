"""Settlement statements 结算单: what a supplier is due for order lines, each line in one statement and no other."""

from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from bangfu.foundation.operations import Scope
from bangfu.foundation.operations.models import AppendOnly, RefuseLoss, every_version
from bangfu.foundation.rooms import Words, both
from bangfu.livelihoods.suppliers.models.parties import Supplier, Terms
from bangfu.livelihoods.suppliers.triggers import KEEPS_ITS_SUMS, SUMS_HOLD


class StatementState(models.TextChoices):
    """How far a statement is."""

    ISSUED = "ISSUED", "issued"
    OBJECTED = "OBJECTED", "objected to"
    CONFIRMED = "CONFIRMED", "confirmed"
    PAID = "PAID", "paid"


STATEMENT_WORDS: dict[str, Words] = {
    StatementState.ISSUED: both("待供应商确认", "Issued"),
    StatementState.OBJECTED: both("供应商有异议", "Objected to"),
    StatementState.CONFIRMED: both("已确认，待付款", "Confirmed, to be paid"),
    StatementState.PAID: both("已付款", "Paid"),
}
SUMS = (
    "kept_fen", "coupon_fen", "commission_fen", "platform_fen", "freight_fen", "adjusted_fen", "due_fen", "floor_fen",
)  # fmt: skip
"""What statement and line both say; the statement's are the sums of its lines'."""


@pghistory.track(*every_version())
class Statement(models.Model):
    """What a supplier is due for the orders that were closed in a period, and for corrections of earlier statements."""

    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="statements")
    number = models.CharField(max_length=20, unique=True)
    starts_on = models.DateField()
    ends_on = models.DateField()
    """The day after the last one."""
    kept_fen = models.BigIntegerField()
    """Paid by buyers, less refunds."""
    coupon_fen = models.BigIntegerField(default=0)
    """What coupons took off of what is kept: the seller that issued them bears it."""
    commission_fen = models.BigIntegerField()
    platform_fen = models.BigIntegerField()
    freight_fen = models.BigIntegerField()
    adjusted_fen = models.BigIntegerField()
    """Corrections of earlier statements that were entered by hand."""
    due_fen = models.BigIntegerField()
    floor_fen = models.BigIntegerField()
    """Promised to growers for what is kept."""
    state = models.CharField(max_length=9, choices=StatementState.choices, default=StatementState.ISSUED)
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    objection = models.CharField(max_length=500, blank=True)
    reply = models.CharField(max_length=500, blank=True)
    """What the office answered to the objection."""
    grower_fen = models.BigIntegerField(null=True)
    """What growers were paid for these goods, as the supplier says with slips; null: not said yet."""
    grower_words = models.CharField(max_length=300, blank=True)
    """Why it is less than was promised."""
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    paid_on = models.DateField(null=True)
    receipt = models.CharField(max_length=60, blank=True)
    """Number of the bank's proof."""
    paid_at = models.DateTimeField(null=True)
    paid_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on"), state__in=StatementState.values),
                name="suppliers_statement_is_described",
            ),
            models.CheckConstraint(
                condition=Q(
                    due_fen=F("kept_fen")
                    + F("coupon_fen")
                    - F("commission_fen")
                    - F("platform_fen")
                    - F("freight_fen")
                    + F("adjusted_fen")
                ),
                name="suppliers_statement_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(state=StatementState.PAID, paid_on__isnull=False, grower_fen__gte=0)
                & ~Q(receipt="")
                | (~Q(state=StatementState.PAID) & Q(paid_on__isnull=True)),
                name="suppliers_paid_statement_has_proof",
            ),
        ]
        triggers: ClassVar = [
            RefuseLoss(name="stays"),
            pgtrigger.Trigger(
                name="keeps_its_sums",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("supplier_id", "number", "starts_on", "ends_on", *SUMS),
                func=KEEPS_ITS_SUMS,
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def scope(self) -> Scope:
        """Where permissions for the statement are asked."""
        return self.supplier.scope

    @property
    def last_day(self) -> date:
        """The last day of its period."""
        return self.ends_on - timedelta(days=1)


class LineKind(models.TextChoices):
    """Why a line stands in a statement."""

    GOODS = "GOODS", "goods"
    REFUND = "REFUND", "refund after settlement"
    ADJUSTMENT = "ADJUSTMENT", "correction"


LINE_WORDS: dict[str, Words] = {
    LineKind.GOODS: both("货款", "Goods"),
    LineKind.REFUND: both("结算后退款", "Refunded since"),
    LineKind.ADJUSTMENT: both("更正", "Correction"),
}


class Adjustment(AppendOnly):
    """A correction of a line of an earlier statement, with its reason; the next statement takes it up."""

    corrects = models.ForeignKey(
        "suppliers.StatementLine", on_delete=models.PROTECT, related_name="adjustments"
    )
    amount_fen = models.BigIntegerField()
    """More, or below zero less, than the line said was due."""
    reason = models.CharField(max_length=300)
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(amount_fen=0) & ~Q(reason=""), name="suppliers_adjustment_is_something"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount_fen} of {self.corrects_id}"


class StatementLine(AppendOnly):
    """An order line in its one statement, or what corrects one that was settled."""

    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="lines")
    kind = models.CharField(max_length=10, choices=LineKind.choices)
    line = models.ForeignKey("shop.OrderLine", on_delete=models.PROTECT, related_name="+")
    refund = models.OneToOneField("shop.Refund", null=True, on_delete=models.PROTECT, related_name="+")
    adjustment = models.OneToOneField(Adjustment, null=True, on_delete=models.PROTECT, related_name="taken")
    terms = models.ForeignKey(Terms, on_delete=models.PROTECT, related_name="+")
    upto_refund = models.BigIntegerField(default=0)
    """Key of the last refund of the order line that it takes into account; zero: none. Later ones are corrections."""
    quantity = models.IntegerField()
    """Packs that are kept; below zero of a refund."""
    paid_fen = models.BigIntegerField()
    refunded_fen = models.BigIntegerField()
    kept_fen = models.BigIntegerField()
    coupon_fen = models.BigIntegerField(default=0)
    commission_fen = models.BigIntegerField()
    platform_fen = models.BigIntegerField()
    freight_fen = models.BigIntegerField()
    adjusted_fen = models.BigIntegerField()
    due_fen = models.BigIntegerField()
    floor_fen = models.BigIntegerField()

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["line"], condition=Q(kind=LineKind.GOODS), name="suppliers_one_statement_a_line"
            ),
            models.CheckConstraint(
                condition=Q(kind=LineKind.GOODS, refund__isnull=True, adjustment__isnull=True)
                | Q(kind=LineKind.REFUND, refund__isnull=False, adjustment__isnull=True)
                | Q(kind=LineKind.ADJUSTMENT, refund__isnull=True, adjustment__isnull=False),
                name="suppliers_statement_line_is_of_a_kind",
            ),
            models.CheckConstraint(
                condition=Q(kept_fen=F("paid_fen") - F("refunded_fen"))
                & Q(
                    due_fen=F("kept_fen")
                    + F("coupon_fen")
                    - F("commission_fen")
                    - F("platform_fen")
                    - F("freight_fen")
                    + F("adjusted_fen")
                ),
                name="suppliers_statement_line_adds_up",
            ),
        ]
        triggers: ClassVar = [
            *AppendOnly.Meta.triggers,
            pgtrigger.Trigger(
                name="sums_hold",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="written"),
                func=SUMS_HOLD,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.line_id} in {self.statement_id}"
