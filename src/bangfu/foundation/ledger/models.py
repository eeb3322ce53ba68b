"""Facts, the catalogue of measures, versions of reference data, blocks and what they hold."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Func, Q, Value

from bangfu.foundation.ledger import witnessed as witnessed  # models of this app too
from bangfu.foundation.ledger import witnessing
from bangfu.foundation.ledger.triggers import (
    CHECK_BLOCK,
    CHECK_CHECKPOINT,
    CHECK_FACTS,
    CHECK_MEMBERS,
    CHECK_SHARES,
    CHECK_TAKEN,
    CHECK_TAKEN_VERSIONS,
    CHECK_VERSION_MEMBERS,
    QUEUE_VERSIONS,
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
            models.Index(fields=["subject_type", "subject_id"], name="ledger_by_subject"),
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


class Block(AppendOnly):
    """A numbered set of facts and versions that were committed when it was sealed; it may hold only one of both."""

    set_by_database = ("sealed_at",)

    number = models.BigIntegerField(primary_key=True)
    sealed_at = models.DateTimeField(db_default=DatabaseClock())
    fact_count = models.IntegerField()
    version_count = models.IntegerField(db_default=Value(0))
    """Of reference data; they stand behind the facts."""

    class Meta(AppendOnly.Meta):
        triggers: ClassVar = [
            *AppendOnly.Meta.triggers,
            pgtrigger.Trigger(
                name="block_is_complete",
                level=pgtrigger.Row,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                timing=pgtrigger.Deferred,
                func=CHECK_BLOCK,
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(number__gte=1, fact_count__gte=0, version_count__gte=0)
                & (Q(fact_count__gte=1) | Q(version_count__gte=1)),
                name="ledger_block_is_filled",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["sealed_at"])]

    def __str__(self) -> str:
        return f"block {self.number}"


class Member(AppendOnly):
    """A fact's place in its block; positions are gapless from zero, the facts before the versions."""

    fact_id = models.BigIntegerField(primary_key=True)
    block_id = models.BigIntegerField()
    position = models.IntegerField()
    secret = models.BinaryField()
    """From which the salts of its fields are made; whoever gets it may read every field off the leaf."""
    leaf = models.BinaryField()

    class Meta(AppendOnly.Meta):
        triggers: ClassVar = [
            *AppendOnly.Meta.triggers,
            pgtrigger.Trigger(
                name="member_rules",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="entered"),
                func=CHECK_MEMBERS,
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(F("block_id"), F("position"), name="ledger_one_fact_a_position"),
        ]

    def __str__(self) -> str:
        return f"fact {self.fact_id} in block {self.block_id}"


class ReferenceVersion(AppendOnly):
    """What one row of reference data said from a change on, whole; only the database's own triggers write it.

    The latest version of a key by number is what the row says, for changes of one row follow each other.
    """

    set_by_database = ("id", "recorded_at", "kind", "key", "about", "content", "is_removed")

    kind = models.SmallIntegerField()
    """``witnessing.Kind``."""
    key = models.CharField(max_length=120)
    """The row's key in its table; of an indicator its code and version."""
    about = models.BigIntegerField(null=True)
    """The unit, place or area that the row is about."""
    content = models.JSONField()
    is_removed = models.BooleanField(db_default=Value(False))
    """Whether the row counts no more: a membership that was superseded, a definition whose file is gone."""
    recorded_at = models.DateTimeField(db_default=DatabaseClock())

    class Meta(AppendOnly.Meta):
        triggers: ClassVar = [
            *AppendOnly.Meta.triggers,
            witnessing.Guarded(
                name="waits_for_its_block",
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="entered"),
                func=QUEUE_VERSIONS,
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["kind", "key", "id"], name="ledger_versions_of_a_row"),
            models.Index(
                fields=["kind", "about"], name="ledger_versions_about", condition=Q(about__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.pk} of {self.key}"


class UnsealedVersions(models.Model):
    """The range of versions that one statement wrote and no block holds yet: the sealer's other queue."""

    first_version = models.BigIntegerField()
    last_version = models.BigIntegerField()

    class Meta:
        triggers: ClassVar = [
            pgtrigger.Trigger(
                name="leaves_sealed",
                level=pgtrigger.Row,
                when=pgtrigger.After,
                operation=pgtrigger.Delete,
                timing=pgtrigger.Deferred,
                func=CHECK_TAKEN_VERSIONS,
            ),
            RefuseChange(name="ranges_stay", operation=pgtrigger.Update | pgtrigger.Truncate),
        ]

    def __str__(self) -> str:
        return f"{self.first_version}..{self.last_version}"


class ReferenceMember(AppendOnly):
    """A version's place in its block, behind the facts."""

    version_id = models.BigIntegerField(primary_key=True)
    block_id = models.BigIntegerField()
    position = models.IntegerField()
    secret = models.BinaryField()
    """From which the salts of its fields are made; whoever gets it may read every field off the leaf."""
    leaf = models.BinaryField()

    class Meta(AppendOnly.Meta):
        triggers: ClassVar = [
            *AppendOnly.Meta.triggers,
            pgtrigger.Trigger(
                name="member_rules",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="entered"),
                func=CHECK_VERSION_MEMBERS,
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(F("block_id"), F("position"), name="ledger_one_version_a_position"),
        ]

    def __str__(self) -> str:
        return f"version {self.version_id} in block {self.block_id}"


class SigningKey(AppendOnly):
    """The public half of a key that signs checkpoints from some block on; the private half is never in the database."""

    name = models.CharField(max_length=120)
    """The name in notes, and the ledger's origin: it stays when the key changes."""
    public_key = models.CharField(max_length=44, unique=True)
    """Its 32 bytes in base64."""
    is_replacement_of_lost = models.BooleanField(default=False)
    """Whether the key before it could not sign the handing over, since it was lost."""
    entered_at = models.DateTimeField(db_default=DatabaseClock())

    set_by_database = ("id", "entered_at")

    class Meta(AppendOnly.Meta):
        triggers: ClassVar = [*AppendOnly.Meta.triggers, *witnessing.witnesses(witnessing.SIGNING_KEYS)]

    def __str__(self) -> str:
        return f"{self.name} {self.public_key}"


class Checkpoint(AppendOnly):
    """The signed statement of what the ledger held after a block: size and root of the tree over all entries."""

    block_id = models.BigIntegerField(primary_key=True)
    size = models.BigIntegerField()
    """Entries in this block and all before it."""
    root = models.BinaryField()
    frontier = models.BinaryField()
    """The roots of the whole subtrees, the largest first, from which the next block goes on."""
    note = models.TextField()
    """The signed note as it was issued; cosignatures of witnesses stand beside it."""

    class Meta(AppendOnly.Meta):
        triggers: ClassVar = [
            *AppendOnly.Meta.triggers,
            pgtrigger.Trigger(
                name="checkpoint_rules",
                level=pgtrigger.Row,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                func=CHECK_CHECKPOINT,
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(F("size"), name="ledger_one_checkpoint_a_size"),
        ]

    def __str__(self) -> str:
        return f"checkpoint of block {self.block_id}"


class Cosignature(AppendOnly):
    """A witness's line of signature under a checkpoint: somebody outside has seen it and that nothing earlier changed."""

    block_id = models.BigIntegerField()
    witness = models.CharField(max_length=120)
    public_key = models.CharField(max_length=44)
    line = models.CharField(max_length=400)
    added_at = models.DateTimeField(db_default=DatabaseClock())

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["block_id", "witness", "public_key"], name="ledger_one_cosignature"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.witness} under block {self.block_id}"
