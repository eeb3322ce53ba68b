"""Findings, what each is about, everything that was done with it, and the dated settings and runs of rules."""

from __future__ import annotations

from typing import ClassVar

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from bangfu.foundation.operations import Scope
from bangfu.foundation.operations.models import AppendOnly, RefuseLoss
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.rooms import Words, both


class Severity(models.TextChoices):
    """How much hangs on it; set by the rule, or by whoever raises it."""

    HIGH = "HIGH", "high"
    MEDIUM = "MEDIUM", "medium"
    LOW = "LOW", "low"


SEVERITY_WORDS: dict[str, Words] = {
    Severity.HIGH: both("重大", "High"),
    Severity.MEDIUM: both("一般", "Medium"),
    Severity.LOW: both("提示", "Low"),
}


class FindingState(models.TextChoices):
    """How far a finding is."""

    OPEN = "OPEN", "open"
    ASSIGNED = "ASSIGNED", "assigned"
    ANSWERED = "ANSWERED", "answered"
    RETURNED = "RETURNED", "returned"
    ACCEPTED = "ACCEPTED", "accepted"
    DISMISSED = "DISMISSED", "dismissed"


STATE_WORDS: dict[str, Words] = {
    FindingState.OPEN: both("待分派", "To be assigned"),
    FindingState.ASSIGNED: both("待答复", "To be answered"),
    FindingState.ANSWERED: both("待复核", "To be decided"),
    FindingState.RETURNED: both("退回重答", "Returned"),
    FindingState.ACCEPTED: both("已销号", "Closed"),
    FindingState.DISMISSED: both("已排除", "Dismissed"),
}
CLOSED = (FindingState.ACCEPTED, FindingState.DISMISSED)
TO_ANSWER = (FindingState.ASSIGNED, FindingState.RETURNED)


class Outcome(models.TextChoices):
    """What an answer says of the matter: a suspicion is verified, not made to fit its rule."""

    CORRECTED = "CORRECTED", "corrected"
    EXPLAINED = "EXPLAINED", "true and explained"
    RULE_WRONG = "RULE_WRONG", "the rule is wrong"


OUTCOME_WORDS: dict[str, Words] = {
    Outcome.CORRECTED: both("已更正", "Corrected"),
    Outcome.EXPLAINED: both("属实，有说明", "True and explained"),
    Outcome.RULE_WRONG: both("规则不适用", "The rule is wrong here"),
}


@pghistory.track(
    pghistory.InsertEvent(level=pgtrigger.Statement),
    pghistory.UpdateEvent(level=pgtrigger.Row),
    exclude=["last_seen_at"],
)
class Finding(models.Model):
    """One matter that somebody or something noticed; however often it is noticed, it is one row."""

    fingerprint = models.CharField(max_length=64, unique=True)
    """SHA-256, in hex, of what it is about: the same matter has the same one for ever."""
    substance = models.CharField(max_length=64)
    """SHA-256, in hex, of what was seen of it last: another one re-opens what was explained or dismissed."""
    rule = models.CharField(max_length=80, default="", db_default="")
    """Code of the rule that raised it; empty when a person did."""
    title_zh = models.CharField(max_length=200)
    title_en = models.CharField(max_length=300, blank=True)
    """Empty when a person wrote it, in one language. The same holds of the detail."""
    detail_zh = models.TextField(blank=True)
    detail_en = models.TextField(blank=True)
    severity = models.CharField(max_length=10, choices=Severity.choices)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    """Whose matter it is: the scope of permissions until it is assigned to another."""
    place = models.ForeignKey("places.Place", null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=FindingState.choices, default=FindingState.OPEN)
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    raised_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    times_reopened = models.SmallIntegerField(default=0, db_default=0)
    assigned_unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    """Null: whoever answers for the unit."""
    due_on = models.DateField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default="", db_default="")
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(fingerprint__regex=r"^[0-9a-f]{64}$", substance__regex=r"^[0-9a-f]{64}$"),
                name="findings_digest_form",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["OPEN", "DISMISSED"])
                | Q(assigned_unit__isnull=False, due_on__isnull=False),
                name="findings_assigned_to_somebody_by_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["ANSWERED", "ACCEPTED"])
                | Q(answered_by__isnull=False) & ~Q(outcome=""),
                name="findings_answered_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["ACCEPTED", "DISMISSED"], decided_by__isnull=False, decided_at__isnull=False
                )
                | (
                    ~Q(state__in=["ACCEPTED", "DISMISSED"])
                    & Q(decided_by__isnull=True, decided_at__isnull=True)
                ),
                name="findings_closed_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state="ACCEPTED") | ~Q(decided_by=F("answered_by")), name="findings_four_eyes"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "unit"], name="findings_by_state"),
            models.Index(fields=["assigned_unit", "due_on"], name="findings_by_duty"),
            models.Index(fields=["rule", "state"], name="findings_by_rule"),
        ]
        triggers: ClassVar = [RefuseLoss(name="stays")]

    def __str__(self) -> str:
        return f"finding {self.pk}"

    @property
    def scope(self) -> Scope:
        """Whose matter it is, and where."""
        return Scope(unit=self.unit_id, place=self.place_id)

    @property
    def duty(self) -> Scope:
        """Where permission to answer and to decide is asked: the unit that answers, or before that whose matter it is."""
        if self.assigned_unit_id in (None, self.unit_id):
            return self.scope
        return Scope(unit=self.assigned_unit_id, place=self.place_id)

    @property
    def is_closed(self) -> bool:
        """Whether nothing is left to do."""
        return self.state in CLOSED

    @property
    def title(self) -> Words:
        """What was noticed, in a line."""
        return Words(self.title_zh, self.title_en or self.title_zh)

    @property
    def detail(self) -> Words:
        """What was noticed, in full."""
        return Words(self.detail_zh, self.detail_en or self.detail_zh)

    @property
    def state_words(self) -> Words:
        """The state as it is shown."""
        return STATE_WORDS[self.state]

    @property
    def severity_words(self) -> Words:
        """The severity as it is shown."""
        return SEVERITY_WORDS[self.severity]

    @property
    def outcome_words(self) -> Words | None:
        """What the last answer says of the matter; null before one."""
        return OUTCOME_WORDS[self.outcome] if self.outcome else None


