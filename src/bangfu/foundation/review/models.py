"""Papers and the reviews of single records; their history is kept by triggers."""

from __future__ import annotations

from typing import Any, ClassVar

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q

from bangfu.foundation.operations import Scope
from bangfu.foundation.operations.models import AppendOnly, KnownOnly, RefuseLoss, every_version
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.rooms import Words, both


class ReviewState(models.TextChoices):
    """How far a review is; a record without a review is a draft."""

    SUBMITTED = "SUBMITTED", "submitted"
    VERIFIED = "VERIFIED", "verified"
    RETURNED = "RETURNED", "returned"
    TAKEN_BACK = "TAKEN_BACK", "taken back"
    """By its own side, before anybody decided."""


STATE_WORDS: dict[str, Words] = {
    ReviewState.SUBMITTED: both("待核验", "Waiting"),
    ReviewState.VERIFIED: both("已核验", "Verified"),
    ReviewState.RETURNED: both("已退回", "Returned"),
    ReviewState.TAKEN_BACK: both("已收回", "Taken back"),
}


class _SystemsByRule(pgtrigger.Trigger):
    """Refuses a system's decision that names no rule, and a person's that does, once a statement."""

    level = pgtrigger.Statement
    when = pgtrigger.After
    referencing = pgtrigger.Referencing(new="written")
    func = """
    IF EXISTS (SELECT 1 FROM written JOIN public.people_account actor ON actor.id = written.decided_by_id
                WHERE (actor.kind = 'SYSTEM') <> (written.rule <> '')) THEN
        RAISE EXCEPTION 'systems decide by rule and persons do not' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'review_systems_decide_by_rule';
    END IF;
    RETURN NULL;
    """


class _FourEyes(models.Model):
    """Who submitted and who decided: two different accounts, held by the database."""

    state = models.CharField(max_length=10, choices=ReviewState.choices, default=ReviewState.SUBMITTED)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    submitted_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(null=True)
    remark = models.TextField(blank=True)

    class Meta:
        abstract = True
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(
                    state__in=["SUBMITTED", "TAKEN_BACK"], decided_by__isnull=True, decided_at__isnull=True
                )
                | Q(state__in=["VERIFIED", "RETURNED"], decided_by__isnull=False, decided_at__isnull=False),
                name="%(app_label)s_%(class)s_decided_by_someone",
            ),
            models.CheckConstraint(
                condition=~Q(state="RETURNED", remark=""), name="%(app_label)s_%(class)s_return_says_why"
            ),
        ]

    @property
    def state_words(self) -> Words:
        """The state as it is shown."""
        return STATE_WORDS[self.state]


@pghistory.track(*every_version(), exclude=["nonce", "risk"])
class Batch(_FourEyes):
    """One paper: many records of one kind and unit, submitted and decided under one signature."""

    record_type = models.SmallIntegerField()
    """``RecordType.number``."""
    title = models.CharField(max_length=200)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    record_count = models.IntegerField()
    nonce = models.UUIDField(db_default=RandomUUID(), editable=False)
    """Fixed by the database at submission and shown to nobody before the sample is drawn with it."""
    risk = models.SmallIntegerField(default=0)
    """The score of the riskiest record when the paper was submitted, 0 to 100."""

    class Meta(_FourEyes.Meta):
        constraints: ClassVar = [
            *_FourEyes.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(decided_by=F("submitted_by")), name="%(app_label)s_%(class)s_four_eyes"
            ),
            models.CheckConstraint(condition=Q(record_count__gte=1), name="review_batch_is_filled"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "unit", "-submitted_at"], name="review_batch_by_state"),
            models.Index(fields=["submitted_by", "-submitted_at"], name="review_batch_by_submitter"),
            models.Index(fields=["decided_at"], name="review_batch_by_decision"),
        ]
        triggers: ClassVar = [
            RefuseLoss(name="stays"),
            RefuseLoss(name="keeps_its_key", operation=pgtrigger.UpdateOf("id")),
        ]

    def __str__(self) -> str:
        return f"paper {self.pk}"

    @property
    def scope(self) -> Scope:
        """The paper's unit as a scope of permissions."""
        return self.unit.scope


