"""What attendees do for themselves: they check in and give feedback; and what was heard of them months later."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from bangfu.foundation.operations import Scope
from bangfu.foundation.operations.models import AppendOnly
from bangfu.foundation.rooms import Words, both
from bangfu.livelihoods.training.models.courses import Course, Enrolment, Session


class Desk(AppendOnly):
    """An open desk: for a time, attendees of a course may answer for themselves, in the name of whoever opened it."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="desks")
    session = models.ForeignKey(Session, null=True, on_delete=models.PROTECT, related_name="desks")
    """The session at which one checks in; null = the desk takes feedback on the course."""
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    closes_at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(closes_at__gt=F("opened_at")), name="training_desk_period"),
        ]

    def __str__(self) -> str:
        return f"desk {self.pk}"

    @property
    def scope(self) -> Scope:
        """Where permissions for the desk are asked."""
        return Scope(unit=self.course.unit_id)


class Checkin(AppendOnly):
    """One attendee was let in at one session: by their own code at a desk, or by hand with a reason."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="checkins")
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="checkins")
    desk = models.ForeignKey(Desk, null=True, on_delete=models.PROTECT, related_name="checkins")
    """Null = a clerk ticked it."""
    reason = models.CharField(max_length=200, blank=True)
    """Why it was ticked by hand; empty = by code."""
    checked_in_at = models.DateTimeField()
    checked_in_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["enrolment", "session"], name="training_checked_in_once"),
            models.CheckConstraint(
                condition=Q(desk__isnull=False, reason="") | (Q(desk__isnull=True) & ~Q(reason="")),
                name="training_by_code_or_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment} checked in"


QUESTIONS: dict[str, Words] = {
    "content": both("内容对我的工作有用", "The content is of use in my work"),
    "teaching": both("讲得清楚", "The teaching was clear"),
    "organisation": both("组织得好", "The course was well organised"),
    "recommending": both("愿意推荐给同事", "I would recommend it to a colleague"),
}
"""What feedback asks, each from 1 to 5."""
LOWEST, HIGHEST = 1, 5
FEWEST_SHOWN = 5
"""Fewer answers than this are not shown, lest they tell who gave them."""


def _mark() -> models.SmallIntegerField:
    return models.SmallIntegerField(validators=[MinValueValidator(LOWEST), MaxValueValidator(HIGHEST)])


class Feedback(AppendOnly):
    """What one attendee thinks of a course; once, and shown only with what others think."""

    enrolment = models.OneToOneField(Enrolment, on_delete=models.PROTECT, related_name="feedback")
    desk = models.ForeignKey(Desk, on_delete=models.PROTECT, related_name="feedback")
    content = _mark()
    teaching = _mark()
    organisation = _mark()
    recommending = _mark()
    comment = models.TextField(blank=True)
    """Stays on the record; never in a fact."""
    given_at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(**{f"{name}__gte": LOWEST, f"{name}__lte": HIGHEST}),
                name=f"training_mark_{name}",
            )
            for name in QUESTIONS
        ]

    def __str__(self) -> str:
        return f"feedback {self.pk}"


class Use(models.TextChoices):
    """Whether what was learnt is used."""

    USES = "USES", "uses it"
    PARTLY = "PARTLY", "partly"
    NOT = "NOT", "not"
    UNREACHED = "UNREACHED", "could not be reached"


class Work(models.TextChoices):
    """What became of the attendee's work."""

    EMPLOYED = "EMPLOYED", "newly employed"
    OWN_BUSINESS = "OWN_BUSINESS", "started or enlarged a business"
    UNCHANGED = "UNCHANGED", "as before"
    UNKNOWN = "UNKNOWN", "not known"


class Income(models.TextChoices):
    """What the attendee says of their income since."""

    HIGHER = "HIGHER", "higher"
    SAME = "SAME", "the same"
    LOWER = "LOWER", "lower"
    UNKNOWN = "UNKNOWN", "not known"


class How(models.TextChoices):
    """How the attendee was reached."""

    PHONE = "PHONE", "by telephone"
    VISIT = "VISIT", "by a visit"
    MESSAGE = "MESSAGE", "by message"


USE_WORDS: dict[str, Words] = {
    Use.USES: both("用上了", "Uses it"),
    Use.PARTLY: both("部分用上", "Uses part of it"),
    Use.NOT: both("没有用上", "Does not use it"),
    Use.UNREACHED: both("未联系上", "Could not be reached"),
}
WORK_WORDS: dict[str, Words] = {
    Work.EMPLOYED: both("新就业", "Newly employed"),
    Work.OWN_BUSINESS: both("创业或扩大经营", "New or larger business"),
    Work.UNCHANGED: both("没有变化", "As before"),
    Work.UNKNOWN: both("不详", "Not known"),
}
INCOME_WORDS: dict[str, Words] = {
    Income.HIGHER: both("增加", "Higher"),
    Income.SAME: both("持平", "The same"),
    Income.LOWER: both("减少", "Lower"),
    Income.UNKNOWN: both("不详", "Not known"),
}
HOW_WORDS: dict[str, Words] = {
    How.PHONE: both("电话", "By telephone"),
    How.VISIT: both("走访", "By a visit"),
    How.MESSAGE: both("微信、短信", "By message"),
}


class FollowUp(AppendOnly):
    """What was heard of an attendee months after the course; the last one said holds."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="follow_ups")
    revision = models.SmallIntegerField()
    """1, and one more each time it is said anew."""
    reached_on = models.DateField()
    how = models.CharField(max_length=10, choices=How.choices)
    use = models.CharField(max_length=10, choices=Use.choices)
    work = models.CharField(max_length=12, choices=Work.choices)
    income = models.CharField(max_length=10, choices=Income.choices)
    remark = models.TextField(blank=True)
    upload = models.ForeignKey("intake.Upload", null=True, on_delete=models.PROTECT, related_name="+")
    """The spreadsheet that brought it; null = entered by hand."""
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["enrolment", "revision"], name="training_follow_up_revision"),
            models.CheckConstraint(condition=Q(how__in=How.values), name="training_reached_somehow"),
            models.CheckConstraint(condition=Q(use__in=Use.values), name="training_use_is_known"),
            models.CheckConstraint(condition=Q(work__in=Work.values), name="training_work_is_known"),
            models.CheckConstraint(condition=Q(income__in=Income.values), name="training_income_is_known"),
        ]

    def __str__(self) -> str:
        return f"follow-up {self.pk}"
