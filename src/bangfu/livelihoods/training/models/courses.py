"""Courses with their modules and sessions, the rule which modes make trained, attendees and what they attended."""

from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from bangfu.foundation.operations import Scope
from bangfu.foundation.operations.models import AppendOnly, RefuseLoss, every_version
from bangfu.foundation.rooms import Words, both

FIRST_COURSE = date(1986, 1, 1)
"""The state's assistance offices were founded in 1986: earlier dates are typing errors."""


class Trainees(models.TextChoices):
    """Whom a course trains; it decides which measure a completion counts in."""

    CADRE = "CADRE", "grassroots cadres"
    TECHNICIAN = "TECHNICIAN", "technicians"
    LEADER = "LEADER", "local leaders"


TRAINEE_WORDS: dict[str, Words] = {
    Trainees.CADRE: both("基层干部", "Grassroots cadres"),
    Trainees.TECHNICIAN: both("技术人员", "Technicians"),
    Trainees.LEADER: both("带头人", "Local leaders"),
}


class Mode(models.TextChoices):
    """How a module is taught."""

    LECTURE = "LECTURE", "lecture"
    ON_SITE = "ON_SITE", "on-site teaching at a red-education base"
    EXHIBITION = "EXHIBITION", "exhibition hall"
    PARK = "PARK", "industrial park or model village"
    OBSERVATION = "OBSERVATION", "observation trip"
    ONLINE = "ONLINE", "online"


MODE_WORDS: dict[str, Words] = {
    Mode.LECTURE: both("讲授", "Lecture"),
    Mode.ON_SITE: both("红色教育基地现场教学", "On-site teaching at a red-education base"),
    Mode.EXHIBITION: both("展厅", "Exhibition hall"),
    Mode.PARK: both("产业园、示范村", "Industrial park or model village"),
    Mode.OBSERVATION: both("观摩", "Observation trip"),
    Mode.ONLINE: both("线上", "Online"),
}


class Result(models.TextChoices):
    """What an attendee made of a course."""

    COMPLETED = "COMPLETED", "completed"
    ATTENDED = "ATTENDED", "attended only"


RESULT_WORDS: dict[str, Words] = {
    Result.COMPLETED: both("结业", "Completed"),
    Result.ATTENDED: both("只参加", "Attended only"),
}


class EnrolmentState(models.TextChoices):
    """How far an attendee's completion is, as shown: the state of its review, or withdrawn."""

    DRAFT = "DRAFT", "enrolled"
    SUBMITTED = "SUBMITTED", "submitted"
    VERIFIED = "VERIFIED", "verified"
    RETURNED = "RETURNED", "returned"
    WITHDRAWN = "WITHDRAWN", "withdrawn"


STATE_WORDS: dict[str, Words] = {
    EnrolmentState.DRAFT: both("已报名", "Enrolled"),
    EnrolmentState.SUBMITTED: both("待核验", "Waiting for review"),
    EnrolmentState.VERIFIED: both("已核验", "Verified"),
    EnrolmentState.RETURNED: both("已退回", "Returned"),
    EnrolmentState.WITHDRAWN: both("已撤回", "Withdrawn"),
}


class ModeRule(AppendOnly):
    """From a day on, whether sessions of a mode make a person trained; the latest rule before a day holds on it."""

    mode = models.CharField(max_length=12, choices=Mode.choices)
    valid_from = models.DateField()
    counts = models.BooleanField()
    source = models.CharField(max_length=200)
    """Who laid it down, where."""

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["mode", "valid_from"], name="training_one_rule_a_day"),
            models.CheckConstraint(condition=Q(mode__in=Mode.values), name="training_rule_mode_is_known"),
            models.CheckConstraint(condition=~Q(source=""), name="training_rule_has_a_source"),
        ]

    def __str__(self) -> str:
        return f"{self.mode} from {self.valid_from}"


@pghistory.track(*every_version())
class Course(models.Model):
    """One course that one unit holds and counts; a second organiser is named and counts nothing."""

    code = models.CharField(max_length=40, unique=True)
    title = models.CharField(max_length=120)
    unit = models.ForeignKey("organisation.Unit", on_delete=models.PROTECT, related_name="+")
    """The one owner of everything that the course counts."""
    co_organiser = models.CharField(max_length=120, blank=True)
    trainees = models.CharField(max_length=10, choices=Trainees.choices)
    starts_on = models.DateField()
    ends_on = models.DateField()
    """The day after the last one."""
    required_sessions = models.SmallIntegerField()
    """Sessions of modes that count, which an attendee needs to complete the course."""
    budget_fen = models.BigIntegerField(null=True)
    """What the course may cost; null = not fixed. What it did cost is the sum of its verified expenses."""
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(code="") & ~Q(title=""), name="training_course_is_named"),
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="training_course_period"),
            models.CheckConstraint(
                condition=Q(starts_on__gte=FIRST_COURSE), name="training_course_is_plausible"
            ),
            models.CheckConstraint(
                condition=Q(trainees__in=Trainees.values), name="training_trainees_are_known"
            ),
            models.CheckConstraint(
                condition=Q(required_sessions__gte=1), name="training_course_requires_something"
            ),
            models.CheckConstraint(
                condition=Q(budget_fen__isnull=True) | Q(budget_fen__gte=0),
                name="training_budget_is_positive",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["starts_on", "id"], name="training_course_by_date"),
            models.Index(fields=["unit", "starts_on"], name="training_course_by_unit"),
        ]
        triggers: ClassVar = [RefuseLoss(name="stays")]

    def __str__(self) -> str:
        return self.code

    @property
    def scope(self) -> Scope:
        """Where permissions for the course are asked."""
        return Scope(unit=self.unit_id)

    @property
    def last_day(self) -> date:
        """The last day of the course; completions count on it."""
        return self.ends_on - timedelta(days=1)


