"""What units and the office say beside the numbers: declared nils, the dated rules of lights, and grades."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from bangfu.foundation.operations import Scope
from bangfu.foundation.operations.models import AppendOnly
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.rooms import Words, both
from bangfu.reporting.targets.models.pledges import FIRST_YEAR, LAST_YEAR


class NilReport(AppendOnly):
    """A unit says that it has nothing of an indicator in a year: that is an answer, and nothing is missing."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    year = models.SmallIntegerField()
    indicator = models.CharField(max_length=80)
    remark = models.CharField(max_length=500)
    declared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    declared_at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["unit", "year", "indicator"], name="targets_nil_once"),
            models.CheckConstraint(condition=~Q(remark=""), name="targets_nil_says_why"),
        ]

    def __str__(self) -> str:
        return f"nil {self.indicator} of {self.unit_id} in {self.year}"


class LightRule(AppendOnly):
    """From which forecast on a light is green or amber, and from how many days on a record is late; from a day on."""

    starts_on = models.DateField(unique=True)
    green_from = models.DecimalField(max_digits=5, decimal_places=4)
    """Forecast over target; 1 is the whole target."""
    amber_from = models.DecimalField(max_digits=5, decimal_places=4)
    judged_from = models.DecimalField(max_digits=5, decimal_places=4)
    """Which share of the time must have passed before a pace says anything; before it the light is grey."""
    submitted_within = models.SmallIntegerField()
    """Days from what happened to its submission."""
    verified_within = models.SmallIntegerField()
    """Days from submission to the decision."""
    source = models.CharField(max_length=200)
    """Who laid it down, where."""
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(amber_from__gt=0, green_from__gt=F("amber_from")) & Q(green_from__lte=2),
                name="targets_amber_below_green",
            ),
            models.CheckConstraint(
                condition=Q(judged_from__gte=0, judged_from__lt=1), name="targets_judged_within_the_year"
            ),
            models.CheckConstraint(
                condition=Q(submitted_within__gte=1, verified_within__gte=1), name="targets_days_are_some"
            ),
            models.CheckConstraint(condition=~Q(source=""), name="targets_rule_has_a_source"),
        ]

    def __str__(self) -> str:
        return f"lights from {self.starts_on}"


class Mark(models.TextChoices):
    """A grade of the annual assessment, the best first."""

    GOOD = "GOOD", "good"
    FAIR = "FAIR", "fairly good"
    AVERAGE = "AVERAGE", "average"
    POOR = "POOR", "poor"


MARK_WORDS: dict[str, Words] = {
    Mark.GOOD: both("好", "Good"),
    Mark.FAIR: both("较好", "Fairly good"),
    Mark.AVERAGE: both("一般", "Average"),
    Mark.POOR: both("较差", "Poor"),
}
MARKS_IN_ORDER = (Mark.GOOD, Mark.FAIR, Mark.AVERAGE, Mark.POOR)


class GradeKind(models.TextChoices):
    """Who gave a grade."""

    SELF = "SELF", "self-assessment"
    RETURNED = "RETURNED", "returned by the evaluation"


class Grade(AppendOnly):
    """What a unit says of its own year, or what the evaluation returned; a later one corrects it and says why."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    year = models.SmallIntegerField()
    kind = models.CharField(max_length=8, choices=GradeKind.choices)
    number = models.SmallIntegerField()
    """1 is the first; the highest holds."""
    mark = models.CharField(max_length=7, choices=Mark.choices)
    given_by = models.CharField(max_length=120)
    """Which body: never a person."""
    document = models.CharField(max_length=120)
    """Its number, or how the office files it."""
    given_on = models.DateField()
    statement = models.CharField(max_length=2000, blank=True)
    """What the grade rests on; of a self-assessment also what was done otherwise than the year before."""
    reason = models.CharField(max_length=500, blank=True)
    """Why it was corrected; only of a correction."""
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["unit", "year", "kind", "number"], name="targets_grade_once"),
            models.CheckConstraint(
                condition=Q(kind__in=GradeKind.values), name="targets_grade_kind_is_known"
            ),
            models.CheckConstraint(condition=Q(mark__in=Mark.values), name="targets_mark_is_known"),
            models.CheckConstraint(
                condition=Q(year__gte=FIRST_YEAR, year__lte=LAST_YEAR), name="targets_grade_year"
            ),
            models.CheckConstraint(
                condition=Q(number=1, reason="") | (Q(number__gt=1) & ~Q(reason="")),
                name="targets_corrected_grade_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(document="") & ~Q(given_by=""), name="targets_grade_has_a_document"
            ),
            models.CheckConstraint(
                condition=Q(kind="RETURNED") | ~Q(statement=""), name="targets_self_assessment_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} grade of {self.unit_id} for {self.year}"

    @property
    def words(self) -> Words:
        """The grade in words."""
        return MARK_WORDS[self.mark]

    @property
    def scope(self) -> Scope:
        """Whose year it is, as a scope of permissions."""
        return Scope(unit=self.unit_id)