class _OnPapersOfUnits(KnownOnly):
    known = (("unit_id", "organisation_unit", "id"), ("batch_id", "review_batch", "id"))
    begins = "review_"


def _named_in_history(to: str, *, null: bool = False) -> models.ForeignKey[Any, Any]:
    """Return a column of the history by which nobody looks: it needs no index."""
    return models.ForeignKey(
        to,
        null=null,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="+",
        related_query_name="+",
    )


@pghistory.track(
    *every_version(),
    context_field=pghistory.ContextForeignKey(null=True, db_index=False),
    attrs={
        "unit": _named_in_history("organisation.Unit"),
        "submitted_by": _named_in_history(settings.AUTH_USER_MODEL),
        "decided_by": _named_in_history(settings.AUTH_USER_MODEL, null=True),
    },
)
class Review(_FourEyes):
    """The review of one record; a record that was returned and submitted again keeps the same row."""

    record_type = models.SmallIntegerField()
    """``RecordType.number``."""
    record_id = models.BigIntegerField()
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    """Units and papers never go; that they are there is checked once a statement."""
    batch = models.ForeignKey(
        Batch, null=True, on_delete=models.PROTECT, related_name="reviews", db_constraint=False
    )
    rule = models.CharField(max_length=80, default="", db_default="")
    """Code of the ``Rule`` by which a system verified it; empty when a person decides."""

    class Meta(_FourEyes.Meta):
        constraints: ClassVar = [
            *_FourEyes.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(decided_by=F("submitted_by")) | ~Q(rule=""),
                name="%(app_label)s_%(class)s_four_eyes",
            ),
            models.CheckConstraint(
                condition=Q(rule="") | Q(state="VERIFIED", batch__isnull=True),
                name="review_rules_only_verify",
            ),
            models.UniqueConstraint(fields=["record_type", "record_id"], name="review_one_a_record"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["batch", "record_id"], name="review_by_batch"),
            models.Index(fields=["unit", "record_type", "-id"], name="review_by_unit"),
            # Of the ledger's records few wait or came back: Today asks for just these.
            models.Index(fields=["unit"], name="review_waiting", condition=Q(state="SUBMITTED")),
            models.Index(fields=["submitted_by"], name="review_sent_back", condition=Q(state="RETURNED")),
        ]
        triggers: ClassVar = [
            RefuseLoss(name="stays"),
            _SystemsByRule(name="new_by_rule", operation=pgtrigger.Insert),
            _SystemsByRule(name="decided_by_rule", operation=pgtrigger.Update),
            _OnPapersOfUnits(name="new_on_papers", operation=pgtrigger.Insert),
            _OnPapersOfUnits(name="moved_on_papers", operation=pgtrigger.Update),
        ]

    def __str__(self) -> str:
        return f"review of {self.record_type}:{self.record_id}"

    @property
    def scope(self) -> Scope:
        """The record's unit as a scope of permissions."""
        return self.unit.scope


class Sample(AppendOnly):
    """The draw of the records of a paper that a reviewer looks at before signing; once a paper."""

    batch = models.OneToOneField(Batch, on_delete=models.PROTECT, related_name="sample")
    rule = models.CharField(max_length=40)
    """Where the size comes from: ``sampling.SIZE_RULE`` at the time."""
    population = models.IntegerField()
    """Records that waited on the paper when it was drawn."""
    drawn_at = models.DateTimeField()
    drawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(population__gte=1), name="review_sample_of_something"),
        ]

    def __str__(self) -> str:
        return f"sample of {self.batch_id}"


class SampledRecord(AppendOnly):
    """One record that was drawn."""

    sample = models.ForeignKey(Sample, on_delete=models.PROTECT, related_name="records")
    record_id = models.BigIntegerField()
    position = models.SmallIntegerField()
    """From 1, in the order drawn."""

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sample", "record_id"], name="review_drawn_once"),
            models.UniqueConstraint(fields=["sample", "position"], name="review_one_a_position"),
        ]

    def __str__(self) -> str:
        return f"{self.sample_id}.{self.position}"


