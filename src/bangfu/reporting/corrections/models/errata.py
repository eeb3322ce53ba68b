"""Errata with their figures and causes, and the corrections that stand; no row of them is ever changed."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from bangfu.foundation.operations.models import AppendOnly
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.rooms import Words, both
from bangfu.reporting.publications.models import Publication

CHECK_STEP = """
IF EXISTS (SELECT 1 FROM public.corrections_erratum proposed
            WHERE proposed.id = NEW.erratum_id AND proposed.proposed_by_id = NEW.taken_by_id) THEN
    RAISE EXCEPTION 'whoever proposed an erratum does not decide on it' USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;
"""
CHECK_CORRECTION = """
IF NOT EXISTS (
    SELECT 1 FROM public.corrections_erratumfigure figure
      JOIN public.corrections_erratum erratum ON erratum.id = figure.erratum_id
      JOIN public.corrections_erratumstep step ON step.erratum_id = erratum.id AND step.kind = 'APPROVED'
     WHERE figure.id = NEW.figure_id AND figure.position = NEW.position AND figure.ordinal = NEW.ordinal
       AND erratum.publication_id = NEW.publication_id) THEN
    RAISE EXCEPTION 'a correction stands by an approved erratum alone' USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;
"""


class Decision(models.TextChoices):
    """What another person decides."""

    APPROVED = "APPROVED", "approved"
    RETURNED = "RETURNED", "returned"


class CauseKind(models.TextChoices):
    """Why a fact counts now and did not, or the other way round."""

    LATE = "LATE", "late"
    BACK = "BACK", "reversal"
    UNIT_IN = "UNIT_IN", "unit moved in"
    UNIT_OUT = "UNIT_OUT", "unit moved out"
    AREA_IN = "AREA_IN", "place entered the list"
    AREA_OUT = "AREA_OUT", "place left the list"


CAUSE_WORDS: dict[str, Words] = {
    CauseKind.LATE: both("补记：期内发生，发布后封存", "Late: happened in the period, sealed after it was published"),
    CauseKind.BACK: both("冲正", "Taken back"),
    CauseKind.UNIT_IN: both("单位改隶，划入", "Its unit was moved into the scope"),
    CauseKind.UNIT_OUT: both("单位改隶，划出", "Its unit was moved out of the scope"),
    CauseKind.AREA_IN: both("名单更正，划入", "Its place was entered in the list"),
    CauseKind.AREA_OUT: both("名单更正，划出", "Its place was taken off the list"),
}  # fmt: skip


class Erratum(AppendOnly):
    """A restatement of some figures of a publication as of a block, as it was proposed."""

    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="+")
    block = models.BigIntegerField()
    """As of which the new values are."""
    explanation_zh = models.CharField(max_length=1000)
    explanation_en = models.CharField(max_length=2000)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(explanation_zh="") & ~Q(explanation_en=""), name="corrections_erratum_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"erratum {self.pk}"

    @property
    def explanation(self) -> Words:
        """Why the figures are corrected."""
        return Words(self.explanation_zh, self.explanation_en)


class ErratumFigure(AppendOnly):
    """One figure that an erratum corrects: what stood, what stands, both as values and as they are printed."""

    erratum = models.ForeignKey(Erratum, on_delete=models.PROTECT, related_name="figures")
    position = models.IntegerField()
    """Of the figure in its publication."""
    ordinal = models.SmallIntegerField()
    """The how-manieth correction of this figure it is to be."""
    old_value = models.CharField(max_length=60, null=True)
    """With all digits; null: no facts. What the publication said, or the correction before."""
    old_shown = models.JSONField()
    """By language."""
    new_value = models.CharField(max_length=60, null=True)
    new_shown = models.JSONField()

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["erratum", "position"], name="corrections_figure_once"),
            models.CheckConstraint(condition=Q(ordinal__gte=1), name="corrections_ordinal_from_one"),
        ]

    def __str__(self) -> str:
        return f"figure {self.position} in erratum {self.erratum_id}"

    @property
    def old_text(self) -> Words:
        """What stood, as it was printed."""
        return Words(self.old_shown["zh"], self.old_shown["en"])

    @property
    def new_text(self) -> Words:
        """What stands now, as it is printed."""
        return Words(self.new_shown["zh"], self.new_shown["en"])

    @property
    def is_print_wrong(self) -> bool:
        """Whether the print changes, not only the digits behind it."""
        return bool(self.old_shown != self.new_shown)


class ErratumCause(AppendOnly):
    """Facts of one unit that entered or left one term of a corrected figure for one reason, as they were at the block."""

    figure = models.ForeignKey(ErratumFigure, on_delete=models.PROTECT, related_name="causes")
    term = models.SmallIntegerField()
    kind = models.CharField(max_length=8, choices=CauseKind.choices)
    reason = models.CharField(max_length=40, blank=True)
    """The code of a reversal; empty otherwise."""
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    shows_unit = models.BooleanField()
    """Whether everybody may know the unit: decision 36."""
    facts = ArrayField(models.BigIntegerField())
    quantity = models.DecimalField(max_digits=24, decimal_places=4)
    """What they add to the term, signed; of a distinct count, in participations."""
    first_block = models.BigIntegerField()
    last_block = models.BigIntegerField()

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["figure", "term", "kind", "reason", "unit"], name="corrections_cause_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of figure {self.figure_id}"


class ErratumStep(AppendOnly):
    """The one decision on an erratum; approving publishes it."""

    erratum = models.OneToOneField(Erratum, on_delete=models.PROTECT, related_name="step")
    kind = models.CharField(max_length=8, choices=Decision.choices)
    remark = models.CharField(max_length=500, blank=True)
    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="+")
    number = models.IntegerField(null=True)
    """Under its publication; only of an approved one."""
    note = models.TextField(blank=True)
    """The erratum as a note that the ledger's key signed; only of an approved one."""
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        triggers: ClassVar = [
            *AppendOnly.Meta.triggers,
            pgtrigger.Trigger(
                name="step_rules", level=pgtrigger.Row, when=pgtrigger.Before, operation=pgtrigger.Insert,
                func=CHECK_STEP,
            ),
        ]  # fmt: skip
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["publication", "number"], name="corrections_number_once"),
            models.CheckConstraint(
                condition=(Q(kind="APPROVED", number__gte=1) & ~Q(note=""))
                | (Q(kind="RETURNED", number__isnull=True, note="") & ~Q(remark="")),
                name="corrections_number_when_approved",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.erratum_id}"


class Correction(AppendOnly):
    """That a figure of a publication is corrected, for the how-manieth time; the highest is what holds."""

    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="+")
    position = models.IntegerField()
    ordinal = models.SmallIntegerField()
    figure = models.OneToOneField(ErratumFigure, on_delete=models.PROTECT, related_name="correction")

    class Meta(AppendOnly.Meta):
        triggers: ClassVar = [
            *AppendOnly.Meta.triggers,
            pgtrigger.Trigger(
                name="correction_rules", level=pgtrigger.Row, when=pgtrigger.Before, operation=pgtrigger.Insert,
                func=CHECK_CORRECTION,
            ),
        ]  # fmt: skip
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["publication", "position", "ordinal"], name="corrections_one_after_the_other"
            ),
        ]

    def __str__(self) -> str:
        return f"correction {self.ordinal} of figure {self.position}"
