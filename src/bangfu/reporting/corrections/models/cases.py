"""Cases: a stranger asks whether a figure is wrong, an officer answers, another person sends the answer."""

from __future__ import annotations

import uuid
from typing import ClassVar

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from bangfu.foundation.findings.models import Finding
from bangfu.foundation.operations.models import AppendOnly, RefuseLoss
from bangfu.foundation.rooms import Words, both
from bangfu.reporting.corrections.models.errata import Decision, Erratum
from bangfu.reporting.publications.models import Publication

CHECK_STEP = """
IF EXISTS (SELECT 1 FROM public.corrections_answer answer
            WHERE answer.id = NEW.answer_id AND answer.given_by_id = NEW.taken_by_id) THEN
    RAISE EXCEPTION 'whoever wrote an answer does not decide on it' USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;
"""


class CaseState(models.TextChoices):
    """How far a case is."""

    OPEN = "OPEN", "open"
    ANSWERED = "ANSWERED", "answered, to be sent"
    RETURNED = "RETURNED", "answer returned"
    SENT = "SENT", "sent"


CASE_STATE_WORDS: dict[str, Words] = {
    CaseState.OPEN: both("待答复", "To be answered"),
    CaseState.ANSWERED: both("待签发", "Answer waits for approval"),
    CaseState.RETURNED: both("退回重答", "Answer returned"),
    CaseState.SENT: both("已答复", "Answered"),
}
UNANSWERED = (CaseState.OPEN, CaseState.ANSWERED, CaseState.RETURNED)


class CaseOutcome(models.TextChoices):
    """What an answer says of the figure."""

    STANDS = "STANDS", "the figure stands"
    CORRECTED = "CORRECTED", "corrected by an erratum"
    NOT_ABOUT = "NOT_ABOUT", "not about this figure"


CASE_OUTCOME_WORDS: dict[str, Words] = {
    CaseOutcome.STANDS: both("数字无误", "The figure stands"),
    CaseOutcome.CORRECTED: both("已更正", "Corrected"),
    CaseOutcome.NOT_ABOUT: both("与这个数字无关", "Not about this figure"),
}
ANSWER_STATE_WORDS: dict[str, Words] = {
    "": both("待签发", "Waits for approval"),
    Decision.APPROVED: both("已发出", "Sent"),
    Decision.RETURNED: both("已退回", "Returned"),
}


class CaseKey(models.Model):
    """The key under which a stranger's words and contact are sealed; destroying it destroys them, in backups too."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    wrapped = models.BinaryField()

    def __str__(self) -> str:
        return str(self.id)


@pghistory.track(pghistory.InsertEvent(level=pgtrigger.Statement), pghistory.UpdateEvent(level=pgtrigger.Row))
class Case(models.Model):
    """One question of a stranger about a published figure, or a published report as a whole."""

    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="+")
    position = models.IntegerField(null=True)
    """The figure it is about; null: the report as a whole."""
    receipt = models.CharField(max_length=12, unique=True)
    """What the stranger quotes."""
    link_digest = models.CharField(max_length=64)
    """SHA-256, in hex, of the secret in the stranger's link."""
    words_key = models.UUIDField(unique=True)
    """Of the ``CaseKey``, which may be gone."""
    words_sealed = models.BinaryField()
    """All that was written, with the contact; opens under the key only."""
    language = models.CharField(max_length=2)
    """In which the stranger read the page."""
    state = models.CharField(max_length=10, choices=CaseState.choices, default=CaseState.OPEN)
    round = models.SmallIntegerField(default=1, db_default=1)
    """1, or 2 once it was opened again."""
    opened_at = models.DateTimeField()
    asked_on = models.DateField()
    """The day from which the present round's time runs."""
    due_on = models.DateField()
    finding = models.ForeignKey(Finding, null=True, on_delete=models.PROTECT, related_name="+")
    """The finding by which somebody looks into the matter; null: none was raised."""

    class Meta:
        triggers: ClassVar = [RefuseLoss(name="stays")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(round__in=[1, 2]), name="corrections_case_opens_again_once"),
            models.CheckConstraint(
                condition=Q(link_digest__regex=r"^[0-9a-f]{64}$"), name="corrections_link_digest_form"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "due_on"], name="corrections_cases_due"),
            models.Index(fields=["publication", "position"], name="corrections_cases_of_figure"),
        ]

    def __str__(self) -> str:
        return f"case {self.receipt}"

    @property
    def state_words(self) -> Words:
        """The state as it is shown."""
        return CASE_STATE_WORDS[self.state]

    @property
    def is_answered(self) -> bool:
        """Whether nothing is left to do."""
        return self.state == CaseState.SENT


class Answer(AppendOnly):
    """An answer as an officer wrote it: the question as everybody may read it, and what is said to it."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="answers")
    round = models.SmallIntegerField()
    attempt = models.SmallIntegerField()
    """From 1 in each round; a returned answer is followed by the next."""
    outcome = models.CharField(max_length=10, choices=CaseOutcome.choices)
    erratum = models.ForeignKey(Erratum, null=True, on_delete=models.PROTECT, related_name="+")
    question_zh = models.CharField(max_length=1000)
    question_en = models.CharField(max_length=2000)
    answer_zh = models.CharField(max_length=2000)
    answer_en = models.CharField(max_length=4000)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case", "round", "attempt"], name="corrections_one_answer_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(outcome="CORRECTED", erratum__isnull=False)
                | (~Q(outcome="CORRECTED") & Q(erratum__isnull=True)),
                name="corrections_corrected_by_an_erratum",
            ),
            models.CheckConstraint(
                condition=~Q(question_zh="") & ~Q(question_en="") & ~Q(answer_zh="") & ~Q(answer_en=""),
                name="corrections_answer_in_both_languages",
            ),
        ]

    def __str__(self) -> str:
        return f"answer {self.round}.{self.attempt} of {self.case_id}"

    @property
    def question(self) -> Words:
        """The question as everybody may read it."""
        return Words(self.question_zh, self.question_en)

    @property
    def words(self) -> Words:
        """What is said to it."""
        return Words(self.answer_zh, self.answer_en)

    @property
    def outcome_words(self) -> Words:
        """What it says of the figure."""
        return CASE_OUTCOME_WORDS[self.outcome]


class AnswerStep(AppendOnly):
    """The one decision on an answer; approving sends it, once a round."""

    answer = models.OneToOneField(Answer, on_delete=models.PROTECT, related_name="step")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    round = models.SmallIntegerField()
    kind = models.CharField(max_length=8, choices=Decision.choices)
    remark = models.CharField(max_length=500, blank=True)
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
            models.UniqueConstraint(
                fields=["case", "round"], condition=Q(kind="APPROVED"), name="corrections_sent_once_a_round"
            ),
            models.CheckConstraint(
                condition=~Q(kind="RETURNED") | ~Q(remark=""),
                name="corrections_answer_returned_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.answer_id}"


class AnsweringRule(AppendOnly):
    """Within how many working days a case is answered, from a day on, until the next rule's day."""

    working_days = models.SmallIntegerField()
    rest_days = ArrayField(models.DateField(), default=list)
    """Weekdays on which nobody works: public holidays."""
    made_up_days = ArrayField(models.DateField(), default=list)
    """Saturdays and Sundays on which everybody works."""
    source = models.CharField(max_length=200)
    starts_on = models.DateField(unique=True)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(working_days__gte=1, working_days__lte=60) & ~Q(source=""),
                name="corrections_rule_is_within_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.working_days} working days from {self.starts_on}"
