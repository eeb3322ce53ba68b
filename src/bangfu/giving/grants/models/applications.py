"""Applications for a grant: of one pupil in one programme, with what is personal of it sealed."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from bangfu.foundation.operations import Scope
from bangfu.foundation.operations.models import RefuseLoss, every_version
from bangfu.foundation.rooms import Words, both
from bangfu.giving.grants.models.programmes import HOUSEHOLD_WORDS, HouseholdStatus, Programme, School


class ApplicationState(models.TextChoices):
    """How far an application is."""

    ENTERED = "ENTERED", "entered"
    VETTED = "VETTED", "vetted"
    REFUSED = "REFUSED", "refused"
    SHORTLISTED = "SHORTLISTED", "shortlisted"
    DISPLAYED = "DISPLAYED", "displayed"
    OBJECTED = "OBJECTED", "objected to"
    DECIDED = "DECIDED", "objection dismissed"
    AWARDED = "AWARDED", "awarded"
    WITHDRAWN = "WITHDRAWN", "withdrawn"


APPLICATION_STATE_WORDS: dict[str, Words] = {
    ApplicationState.ENTERED.value: both("待审核", "To be vetted"),
    ApplicationState.VETTED.value: both("已审核", "Vetted"),
    ApplicationState.REFUSED.value: both("未通过", "Refused"),
    ApplicationState.SHORTLISTED.value: both("拟资助", "Shortlisted"),
    ApplicationState.DISPLAYED.value: both("公示中", "Displayed"),
    ApplicationState.OBJECTED.value: both("有异议", "Objected to"),
    ApplicationState.DECIDED.value: both("异议不成立", "Objection dismissed"),
    ApplicationState.AWARDED.value: both("已核定", "Awarded"),
    ApplicationState.WITHDRAWN.value: both("已撤回", "Withdrawn"),
}
LIVING = tuple(state.value for state in ApplicationState if state not in ("REFUSED", "WITHDRAWN"))
"""Of these a pupil has one in a programme."""


class Age(models.TextChoices):
    """How old the pupil was on the day of application, as far as consent depends on it; the birth date is kept nowhere else."""

    CHILD = "CHILD", "under 14"
    MINOR = "MINOR", "14 to 17"
    ADULT = "ADULT", "18 or older"


AGE_WORDS: dict[str, Words] = {
    Age.CHILD.value: both("未满 14 周岁", "Under 14"),
    Age.MINOR.value: both("14 至 17 周岁", "14 to 17"),
    Age.ADULT.value: both("已满 18 周岁", "18 or older"),
}


class Relation(models.TextChoices):
    """What the guardian is to the pupil."""

    SELF = "SELF", "the pupil, of age"
    FATHER = "FATHER", "father"
    MOTHER = "MOTHER", "mother"
    GRANDPARENT = "GRANDPARENT", "grandparent"
    SIBLING = "SIBLING", "grown sibling"
    OTHER = "OTHER", "other guardian"
    OFFICE = "OFFICE", "village committee or civil affairs"


RELATION_WORDS: dict[str, Words] = {
    Relation.SELF.value: both("本人（已成年）", "The pupil, of age"),
    Relation.FATHER.value: both("父亲", "Father"),
    Relation.MOTHER.value: both("母亲", "Mother"),
    Relation.GRANDPARENT.value: both("祖父母、外祖父母", "Grandparent"),
    Relation.SIBLING.value: both("成年兄姐", "Grown sibling"),
    Relation.OTHER.value: both("其他监护人", "Other guardian"),
    Relation.OFFICE.value: both("村（居）委会、民政部门", "Village committee, civil affairs"),
}


class AccountOwner(models.TextChoices):
    """Whose bank account it is."""

    PUPIL = "PUPIL", "pupil"
    GUARDIAN = "GUARDIAN", "guardian"


OWNER_WORDS: dict[str, Words] = {
    AccountOwner.PUPIL.value: both("学生本人", "The pupil"),
    AccountOwner.GUARDIAN.value: both("监护人", "The guardian"),
}

VETTING_REASONS: dict[str, Words] = {
    "NOT_IN_NEED": both("不符合资助条件", "Does not meet the conditions"),
    "NO_PUPIL": both("不是该校在读学生", "No pupil of the school"),
    "UNTRUE": both("材料不实", "The papers are not true"),
    "INCOMPLETE": both("材料不全，逾期未补", "Papers are missing and did not come"),
    "HELPED_OTHERWISE": both("由其他项目资助", "Granted by another programme"),
}
REFUSAL_WORDS: dict[str, Words] = {
    **VETTING_REASONS,
    "COMMITTEE": both("评议组未通过", "The committee did not approve"),
    "OBJECTION": both("异议成立", "An objection was upheld"),
    "GRANTED_ALREADY": both("本学期已受资助", "Granted this term already"),
}
WITHDRAWAL_WORDS: dict[str, Words] = {
    "ASKED": both("监护人或本人撤回", "The guardian or the pupil asks"),
    "MOVED": both("转学、休学", "The pupil left the school"),
    "MISTAKE": both("录入有误", "Entered by mistake"),
}
"""Why an application is withdrawn; above, why it is refused."""


@pghistory.track(*every_version())
class Application(models.Model):
    """One pupil applies in one programme; who it is stands sealed in ``people``, the rest of what is personal in ``sealed``."""

    number = models.CharField(max_length=48, unique=True)
    """Programme's code and a running number: it stands on the paper form, and says nothing of the pupil."""
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="applications")
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="applications")
    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="+")
    """The school's county, as it was on the day."""
    class_name = models.CharField(max_length=40)
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    """The pupil: name and identity number are sealed there, and its id is the party of facts."""
    age = models.CharField(max_length=5, choices=Age.choices)
    sealed = models.BinaryField()
    """``details.Details`` as JSON under the pupil's key: gone when the pupil is erased."""
    relation = models.CharField(max_length=11, choices=Relation.choices)
    account_owner = models.CharField(max_length=8, choices=AccountOwner.choices)
    account_digest = models.CharField(max_length=64)
    """Keyed digest of the account number, by which one account of many pupils is found."""
    phone_digest = models.CharField(max_length=64, blank=True)
    """Keyed digest of the guardian's telephone number; empty: none."""
    guardian_digest = models.CharField(max_length=64, blank=True)
    """Keyed digest of the guardian's name, by which a member of the committee of that name is asked; empty: none."""
    household = models.CharField(max_length=10, choices=HouseholdStatus.choices)
    claims = ArrayField(models.CharField(max_length=20), default=list)
    """Codes of the criteria that it claims to meet, besides its household's."""
    other_aid = models.CharField(max_length=120, blank=True)
    """Other help of this term: it is recorded, and forbids nothing."""
    consented_on = models.DateField(null=True)
    """When the guardian, or the pupil who is of age, signed; null: no signed paper is here yet."""
    consent_digest = models.CharField(max_length=64, blank=True)
    """Of the photograph of the signed paper, an evidence file that hangs on the application."""
    score = models.SmallIntegerField(null=True)
    """Sum of the points of the criteria that it meets; null: not vetted."""
    state = models.CharField(
        max_length=11, choices=ApplicationState.choices, default=ApplicationState.ENTERED
    )
    reason = models.CharField(max_length=30, blank=True)
    """Code of why it is refused or withdrawn."""
    remark = models.CharField(max_length=200, blank=True)
    notice = models.ForeignKey(
        "grants.Notice", null=True, on_delete=models.PROTECT, related_name="applications"
    )
    """The list on which it is displayed."""
    upload = models.ForeignKey("intake.Upload", null=True, on_delete=models.PROTECT, related_name="+")
    """The class's sheet that brought it; null: entered by hand."""
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    vetted_at = models.DateTimeField(null=True)
    vetted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["programme", "person"],
                condition=Q(state__in=LIVING),
                name="grants_one_living_application",
            ),
            models.CheckConstraint(
                condition=Q(consented_on__isnull=True, consent_digest="")
                | Q(consented_on__isnull=False) & ~Q(consent_digest=""),
                name="grants_consent_on_paper",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("ENTERED", "REFUSED", "WITHDRAWN")) | Q(consented_on__isnull=False),
                name="grants_vetted_with_consent",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("ENTERED", "REFUSED", "WITHDRAWN"))
                | Q(score__isnull=False, vetted_at__isnull=False, vetted_by__isnull=False),
                name="grants_vetted_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("REFUSED", "WITHDRAWN")) & ~Q(reason="")
                | ~Q(state__in=("REFUSED", "WITHDRAWN")) & Q(reason=""),
                name="grants_refused_for_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(relation="SELF") | Q(age="ADULT", account_owner="PUPIL"),
                name="grants_minors_have_a_guardian",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("DISPLAYED", "OBJECTED", "DECIDED", "AWARDED"))
                | Q(notice__isnull=False),
                name="grants_displayed_on_a_list",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["programme", "state", "id"], name="grants_applications_by_state"),
            models.Index(fields=["school", "programme"], name="grants_applications_by_school"),
            models.Index(fields=["account_digest"], name="grants_applications_by_account"),
            models.Index(fields=["phone_digest"], name="grants_applications_by_phone"),
        ]
        triggers: ClassVar = [RefuseLoss(name="stays")]

    def __str__(self) -> str:
        return self.number

    @property
    def scope(self) -> Scope:
        """Where permissions for the application are asked."""
        return Scope(unit=self.programme.unit_id, place=self.place_id)

    @property
    def state_words(self) -> Words:
        """How far it is, in words."""
        return APPLICATION_STATE_WORDS[self.state]

    @property
    def reason_words(self) -> str:
        """Why it is refused or withdrawn, in words; empty: it is not."""
        found = REFUSAL_WORDS.get(self.reason) or WITHDRAWAL_WORDS.get(self.reason)
        return str(found or "")

    @property
    def household_words(self) -> Words:
        """What its household is, in words."""
        return HOUSEHOLD_WORDS[self.household]
