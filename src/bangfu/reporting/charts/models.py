"""Saved charts, their versions, and that one was withdrawn."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from bangfu.reporting.saving import SavedThing, SavedVersion, SavedWithdrawal, version_rules, withdrawal_rules

LOCK = 0x6368_6172
"""With a chart's key: one next version, and none after it was withdrawn."""


class Chart(SavedThing):
    """A chart that somebody saved; what it asks, its versions say."""

    def __str__(self) -> str:
        return f"chart {self.pk}"


class Version(SavedVersion):
    """What a chart asks and is called, from when it was saved until the next version."""

    chart = models.ForeignKey(Chart, on_delete=models.PROTECT, related_name="versions")

    class Meta(SavedVersion.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["chart", "number"], name="charts_version_once"),
            models.CheckConstraint(condition=~Q(name_zh=""), name="charts_version_is_called_something"),
        ]
        triggers: ClassVar = version_rules("charts", "chart", LOCK)

    def __str__(self) -> str:
        return f"version {self.number} of chart {self.chart_id}"


class Withdrawal(SavedWithdrawal):
    """That a chart is no longer offered; its versions stay."""

    chart = models.OneToOneField(Chart, on_delete=models.PROTECT, related_name="withdrawal")

    class Meta(SavedWithdrawal.Meta):
        abstract = False
        triggers: ClassVar = withdrawal_rules("chart", LOCK)

    def __str__(self) -> str:
        return f"withdrawal of chart {self.chart_id}"
