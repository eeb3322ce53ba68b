"""Saved tables, their versions, and that one was withdrawn."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from bangfu.reporting.saving import SavedThing, SavedVersion, SavedWithdrawal, version_rules, withdrawal_rules

LOCK = 0x7461_626C
"""With a table's key: one next version, and none after it was withdrawn."""


class Table(SavedThing):
    """A table that somebody saved; what it asks, its versions say."""

    def __str__(self) -> str:
        return f"table {self.pk}"


class Version(SavedVersion):
    """What a table asks and is called, from when it was saved until the next version."""

    table = models.ForeignKey(Table, on_delete=models.PROTECT, related_name="versions")

    class Meta(SavedVersion.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["table", "number"], name="tables_version_once"),
            models.CheckConstraint(condition=~Q(name_zh=""), name="tables_version_is_called_something"),
        ]
        triggers: ClassVar = version_rules("tables", "table", LOCK)

    def __str__(self) -> str:
        return f"version {self.number} of table {self.table_id}"


class Withdrawal(SavedWithdrawal):
    """That a table is no longer offered; its versions stay."""

    table = models.OneToOneField(Table, on_delete=models.PROTECT, related_name="withdrawal")

    class Meta(SavedWithdrawal.Meta):
        abstract = False
        triggers: ClassVar = withdrawal_rules("table", LOCK)

    def __str__(self) -> str:
        return f"withdrawal of table {self.table_id}"
