"""Questions and problems between a supplier and the office, until the side that raised them closes them."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q

from bangfu.foundation.operations import Scope
from bangfu.foundation.operations.models import AppendOnly, RefuseLoss, every_version
from bangfu.foundation.rooms import Words, both
from bangfu.livelihoods.suppliers.models.parties import Supplier


class Side(models.TextChoices):
    """Who speaks."""

    SUPPLIER = "SUPPLIER", "the supplier"
    HOUSE = "HOUSE", "the office"


SIDE_WORDS: dict[str, Words] = {
    Side.SUPPLIER: both("供应商", "Supplier"),
    Side.HOUSE: both("帮扶单位", "Office"),
}


class Category(models.TextChoices):
    """What a ticket is about."""

    PACKAGING = "PACKAGING", "packaging and labels"
    LISTING = "LISTING", "listing and pictures"
    SHIPPING = "SHIPPING", "shipping"
    QUALITY = "QUALITY", "quality and returns"
    MONEY = "MONEY", "settlement and payment"
    PAPERS = "PAPERS", "licences and tests"
    OTHER = "OTHER", "something else"


CATEGORY_WORDS: dict[str, Words] = {
    Category.PACKAGING: both("包装与标签", "Packaging and labels"),
    Category.LISTING: both("上架与图片", "Listing and pictures"),
    Category.SHIPPING: both("发货", "Shipping"),
    Category.QUALITY: both("质量与退货", "Quality and returns"),
    Category.MONEY: both("结算与付款", "Settlement and payment"),
    Category.PAPERS: both("证照与检验", "Licences and tests"),
    Category.OTHER: both("其他", "Something else"),
}


class TicketState(models.TextChoices):
    """How far a ticket is."""

    OPEN = "OPEN", "open"
    ANSWERED = "ANSWERED", "answered"
    CLOSED = "CLOSED", "closed"


TICKET_WORDS: dict[str, Words] = {
    TicketState.OPEN: both("待答复", "Open"),
    TicketState.ANSWERED: both("已答复", "Answered"),
    TicketState.CLOSED: both("已办结", "Closed"),
}


@pghistory.track(*every_version())
class Ticket(models.Model):
    """One question or problem of a supplier, or put to one."""

    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="tickets")
    category = models.CharField(max_length=10, choices=Category.choices)
    title = models.CharField(max_length=120)
    side = models.CharField(max_length=8, choices=Side.choices)
    """Who raised it, and therefore closes it."""
    raised_at = models.DateTimeField()
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    """Who of the office sees to it; null: nobody yet."""
    due_on = models.DateField()
    state = models.CharField(max_length=8, choices=TicketState.choices, default=TicketState.OPEN)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(category__in=Category.values, side__in=Side.values, state__in=TicketState.values)
                & ~Q(title=""),
                name="suppliers_ticket_is_described",
            ),
        ]
        triggers: ClassVar = [RefuseLoss(name="stays")]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number that people say."""
        return f"GD{self.pk:06d}"

    @property
    def scope(self) -> Scope:
        """Where permissions for the ticket are asked."""
        return self.supplier.scope


class ReplyKind(models.TextChoices):
    """What somebody did with a ticket."""

    SAID = "SAID", "said"
    CLOSED = "CLOSED", "closed"
    REOPENED = "REOPENED", "reopened"


REPLY_WORDS: dict[str, Words] = {
    ReplyKind.SAID: both("说", "said"),
    ReplyKind.CLOSED: both("办结", "closed it"),
    ReplyKind.REOPENED: both("重新打开", "reopened it"),
}


class Reply(AppendOnly):
    """What one side said in a ticket; the first is what it was raised with."""

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="replies")
    side = models.CharField(max_length=8, choices=Side.choices)
    kind = models.CharField(max_length=8, choices=ReplyKind.choices)
    text = models.CharField(max_length=2000)
    said_at = models.DateTimeField()
    said_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind__in=ReplyKind.values) & ~Q(text=""), name="suppliers_reply_says_something"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket} {self.kind}"
