"""Publications with their figures and facts; no row of them is ever changed."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from bangfu.foundation.operations.models import AppendOnly
from bangfu.foundation.rooms import Words, both

CHECK_STEP = """
IF NEW.kind <> 'FROZEN' AND EXISTS (
    SELECT 1 FROM public.publications_publication prepared
     WHERE prepared.id = NEW.publication_id AND prepared.prepared_by_id = NEW.taken_by_id) THEN
    RAISE EXCEPTION 'whoever prepared a publication does not decide on it' USING ERRCODE = 'check_violation';
END IF;
IF NEW.kind = 'FROZEN' AND NOT EXISTS (
    SELECT 1 FROM public.publications_step step
     WHERE step.publication_id = NEW.publication_id AND step.kind = 'APPROVED') THEN
    RAISE EXCEPTION 'only what was approved is frozen' USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;
"""


class StepKind(models.TextChoices):
    """What is done with a prepared publication."""

    APPROVED = "APPROVED", "approved"
    RETURNED = "RETURNED", "returned"
    FROZEN = "FROZEN", "frozen"


STATE_WORDS: dict[str, Words] = {
    "": both("待批准", "Waits for approval"),
    StepKind.APPROVED: both("已批准，待定稿", "Approved, to be frozen"),
    StepKind.RETURNED: both("已退回", "Returned"),
    StepKind.FROZEN: both("已发布", "Published"),
}
"""How far a publication is; the empty one has no step yet."""


class Publication(AppendOnly):
    """A report as it stood at a block: text, figures and facts, fixed when it was prepared."""

    report = models.CharField(max_length=40)
    block = models.BigIntegerField()
    heading_zh = models.CharField(max_length=200)
    heading_en = models.CharField(max_length=200)
    text = models.JSONField()
    """Paragraphs by language: kind, anchor and parts; a part is words, or the position of a figure with the word inside it.
    The first part of a chart is how it is drawn; names with their figures follow."""
    party_key = models.BinaryField()
    """From which the parties' names in this publication are made; known to nobody outside."""
    prepared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(block__gte=1), name="publications_of_a_sealed_block"),
        ]

    def __str__(self) -> str:
        return f"{self.report} as of block {self.block}"


class PublishedFigure(AppendOnly):
    """A figure of a publication, with all that is said of it but its facts."""

    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="figures")
    position = models.IntegerField()
    content = models.JSONField()
    """As it stands in the bundle's ``figures.json``."""

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["publication", "position"], name="publications_figure_once"),
        ]

    def __str__(self) -> str:
        return f"figure {self.position} of {self.publication_id}"


class PublishedCompanion(AppendOnly):
    """A text that goes with a publication and says its figures in another form: an article, a case, a press sheet."""

    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="companions")
    form = models.CharField(max_length=8)
    heading_zh = models.CharField(max_length=200)
    heading_en = models.CharField(max_length=200)
    text = models.JSONField()
    """As that of a publication; its figures are those of the publication."""
    about = models.JSONField()
    """By language: what the text declares (author, post, limit) and its length in 字 or words."""

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["publication", "form"], name="publications_form_once"),
            models.CheckConstraint(
                condition=Q(form__in=("article", "case", "press")), name="publications_known_form"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.form} of {self.publication_id}"


class PublishedTerm(AppendOnly):
    """One term of a figure, and the exact facts under it: those of a ratio's numerator, or of its denominator."""

    figure = models.ForeignKey(PublishedFigure, on_delete=models.PROTECT, related_name="terms")
    position = models.SmallIntegerField()
    facts = ArrayField(models.BigIntegerField())
    """Their numbers, ascending."""
    level = models.SmallIntegerField()
    """Down to which level of places the question asks; a fact shows no less. 1 is a province, 5 a village."""
    asks_unit = models.BooleanField()
    asks_day = models.BooleanField()
    """Whether its period begins or ends within a month."""

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["figure", "position"], name="publications_term_once"),
        ]

    def __str__(self) -> str:
        return f"term {self.position} of figure {self.figure_id}"


class PublishedFact(AppendOnly):
    """A fact under any figure of a publication, and what of it everybody may see."""

    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="+")
    position = models.IntegerField()
    """Its line in the bundle's ``facts.jsonl``, from zero."""
    fact_id = models.BigIntegerField()
    level = models.SmallIntegerField()
    """Down to which level its place is shown: 1 is a province, 5 a village."""
    shows_unit = models.BooleanField()
    shows_day = models.BooleanField()

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["publication", "position"], name="publications_fact_position"),
            models.UniqueConstraint(fields=["publication", "fact_id"], name="publications_fact_once"),
            models.CheckConstraint(
                condition=Q(level__gte=1, level__lte=5), name="publications_level_of_places"
            ),
        ]

    def __str__(self) -> str:
        return f"fact {self.fact_id} in {self.publication_id}"


class Step(AppendOnly):
    """What somebody did with a publication: approved it, returned it, or froze it."""

    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=8, choices=StepKind.choices)
    remark = models.CharField(max_length=500, blank=True)
    number = models.IntegerField(null=True, unique=True)
    """The publication's number; only of freezing."""
    digest = models.CharField(max_length=64, blank=True)
    """SHA-256 of the bundle in hexadecimal; only of freezing."""
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        triggers: ClassVar = [
            *AppendOnly.Meta.triggers,
            pgtrigger.Trigger(
                name="step_rules",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=CHECK_STEP,
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["publication"], condition=~Q(kind="FROZEN"), name="publications_one_decision"
            ),
            models.UniqueConstraint(
                fields=["publication"], condition=Q(kind="FROZEN"), name="publications_frozen_once"
            ),
            models.CheckConstraint(
                condition=(Q(kind="FROZEN", number__gte=1) & ~Q(digest=""))
                | Q(kind__in=("APPROVED", "RETURNED"), number__isnull=True, digest=""),
                name="publications_number_when_frozen",
            ),
            models.CheckConstraint(
                condition=~Q(kind="RETURNED") | ~Q(remark=""), name="publications_returned_with_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.publication_id}"
