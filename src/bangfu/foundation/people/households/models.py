"""Households, what they are registered as, and who belongs to them."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from bangfu.foundation.operations import Scope
from bangfu.foundation.operations.models import RefuseLoss
from bangfu.foundation.operations.periods import _Days, one_at_a_time, period_is_forward
from bangfu.foundation.rooms import Words, both


class _PersonRange(Func):
    """``people_person_range(person, person, '[]')``: a range type of ours, since GiST alone does not compare UUIDs."""

    function = "PEOPLE_PERSON_RANGE"
    template = "%(function)s(%(expressions)s, '[]')"


@pghistory.track()
class Household(models.Model):
    """People who live together, under the number that the county's register gives them."""

    number = models.CharField(max_length=40, unique=True)
    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="+")
    """The village, or what is known of it."""
    unit = models.ForeignKey("organisation.Unit", on_delete=models.PROTECT, related_name="+")
    """Who keeps the household's file."""
    registered_at = models.DateTimeField()
    registered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        app_label = "people"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(number__regex=r"^[0-9A-Za-z][0-9A-Za-z-]*$"), name="people_household_number_form"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["number"], name="people_household_prefix", opclasses=["varchar_pattern_ops"]
            ),
            models.Index(fields=["place", "number"], name="people_household_by_place"),
        ]
        triggers: ClassVar = [RefuseLoss(name="stays")]

    def __str__(self) -> str:
        return self.number

    @property
    def scope(self) -> Scope:
        """Where permissions for the household are asked."""
        return Scope(unit=self.unit_id, place=self.place_id)


class Kind(models.TextChoices):
    """户类型: what the household is in the register of the poor."""

    ORDINARY = "ORDINARY", "ordinary"
    REGISTERED_POOR = "REGISTERED_POOR", "registered poor"
    FORMER_POOR = "FORMER_POOR", "former poor"


class Monitored(models.TextChoices):
    """监测对象: which of the three kinds of monitored household, empty for none."""

    NONE = "", "not monitored"
    UNSTABLE = "UNSTABLE", "unstable"
    MARGINAL = "MARGINAL", "marginal"
    SHOCK = "SHOCK", "shock"


KIND_WORDS: dict[str, Words] = {
    Kind.ORDINARY: both("一般农户", "Ordinary household"),
    Kind.REGISTERED_POOR: both("建档立卡贫困户", "Registered poor household"),
    Kind.FORMER_POOR: both("脱贫户", "Former poor household"),
}
MONITORED_WORDS: dict[str, Words] = {
    Monitored.NONE: both("非监测对象", "Not monitored"),
    Monitored.UNSTABLE: both("脱贫不稳定户", "Unstable after exit"),
    Monitored.MARGINAL: both("边缘易致贫户", "Marginal, at risk"),
    Monitored.SHOCK: both("突发严重困难户", "In sudden hardship"),
}


@pghistory.track()
class Standing(models.Model):
    """What a household is registered and monitored as over a period."""

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="standings")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    monitored = models.CharField(max_length=20, choices=Monitored.choices, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

    class Meta:
        app_label = "people"
        constraints: ClassVar = [
            period_is_forward("people_standing_period"),
            one_at_a_time("people_one_standing_a_household", "household_id"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="people_kind_is_known"),
            models.CheckConstraint(
                condition=Q(monitored__in=["", Monitored.SHOCK])
                | Q(monitored=Monitored.UNSTABLE, kind=Kind.FORMER_POOR)
                | Q(monitored=Monitored.MARGINAL, kind=Kind.ORDINARY),
                name="people_monitored_kind_fits",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.household} {self.kind} {self.monitored}"


class Relation(models.TextChoices):
    """与户主关系: what a member is to the head."""

    HEAD = "HEAD", "head"
    SPOUSE = "SPOUSE", "spouse"
    CHILD = "CHILD", "child"
    CHILD_IN_LAW = "CHILD_IN_LAW", "child's spouse"
    GRANDCHILD = "GRANDCHILD", "grandchild"
    PARENT = "PARENT", "parent"
    GRANDPARENT = "GRANDPARENT", "grandparent"
    SIBLING = "SIBLING", "sibling"
    OTHER = "OTHER", "other"


RELATION_WORDS: dict[str, Words] = {
    Relation.HEAD: both("户主", "Head"),
    Relation.SPOUSE: both("配偶", "Spouse"),
    Relation.CHILD: both("子女", "Child"),
    Relation.CHILD_IN_LAW: both("儿媳、女婿", "Child's spouse"),
    Relation.GRANDCHILD: both("孙辈", "Grandchild"),
    Relation.PARENT: both("父母", "Parent"),
    Relation.GRANDPARENT: both("祖父母", "Grandparent"),
    Relation.SIBLING: both("兄弟姐妹", "Sibling"),
    Relation.OTHER: both("其他", "Other"),
}


@pghistory.track()
class Membership(models.Model):
    """A person belongs to a household over a period."""

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="memberships")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="memberships")
    relation = models.CharField(max_length=20, choices=Relation.choices)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

    class Meta:
        app_label = "people"
        constraints: ClassVar = [
            period_is_forward("people_membership_period"),
            models.CheckConstraint(
                condition=Q(relation__in=Relation.values), name="people_relation_is_known"
            ),
            one_at_a_time("people_one_head_a_household", "household_id", condition=Q(relation=Relation.HEAD)),
            ExclusionConstraint(
                name="people_one_household_a_person",
                expressions=[
                    (_PersonRange(F("person_id"), F("person_id")), RangeOperators.OVERLAPS),
                    (_Days(F("starts_on"), F("ends_on")), RangeOperators.OVERLAPS),
                ],
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["household", "starts_on"])]

    def __str__(self) -> str:
        return f"{self.relation} of {self.household}"
