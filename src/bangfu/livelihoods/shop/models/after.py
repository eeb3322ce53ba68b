"""What comes after a sale: goods that a buyer wants to give back, invoices that are asked for, reviews."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from bangfu.foundation.operations import Scope
from bangfu.foundation.operations.models import RefuseLoss
from bangfu.foundation.rooms import Words, both
from bangfu.livelihoods.shop.models.orders import Order, OrderLine, Refund, RefundReason


class ReturnState(models.TextChoices):
    """How far a request to give back came."""

    ASKED = "ASKED", "asked for"
    AGREED = "AGREED", "agreed, the goods are to come back"
    RECEIVED = "RECEIVED", "the goods are back, or need not come back"
    REFUNDED = "REFUNDED", "refunded"
    DECLINED = "DECLINED", "declined"
    WITHDRAWN = "WITHDRAWN", "withdrawn by the buyer"


RETURN_STATE_WORDS: dict[str, Words] = {
    ReturnState.ASKED: both("待答复", "Asked"),
    ReturnState.AGREED: both("待寄回", "To come back"),
    ReturnState.RECEIVED: both("待退款", "To refund"),
    ReturnState.REFUNDED: both("已退款", "Refunded"),
    ReturnState.DECLINED: both("未同意", "Declined"),
    ReturnState.WITHDRAWN: both("买家撤回", "Withdrawn"),
}
OPEN_RETURNS = (ReturnState.ASKED, ReturnState.AGREED, ReturnState.RECEIVED)
"""States in which a request still waits for somebody."""


class Return(models.Model):
    """That a buyer wants the money back for packs of a line."""

    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="returns")
    quantity = models.PositiveIntegerField()
    reason = models.CharField(max_length=12, choices=RefundReason.choices)
    words = models.CharField(max_length=500, blank=True)
    """What the buyer says of it; it names nobody."""
    state = models.CharField(max_length=10, choices=ReturnState.choices, default=ReturnState.ASKED)
    needs_goods = models.BooleanField(null=True)
    """Whether the goods are to come back; null until it is agreed."""
    waybill = models.CharField(max_length=60, blank=True)
    """Under which number the buyer sent them."""
    is_restocked = models.BooleanField(default=False)
    """Whether the goods came back and are sold again."""
    answer = models.CharField(max_length=500, blank=True)
    """Why it was declined, or where the goods are to be sent."""
    asked_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    refund = models.OneToOneField(Refund, null=True, on_delete=models.PROTECT, related_name="asked_by")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(quantity__gt=0, reason__in=RefundReason.values, state__in=ReturnState.values),
                name="shop_return_is_of_something",
            ),
            models.CheckConstraint(
                condition=Q(state=ReturnState.REFUNDED, refund__isnull=False)
                | (~Q(state=ReturnState.REFUNDED) & Q(refund__isnull=True)),
                name="shop_return_is_refunded_by_a_refund",
            ),
            models.CheckConstraint(
                condition=~Q(state=ReturnState.DECLINED) | ~Q(answer=""), name="shop_return_is_declined_why"
            ),
            models.UniqueConstraint(
                fields=["line"], condition=Q(state__in=OPEN_RETURNS), name="shop_one_open_return_a_line"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["asked_at"], name="shop_returns_that_are_open", condition=Q(state__in=OPEN_RETURNS)
            )
        ]
        triggers: ClassVar = [
            RefuseLoss(name="stays"),
            RefuseLoss(
                name="keeps_its_terms",
                operation=pgtrigger.UpdateOf("line_id", "quantity", "reason", "words", "asked_at"),
            ),
        ]

    def __str__(self) -> str:
        return f"return {self.pk}"

    @property
    def scope(self) -> Scope:
        """Where permissions for the request are asked."""
        return self.line.order.scope


class InvoiceTo(models.TextChoices):
    """To whom an invoice is made out."""

    PERSON = "PERSON", "a person"
    COMPANY = "COMPANY", "an organisation"


INVOICE_TO_WORDS: dict[str, Words] = {
    InvoiceTo.PERSON: both("个人", "A person"),
    InvoiceTo.COMPANY: both("单位", "An organisation"),
}


class InvoiceRequest(models.Model):
    """That a buyer wants an invoice for an order, and the number under which it was issued."""

    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="invoice")
    made_out_to = models.CharField(max_length=8, choices=InvoiceTo.choices)
    title = models.CharField(max_length=120, blank=True)
    """An organisation's registered name; empty for a person, whose name is sealed."""
    tax_number = models.CharField(max_length=18, blank=True)
    """An organisation's unified social credit code."""
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    """The order's recipient, under whose key name and address are sealed."""
    title_sealed = models.BinaryField(null=True)
    """A person's name as the invoice bears it; null for an organisation."""
    email_sealed = models.BinaryField()
    asked_at = models.DateTimeField()
    number = models.CharField(max_length=40, blank=True)
    """The invoice's own number; empty while none was issued."""
    amount_fen = models.BigIntegerField(null=True)
    """What it says, as it was issued."""
    issued_on = models.DateField(null=True)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(made_out_to=InvoiceTo.PERSON, title="", tax_number="", title_sealed__isnull=False)
                | (
                    Q(made_out_to=InvoiceTo.COMPANY, title_sealed__isnull=True)
                    & ~Q(title="")
                    & ~Q(tax_number="")
                ),
                name="shop_invoice_is_made_out_whole",
            ),
            models.CheckConstraint(
                condition=Q(
                    number="", issued_on__isnull=True, issued_by__isnull=True, amount_fen__isnull=True
                )
                | (~Q(number="") & Q(issued_on__isnull=False, issued_by__isnull=False, amount_fen__gt=0)),
                name="shop_invoice_is_issued_whole",
            ),
            models.UniqueConstraint(
                fields=["number"], condition=~Q(number=""), name="shop_one_invoice_a_number"
            ),
        ]
        triggers: ClassVar = [RefuseLoss(name="stays")]

    def __str__(self) -> str:
        return f"invoice of {self.order_id}"

    @property
    def scope(self) -> Scope:
        """Where permissions for the request are asked."""
        return self.order.scope


