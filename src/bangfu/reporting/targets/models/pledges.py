"""Pledges, their versions and targets, and the steps taken with each."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from bangfu.foundation.operations import Scope
from bangfu.foundation.operations.models import AppendOnly
from bangfu.foundation.organisation.models import Line, Unit
from bangfu.foundation.rooms import Words, both

FIRST_YEAR, LAST_YEAR = 2000, 2100
LOCK = 0x7461_7267
"""With a pledge's key: one open version and one decision at a time."""

_LAST_STEP = "(SELECT step.kind FROM public.targets_step step WHERE step.version_id = {version} ORDER BY step.id DESC LIMIT 1)"
CHECK_STEP = f"""
PERFORM pg_advisory_xact_lock({LOCK}, (SELECT pledge_id FROM public.targets_version WHERE id = NEW.version_id)::integer);
IF NEW.kind = 'SUBMITTED' AND coalesce({_LAST_STEP.format(version="NEW.version_id")}, 'RETURNED') <> 'RETURNED' THEN
    RAISE EXCEPTION 'only a draft or what was returned is submitted' USING ERRCODE = 'check_violation';
END IF;
IF NEW.kind <> 'SUBMITTED' AND {_LAST_STEP.format(version="NEW.version_id")} IS DISTINCT FROM 'SUBMITTED' THEN
    RAISE EXCEPTION 'only what was submitted is decided on' USING ERRCODE = 'check_violation';
END IF;
IF NEW.kind <> 'SUBMITTED' AND NEW.taken_by_id IN (
    SELECT prepared_by_id FROM public.targets_version WHERE id = NEW.version_id
    UNION SELECT entered_by_id FROM public.targets_target WHERE version_id = NEW.version_id
    UNION SELECT taken_by_id FROM public.targets_step WHERE version_id = NEW.version_id AND kind = 'SUBMITTED'
    UNION SELECT agreed.recorded_by_id FROM public.targets_agreement agreed
            JOIN public.targets_step step ON step.id = agreed.step_id WHERE step.version_id = NEW.version_id) THEN
    RAISE EXCEPTION 'whoever had a hand in a version does not decide on it' USING ERRCODE = 'check_violation';
END IF;
IF NEW.kind = 'APPROVED' AND EXISTS (
    SELECT 1 FROM public.targets_version version JOIN public.targets_pledge pledge ON pledge.id = version.pledge_id
     WHERE version.id = NEW.version_id AND pledge.county_id IS NOT NULL)
   AND NOT EXISTS (
    SELECT 1 FROM public.targets_agreement agreed
     WHERE agreed.step_id = (SELECT max(step.id) FROM public.targets_step step WHERE step.version_id = NEW.version_id)) THEN
    RAISE EXCEPTION 'the county has not agreed to what was submitted' USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;
"""
CHECK_AGREEMENT = """
IF NOT EXISTS (
    SELECT 1 FROM public.targets_step step
      JOIN public.targets_version version ON version.id = step.version_id
      JOIN public.targets_pledge pledge ON pledge.id = version.pledge_id
     WHERE step.id = NEW.step_id AND step.kind = 'SUBMITTED' AND pledge.county_id IS NOT NULL
       AND step.id = (SELECT max(last.id) FROM public.targets_step last WHERE last.version_id = step.version_id)) THEN
    RAISE EXCEPTION 'a county agrees to what is submitted to it' USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;
"""
CHECK_VERSION = """
IF EXISTS (
    SELECT 1 FROM public.targets_version earlier
     WHERE earlier.pledge_id = NEW.pledge_id
       AND (earlier.number >= NEW.number OR earlier.effective_on >= NEW.effective_on)) THEN
    RAISE EXCEPTION 'a revision is later than what it revises' USING ERRCODE = 'check_violation';
END IF;
IF NEW.number > 1 AND NOT EXISTS (
    SELECT 1 FROM public.targets_version earlier JOIN public.targets_step step ON step.version_id = earlier.id
     WHERE earlier.pledge_id = NEW.pledge_id AND earlier.number = NEW.number - 1 AND step.kind = 'APPROVED') THEN
    RAISE EXCEPTION 'only what was approved is revised' USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;
"""
CHECK_DRAFT = f"""
IF coalesce({_LAST_STEP.format(version="<row>.version_id")}, 'RETURNED') <> 'RETURNED' THEN
    RAISE EXCEPTION 'targets change in a draft only' USING ERRCODE = 'check_violation';
END IF;
"""


class StepKind(models.TextChoices):
    """What is done with a version."""

    SUBMITTED = "SUBMITTED", "submitted"
    RETURNED = "RETURNED", "returned"
    APPROVED = "APPROVED", "approved"


