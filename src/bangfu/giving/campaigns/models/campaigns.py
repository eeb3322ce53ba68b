"""Charities, campaigns with everything that happened to them, matching gifts, and duties to disclose."""

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

CODE = r"^[A-Z0-9][A-Z0-9-]{1,39}$"
CREDIT_CODE = r"^[0-9A-Z]{18}$"


class Cause(models.TextChoices):
    """What a campaign is for."""

    SCHOOLING = "SCHOOLING", "schooling"
    CHILDREN = "CHILDREN", "children"
    HEALTH = "HEALTH", "health"
    LIVELIHOOD = "LIVELIHOOD", "livelihood"
    DISASTER = "DISASTER", "disaster"


CAUSE_WORDS: dict[str, Words] = {
    Cause.SCHOOLING.value: both("助学", "Schooling"),
    Cause.CHILDREN.value: both("儿童", "Children"),
    Cause.HEALTH.value: both("医疗", "Health"),
    Cause.LIVELIHOOD.value: both("生计", "Livelihood"),
    Cause.DISASTER.value: both("救灾", "Disaster relief"),
}


class State(models.TextChoices):
    """How far a campaign is."""

    DRAFTED = "DRAFTED", "drafted"
    SIGNED = "SIGNED", "partner signed"
    FILED = "FILED", "filed"
    OPEN = "OPEN", "open"
    CLOSED = "CLOSED", "closed"
    GRANTING = "GRANTING", "granting"
    REPORTED = "REPORTED", "reported"
    SETTLED = "SETTLED", "surplus settled"


STATE_WORDS: dict[str, Words] = {
    State.DRAFTED.value: both("拟定", "Drafted"),
    State.SIGNED.value: both("已签合作", "Partner signed"),
    State.FILED.value: both("已备案", "Filed"),
    State.OPEN.value: both("募捐中", "Open"),
    State.CLOSED.value: both("已结束", "Closed"),
    State.GRANTING.value: both("发放中", "Granting"),
    State.REPORTED.value: both("已公开报告", "Reported"),
    State.SETTLED.value: both("结余已处理", "Surplus settled"),
}
RUNNING = (State.OPEN, State.CLOSED, State.GRANTING, State.REPORTED)
"""From the first gift until the surplus is settled."""


class CharityKind(models.TextChoices):
    """In which form a charity is registered: limits of spending and administration go by it."""

    FOUNDATION = "FOUNDATION", "foundation"
    ASSOCIATION = "ASSOCIATION", "association"
    SERVICE = "SERVICE", "social service organisation"


CHARITY_WORDS: dict[str, Words] = {
    CharityKind.FOUNDATION.value: both("基金会", "Foundation"),
    CharityKind.ASSOCIATION.value: both("社会团体", "Association"),
    CharityKind.SERVICE.value: both("社会服务机构", "Social service organisation"),
}


@pghistory.track(*every_version())
class Charity(models.Model):
    """A charity that may raise from the public; it holds the money, answers for it and issues the receipts."""

    code = models.CharField(max_length=18, unique=True)
    """Its unified social credit code."""
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160)
    kind = models.CharField(
        max_length=11,
        choices=CharityKind.choices,
        default=CharityKind.FOUNDATION,
        db_default=CharityKind.FOUNDATION,
    )
    qualification = models.CharField(max_length=80)
    """Number of its certificate of public fundraising 公开募捐资格证书."""
    qualified_on = models.DateField()
    qualified_until = models.DateField(null=True)
    """The first day on which it is not qualified any more; null: open."""
    unit = models.ForeignKey("organisation.Unit", on_delete=models.PROTECT, related_name="+")
    """In whose books the house keeps its funds."""
    bank_account_ending = models.CharField(max_length=6)
    """The last digits of its bank account."""
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(code__regex=CREDIT_CODE) & ~Q(name_zh="") & ~Q(qualification=""),
                name="campaigns_charity_is_described",
            ),
            models.CheckConstraint(
                condition=Q(qualified_until__isnull=True) | Q(qualified_until__gt=F("qualified_on")),
                name="campaigns_charity_period",
            ),
        ]
        triggers: ClassVar = [RefuseLoss(name="stays")]

    def __str__(self) -> str:
        return self.code

    @property
    def name(self) -> str:
        """The charity's name in the active language."""
        return str(both(self.name_zh, self.name_en or self.name_zh))

    @property
    def kind_words(self) -> Words:
        """In which form it is registered, in words."""
        return CHARITY_WORDS[self.kind]

    @property
    def is_foundation(self) -> bool:
        """Whether it is a foundation, of which the limits are known here."""
        return self.kind == CharityKind.FOUNDATION

    @property
    def scope(self) -> Scope:
        """Where permissions for the charity are asked."""
        return Scope(unit=self.unit_id)

    def is_qualified(self, on: date) -> bool:
        """Return whether it may raise from the public on a day."""
        return self.qualified_on <= on and (self.qualified_until is None or on < self.qualified_until)


