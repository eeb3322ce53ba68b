"""What is built and booked: projects with their stages, access boxes with ports, vouchers of investment."""

from __future__ import annotations

from typing import ClassVar

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from bangfu.connectivity.network.models.reported import Reported
from bangfu.connectivity.network.models.stations import FIRST_MOBILE_NETWORK
from bangfu.foundation.operations import Scope
from bangfu.foundation.operations.models import AppendOnly, every_version
from bangfu.foundation.rooms import Words, both


class Stage(models.TextChoices):
    """How far a project is; in the order in which stages are reached."""

    SURVEY = "SURVEY", "survey"
    DESIGN = "DESIGN", "design"
    APPROVAL = "APPROVAL", "approval"
    CONSTRUCTION = "CONSTRUCTION", "construction"
    ON_AIR = "ON_AIR", "on air"
    ACCEPTED = "ACCEPTED", "accepted"
    CAPITALISED = "CAPITALISED", "capitalised"


STAGE_WORDS: dict[str, Words] = {
    Stage.SURVEY: both("勘察", "Survey"),
    Stage.DESIGN: both("设计", "Design"),
    Stage.APPROVAL: both("立项批复", "Approved"),
    Stage.CONSTRUCTION: both("施工", "Construction"),
    Stage.ON_AIR: both("开通", "On air"),
    Stage.ACCEPTED: both("验收", "Accepted"),
    Stage.CAPITALISED: both("转固", "Capitalised"),
}


@pghistory.track(*every_version())
class Project(models.Model):
    """A build project of a unit; its stations, boxes and bookings name it."""

    code = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    unit = models.ForeignKey("organisation.Unit", on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="+")
    """County, prefecture or province in which it builds."""
    budget_fen = models.BigIntegerField()
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(code=""), name="network_project_has_a_code"),
            models.CheckConstraint(condition=~Q(name=""), name="network_project_has_a_name"),
            models.CheckConstraint(condition=Q(budget_fen__gt=0), name="network_project_has_a_budget"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["place", "code"], name="network_project_place"),
            models.Index(fields=["unit", "code"], name="network_project_unit"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def scope(self) -> Scope:
        """Where permissions for the project are asked."""
        return Scope(unit=self.unit_id, place=self.place_id)


class ProjectStage(AppendOnly):
    """The day on which a project reached a stage."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="stages")
    number = models.SmallIntegerField()
    """The stage's position, 1 for the survey."""
    stage = models.CharField(max_length=12, choices=Stage.choices)
    reached_on = models.DateField()
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "number"], name="network_a_stage_is_reached_once"),
            models.CheckConstraint(
                condition=Q(
                    *(Q(stage=stage.value, number=number) for number, stage in enumerate(Stage, 1)),
                    _connector=Q.OR,
                ),
                name="network_stage_has_its_number",
            ),
            models.CheckConstraint(
                condition=Q(reached_on__gte=FIRST_MOBILE_NETWORK), name="network_stage_is_plausible"
            ),
        ]
        triggers: ClassVar = [
            *AppendOnly.Meta.triggers,
            pgtrigger.Trigger(
                name="no_stage_backwards",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    PERFORM 1 FROM public.network_project WHERE id = NEW.project_id FOR UPDATE;
                    IF EXISTS (SELECT 1 FROM public.network_projectstage other WHERE other.project_id = NEW.project_id
                               AND (other.number >= NEW.number OR other.reached_on > NEW.reached_on)) THEN
                        RAISE EXCEPTION 'a stage goes backwards' USING ERRCODE = 'check_violation',
                            CONSTRAINT = 'network_no_stage_backwards';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project} {self.stage}"


@pghistory.track(*every_version())
class AccessBox(Reported):
    """One splitter or distribution box; its ports are capacity, not users."""

    project = models.ForeignKey(Project, null=True, on_delete=models.PROTECT, related_name="boxes")
    port_count = models.IntegerField()
    splitter = models.CharField(max_length=8, blank=True)
    """How the light is split: 1:8 to 1:64."""
    accepted_on = models.DateField()
    retired_on = models.DateField(null=True)
    """The day it was taken out; what was added stays counted, since additions are counted gross."""

    class Meta(Reported.Meta):
        constraints: ClassVar = [
            *Reported.Meta.constraints,
            models.CheckConstraint(condition=Q(port_count__gt=0), name="network_box_has_ports"),
            models.CheckConstraint(
                condition=Q(splitter__regex=r"^(1:[0-9]{1,3})?$"), name="network_box_splits_one_fibre"
            ),
            models.CheckConstraint(
                condition=Q(accepted_on__gte=FIRST_MOBILE_NETWORK), name="network_box_acceptance_plausible"
            ),
            models.CheckConstraint(
                condition=Q(retired_on__isnull=True) | Q(retired_on__gte=F("accepted_on")),
                name="network_box_retired_after_acceptance",
            ),
        ]


class Category(models.TextChoices):
    """What money was spent on."""

    STATION = "STATION", "station"
    PORT = "PORT", "port"
    TRANSMISSION = "TRANSMISSION", "transmission"
    UPGRADE = "UPGRADE", "upgrade"


CATEGORY_WORDS: dict[str, Words] = {
    Category.STATION: both("基站", "Stations"),
    Category.PORT: both("宽带端口", "Ports"),
    Category.TRANSMISSION: both("传输", "Transmission"),
    Category.UPGRADE: both("扩容升级", "Upgrades"),
}


@pghistory.track(*every_version())
class Booking(Reported):
    """One line of a booking voucher: capital spending of a project, never money given."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="bookings")
    voucher = models.CharField(max_length=40)
    line_number = models.IntegerField()
    """The voucher's line; the code is the voucher and the line."""
    category = models.CharField(max_length=12, choices=Category.choices)
    amount_fen = models.BigIntegerField()
    """Negative: a correction in the books."""
    booked_on = models.DateField()

    class Meta(Reported.Meta):
        constraints: ClassVar = [
            *Reported.Meta.constraints,
            models.CheckConstraint(condition=~Q(voucher=""), name="network_booking_has_a_voucher"),
            models.CheckConstraint(condition=Q(line_number__gt=0), name="network_booking_has_a_line"),
            models.CheckConstraint(condition=~Q(amount_fen=0), name="network_booking_is_of_something"),
            models.CheckConstraint(
                condition=Q(category__in=Category.values), name="network_category_is_known"
            ),
            models.CheckConstraint(
                condition=Q(booked_on__gte=FIRST_MOBILE_NETWORK), name="network_booking_is_plausible"
            ),
        ]
        indexes: ClassVar = [
            *Reported.Meta.indexes,
            models.Index(fields=["project", "booked_on"], name="network_booking_by_project"),
        ]