STATE_WORDS: dict[str, Words] = {
    "": both("草拟中", "Draft"),
    StepKind.SUBMITTED: both("待批准", "Waits for approval"),
    StepKind.RETURNED: both("已退回", "Returned"),
    StepKind.APPROVED: both("已批准", "Approved"),
}
"""How far a version is; the empty one has no step yet."""
STEP_WORDS: dict[str, Words] = {
    StepKind.SUBMITTED: both("提交", "submitted it"),
    StepKind.RETURNED: both("退回", "returned it"),
    StepKind.APPROVED: both("批准", "approved it"),
}
STATE_LOOKS = {
    "": "draft",
    StepKind.SUBMITTED: "submitted",
    StepKind.RETURNED: "returned",
    StepKind.APPROVED: "verified",
}


class Direction(models.TextChoices):
    """On which side of the target lies what was promised."""

    AT_LEAST = "AT_LEAST", "at least"
    AT_MOST = "AT_MOST", "at most"


DIRECTION_WORDS: dict[str, Words] = {
    Direction.AT_LEAST: both("不少于", "At least"),
    Direction.AT_MOST: both("不超过", "At most"),
}


QUARTERS = ("first_quarter", "second_quarter", "third_quarter", "fourth_quarter")
QUARTER_TITLES = (
    both("一季度", "First quarter"),
    both("二季度", "Second quarter"),
    both("三季度", "Third quarter"),
    both("四季度", "Fourth quarter"),
)
_NO_QUARTERS = Q(**{f"{name}__isnull": True for name in QUARTERS})
_WHOLE_YEAR = Q(
    # A check that comes to null passes: that none is null is said too.
    **{f"{name}__isnull": False for name in QUARTERS},
    **{f"{name}__gte": 0 for name in QUARTERS},
    quantity=F("first_quarter") + F("second_quarter") + F("third_quarter") + F("fourth_quarter"),
)


class Pledge(AppendOnly):
    """What a unit commits itself to in a year; what exactly, its versions say."""

    year = models.SmallIntegerField()
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    """Who signed it; its targets are the unit's own and those of units below it."""
    title = models.CharField(max_length=120)
    county = models.ForeignKey("places.Place", null=True, on_delete=models.PROTECT, related_name="+")
    """To which county it was pledged, which signs it too; null: to no county, or to many at once."""

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["year", "unit", "title"], name="targets_pledge_once"),
            models.CheckConstraint(
                condition=Q(year__gte=FIRST_YEAR, year__lte=LAST_YEAR), name="targets_pledge_year"
            ),
            models.CheckConstraint(condition=~Q(title=""), name="targets_pledge_is_called_something"),
        ]

    def __str__(self) -> str:
        return f"pledge {self.pk} of {self.year}"

    @property
    def scope(self) -> Scope:
        """The signatory as a scope of permissions."""
        return Scope(unit=self.unit_id)


