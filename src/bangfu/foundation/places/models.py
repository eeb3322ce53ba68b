"""Places, their dated names and codes, which succeeded which, special areas, and the editions that were loaded."""

from typing import ClassVar

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Now

from bangfu.foundation.places.codes import HIGHEST, LOWEST
from bangfu.foundation.places.positions.models import PlacePosition
from bangfu.foundation.places.ranges import DateRange, NumberRange
from bangfu.foundation.places.triggers import never_deleted, only_superseded
from bangfu.foundation.rooms import both

__all__ = [
    "AREA_KIND_WORDS",
    "Area",
    "AreaMembership",
    "Denominator",
    "Place",
    "PlaceEdition",
    "PlaceName",
    "PlacePosition",
    "PlaceSuccession",
]

LOWEST_ID, HIGHEST_ID = LOWEST, HIGHEST - 1
_COUNTS = Q(superseded_at__isnull=True)


class Place(models.Model):
    """An administrative division; its number, level and parent never change and it is never deleted."""

    id = models.BigIntegerField(primary_key=True)
    """The twelve-digit statistical code under which the place entered."""
    level = models.PositiveSmallIntegerField()
    """1 province, 2 prefecture, 3 county, 4 town, 5 village."""
    through_level = models.PositiveSmallIntegerField()
    """The lowest level it also stands for: 3 for a prefecture-level city without counties, else its level."""
    name = models.CharField(max_length=40)
    """The present name; its dated versions are ``PlaceName`` rows where it ever changed."""
    parent = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="children", db_index=False
    )
    pinyin = models.CharField(max_length=200)
    initials = models.CharField(max_length=40)
    starts_on = models.DateField(null=True)
    """Null: before our records begin."""
    ends_on = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="places_number_in_range", condition=Q(id__gte=LOWEST_ID) & Q(id__lte=HIGHEST_ID)
            ),
            models.CheckConstraint(
                name="places_level_is_in_number",
                condition=Q(
                    level=Func(F("id"), function="places_level", output_field=models.SmallIntegerField())
                ),
            ),
            models.CheckConstraint(
                name="places_parent_is_in_number",
                condition=Q(level=1, parent__isnull=True)
                | Q(
                    level__gt=1,
                    parent__isnull=False,
                    parent=Func(F("id"), function="places_parent", output_field=models.BigIntegerField()),
                ),
            ),
            models.CheckConstraint(
                name="places_stands_for_lower_levels",
                condition=Q(through_level__gte=F("level")) & Q(through_level__lte=5),
            ),
            models.CheckConstraint(
                name="places_ends_after_start",
                condition=Q(starts_on__isnull=True) | Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on")),
            ),
            models.CheckConstraint(name="places_has_a_name", condition=~Q(name="")),
        ]
        indexes: ClassVar = [
            models.Index(F("id"), name="places_upper", condition=Q(level__lte=3)),
            models.Index(OpClass("name", "text_pattern_ops"), name="places_town_name", condition=Q(level=4)),
            models.Index(
                OpClass("name", "text_pattern_ops"), name="places_village_name", condition=Q(level=5)
            ),
            models.Index(
                OpClass("pinyin", "text_pattern_ops"), name="places_town_pinyin", condition=Q(level=4)
            ),
            models.Index(
                OpClass("initials", "text_pattern_ops"), name="places_town_initials", condition=Q(level=4)
            ),
        ]
        triggers: ClassVar = [
            never_deleted(),
            pgtrigger.Trigger(
                name="number_is_for_ever",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__id__df=pgtrigger.F("new__id"))
                | pgtrigger.Q(old__level__df=pgtrigger.F("new__level"))
                | pgtrigger.Q(old__parent__df=pgtrigger.F("new__parent")),
                func="RAISE EXCEPTION 'a place''s number is for ever' USING ERRCODE = 'restrict_violation';",
            ),
            pgtrigger.Trigger(
                name="name_has_a_version",
                level=pgtrigger.Row,
                when=pgtrigger.After,
                operation=pgtrigger.Update,
                timing=pgtrigger.Deferred,
                condition=pgtrigger.Q(old__name__df=pgtrigger.F("new__name")),
                func="""
                IF NOT EXISTS (
                    SELECT FROM places_placename v, places_place p
                    WHERE p.id = NEW.id AND v.place_id = p.id AND v.name = p.name
                    AND v.ends_on IS NOT DISTINCT FROM p.ends_on
                ) THEN
                    RAISE EXCEPTION 'place % has no dated version of its name', NEW.id
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NULL;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PlaceName(models.Model):
    """A period in which a place bore a name and a code.

    A place whose name and code never changed in our records has no rows here: it bears its present name and
    the code in its number. A place with rows has all of them; the last bears its present name and ends when
    the place does.
    """

    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="names")
    name = models.CharField(max_length=40)
    code = models.BigIntegerField()
    """Twelve digits, like the number of a place."""
    starts_on = models.DateField(null=True)
    """Null: since before our records begin."""
    ends_on = models.DateField(null=True)
    source = models.CharField(max_length=200)
    """Where the dates come from, and how exact they are."""

    class Meta:
        constraints: ClassVar = [
            ExclusionConstraint(
                name="places_one_name_at_a_time",
                expressions=[
                    (NumberRange("place_id"), RangeOperators.OVERLAPS),
                    (DateRange("starts_on", "ends_on"), RangeOperators.OVERLAPS),
                ],
            ),
            ExclusionConstraint(
                name="places_one_place_a_code_at_a_time",
                expressions=[
                    (NumberRange("code"), RangeOperators.OVERLAPS),
                    (DateRange("starts_on", "ends_on"), RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                name="places_code_in_range", condition=Q(code__gte=LOWEST_ID) & Q(code__lte=HIGHEST_ID)
            ),
            models.CheckConstraint(
                name="places_name_period_not_empty",
                condition=Q(starts_on__isnull=True) | Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on")),
            ),
            models.CheckConstraint(name="places_version_has_a_name", condition=~Q(name="") & ~Q(source="")),
        ]
        triggers: ClassVar = [
            never_deleted(),
            pgtrigger.Trigger(
                name="last_version_is_present_name",
                level=pgtrigger.Row,
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update,
                timing=pgtrigger.Deferred,
                func="""
                IF NOT EXISTS (
                    SELECT FROM places_placename v, places_place p
                    WHERE p.id = NEW.place_id AND v.place_id = p.id AND v.name = p.name
                    AND v.ends_on IS NOT DISTINCT FROM p.ends_on
                ) THEN
                    RAISE EXCEPTION 'the last version of place % is not its name', NEW.place_id
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NULL;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PlaceSuccession(models.Model):
    """A place that took over from another which ended: moved under another parent, merged or divided."""

    predecessor = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="successions")
    successor = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="origins")
    succeeded_on = models.DateField()
    source = models.CharField(max_length=200)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["predecessor", "successor"], name="places_one_succession_a_pair"),
            models.CheckConstraint(
                name="places_succeeds_another",
                condition=~Q(predecessor=F("successor")) & ~Q(source=Value("")),
            ),
        ]
        triggers: ClassVar = [never_deleted()]

    def __str__(self) -> str:
        return f"{self.predecessor_id} → {self.successor_id}"


