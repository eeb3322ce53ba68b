"""The committee's meetings with who was present and who stepped aside, lists on display, and objections to them."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from bangfu.foundation.operations import Scope
from bangfu.foundation.operations.models import AppendOnly, RefuseLoss, every_version
from bangfu.foundation.rooms import Words, both
from bangfu.giving.grants.models.applications import Application
from bangfu.giving.grants.models.programmes import Programme, School


class Member(models.Model):
    """A member of a programme's committee; the name is sealed in ``people``, the post stands in the open."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="members")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    name_digest = models.CharField(max_length=64)
    """Keyed digest of the name, compared with guardians' names."""
    post = models.CharField(max_length=80)
    """Such as 学校校长, 村党支部书记, 基金会代表."""
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    """Null: somebody who does not sign in."""
    left_on = models.DateField(null=True)
    """The first day on which they are no member; null: they are."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "person"], name="grants_member_once"),
            models.CheckConstraint(condition=~Q(post=""), name="grants_member_with_a_post"),
        ]
        triggers: ClassVar = [RefuseLoss(name="stays")]

    def __str__(self) -> str:
        return f"member {self.pk}"


class Meeting(models.Model):
    """One meeting of a programme's committee, open until its decisions are taken."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="meetings")
    number = models.SmallIntegerField()
    held_on = models.DateField()
    present = models.ManyToManyField(Member, related_name="+", db_table="grants_meeting_present")
    closed_at = models.DateTimeField(null=True)
    """Null: its decisions are not taken yet."""
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "number"], name="grants_meeting_number_once"),
        ]
        triggers: ClassVar = [RefuseLoss(name="stays")]

    def __str__(self) -> str:
        return f"meeting {self.number} of {self.programme_id}"

    @property
    def scope(self) -> Scope:
        """Where permissions for the meeting are asked."""
        return self.programme.scope


class Recusal(AppendOnly):
    """A member steps aside from one application: they do not vote on it."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="recusals")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="recusals")
    why = models.CharField(
        max_length=8,
        choices=(("KIN", "kin"), ("INTEREST", "interest"), ("OTHER", "other"), ("NAMESAKE", "namesake")),
    )
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["meeting", "member", "application"], name="grants_recused_once"),
        ]

    def __str__(self) -> str:
        return f"recusal {self.pk}"


RECUSAL_WORDS: dict[str, Words] = {
    "KIN": both("亲属", "Kin"),
    "INTEREST": both("利害关系", "An interest in it"),
    "OTHER": both("其他应当回避的", "Another reason to step aside"),
}
NAMESAKE = "NAMESAKE"
NAMESAKE_WORDS = both("同名、无关系，参加表决", "Of the same name, no relation: they vote")
"""Kept as a recusal is, so that it is known who was asked; the member votes all the same."""


class Decision(AppendOnly):
    """What a meeting decided of one application, and with how many votes."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="decisions")
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="decisions")
    is_approved = models.BooleanField()
    in_favour = models.SmallIntegerField()
    against = models.SmallIntegerField()
    """With those who abstained."""
    recused = models.SmallIntegerField()
    score = models.SmallIntegerField()
    """As it was then."""

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["meeting", "application"], name="grants_decided_once"),
            models.CheckConstraint(
                condition=Q(is_approved=False) | Q(in_favour__gt=F("against")),
                name="grants_approved_by_most",
            ),
            models.CheckConstraint(
                condition=Q(in_favour__gte=0, against__gte=0, recused__gte=0), name="grants_votes_are_counted"
            ),
        ]

    def __str__(self) -> str:
        return f"decision {self.pk}"


@pghistory.track(*every_version())
class Notice(models.Model):
    """A list of names that hangs in one school for the programme's working days; it is printed, and stands nowhere online."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="notices")
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="notices")
    number = models.CharField(max_length=56, unique=True)
    posted_on = models.DateField(null=True)
    """The day on which it was put up; null: it is not up yet."""
    until_on = models.DateField(null=True)
    """The last working day on which it hangs; that of putting it up does not count."""
    ended_on = models.DateField(null=True)
    """When it was found over and its names were awarded; null: not yet."""
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(posted_on__isnull=True, until_on__isnull=True, ended_on__isnull=True)
                | Q(posted_on__isnull=False, until_on__gt=F("posted_on")),
                name="grants_notice_hangs_for_a_while",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gt=F("until_on")),
                name="grants_notice_ends_after_its_days",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["programme", "school"], name="grants_notices_by_school")]
        triggers: ClassVar = [RefuseLoss(name="stays")]

    def __str__(self) -> str:
        return self.number

    @property
    def scope(self) -> Scope:
        """Where permissions for the list are asked."""
        return Scope(unit=self.programme.unit_id, place=self.school.place_id)


class ObjectionState(models.TextChoices):
    """What became of an objection."""

    OPEN = "OPEN", "open"
    UPHELD = "UPHELD", "upheld"
    DISMISSED = "DISMISSED", "dismissed"


WAY_WORDS: dict[str, Words] = {
    "LETTER": both("书面", "In writing"),
    "PHONE": both("电话", "By telephone"),
    "VISIT": both("当面", "In person"),
}
OBJECTION_STATE_WORDS: dict[str, Words] = {
    ObjectionState.OPEN.value: both("待答复", "To be answered"),
    ObjectionState.UPHELD.value: both("成立，取消拟资助", "Upheld: not granted"),
    ObjectionState.DISMISSED.value: both("不成立", "Dismissed"),
}


@pghistory.track(*every_version())
class Objection(models.Model):
    """Somebody objects to a pupil on a list; the pupil is not awarded until it is answered."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="objections")
    received_on = models.DateField()
    way = models.CharField(
        max_length=6, choices=(("LETTER", "letter"), ("PHONE", "phone"), ("VISIT", "visit"))
    )
    text_sealed = models.BinaryField()
    """What is said, under the pupil's key; who said it is not kept."""
    state = models.CharField(max_length=9, choices=ObjectionState.choices, default=ObjectionState.OPEN)
    answer_sealed = models.BinaryField(null=True)
    """What was found and answered, under the pupil's key; null: not answered."""
    answered_on = models.DateField(null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state="OPEN", answered_on__isnull=True, answer_sealed__isnull=True)
                | ~Q(state="OPEN") & Q(answered_on__isnull=False, answer_sealed__isnull=False),
                name="grants_objection_answered_or_open",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["state", "id"], name="grants_objections_by_state")]
        triggers: ClassVar = [RefuseLoss(name="stays")]

    def __str__(self) -> str:
        return f"objection {self.pk}"

    @property
    def state_words(self) -> Words:
        """What became of it, in words."""
        return OBJECTION_STATE_WORDS[self.state]

    @property
    def scope(self) -> Scope:
        """Where permissions for the objection are asked."""
        return self.application.scope
