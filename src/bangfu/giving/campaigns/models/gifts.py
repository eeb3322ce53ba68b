"""Donors, gifts, monthly pledges, and files of gifts."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from bangfu.foundation.operations import Scope
from bangfu.foundation.operations.models import AppendOnly, KnownOnly, RefuseLoss
from bangfu.foundation.rooms import Words, both
from bangfu.giving.campaigns.models.campaigns import Campaign, Match


class DonorKind(models.TextChoices):
    """Who gives."""

    CUSTOMER = "CUSTOMER", "customer"
    EMPLOYEE = "EMPLOYEE", "employee"
    PUBLIC = "PUBLIC", "public"
    COMPANY = "COMPANY", "company"


DONOR_WORDS: dict[str, Words] = {
    DonorKind.CUSTOMER.value: both("客户", "Customer"),
    DonorKind.EMPLOYEE.value: both("职工", "Employee"),
    DonorKind.PUBLIC.value: both("公众", "Public"),
    DonorKind.COMPANY.value: both("企业", "Company"),
}


class Way(models.TextChoices):
    """How a gift comes."""

    POINTS = "POINTS", "points"
    CASH = "CASH", "cash"
    BANK = "BANK", "bank transfer"
    MATCH = "MATCH", "matching"


WAY_WORDS: dict[str, Words] = {
    Way.POINTS.value: both("积分", "Points"),
    Way.CASH.value: both("在线支付", "Paid online"),
    Way.BANK.value: both("银行转账", "Bank transfer"),
    Way.MATCH.value: both("企业配捐", "Matched"),
}


class GiftState(models.TextChoices):
    """How far a gift is."""

    PROMISED = "PROMISED", "promised"
    RECEIVED = "RECEIVED", "received"
    REFUNDING = "REFUNDING", "being refunded"
    REFUNDED = "REFUNDED", "refunded"
    LAPSED = "LAPSED", "lapsed"


GIFT_STATE_WORDS: dict[str, Words] = {
    GiftState.PROMISED.value: both("待支付", "To be paid"),
    GiftState.RECEIVED.value: both("已收到", "Received"),
    GiftState.REFUNDING.value: both("退回中", "Being given back"),
    GiftState.REFUNDED.value: both("已退回", "Given back"),
    GiftState.LAPSED.value: both("未支付", "Not paid"),
}


class Donor(models.Model):
    """Somebody who gives and may be found again: by their points, or by a name that is sealed for the receipt."""

    kind = models.CharField(max_length=8, choices=DonorKind.choices)
    holder = models.OneToOneField("points.Holder", null=True, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    """Null: nobody knows who it is."""
    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    """Of a member of staff who gave while signed in: they are thanked by a notice."""
    entered_at = models.DateTimeField()

    class Meta:
        triggers: ClassVar = [RefuseLoss(name="stays")]

    def __str__(self) -> str:
        return f"donor {self.pk}"


class GiftFile(models.Model):
    """A file of gifts of points that the operator's points system took, brought by one operation."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="files")
    name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    gifts = models.IntegerField()
    refused = models.IntegerField()
    amount_fen = models.BigIntegerField()
    brought_at = models.DateTimeField()
    brought_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["campaign", "digest"], name="campaigns_gift_file_once"),
        ]
        triggers: ClassVar = [RefuseLoss(name="stays")]

    def __str__(self) -> str:
        return self.name

    @property
    def scope(self) -> Scope:
        """Where permissions for the file are asked."""
        return self.campaign.scope


class RefusedGift(AppendOnly):
    """A row of a file of gifts that was not taken, and why: nothing came of it."""

    file = models.ForeignKey(GiftFile, on_delete=models.PROTECT, related_name="refusals")
    row = models.IntegerField()
    """Counted from one, without the headings."""
    member = models.CharField(max_length=40)
    points = models.BigIntegerField(null=True)
    given_on = models.DateField(null=True)
    source_id = models.CharField(max_length=80)
    code = models.CharField(max_length=40)
    """Of ``UnableToGive``."""
    held = models.BigIntegerField()
    """What the member could have spent just before."""

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["file", "row"], name="campaigns_one_refusal_a_row"),
        ]

    def __str__(self) -> str:
        return f"{self.file_id} {self.row}"


