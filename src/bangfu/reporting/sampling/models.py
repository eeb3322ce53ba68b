"""Audits by sample: announced, drawn, examined, closed; no row of them is ever changed."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from bangfu.foundation.ledger import witnessing
from bangfu.foundation.operations import Scope
from bangfu.foundation.operations.models import AppendOnly
from bangfu.foundation.organisation.models import Line, Unit
from bangfu.foundation.places.models import Area, Place
from bangfu.foundation.rooms import Words, both

DIGITS, DECIMALS = 24, 4
"""As quantities of the ledger have them, with room for sums."""


class Method(models.TextChoices):
    """How facts are chosen and what is said of the rest."""

    MONETARY = "MONETARY", "by quantity"
    ATTRIBUTES = "ATTRIBUTES", "by fact"


METHOD_WORDS: dict[str, Words] = {
    Method.MONETARY: both("货币单元抽样", "Monetary-unit sampling"),
    Method.ATTRIBUTES: both("属性抽样", "Attribute sampling"),
}
CONFIDENCES = (80, 90, 95, 99)


class VerdictKind(models.TextChoices):
    """What an auditor says of one fact."""

    AGREES = "AGREES", "agrees"
    MISSTATED = "MISSTATED", "misstated"
    NOT_SUPPORTED = "NOT_SUPPORTED", "not supported"
    NOT_APPLICABLE = "NOT_APPLICABLE", "not applicable"


VERDICT_WORDS: dict[str, Words] = {
    VerdictKind.AGREES: both("相符", "Agrees"),
    VerdictKind.MISSTATED: both("有差错", "Misstated"),
    VerdictKind.NOT_SUPPORTED: both("没有依据", "Not supported"),
    VerdictKind.NOT_APPLICABLE: both("不能下结论", "No conclusion"),
}
WRONG = (VerdictKind.MISSTATED, VerdictKind.NOT_SUPPORTED)


class EndKind(models.TextChoices):
    """How an audit ended."""

    CLOSED = "CLOSED", "closed"
    ABANDONED = "ABANDONED", "abandoned"


CHECK_DRAW = """
IF NOT EXISTS (
    SELECT 1 FROM public.ledger_referencemember member
      JOIN public.ledger_referenceversion version ON version.id = member.version_id
     WHERE version.kind = {kind} AND version.key = NEW.announcement_id::text AND member.block_id = NEW.seed_block) THEN
    RAISE EXCEPTION 'the seed comes from the block that sealed the announcement' USING ERRCODE = 'check_violation';
END IF;
IF EXISTS (SELECT 1 FROM public.sampling_end ended WHERE ended.announcement_id = NEW.announcement_id) THEN
    RAISE EXCEPTION 'the audit has ended' USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;
"""
CHECK_VERDICT = """
IF EXISTS (
    SELECT 1 FROM public.sampling_sampledfact sampled
      JOIN public.sampling_draw draw ON draw.id = sampled.draw_id
      JOIN public.sampling_end ended ON ended.announcement_id = draw.announcement_id
     WHERE sampled.id = NEW.sampled_id) THEN
    RAISE EXCEPTION 'the audit has ended' USING ERRCODE = 'check_violation';
END IF;
IF EXISTS (
    SELECT 1 FROM public.sampling_sampledfact sampled
      JOIN public.ledger_fact fact ON fact.id = sampled.fact_id
      JOIN public.review_review review
        ON review.record_type = fact.subject_type AND review.record_id = fact.subject_id
     WHERE sampled.id = NEW.sampled_id AND NEW.given_by_id IN (review.submitted_by_id, review.decided_by_id)) THEN
    RAISE EXCEPTION 'nobody audits a record of their own' USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;
"""
CHECK_END = """
IF NEW.kind = 'CLOSED' AND EXISTS (
    SELECT 1 FROM public.sampling_verdict verdict
      JOIN public.sampling_sampledfact sampled ON sampled.id = verdict.sampled_id
      JOIN public.sampling_draw draw ON draw.id = sampled.draw_id
     WHERE draw.announcement_id = NEW.announcement_id AND verdict.given_by_id = NEW.ended_by_id) THEN
    RAISE EXCEPTION 'whoever gave a verdict does not close the audit' USING ERRCODE = 'check_violation';