class ReviewState(models.TextChoices):
    """Whether a review is shown."""

    WAITING = "WAITING", "waits to be looked at"
    SHOWN = "SHOWN", "shown to everybody"
    REFUSED = "REFUSED", "not shown"


REVIEW_STATE_WORDS: dict[str, Words] = {
    ReviewState.WAITING: both("待审", "Waiting"),
    ReviewState.SHOWN: both("已公开", "Shown"),
    ReviewState.REFUSED: both("不公开", "Not shown"),
}


class Review(models.Model):
    """What somebody who received goods says of them, shown once a person of the seller has looked at it."""

    line = models.OneToOneField(OrderLine, on_delete=models.PROTECT, related_name="review")
    stars = models.PositiveSmallIntegerField()
    words = models.CharField(max_length=500)
    written_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=ReviewState.choices, default=ReviewState.WAITING)
    reason = models.CharField(max_length=200, blank=True)
    """Why it is not shown; the buyer reads it."""
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    answer = models.CharField(max_length=500, blank=True)
    """What the seller says to it."""
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(stars__gte=1, stars__lte=5) & ~Q(words="") & Q(state__in=ReviewState.values),
                name="shop_review_says_something",
            ),
            models.CheckConstraint(
                condition=~Q(state=ReviewState.REFUSED) | ~Q(reason=""), name="shop_review_is_refused_why"
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True)
                | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="shop_review_is_answered_whole",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["written_at"],
                name="shop_reviews_that_wait",
                condition=Q(state=ReviewState.WAITING),
            )
        ]
        triggers: ClassVar = [
            RefuseLoss(name="stays"),
            RefuseLoss(
                name="keeps_its_words",
                operation=pgtrigger.UpdateOf("line_id", "stars", "words", "written_at"),
            ),
        ]

    def __str__(self) -> str:
        return f"review {self.pk}"

    @property
    def scope(self) -> Scope:
        """Where permissions for the review are asked."""
        return self.line.order.scope
