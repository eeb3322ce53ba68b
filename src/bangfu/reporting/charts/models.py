"""Saved charts, their versions, and that one was withdrawn."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from bangfu.foundation.operations.models import AppendOnly
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.rooms import Words

LOCK = 0x6368_6172
"""With a chart's key: one next version, and none after it was withdrawn."""

CHECK_VERSION = f"""
PERFORM pg_advisory_xact_lock({LOCK}, NEW.chart_id::integer);
IF EXISTS (SELECT 1 FROM public.charts_withdrawal gone WHERE gone.chart_id = NEW.chart_id) THEN
    RAISE EXCEPTION 'a chart that was withdrawn is not revised' USING ERRCODE = 'check_violation';
END IF;
IF NEW.number <> 1 + (SELECT count(*) FROM public.charts_version earlier WHERE earlier.chart_id = NEW.chart_id) THEN
    RAISE EXCEPTION 'versions of a chart follow each other' USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;
"""
CHECK_WITHDRAWAL = f"""
PERFORM pg_advisory_xact_lock({LOCK}, NEW.chart_id::integer);
RETURN NEW;
"""


class Chart(AppendOnly):
    """A chart that somebody saved; what it asks, its versions say."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    """With whom it is shared when it is shared: whoever may see figures there."""

    class Meta(AppendOnly.Meta):
        pass

    def __str__(self) -> str:
        return f"chart {self.pk}"


class Version(AppendOnly):
    """What a chart asks and is called, from when it was saved until the next version."""

    chart = models.ForeignKey(Chart, on_delete=models.PROTECT, related_name="versions")
    number = models.IntegerField()
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160, blank=True)
    """Empty: called in English as in Chinese."""
    question = models.JSONField()
    """Values by field of its address, as ``Question.fields`` writes them."""
    is_shared = models.BooleanField()
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["chart", "number"], name="charts_version_once"),
            models.CheckConstraint(condition=~Q(name_zh=""), name="charts_version_is_called_something"),
        ]
        triggers: ClassVar = [
            *AppendOnly.Meta.triggers,
            pgtrigger.Trigger(
                name="version_rules",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=CHECK_VERSION,
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.number} of chart {self.chart_id}"

    @property
    def name(self) -> Words:
        """What it is called."""
        return Words(self.name_zh, self.name_en or self.name_zh)


class Withdrawal(AppendOnly):
    """That a chart is no longer offered; its versions stay."""

    chart = models.OneToOneField(Chart, on_delete=models.PROTECT, related_name="withdrawal")
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        triggers: ClassVar = [
            *AppendOnly.Meta.triggers,
            pgtrigger.Trigger(
                name="withdrawal_rules",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=CHECK_WITHDRAWAL,
            ),
        ]

    def __str__(self) -> str:
        return f"withdrawal of chart {self.chart_id}"