@pghistory.track(*every_version())
class Campaign(models.Model):
    """A public campaign or a drive, with the charity behind it."""

    code = models.CharField(max_length=40, unique=True)
    title_zh = models.CharField(max_length=120)
    title_en = models.CharField(max_length=160)
    cause = models.CharField(max_length=12, choices=Cause.choices)
    is_drive = models.BooleanField(default=False)
    """A drive of staff or the youth league, such as the red scarf: among staff alone, not before the public."""
    is_elsewhere = models.BooleanField(default=False)
    """It runs on another platform, and its figures are reported by hand under numbers that begin with its code."""
    about_zh = models.TextField()
    about_en = models.TextField(blank=True)
    does_zh = models.CharField(max_length=200)
    """What a gift does: 每 1,000 元资助一名学生一学年."""
    does_en = models.CharField(max_length=300, blank=True)
    goal_fen = models.BigIntegerField()
    least_fen = models.BigIntegerField(default=1)
    """A gift is at least so much."""
    unit = models.ForeignKey("organisation.Unit", on_delete=models.PROTECT, related_name="+")
    """Who runs it with the charity."""
    seat = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="+")
    """Where gifts count that come from no branch with a place of its own."""
    sponsor = models.ForeignKey("organisation.Unit", null=True, on_delete=models.PROTECT, related_name="+")
    """Who pays for points; null: no points are taken."""
    starts_on = models.DateField()
    ends_on = models.DateField()
    """The day after the last one."""
    cooling_hours = models.SmallIntegerField(default=24)
    """For how long a giver may take a gift back."""
    charity = models.ForeignKey(Charity, null=True, on_delete=models.PROTECT, related_name="campaigns")
    agreement = models.CharField(max_length=120, blank=True)
    """Number of the contract with the charity."""
    fund = models.OneToOneField("money.Fund", null=True, on_delete=models.PROTECT, related_name="+")
    filing = models.CharField(max_length=80, blank=True)
    """Number of the filing with the civil affairs office 募捐方案备案."""
    filed_on = models.DateField(null=True)
    merchant = models.ForeignKey(
        "payments.MerchantAccount", null=True, on_delete=models.PROTECT, related_name="+"
    )
    """The charity's own."""
    opened_at = models.DateTimeField(null=True)
    closed_on = models.DateField(null=True)
    surplus = models.TextField(blank=True)
    """What was done with what was left."""
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFTED)
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(code__regex=CODE) & ~Q(title_zh="") & ~Q(about_zh="") & ~Q(does_zh=""),
                name="campaigns_campaign_is_described",
            ),
            models.CheckConstraint(
                condition=Q(
                    goal_fen__gt=0, least_fen__gt=0, cooling_hours__gte=0, ends_on__gt=F("starts_on")
                ),
                name="campaigns_campaign_is_plausible",
            ),
            models.CheckConstraint(
                condition=Q(state="DRAFTED")
                | Q(charity__isnull=False, fund__isnull=False) & ~Q(agreement=""),
                name="campaigns_signed_with_a_charity",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("DRAFTED", "SIGNED")) | Q(filed_on__isnull=False) & ~Q(filing=""),
                name="campaigns_filed_with_a_number",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("DRAFTED", "SIGNED", "FILED"))
                | Q(merchant__isnull=False, opened_at__isnull=False, is_elsewhere=False),
                name="campaigns_open_with_the_charitys_account",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("DRAFTED", "SIGNED", "FILED", "OPEN"), closed_on__isnull=True)
                | Q(state__in=("CLOSED", "GRANTING", "REPORTED", "SETTLED"), closed_on__isnull=False),
                name="campaigns_closed_on_a_day",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["state", "-starts_on"], name="campaigns_by_state")]
        triggers: ClassVar = [RefuseLoss(name="stays")]

    def __str__(self) -> str:
        return self.code

    @property
    def title(self) -> str:
        """What it is called in the active language."""
        return str(both(self.title_zh, self.title_en or self.title_zh))

    @property
    def about(self) -> str:
        """What it is about in the active language."""
        return str(both(self.about_zh, self.about_en or self.about_zh))

    @property
    def does(self) -> str:
        """What a gift does in the active language."""
        return str(both(self.does_zh, self.does_en or self.does_zh))

    @property
    def is_red_scarf(self) -> bool:
        """Whether it is a drive for goods for children: what it raises is counted apart from points for schooling."""
        return self.is_drive and self.cause == Cause.CHILDREN

    @property
    def last_day(self) -> date:
        """The last day on which it takes gifts."""
        return self.ends_on - timedelta(days=1)

    @property
    def scope(self) -> Scope:
        """Where permissions for the campaign are asked."""
        return Scope(unit=self.unit_id)