class Pledge(models.Model):
    """A promise of the same gift each month, until it is ended."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="pledges")
    donor = models.ForeignKey(Donor, on_delete=models.PROTECT, related_name="pledges")
    number = models.CharField(max_length=32, unique=True)
    """It cannot be guessed, and opens the giver's own page."""
    amount_fen = models.BigIntegerField()
    day = models.SmallIntegerField()
    """Of the month, 1 to 28."""
    starts_on = models.DateField()
    asked_until = models.DateField(null=True)
    """The first day of the last month that was asked for."""
    is_anonymous = models.BooleanField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(amount_fen__gt=0, day__gte=1, day__lte=28), name="campaigns_pledge_is_plausible"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["day"], condition=Q(ended_at__isnull=True), name="campaigns_pledges_alive")
        ]
        triggers: ClassVar = [RefuseLoss(name="stays")]

    def __str__(self) -> str:
        return self.number

    @property
    def scope(self) -> Scope:
        """Where permissions for the pledge are asked."""
        return self.campaign.scope


class _OfKnownCampaigns(KnownOnly):
    """Refuses gifts that refer to what is not there."""

    begins = "campaigns_gift_"
    known: ClassVar = (
        ("campaign_id", "campaigns_campaign", "id"),
        ("donor_id", "campaigns_donor", "id"),
        ("unit_id", "organisation_unit", "id"),
        ("file_id", "campaigns_giftfile", "id"),
    )


class Gift(models.Model):
    """One gift to a campaign; what it is stays, how far it is moves on."""

    number = models.CharField(max_length=32, unique=True)
    """It cannot be guessed: it opens the giver's certificate."""
    campaign = models.ForeignKey(
        Campaign, on_delete=models.PROTECT, related_name="gifts", db_constraint=False, db_index=False
    )
    donor = models.ForeignKey(
        Donor, null=True, on_delete=models.PROTECT, related_name="gifts", db_constraint=False
    )
    """Null: given without a name."""
    kind = models.CharField(max_length=8, choices=DonorKind.choices)
    way = models.CharField(max_length=6, choices=Way.choices)
    points = models.BigIntegerField(null=True)
    spend_id = models.BigIntegerField(null=True)
    """The spending of points."""
    amount_fen = models.BigIntegerField()
    is_anonymous = models.BooleanField(default=False)
    unit = models.ForeignKey(
        "organisation.Unit", on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    """The unit that counts it."""
    place_id = models.BigIntegerField()
    """Of that unit; of one without a place, China as a whole."""
    given_at = models.DateTimeField()
    given_on = models.DateField()
    state = models.CharField(max_length=9, choices=GiftState.choices)
    received_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    """When it was given back or lapsed."""
    source_system = models.CharField(max_length=40)
    source_id = models.CharField(max_length=80)
    file = models.ForeignKey(
        GiftFile, null=True, on_delete=models.PROTECT, related_name="rows", db_constraint=False
    )
    pledge = models.ForeignKey(Pledge, null=True, on_delete=models.PROTECT, related_name="gifts")
    match = models.ForeignKey(Match, null=True, on_delete=models.PROTECT, related_name="gifts")
    matched = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="matching")
    """Of a matching gift: the gift to which it was added."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source_system", "source_id"], name="campaigns_given_once"),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="campaigns_gift_of_something"),
            models.CheckConstraint(
                condition=Q(way="POINTS", points__gt=0, spend_id__isnull=False)
                | ~Q(way="POINTS") & Q(points__isnull=True, spend_id__isnull=True),
                name="campaigns_points_are_spent",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("PROMISED", "LAPSED"), received_on__isnull=True)
                | Q(state__in=("RECEIVED", "REFUNDING", "REFUNDED"), received_on__isnull=False),
                name="campaigns_received_or_not",
            ),
            models.CheckConstraint(
                condition=Q(way="MATCH", match__isnull=False, matched__isnull=False, kind="COMPANY")
                | ~Q(way="MATCH") & Q(match__isnull=True, matched__isnull=True),
                name="campaigns_match_of_a_gift",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["campaign", "-id"], name="campaigns_gifts_newest"),
            models.Index(fields=["campaign", "state"], name="campaigns_gifts_by_state"),
        ]
        triggers: ClassVar = [
            RefuseLoss(name="stays"),
            _OfKnownCampaigns(name="known", operation=pgtrigger.Insert),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def scope(self) -> Scope:
        """Where permissions for the gift are asked."""
        return Scope(unit=self.unit_id)

    @property
    def state_words(self) -> Words:
        """How far it is, in words."""
        return GIFT_STATE_WORDS[self.state]