END IF;
IF NEW.kind = 'CLOSED' AND NOT EXISTS (
    SELECT 1 FROM public.sampling_draw draw WHERE draw.announcement_id = NEW.announcement_id) THEN
    RAISE EXCEPTION 'only what was drawn is closed' USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;
"""
ANNOUNCED = witnessing.Witnessed(
    witnessing.Kind.AUDIT, "sampling_announcement", "id",
    ("number", "indicator", "question", "block", "method", "confidence", "tolerable", "expected"),
)  # fmt: skip


def _rule(name: str, func: str) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=name, level=pgtrigger.Row, when=pgtrigger.Before, operation=pgtrigger.Insert, func=func
    )


class Announcement(AppendOnly):
    """What is going to be audited and how strictly, said before anybody can know which facts it will be.

    Its version is sealed by the ledger as reference data are; the root of that block gives the seed.
    """

    number = models.IntegerField(unique=True)
    """One after the other without a gap: an announcement that was not to somebody's liking stays in the list."""
    indicator = models.CharField(max_length=120)
    question = models.CharField(max_length=300)
    """Period, place, area, unit, line and term as the figure's address has them, without the block."""
    block = models.BigIntegerField()
    """The facts up to this block are the population."""
    place = models.ForeignKey(Place, null=True, on_delete=models.PROTECT, related_name="+")
    area = models.ForeignKey(Area, null=True, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    line = models.ForeignKey(Line, null=True, on_delete=models.PROTECT, related_name="+")
    publication = models.IntegerField(null=True)
    """The number of the publication whose figure it is; null for a figure of the house."""
    method = models.CharField(max_length=10, choices=Method.choices)
    confidence = models.SmallIntegerField()
    """In per cent."""
    tolerable = models.DecimalField(max_digits=DIGITS, decimal_places=DECIMALS)
    """A quantity in the measure's unit; by fact, a share in per cent."""
    expected = models.DecimalField(max_digits=DIGITS, decimal_places=DECIMALS)
    """Which misstatement the auditor reckons with, in the unit of ``tolerable``."""
    value = models.DecimalField(max_digits=DIGITS, decimal_places=DECIMALS)
    """The figure's value as of the block."""
    facts = models.IntegerField()
    """How many facts were under it, reversals included."""
    announced_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    announced_at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        triggers: ClassVar = [*AppendOnly.Meta.triggers, *witnessing.witnesses(ANNOUNCED)]
        indexes: ClassVar = [models.Index(fields=["indicator", "question"], name="sampling_of_a_figure")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(block__gte=1, number__gte=1), name="sampling_of_a_sealed_block"
            ),
            models.CheckConstraint(condition=Q(confidence__in=CONFIDENCES), name="sampling_known_confidence"),
            models.CheckConstraint(
                condition=Q(tolerable__gt=0, expected__gte=0, expected__lt=F("tolerable")),
                name="sampling_expected_below_tolerable",
            ),
        ]

    def __str__(self) -> str:
        return f"audit no. {self.number}"

    @property
    def scope(self) -> Scope:
        """Where the figure lies."""
        return Scope(unit=self.unit_id, place=self.place_id, line=self.line_id)

    @property
    def message(self) -> str:
        """What is hashed under the checkpoint's root: the announcement, one ``name=value`` a line."""
        said = {
            "audit": self.number, "indicator": self.indicator, "question": self.question, "block": self.block,
            "method": self.method, "confidence": self.confidence, "tolerable": plain(self.tolerable),
            "expected": plain(self.expected),
        }  # fmt: skip
        return "\n".join(f"{name}={value}" for name, value in said.items())

    @property
    def method_words(self) -> Words:
        """How facts are chosen, in words."""
        return METHOD_WORDS[self.method]

    @property
    def confidence_share(self) -> Decimal:
        """The confidence between 0 and 1."""
        return Decimal(self.confidence) / 100