class Step(AppendOnly):
    """That a campaign moved on: to what, when, by whom, and on which paper."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="steps")
    state = models.CharField(max_length=10, choices=State.choices)
    document = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["campaign", "state"], name="campaigns_step_once"),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.state}"


class Match(models.Model):
    """What a company adds to each gift, up to a cap."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="matches")
    sponsor = models.ForeignKey("organisation.Unit", on_delete=models.PROTECT, related_name="+")
    adds_fen = models.BigIntegerField()
    to_fen = models.BigIntegerField()
    """So many fen are added to so many given."""
    cap_fen = models.BigIntegerField()
    used_fen = models.BigIntegerField(default=0)
    document = models.CharField(max_length=120)
    starts_on = models.DateField()
    ends_on = models.DateField()
    """The day after the last one."""
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(adds_fen__gt=0, to_fen__gt=0, cap_fen__gt=0, ends_on__gt=F("starts_on"))
                & ~Q(document=""),
                name="campaigns_match_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(used_fen__gte=0, used_fen__lte=F("cap_fen")),
                name="campaigns_match_within_its_cap",
            ),
            models.UniqueConstraint(fields=["campaign", "starts_on"], name="campaigns_one_match_a_day"),
        ]
        triggers: ClassVar = [RefuseLoss(name="stays")]

    def __str__(self) -> str:
        return f"match of {self.campaign_id}"

    @property
    def scope(self) -> Scope:
        """Where permissions for it are asked."""
        return self.campaign.scope


class DutyKind(models.TextChoices):
    """What is to be disclosed."""

    PROGRESS = "PROGRESS", "progress"
    FINAL = "FINAL", "final report"
    YEARLY = "YEARLY", "yearly report"
    SURPLUS = "SURPLUS", "surplus"


DUTY_WORDS: dict[str, Words] = {
    DutyKind.PROGRESS.value: both("募捐进展", "Progress"),
    DutyKind.FINAL.value: both("募捐全面情况", "Final report"),
    DutyKind.YEARLY.value: both("年度报告", "Yearly report"),
    DutyKind.SURPLUS.value: both("结余处理", "Surplus"),
}


class Duty(models.Model):
    """Something that the law has disclosed of a campaign by a day."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="duties")
    kind = models.CharField(max_length=10, choices=DutyKind.choices)
    due_on = models.DateField()
    done_on = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["campaign", "kind", "due_on"], name="campaigns_duty_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_on"], condition=Q(done_on__isnull=True), name="campaigns_duties_due")
        ]
        triggers: ClassVar = [RefuseLoss(name="stays")]

    def __str__(self) -> str:
        return f"{self.kind} {self.due_on}"

    @property
    def scope(self) -> Scope:
        """Where permissions for the duty are asked."""
        return self.campaign.scope


class Disclosure(AppendOnly):
    """What was published to fulfil a duty; a correction stands beside what it corrects, with its note."""

    duty = models.ForeignKey(Duty, on_delete=models.PROTECT, related_name="disclosures")
    published_on = models.DateField()
    address = models.CharField(max_length=300)
    """Where it was published."""
    is_correction = models.BooleanField(default=False)
    note = models.TextField(blank=True)
    """What was corrected and why."""
    figures = models.JSONField(null=True)
    """The table as it stood, fen by line: what moved since is shown beside it. Null: entered before tables were kept."""
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(is_correction=False) | ~Q(note=""), name="campaigns_correction_with_a_note"
            ),
            models.CheckConstraint(condition=~Q(address=""), name="campaigns_disclosed_somewhere"),
        ]

    def __str__(self) -> str:
        return f"{self.duty} {self.published_on}"
