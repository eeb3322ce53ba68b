"""Holders, their lots, what was spent, the journal, conversion rates, and what was confirmed to the operator."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from bangfu.foundation.operations import Scope
from bangfu.foundation.operations.models import AppendOnly, KnownOnly, RefuseLoss
from bangfu.foundation.points.triggers import (
    BEGINS_EMPTY,
    FOLLOWS_JOURNAL,
    GIVEN_BACK_WITHIN,
    KEEPS_BALANCE,
)
from bangfu.foundation.rooms import Words, both

MEMBER_NUMBER = r"^[A-Z0-9][A-Z0-9-]{3,39}$"
"""How the operator's points system calls a holder: its own opaque number."""
MOBILE_NUMBER = r"^1[3-9][0-9]{9}$"
"""A mobile number of the mainland: it names a person, so it is no member number here."""


class Kind(models.TextChoices):
    """What a movement of points is."""

    EARNED = "EARNED", "earned"
    SPENT = "SPENT", "spent"
    GIVEN_BACK = "GIVEN_BACK", "given back"
    EXPIRED = "EXPIRED", "expired"


KIND_WORDS: dict[str, Words] = {
    Kind.EARNED.value: both("获得", "Earned"),
    Kind.SPENT.value: both("使用", "Spent"),
    Kind.GIVEN_BACK.value: both("退回", "Given back"),
    Kind.EXPIRED.value: both("到期", "Expired"),
}


class Holder(models.Model):
    """A customer or a member of staff with points, by the operator's opaque number; who it is, is sealed with the person."""

    number = models.CharField(max_length=40, unique=True)
    unit = models.ForeignKey("organisation.Unit", on_delete=models.PROTECT, related_name="+")
    """The branch whose customer it is."""
    person = models.OneToOneField("people.Person", null=True, on_delete=models.PROTECT, related_name="+")
    """Null: nobody here knows who it is, and nobody needs to."""
    entered_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(number__regex=MEMBER_NUMBER) & ~Q(number__regex=MOBILE_NUMBER),
                name="points_holder_number_is_opaque",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["unit", "number"], name="points_holders_of_unit")]
        triggers: ClassVar = [RefuseLoss(name="stays")]

    def __str__(self) -> str:
        return self.number

    @property
    def scope(self) -> Scope:
        """Where permissions for the holder are asked."""
        return Scope(unit=self.unit_id)


class _OfKnownHolders(KnownOnly):
    """Refuses rows that refer to what is not there."""

    begins = "points_lot_"
    known: ClassVar = (("holder_id", "points_holder", "id"),)


class Lot(models.Model):
    """Points that were earned on one day and expire on another; what remains of them is the sum of their movements."""

    holder = models.ForeignKey(
        Holder, on_delete=models.PROTECT, related_name="lots", db_constraint=False, db_index=False
    )
    number = models.CharField(max_length=60)
    """The operator's number of the lot; of points that came back after their lot expired: ``<lot>/<n>``."""
    earned_on = models.DateField()
    expires_on = models.DateField()
    """The first day on which they cannot be spent any more."""
    points = models.BigIntegerField()
    remaining = models.BigIntegerField(default=0)
    """Kept by the database from the journal."""
    follows = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="followers", db_constraint=False
    )
    """The expired lot whose points came back."""
    entered_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["holder", "number"], name="points_one_lot_a_number"),
            models.CheckConstraint(condition=Q(points__gt=0), name="points_lot_of_something"),
            models.CheckConstraint(
                condition=Q(remaining__gte=0, remaining__lte=F("points")), name="points_lot_never_below_zero"
            ),
            models.CheckConstraint(condition=Q(expires_on__gt=F("earned_on")), name="points_lot_period"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["holder", "expires_on", "id"],
                condition=Q(remaining__gt=0),
                name="points_lots_to_spend",
            ),
            models.Index(fields=["expires_on"], condition=Q(remaining__gt=0), name="points_lots_to_expire"),
        ]
        triggers: ClassVar = [
            RefuseLoss(name="stays"),
            _OfKnownHolders(name="known", operation=pgtrigger.Insert),
            pgtrigger.Trigger(
                name="begins_empty",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="entered"),
                func=BEGINS_EMPTY,
            ),
            pgtrigger.Trigger(
                name="follows_its_journal",
                level=pgtrigger.Statement,
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=FOLLOWS_JOURNAL,
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Rate(AppendOnly):
    """What points are worth in cash for a sponsor, from a day on; a later version replaces it from its own day."""

    unit = models.ForeignKey("organisation.Unit", on_delete=models.PROTECT, related_name="+")
    """The sponsor: it, and the units below it that have no rate of their own."""
    points = models.BigIntegerField()
    fen = models.BigIntegerField()
    """So many points are worth so many fen."""
    least_points = models.BigIntegerField(default=1)
    """Less is not turned into cash."""
    grace_days = models.SmallIntegerField(default=0)
    """For how long points can be spent that come back after their lot expired; zero: they lapse."""
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    """The first day on which it holds no more, unless a later version replaced it; null: open."""
    document = models.CharField(max_length=120)
    """What it rests on."""
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["unit", "valid_from"], name="points_one_rate_a_day"),
            models.CheckConstraint(
                condition=Q(points__gt=0, fen__gt=0, least_points__gt=0, grace_days__gte=0) & ~Q(document=""),
                name="points_rate_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
                name="points_rate_period",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.points} = {self.fen} fen"

    @property
    def scope(self) -> Scope:
        """Where permissions for the rate are asked."""
        return Scope(unit=self.unit_id)

    def value_fen(self, points: int) -> int:
        """Return what points are worth, in whole fen; what is less than a fen is left out."""
        return points * self.fen // self.points