class FindingObject(AppendOnly):
    """One thing that a finding is about."""

    class Kind(models.TextChoices):
        RECORD = "RECORD", "record"
        FACT = "FACT", "fact"
        UNIT = "UNIT", "unit"
        PLACE = "PLACE", "place"
        ACCOUNT = "ACCOUNT", "account"
        FILE = "FILE", "file"
        MEASURE = "MEASURE", "measure"

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="objects_named")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    record_type = models.SmallIntegerField(null=True)
    """``RecordType.number``; null for what is no record."""
    key = models.CharField(max_length=80)
    """The key; of a file its digest, of a measure its code."""

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["finding", "kind", "record_type", "key"],
                nulls_distinct=False,
                name="findings_object_named_once",
            ),
            models.CheckConstraint(
                condition=Q(kind="RECORD", record_type__isnull=False)
                | (~Q(kind="RECORD") & Q(record_type__isnull=True)),
                name="findings_record_has_a_type",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["kind", "record_type", "key"], name="findings_about_object"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.record_type or ''}:{self.key}"


class Done(models.TextChoices):
    """What can be done with a finding."""

    RAISED = "RAISED", "raised"
    REOPENED = "REOPENED", "re-opened"
    ASSIGNED = "ASSIGNED", "assigned"
    ANSWERED = "ANSWERED", "answered"
    ACCEPTED = "ACCEPTED", "accepted"
    RETURNED = "RETURNED", "returned"
    DISMISSED = "DISMISSED", "dismissed"


DONE_WORDS: dict[str, Words] = {
    Done.RAISED: both("提出", "Raised"),
    Done.REOPENED: both("重新打开", "Re-opened"),
    Done.ASSIGNED: both("分派", "Assigned"),
    Done.ANSWERED: both("答复", "Answered"),
    Done.ACCEPTED: both("认可并销号", "Accepted and closed"),
    Done.RETURNED: both("退回重答", "Returned"),
    Done.DISMISSED: both("排除", "Dismissed"),
}


class FindingStep(AppendOnly):
    """One thing that was done with a finding; together they are its history."""

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="steps")
    done = models.CharField(max_length=10, choices=Done.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    remark = models.TextField(blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default="", db_default="")
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    """To whom it was assigned; null for every other step. The same holds of account and day."""
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    due_on = models.DateField(null=True)

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(done__in=["RAISED", "REOPENED", "ASSIGNED", "ACCEPTED"]) | ~Q(remark=""),
                name="findings_step_says_why",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["finding", "id"], name="findings_history")]

    def __str__(self) -> str:
        return f"{self.finding_id} {self.done}"

    @property
    def words(self) -> Words:
        """What was done, as it is shown."""
        return DONE_WORDS[self.done]

    @property
    def outcome_words(self) -> Words | None:
        """What an answer says of the matter; null for other steps."""
        return OUTCOME_WORDS[self.outcome] if self.outcome else None


class RuleSetting(AppendOnly):
    """A rule's parameters from a day on, until the next setting's day; before the first the rule's own defaults hold."""

    rule = models.CharField(max_length=80)
    is_on = models.BooleanField()
    parameters = models.JSONField(default=dict)
    """``dict[code, decimal as text]``, all of the rule's."""
    source = models.CharField(max_length=200)
    """Who laid it down, where."""
    starts_on = models.DateField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["rule", "starts_on"], name="findings_one_setting_a_day"),
            models.CheckConstraint(condition=~Q(source=""), name="findings_setting_has_a_source"),
        ]

    def __str__(self) -> str:
        return f"{self.rule} from {self.starts_on}"


class Run(AppendOnly):
    """One evaluation of one rule, also when it found nothing."""

    rule = models.CharField(max_length=80)
    ran_at = models.DateTimeField()
    ran_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    examined = models.BigIntegerField()
    """Rows that were looked at."""
    found = models.IntegerField()
    """Matters found, known ones among them."""
    raised = models.IntegerField()
    reopened = models.IntegerField()
    out_of_scope = models.IntegerField()
    """Matters outside the grants of whoever ran it: they were not raised."""

    class Meta(AppendOnly.Meta):
        indexes: ClassVar = [models.Index(fields=["rule", "-id"], name="findings_last_run")]

    def __str__(self) -> str:
        return f"{self.rule} at {self.ran_at}"