class Area(models.Model):
    """A special area: places that a list or a policy names together, each over a period of its own."""

    class Kind(models.TextChoices):
        REGION = "REGION", "contiguous poor area"
        LIST = "LIST", "national list"
        PROVINCIAL = "PROVINCIAL", "provincial or city list"
        DESIGNATED = "DESIGNATED", "the house's own designated counties"

    code = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    title_zh = models.CharField(max_length=60)
    title_en = models.CharField(max_length=80)
    source = models.CharField(max_length=300)
    """Where the list comes from, and how exact its dates are."""
    is_carried = models.BooleanField(default=False)
    """Whether it comes with the product; then no office changes it."""

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="places_area_has_words",
                condition=~Q(title_zh="") & ~Q(title_en="") & ~Q(source=""),
            ),
            models.CheckConstraint(
                name="places_area_code_form", condition=Q(code__regex=r"^[a-z0-9]+(-[a-z0-9]+)*$")
            ),
        ]
        triggers: ClassVar = [never_deleted()]

    def __str__(self) -> str:
        return self.code

    @property
    def title(self) -> str:
        """The area's title in the active language."""
        return str(both(self.title_zh, self.title_en))

    @property
    def kind_words(self) -> str:
        """What kind of area it is, in the active language."""
        return str(AREA_KIND_WORDS[self.kind])