class _AtKnownRates(KnownOnly):
    """Refuses rows that refer to what is not there."""

    begins = "points_spend_"
    known: ClassVar = (("holder_id", "points_holder", "id"), ("rate_id", "points_rate", "id"))


class Spend(AppendOnly):
    """Points that a holder spent at once, for a record of some room; which lots they came from stands in the journal."""

    holder = models.ForeignKey(
        Holder, on_delete=models.PROTECT, related_name="spends", db_constraint=False, db_index=False
    )
    points = models.BigIntegerField()
    value_fen = models.BigIntegerField()
    """At the rate of the day."""
    rate = models.ForeignKey(
        Rate, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    spent_on = models.DateField()
    spent_at = models.DateTimeField()
    subject_type = models.SmallIntegerField()
    subject_id = models.BigIntegerField()
    source_system = models.CharField(max_length=40)
    source_id = models.CharField(max_length=80)

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source_system", "source_id"], name="points_spent_once"),
            models.CheckConstraint(
                condition=Q(points__gt=0, value_fen__gte=0), name="points_spent_something"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["holder", "-id"], name="points_spends_of_holder"),
            models.Index(fields=["subject_type", "subject_id"], name="points_spends_of_record"),
        ]
        triggers: ClassVar = [
            *AppendOnly.Meta.triggers,
            _AtKnownRates(name="known", operation=pgtrigger.Insert),
        ]

    def __str__(self) -> str:
        return f"{self.source_system} {self.source_id}"


class _OfKnownLots(KnownOnly):
    """Refuses rows that refer to what is not there."""

    begins = "points_movement_"
    known: ClassVar = (("lot_id", "points_lot", "id"), ("spend_id", "points_spend", "id"))


class Movement(AppendOnly):
    """One change of what remains of a lot: the journal, whose sum is the balance."""

    lot = models.ForeignKey(
        Lot, on_delete=models.PROTECT, related_name="movements", db_constraint=False, db_index=False
    )
    spend = models.ForeignKey(
        Spend,
        null=True,
        on_delete=models.PROTECT,
        related_name="movements",
        db_constraint=False,
        db_index=False,
    )
    kind = models.CharField(max_length=10, choices=Kind.choices)
    points = models.BigIntegerField()
    """Signed: what came in is above zero."""
    moved_on = models.DateField()
    moved_at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind__in=("EARNED", "GIVEN_BACK"), points__gt=0)
                | Q(kind__in=("SPENT", "EXPIRED"), points__lt=0),
                name="points_movement_has_its_sign",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=("SPENT", "GIVEN_BACK"), spend__isnull=False)
                | Q(kind__in=("EARNED", "EXPIRED"), spend__isnull=True),
                name="points_movement_of_a_spending",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["lot", "id"], name="points_movements_of_lot"),
            models.Index(
                fields=["spend"], condition=Q(spend__isnull=False), name="points_movements_of_spend"
            ),
        ]
        triggers: ClassVar = [
            *AppendOnly.Meta.triggers,
            _OfKnownLots(name="known", operation=pgtrigger.Insert),
            pgtrigger.Trigger(
                name="keeps_balance",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="posted"),
                func=KEEPS_BALANCE,
            ),
            pgtrigger.Trigger(
                name="gives_back_within",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="posted"),
                func=GIVEN_BACK_WITHIN,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.points}"


class Confirmation(models.Model):
    """What the operator's points system was told of spending and giving back, as a numbered file with a digest."""

    unit = models.ForeignKey("organisation.Unit", on_delete=models.PROTECT, related_name="+")
    """Of whose customers it tells, the units below it included."""
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    rows = models.IntegerField()
    points = models.BigIntegerField()
    """Spent less given back."""
    digest = models.CharField(max_length=64)
    """SHA-256 of the file, in hex: the operator repeats it."""
    reference = models.CharField(max_length=80, blank=True)
    """The operator's number for it; empty until it was taken there."""
    acknowledged_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(acknowledged_at__isnull=True, reference="")
                | Q(acknowledged_at__isnull=False) & ~Q(reference=""),
                name="points_confirmation_is_taken_or_not",
            ),
            models.CheckConstraint(condition=Q(rows__gt=0), name="points_confirmation_of_something"),
            models.UniqueConstraint(
                fields=["reference"], condition=~Q(reference=""), name="points_one_confirmation_a_reference"
            ),
        ]
        triggers: ClassVar = [
            RefuseLoss(name="stays"),
            pgtrigger.Trigger(
                name="keeps_its_content",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("id", "unit_id", "made_at", "rows", "points", "digest"),
                func="RAISE EXCEPTION 'a confirmation stays as it was sent' USING ERRCODE = 'restrict_violation';",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """What the operator calls it: ``POINTS-000012``."""
        return f"POINTS-{self.pk:06d}"

    @property
    def scope(self) -> Scope:
        """Where permissions for the confirmation are asked."""
        return Scope(unit=self.unit_id)


class _OfKnownMovements(KnownOnly):
    """Refuses rows that refer to what is not there."""

    begins = "points_told_"
    known: ClassVar = (
        ("movement_id", "points_movement", "id"),
        ("confirmation_id", "points_confirmation", "id"),
    )


class Told(AppendOnly):
    """That a movement stands in a confirmation, once."""

    movement = models.OneToOneField(
        Movement, primary_key=True, on_delete=models.PROTECT, related_name="told", db_constraint=False
    )
    confirmation = models.ForeignKey(
        Confirmation, on_delete=models.PROTECT, related_name="told", db_constraint=False
    )

    class Meta(AppendOnly.Meta):
        triggers: ClassVar = [
            *AppendOnly.Meta.triggers,
            _OfKnownMovements(name="known", operation=pgtrigger.Insert),
        ]

    def __str__(self) -> str:
        return f"{self.movement_id} in {self.confirmation_id}"
