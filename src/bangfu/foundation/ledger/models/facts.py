"""Facts, the catalogue of measures, and the queue in which facts wait for their block."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Func, Q, Value

from bangfu.foundation.ledger.triggers import (
    CHECK_FACTS,
    CHECK_SHARES,
    CHECK_TAKEN,
)
from bangfu.foundation.operations.models import AppendOnly, RefuseChange, RefuseLoss


class DatabaseClock(Func):
    """``clock_timestamp()``: the database's own time of the row, not of the transaction's start."""

    template = "clock_timestamp()"
    output_field = models.DateTimeField()


class CatalogueMeasure(models.Model):
    """A measure's number, by which facts refer to it; declared in code by its room, entered at migration."""

    id = models.SmallAutoField(primary_key=True)
    code = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=8)
    decimals = models.SmallIntegerField()

    class Meta:
        triggers: ClassVar = [
            RefuseLoss(name="stays"),
            RefuseLoss(name="keeps_its_meaning", operation=pgtrigger.UpdateOf("id", "code", "kind")),
        ]

    def __str__(self) -> str:
        return self.code


class Fact(AppendOnly):
    """What one record proves, posted once. See docs/architecture for what each column means.

    References are checked once a statement by the trigger ``fact_rules``, not row by row: see LIMITS in the decision
    on posting. Rows they point to can never be deleted.
    """

    set_by_database = ("id", "recorded_at")

    measure_id = models.SmallIntegerField()
    quantity = models.DecimalField(max_digits=20, decimal_places=4)
    unit_id = models.BigIntegerField()
    place_id = models.BigIntegerField()
    line_id = models.SmallIntegerField(null=True)
    party = models.UUIDField(null=True)
    identity = models.CharField(max_length=80, null=True)
    claim = models.SmallIntegerField(db_default=Value(1))
    """The how-manieth time this identity is counted: a later claim needs the earlier one reversed."""
    share = models.DecimalField(max_digits=9, decimal_places=8, null=True)
    """The part of a joint activity; null = the whole. The standing shares of an identity sum to exactly 1."""
    leads = models.BooleanField(db_default=Value(True))
    """Whether the fact holds its identity against others: every whole, and one share of each joint activity."""
    subject_type = models.SmallIntegerField()
    subject_id = models.BigIntegerField()
    happened_on = models.DateField()
    recorded_at = models.DateTimeField(db_default=DatabaseClock())
    source_system = models.CharField(max_length=40)
    source_id = models.CharField(max_length=80)
    revision = models.SmallIntegerField(db_default=Value(1))
    reverses_id = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=40, null=True)
    """Why a fact was taken back: a code, never free text."""

    class Meta(AppendOnly.Meta):
        triggers: ClassVar = [
            *AppendOnly.Meta.triggers,
            pgtrigger.Trigger(
                name="fact_rules",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="posted"),
                func=CHECK_FACTS,
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                "source_system",
                "source_id",
                "revision",
                "measure_id",
                condition=Q(reverses_id__isnull=True),
                name="ledger_source_once",
            ),
            models.UniqueConstraint(
                "measure_id",
                "identity",
                "claim",
                condition=Q(identity__isnull=False, reverses_id__isnull=True, leads=True),
                name="ledger_identity_once",
            ),
            models.UniqueConstraint(
                "measure_id",
                "identity",
                "claim",
                "unit_id",
                condition=Q(identity__isnull=False, reverses_id__isnull=True, share__isnull=False),
                name="ledger_share_once",
            ),
            models.UniqueConstraint(
                "reverses_id", condition=Q(reverses_id__isnull=False), name="ledger_reversed_once"
            ),
            models.CheckConstraint(
                condition=Q(reverses_id__isnull=True, reason__isnull=True)
                | Q(reverses_id__isnull=False, reason__isnull=False),
                name="ledger_reversal_has_a_reason",
            ),
            models.CheckConstraint(condition=~Q(quantity=0), name="ledger_quantity_is_something"),
            models.CheckConstraint(
                condition=Q(claim__gte=1, revision__gte=1), name="ledger_counters_start_at_one"
            ),
            models.CheckConstraint(
                condition=Q(share__isnull=True) | Q(share__gt=0, share__lt=1), name="ledger_share_is_a_part"
            ),
            models.CheckConstraint(
                condition=Q(share__isnull=True, leads=True) | Q(share__isnull=False, identity__isnull=False),
                name="ledger_share_of_an_identity",
            ),
            models.CheckConstraint(
                condition=Q(place_id__gte=10**11, place_id__lt=10**12), name="ledger_place_form"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["measure_id", "happened_on", "place_id"], name="ledger_by_measure"),
            # A branch's distinct counts, and its sums over days, read its own facts.
            models.Index(fields=["measure_id", "unit_id", "happened_on"], name="ledger_by_unit"),
            models.Index(fields=["subject_type", "subject_id"], name="ledger_by_subject"),
            models.Index(fields=["place_id"], name="ledger_by_place"),
        ]

    def __str__(self) -> str:
        return f"fact {self.pk}"


class Unsealed(models.Model):
    """The range of facts that one statement posted and no block holds yet: the sealer's queue.

    Written by the trigger ``fact_rules``, emptied by the sealer in the transaction that fills the block.
    """

    first_fact = models.BigIntegerField()
    last_fact = models.BigIntegerField()
    fact_count = models.IntegerField()
    share_count = models.IntegerField(db_default=Value(0))
    """How many of them are shares: only then the deferred trigger looks whether they make wholes."""

    class Meta:
        triggers: ClassVar = [
            pgtrigger.Trigger(
                name="shares_are_whole",
                level=pgtrigger.Row,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                condition=pgtrigger.Q(new__share_count__gt=0),
                timing=pgtrigger.Deferred,
                func=CHECK_SHARES,
            ),
            pgtrigger.Trigger(
                name="leaves_sealed",
                level=pgtrigger.Row,
                when=pgtrigger.After,
                operation=pgtrigger.Delete,
                timing=pgtrigger.Deferred,
                func=CHECK_TAKEN,
            ),
            RefuseChange(name="ranges_stay", operation=pgtrigger.Update | pgtrigger.Truncate),
        ]

    def __str__(self) -> str:
        return f"{self.first_fact}..{self.last_fact}"