AREA_KIND_WORDS = {
    Area.Kind.REGION.value: both("集中连片特困地区", "Contiguous poor area"),
    Area.Kind.LIST.value: both("国家名单", "National list"),
    Area.Kind.PROVINCIAL.value: both("省、市名单", "Provincial or city list"),
    Area.Kind.DESIGNATED.value: both("定点帮扶县", "Designated counties"),
}


class AreaMembership(models.Model):
    """A place belongs to an area over a period; what proves wrong is superseded by another row, never changed."""

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="memberships")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="memberships")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    listed_as = models.CharField(max_length=80)
    """The name in the list, as it was published; several where the place stands for several entries."""
    entries = models.PositiveSmallIntegerField(default=1)
    """How many entries of the list the place stands for."""
    source = models.CharField(max_length=300)
    recorded_at = models.DateTimeField(db_default=Now())
    superseded_at = models.DateTimeField(null=True)
    """When another row took its place, or none did; null: it counts."""

    class Meta:
        constraints: ClassVar = [
            ExclusionConstraint(
                name="places_one_membership_at_a_time",
                expressions=[
                    (NumberRange("area_id"), RangeOperators.OVERLAPS),
                    (NumberRange("place_id"), RangeOperators.OVERLAPS),
                    (DateRange("starts_on", "ends_on"), RangeOperators.OVERLAPS),
                ],
                condition=_COUNTS,
            ),
            models.CheckConstraint(
                name="places_membership_period_not_empty",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on")),
            ),
            models.CheckConstraint(
                name="places_membership_has_a_source",
                condition=~Q(source="") & ~Q(listed_as="") & Q(entries__gte=1),
            ),
        ]
        triggers: ClassVar = [
            never_deleted(),
            pgtrigger.Trigger(
                name="only_superseded",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func="""
                IF OLD.superseded_at IS NOT NULL OR NEW.superseded_at IS NULL
                   OR (NEW.id, NEW.area_id, NEW.place_id, NEW.starts_on, NEW.ends_on, NEW.listed_as, NEW.entries,
                       NEW.source, NEW.recorded_at)
                   IS DISTINCT FROM (OLD.id, OLD.area_id, OLD.place_id, OLD.starts_on, OLD.ends_on, OLD.listed_as,
                       OLD.entries, OLD.source, OLD.recorded_at) THEN
                    RAISE EXCEPTION 'a membership is superseded, never changed' USING ERRCODE = 'restrict_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area_id} {self.place_id}"


class PlaceEdition(models.Model):
    """An edition of the list of divisions that was loaded, whole or the selection that tests use."""

    digest = models.CharField(max_length=64)
    """SHA-256 of the files that were read."""
    whole = models.BooleanField()
    source = models.CharField(max_length=200)
    divisions = models.PositiveIntegerField()
    """Rows of the list; a place that stands for lower levels is several rows there."""
    places = models.PositiveIntegerField()
    loaded_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["digest", "whole"], name="places_edition_loaded_once"),
        ]

    def __str__(self) -> str:
        return self.source


class Denominator(models.Model):
    """How many people or households a place had in a year, by a document; what proves wrong is superseded, never changed."""

    register = models.CharField(max_length=40)
    """A key of ``registers.REGISTERS``."""
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="denominators")
    year = models.PositiveSmallIntegerField()
    value = models.BigIntegerField()
    source = models.CharField(max_length=300)
    recorded_at = models.DateTimeField(db_default=Now())
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                F("register"), F("place"), F("year"), name="places_one_denominator_a_year", condition=_COUNTS
            ),
            models.CheckConstraint(
                name="places_denominator_is_something",
                condition=Q(value__gt=0, year__gte=1949, year__lte=2199) & ~Q(source="") & ~Q(register=""),
            ),
        ]
        triggers: ClassVar = [
            never_deleted(),
            only_superseded("a denominator"),
        ]

    def __str__(self) -> str:
        return f"{self.register} of {self.place_id} in {self.year}"