def plain(number: Decimal) -> str:
    """Return a number without zeros at its end and without an exponent."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


class Draw(AppendOnly):
    """The selection of an announced audit, with all that is needed to repeat it."""

    announcement = models.OneToOneField(Announcement, on_delete=models.PROTECT, related_name="draw")
    seed_block = models.BigIntegerField()
    """The block that sealed the announcement; its checkpoint's root is the key of the seed."""
    seed = models.CharField(max_length=64)
    """In hexadecimal."""
    population = models.IntegerField()
    """Facts from which was drawn: standing as of the block, with a positive quantity."""
    total = models.DecimalField(max_digits=DIGITS, decimal_places=DECIMALS)
    """What they come to."""
    apart = models.IntegerField()
    """Standing facts with a negative quantity, which no sample of positive ones speaks for."""
    apart_total = models.DecimalField(max_digits=DIGITS, decimal_places=DECIMALS)
    interval = models.DecimalField(null=True, max_digits=DIGITS, decimal_places=DECIMALS)
    """Null by fact."""
    start = models.DecimalField(null=True, max_digits=DIGITS, decimal_places=DECIMALS)
    drawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        triggers: ClassVar = [
            *AppendOnly.Meta.triggers,
            _rule("draw_rules", CHECK_DRAW.format(kind=int(witnessing.Kind.AUDIT))),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(seed__regex=r"^[0-9a-f]{64}$"), name="sampling_seed_form"),
            models.CheckConstraint(
                condition=Q(interval__isnull=True, start__isnull=True)
                | Q(interval__gt=0, start__gt=0, start__lte=F("interval")),
                name="sampling_start_in_the_interval",
            ),
        ]

    def __str__(self) -> str:
        return f"draw of {self.announcement_id}"


class SampledFact(AppendOnly):
    """One fact of a sample; evidence that the auditor gathers hangs on it."""

    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, related_name="sample")
    position = models.IntegerField()
    """From 1, in the order of the facts' numbers."""
    fact_id = models.BigIntegerField()
    book = models.DecimalField(max_digits=DIGITS, decimal_places=DECIMALS)
    is_certain = models.BooleanField()
    """As large as the interval: examined whatever the start."""

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["draw", "position"], name="sampling_one_fact_a_position"),
            models.UniqueConstraint(fields=["draw", "fact_id"], name="sampling_fact_once"),
            models.CheckConstraint(condition=Q(book__gt=0), name="sampling_of_positive_facts"),
        ]

    def __str__(self) -> str:
        return f"fact {self.fact_id} in the sample of {self.draw_id}"


class Verdict(AppendOnly):
    """What an auditor says of a sampled fact; a later row takes the place of an earlier one, which stays."""

    sampled = models.ForeignKey(SampledFact, on_delete=models.PROTECT, related_name="verdicts")
    revision = models.IntegerField()
    kind = models.CharField(max_length=14, choices=VerdictKind.choices)
    audited = models.DecimalField(null=True, max_digits=DIGITS, decimal_places=DECIMALS)
    """What the quantity should have been; null where no conclusion was possible."""
    remark = models.CharField(max_length=1000, blank=True)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        triggers: ClassVar = [*AppendOnly.Meta.triggers, _rule("verdict_rules", CHECK_VERDICT)]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sampled", "revision"], name="sampling_one_verdict_a_revision"),
            models.CheckConstraint(
                condition=Q(kind="NOT_APPLICABLE", audited__isnull=True)
                | Q(kind="NOT_SUPPORTED", audited=0)
                | Q(kind__in=("AGREES", "MISSTATED"), audited__gte=0),
                name="sampling_audited_quantity",
            ),
            models.CheckConstraint(
                condition=Q(kind="AGREES") | ~Q(remark=""), name="sampling_verdict_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.sampled_id}"

    @property
    def kind_words(self) -> Words:
        """The verdict in words."""
        return VERDICT_WORDS[self.kind]


class End(AppendOnly):
    """The end of an audit: closed with its result, or abandoned with a reason."""

    announcement = models.OneToOneField(Announcement, on_delete=models.PROTECT, related_name="end")
    kind = models.CharField(max_length=9, choices=EndKind.choices)
    remark = models.CharField(max_length=1000, blank=True)
    result = models.JSONField(null=True)
    """What the figure carries, as ``evaluating.Result`` writes it; only of closing."""
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        triggers: ClassVar = [*AppendOnly.Meta.triggers, _rule("end_rules", CHECK_END)]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind="CLOSED", result__isnull=False)
                | (Q(kind="ABANDONED", result__isnull=True) & ~Q(remark="")),
                name="sampling_end_says_what_or_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.announcement_id}"
