"""Projects of the county library, what they may cost by source, and how far they came."""

from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from bangfu.foundation.operations import Scope
from bangfu.foundation.operations.models import AppendOnly, RefuseLoss, every_version
from bangfu.foundation.rooms import Words, both
from bangfu.livelihoods.parties import PARTY_CODE
from bangfu.livelihoods.projects.triggers import STAGES_HOLD, STATE_MOVES

FIRST_PROJECT = date(1986, 1, 1)
"""The state's assistance offices were founded in 1986: earlier dates are typing errors."""


class Revitalisation(models.TextChoices):
    """Under which of the five revitalisations a project stands."""

    INDUSTRY = "INDUSTRY", "industry"
    TALENT = "TALENT", "talent"
    CULTURE = "CULTURE", "culture"
    ECOLOGY = "ECOLOGY", "ecology"
    ORGANISATION = "ORGANISATION", "organisation"


REVITALISATION_WORDS: dict[str, Words] = {
    Revitalisation.INDUSTRY: both("产业振兴", "Industry"),
    Revitalisation.TALENT: both("人才振兴", "Talent"),
    Revitalisation.CULTURE: both("文化振兴", "Culture"),
    Revitalisation.ECOLOGY: both("生态振兴", "Ecology"),
    Revitalisation.ORGANISATION: both("组织振兴", "Organisation"),
}


class Source(models.TextChoices):
    """Whose money it is, and whether it was given or invested: three that are never added."""

    OWN = "OWN", "own grant"
    GIFT = "GIFT", "brought-in grant"
    INVESTMENT = "INVESTMENT", "brought-in investment"


SOURCE_WORDS: dict[str, Words] = {
    Source.OWN: both("自有无偿", "Own grant"),
    Source.GIFT: both("引进无偿", "Brought-in grant"),
    Source.INVESTMENT: both("引进有偿", "Brought-in investment"),
}


class State(models.TextChoices):
    """How far a project came."""

    IDEA = "IDEA", "idea"
    LIBRARY = "LIBRARY", "in the library"
    APPROVED = "APPROVED", "approved"
    BUILDING = "BUILDING", "building"
    ACCEPTED = "ACCEPTED", "accepted"
    CLOSED = "CLOSED", "closed"
    ABANDONED = "ABANDONED", "abandoned"


STATE_WORDS: dict[str, Words] = {
    State.IDEA: both("谋划", "Idea"),
    State.LIBRARY: both("已入库", "In the library"),
    State.APPROVED: both("已批复", "Approved"),
    State.BUILDING: both("在建", "Building"),
    State.ACCEPTED: both("已验收", "Accepted"),
    State.CLOSED: both("已办结", "Closed"),
    State.ABANDONED: both("已终止", "Abandoned"),
}


@pghistory.track(*every_version())
class Project(models.Model):
    """One project of the county's library 项目库, which one unit keeps and whose money it counts."""

    code = models.CharField(max_length=40, unique=True)
    title_zh = models.CharField(max_length=120)
    title_en = models.CharField(max_length=160, blank=True)
    unit = models.ForeignKey("organisation.Unit", on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="+")
    """A county, town or village."""
    revitalisation = models.CharField(max_length=12, choices=Revitalisation.choices)
    plan_title = models.CharField(max_length=160)
    """The county's own plan that asks for it."""
    plan_number = models.CharField(max_length=60)
    """The number of that plan's document."""
    starts_on = models.DateField()
    ends_on = models.DateField()
    """The day after the last one planned."""
    state = models.CharField(max_length=10, choices=State.choices, default=State.IDEA)
    upload = models.ForeignKey("intake.Upload", null=True, on_delete=models.PROTECT, related_name="+")
    """The spreadsheet that brought it; null = entered by hand."""
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(code="") & ~Q(title_zh="") & ~Q(plan_title="") & ~Q(plan_number=""),
                name="projects_project_is_described",
            ),
            models.CheckConstraint(
                condition=Q(starts_on__gte=FIRST_PROJECT, ends_on__gt=F("starts_on")),
                name="projects_period_is_forward",
            ),
            models.CheckConstraint(
                condition=Q(revitalisation__in=Revitalisation.values), name="projects_revitalisation_is_known"
            ),
            models.CheckConstraint(condition=Q(state__in=State.values), name="projects_state_is_known"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["place", "starts_on"], name="projects_project_by_place"),
            models.Index(fields=["unit", "starts_on"], name="projects_project_by_unit"),
        ]
        triggers: ClassVar = [
            RefuseLoss(name="stays"),
            pgtrigger.Trigger(
                name="moves_forward",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("state"),
                func=STATE_MOVES,
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def title(self) -> str:
        """The title in the active language."""
        return str(both(self.title_zh, self.title_en or self.title_zh))

    @property
    def scope(self) -> Scope:
        """Where permissions for the project are asked."""
        return Scope(unit=self.unit_id, place=self.place_id)

    @property
    def last_day(self) -> date:
        """The last day planned."""
        return self.ends_on - timedelta(days=1)


@pghistory.track(*every_version())
class Budget(models.Model):
    """What a project may cost of one source; zero where it was taken out again."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="budgets")
    source = models.CharField(max_length=10, choices=Source.choices)
    party = models.CharField(max_length=40, blank=True)
    """The organisation that gives or invests, by its code; empty for the unit's own money."""
    amount_fen = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "source"], name="projects_one_budget_a_source"),
            models.CheckConstraint(condition=Q(source__in=Source.values), name="projects_source_is_known"),
            models.CheckConstraint(condition=Q(amount_fen__gte=0), name="projects_budget_is_positive"),
            models.CheckConstraint(
                condition=Q(source=Source.OWN, party="")
                | (~Q(source=Source.OWN) & Q(party__regex=PARTY_CODE)),
                name="projects_budget_names_its_party",
            ),
        ]
        triggers: ClassVar = [
            RefuseLoss(name="stays"),
            pgtrigger.Trigger(
                name="stages_hold",
                level=pgtrigger.Row,
                when=pgtrigger.After,
                operation=pgtrigger.Update,
                timing=pgtrigger.Deferred,
                func=STAGES_HOLD,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} of {self.project}"


class Step(AppendOnly):
    """One step that a project took, with the document it rests on."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="steps")
    state = models.CharField(max_length=10, choices=State.choices)
    """What the project was after it: the same as before where only its budget changed."""
    taken_on = models.DateField()
    document = models.CharField(max_length=120, blank=True)
    """Number of the document; empty where none is asked for."""
    reason = models.CharField(max_length=500, blank=True)
    is_budget = models.BooleanField(default=False)
    """Whether it changed the budget of an approved project."""
    taken_at = models.DateTimeField()
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(state=State.ABANDONED) | ~Q(reason=""), name="projects_abandoned_for_a_reason"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[State.LIBRARY, State.APPROVED], is_budget=False) | ~Q(document=""),
                name="projects_step_rests_on_a_document",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project} {self.state}"
