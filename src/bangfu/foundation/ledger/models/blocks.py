"""Blocks with what they hold, the checkpoints that are signed over them, and the keys that sign."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q, Value

from bangfu.foundation.ledger import witnessing
from bangfu.foundation.ledger.models.facts import DatabaseClock
from bangfu.foundation.ledger.triggers import (
    CHECK_BLOCK,
    CHECK_CHECKPOINT,
    CHECK_MEMBERS,
    CHECK_VERSION_MEMBERS,
)
from bangfu.foundation.operations.models import AppendOnly


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


class Entry(AppendOnly):
    """An entry's place in its block, and what was hashed of it; positions are gapless from zero."""

    block_id = models.BigIntegerField()
    position = models.IntegerField()
    secret = models.BinaryField()
    """From which the salts of its fields are made; whoever gets it may read every field off the leaf."""
    leaf = models.BinaryField()

    class Meta(AppendOnly.Meta):
        abstract = True


class Member(Entry):
    """A fact's place in its block, before the versions."""

    fact_id = models.BigIntegerField(primary_key=True)

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


class ReferenceMember(Entry):
    """A version's place in its block, behind the facts."""

    version_id = models.BigIntegerField(primary_key=True)

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
