"""Versions of reference data, and the queue in which they wait for their block."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q, Value

from bangfu.foundation.ledger import witnessing
from bangfu.foundation.ledger.models.facts import DatabaseClock
from bangfu.foundation.ledger.triggers import (
    CHECK_TAKEN_VERSIONS,
    QUEUE_VERSIONS,
)
from bangfu.foundation.operations.models import AppendOnly, RefuseChange


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