class Version(AppendOnly):
    """A pledge as a document laid it down: the first, or a dated revision that says why."""

    pledge = models.ForeignKey(Pledge, on_delete=models.PROTECT, related_name="versions")
    number = models.SmallIntegerField()
    document = models.CharField(max_length=120)
    """Its number, as the office files it."""
    signed_on = models.DateField()
    effective_on = models.DateField()
    """From when on completion is measured against it."""
    reason = models.CharField(max_length=500, blank=True)
    """Why it was revised; only of a revision."""
    prepared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["pledge", "number"], name="targets_version_once"),
            models.CheckConstraint(
                condition=Q(number=1, reason="") | (Q(number__gt=1) & ~Q(reason="")),
                name="targets_revision_says_why",
            ),
            models.CheckConstraint(condition=~Q(document=""), name="targets_version_has_a_document"),
            models.CheckConstraint(
                condition=Q(effective_on__gte=F("signed_on")), name="targets_version_is_not_backdated"
            ),
        ]
        triggers: ClassVar = [
            *AppendOnly.Meta.triggers,
            pgtrigger.Trigger(
                name="version_rules",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=CHECK_VERSION,
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.number} of pledge {self.pledge_id}"

    @property
    def scope(self) -> Scope:
        """The signatory as a scope of permissions."""
        return self.pledge.scope


@pghistory.track(
    pghistory.InsertEvent(level=pgtrigger.Statement),
    pghistory.UpdateEvent(level=pgtrigger.Row),
    pghistory.DeleteEvent(level=pgtrigger.Row),
)
class Target(models.Model):
    """One promise of a version: how much of an indicator, by whom, where, by when; fixed once the version is submitted."""

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="targets")
    indicator = models.CharField(max_length=80)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    """The signatory, or a unit below it."""
    place = models.ForeignKey("places.Place", null=True, on_delete=models.PROTECT, related_name="+")
    area = models.ForeignKey("places.Area", null=True, on_delete=models.PROTECT, related_name="+")
    line = models.ForeignKey(Line, null=True, on_delete=models.PROTECT, related_name="+")
    """Null, as for place and area: whatever it is."""
    quantity = models.DecimalField(max_digits=20, decimal_places=4)
    """In the indicator's unit."""
    direction = models.CharField(max_length=8, choices=Direction.choices, default=Direction.AT_LEAST)
    due_on = models.DateField()
    """The last day that counts."""
    reserve = models.DecimalField(max_digits=20, decimal_places=4, default=0)
    """By how much the parts of the units below exceed this whole, declared so that it is no mistake."""
    first_quarter = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    second_quarter = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    third_quarter = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    fourth_quarter = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    """What each quarter adds: all four, which come to the quantity, or none."""
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["version", "indicator", "unit", "place", "area", "line"],
                nulls_distinct=False,
                name="targets_one_target_a_matter",
            ),
            models.CheckConstraint(condition=Q(quantity__gte=0), name="targets_quantity_is_no_debt"),
            models.CheckConstraint(condition=Q(reserve__gte=0), name="targets_reserve_is_no_debt"),
            models.CheckConstraint(
                condition=Q(direction__in=Direction.values), name="targets_direction_is_known"
            ),
            models.CheckConstraint(
                condition=_NO_QUARTERS | _WHOLE_YEAR, name="targets_quarters_make_the_year"
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Trigger(
                name="drafts_only",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=CHECK_DRAFT.replace("<row>", "NEW") + "RETURN NEW;",
            ),
            pgtrigger.Trigger(
                name="drafts_lose",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.Delete | pgtrigger.UpdateOf("version_id"),
                func=CHECK_DRAFT.replace("<row>", "OLD")
                + "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} of {self.unit_id} in {self.version_id}"

    @property
    def matter(self) -> tuple[str, int, int | None, int | None, int | None]:
        """What it is about, the same in every version: indicator, unit, place, area and line."""
        return (self.indicator, self.unit_id, self.place_id, self.area_id, self.line_id)

    @property
    def measured(self) -> tuple[str, int | None, int | None, int | None, str]:
        """What whole and parts share: indicator, place, area, line and direction."""
        return (self.indicator, self.place_id, self.area_id, self.line_id, self.direction)

    @property
    def quarters(self) -> tuple[Decimal, ...] | None:
        """What each quarter adds; null when the year alone is promised."""
        found = tuple(getattr(self, name) for name in QUARTERS)
        return None if found[0] is None else found

    def promised_by(self, quarter: int) -> Decimal | None:
        """Return what is promised by the end of a quarter, from the year's first day; null when the year alone is promised."""
        return None if self.quarters is None else sum(self.quarters[:quarter], Decimal(0))

    @property
    def direction_words(self) -> Words:
        """On which side of it lies what was promised."""
        return DIRECTION_WORDS[self.direction]


class Step(AppendOnly):
    """What somebody did with a version: submitted, returned or approved it."""

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=9, choices=StepKind.choices)
    remark = models.CharField(max_length=500, blank=True)
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        triggers: ClassVar = [
            *AppendOnly.Meta.triggers,
            pgtrigger.Trigger(
                name="step_rules",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=CHECK_STEP,
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["version"], condition=Q(kind="APPROVED"), name="targets_approved_once"
            ),
            models.CheckConstraint(
                condition=~Q(kind="RETURNED") | ~Q(remark=""), name="targets_returned_with_a_reason"
            ),
            models.CheckConstraint(condition=Q(kind__in=StepKind.values), name="targets_step_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.version_id}"

    @property
    def words(self) -> Words:
        """What was done, behind the name of who did it."""
        return STEP_WORDS[self.kind]


class Agreement(AppendOnly):
    """A county signed what was submitted; what is returned and submitted again, it signs again."""

    step = models.OneToOneField(Step, on_delete=models.PROTECT, related_name="agreement")
    """The submission: the targets as they stood then."""
    signed_by = models.CharField(max_length=120)
    """Which body of the county: never a person."""
    document = models.CharField(max_length=120)
    agreed_on = models.DateField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        triggers: ClassVar = [
            *AppendOnly.Meta.triggers,
            pgtrigger.Trigger(
                name="agreement_rules",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=CHECK_AGREEMENT,
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(signed_by="") & ~Q(document=""), name="targets_agreement_is_signed"
            ),
        ]

    def __str__(self) -> str:
        return f"agreement to {self.step_id}"