class Verdict(models.TextChoices):
    """What a reviewer says of a sampled record."""

    SEEN = "SEEN", "seen"
    DOUBTFUL = "DOUBTFUL", "doubtful"


class Look(AppendOnly):
    """A reviewer looked at a sampled record; the same reviewer's later look supersedes the earlier."""

    sampled = models.ForeignKey(SampledRecord, on_delete=models.PROTECT, related_name="looks")
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    remark = models.TextField(blank=True)
    looked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    looked_at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(verdict__in=Verdict.values), name="review_verdict_is_known"),
            models.CheckConstraint(
                condition=~Q(verdict="DOUBTFUL") | ~Q(remark=""), name="review_doubt_says_why"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["sampled", "looked_by", "-id"], name="review_last_look"),
        ]

    def __str__(self) -> str:
        return f"{self.sampled_id} {self.verdict}"


class CountyLine(AppendOnly):
    """One verified record as it was put before the county where it happened; each verification puts a new line."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="county_lines")
    record_type = models.SmallIntegerField()
    record_id = models.BigIntegerField()
    batch = models.ForeignKey(Batch, null=True, on_delete=models.PROTECT, related_name="county_lines")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    """Whose record it is: the side that the county is not of."""
    county = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="+")
    """The assisted county."""
    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="+")
    happened_on = models.DateField(null=True)
    quantity = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    verified_at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        indexes: ClassVar = [
            models.Index(fields=["review", "-id"], name="review_last_line"),
            models.Index(fields=["record_type", "record_id", "-id"], name="review_line_of_record"),
            models.Index(fields=["county", "-id"], name="review_line_by_county"),
        ]

    def __str__(self) -> str:
        return f"line {self.pk}"

    @property
    def scope(self) -> Scope:
        """Where permissions for the line are asked."""
        return Scope(unit=self.unit_id, place=self.place_id)


class Answer(models.TextChoices):
    """What a county says of a line."""

    CONFIRMED = "CONFIRMED", "confirmed"
    CORRECTED = "CORRECTED", "corrected"
    DISPUTED = "DISPUTED", "disputed"


ANSWER_WORDS: dict[str, Words] = {
    Answer.CONFIRMED: both("县方已确认", "Confirmed by the county"),
    Answer.CORRECTED: both("县方另有说法", "The county says otherwise"),
    Answer.DISPUTED: both("县方有异议", "Disputed by the county"),
}


class CountyStatement(AppendOnly):
    """The county's own account of one line; a later statement supersedes the earlier, which stays."""

    line = models.ForeignKey(CountyLine, on_delete=models.PROTECT, related_name="statements")
    answer = models.CharField(max_length=10, choices=Answer.choices)
    quantity = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    """What it should be; null = as the line says. The same holds for day and place."""
    happened_on = models.DateField(null=True)
    place = models.ForeignKey("places.Place", null=True, on_delete=models.PROTECT, related_name="+")
    remark = models.TextField(blank=True)
    stated_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    stated_at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(answer="CORRECTED")
                & (Q(quantity__isnull=False) | Q(happened_on__isnull=False) | Q(place__isnull=False))
                | Q(
                    answer__in=["CONFIRMED", "DISPUTED"],
                    quantity__isnull=True,
                    happened_on__isnull=True,
                    place__isnull=True,
                ),
                name="review_corrections_say_what",
            ),
            models.CheckConstraint(
                condition=Q(answer="CONFIRMED") | ~Q(remark=""), name="review_county_says_why"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["line", "-id"], name="review_last_statement"),
            models.Index(fields=["stated_at"], name="review_statement_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.line_id} {self.answer}"

    @property
    def answer_words(self) -> Words:
        """The answer as it is shown."""
        return ANSWER_WORDS[self.answer]