class CourseRevision(AppendOnly):
    """What a course said before somebody changed it."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="revisions")
    said = models.JSONField()
    """The details as they were: see ``operations.opening.as_said``."""
    revised_at = models.DateTimeField()
    revised_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        pass

    def __str__(self) -> str:
        return f"{self.course} before {self.revised_at}"


class Module(models.Model):
    """A part of a course in one mode, by one provider, at one venue."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="modules")
    mode = models.CharField(max_length=12, choices=Mode.choices)
    title = models.CharField(max_length=120)
    provider = models.CharField(max_length=120)
    venue = models.CharField(max_length=120)
    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="+")
    """The venue's county."""

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(mode__in=Mode.values), name="training_mode_is_known"),
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(provider="") & ~Q(venue=""), name="training_module_is_described"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def scope(self) -> Scope:
        """Where permissions for the module are asked."""
        return Scope(unit=self.course.unit_id, place=self.place_id)


class Session(models.Model):
    """One day, or part of a day, of a module: what an attendance is of. Numbers run through the course."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="sessions")
    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="sessions")
    number = models.SmallIntegerField()
    held_on = models.DateField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["course", "number"], name="training_one_session_a_number"),
            models.CheckConstraint(condition=Q(number__gte=1), name="training_sessions_start_at_one"),
        ]

    def __str__(self) -> str:
        return f"{self.course} {self.number}"


@pghistory.track(*every_version())
class Enrolment(models.Model):
    """One person's place in one course, with what they made of it."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="enrolments")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="+")
    """The county the attendee works in; where the completion counts."""
    post = models.CharField(max_length=80)
    """The attendee's post, never a name."""
    result = models.CharField(max_length=10, choices=Result.choices)
    revision = models.SmallIntegerField(default=1)
    """Raised when a counted enrolment is corrected: each revision is counted at most once."""
    confirmed_at = models.DateTimeField(null=True)
    """When this revision was verified and counted; null = it does not count."""
    upload = models.ForeignKey("intake.Upload", null=True, on_delete=models.PROTECT, related_name="+")
    """The spreadsheet that brought it; null = entered by hand."""
    enrolled_at = models.DateTimeField()
    enrolled_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    withdrawal_reason = models.CharField(max_length=40, blank=True)
    withdrawal_remark = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["course", "person"],
                condition=Q(withdrawn_at__isnull=True),
                name="training_person_once_a_course",
            ),
            models.CheckConstraint(condition=~Q(post=""), name="training_attendee_has_a_post"),
            models.CheckConstraint(condition=Q(result__in=Result.values), name="training_result_is_known"),
            models.CheckConstraint(condition=Q(revision__gte=1), name="training_revision_starts_at_one"),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawal_reason="")
                | (
                    Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False, confirmed_at__isnull=True)
                    & ~Q(withdrawal_reason="")
                ),
                name="training_withdrawal_is_whole",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["place", "course"], name="training_enrolment_by_place")]
        triggers: ClassVar = [RefuseLoss(name="stays")]

    def __str__(self) -> str:
        return f"enrolment {self.pk}"

    @property
    def scope(self) -> Scope:
        """Where permissions for the enrolment are asked."""
        return Scope(unit=self.course.unit_id, place=self.place_id)


class Attendance(models.Model):
    """One attendee was at one session."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="attendances")
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="attendances")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["enrolment", "session"], name="training_once_at_a_session"),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment} at {self.session_id}"


class Correction(AppendOnly):
    """What a counted enrolment said before it was corrected, who corrected it and why."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="corrections")
    revision = models.SmallIntegerField()
    """The revision that was taken back."""
    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="+")
    result = models.CharField(max_length=10, choices=Result.choices)
    attended = models.CharField(max_length=400)
    """The numbers of the sessions, with commas between."""
    reason = models.CharField(max_length=40)
    remark = models.TextField()
    corrected_at = models.DateTimeField()
    corrected_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["enrolment", "revision"], name="training_one_correction_a_revision"
            ),
            models.CheckConstraint(condition=~Q(remark=""), name="training_correction_has_a_remark"),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment} revision {self.revision}"
