"""Units, lines, posts and grants; every relation has a half-open period."""

from __future__ import annotations

from typing import ClassVar

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q, Value

from bangfu.foundation.operations import Scope
from bangfu.foundation.operations.models import RefuseLoss
from bangfu.foundation.operations.periods import (
    _Days as _Days,  # the first migration knows the constraint's parts by this address
)
from bangfu.foundation.operations.periods import (
    _KeyRange as _KeyRange,
)
from bangfu.foundation.operations.periods import one_at_a_time, period_is_forward
from bangfu.foundation.rooms import both

DUTIES_APART = ("administrator", "security_administrator", "auditor")
"""三员: who runs, who grants and who reads the logs; no account holds two of these roles on the same day."""


class KeepDutiesApart(pgtrigger.Trigger):
    """Refuses a grant that would give one account two of the three duties on the same day.

    The account's row is locked first, so that two grants at once are seen one after the other.
    """

    level = pgtrigger.Row
    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update
    condition = pgtrigger.Q(new__role__in=DUTIES_APART)
    func = """
    PERFORM 1 FROM people_account WHERE id = NEW.account_id FOR UPDATE;
    IF EXISTS (
        SELECT 1 FROM organisation_rolegrant AS held
        WHERE held.account_id = NEW.account_id AND held.id <> NEW.id AND held.role <> NEW.role
        AND held.role IN ('administrator', 'security_administrator', 'auditor')
        AND daterange(held.starts_on, held.ends_on) && daterange(NEW.starts_on, NEW.ends_on)
    ) THEN
        RAISE EXCEPTION 'one account may not hold two of the three duties'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'organisation_duties_apart';
    END IF;
    RETURN NEW;
    """


KEPT = [RefuseLoss(name="stays"), RefuseLoss(name="keeps_its_key", operation=pgtrigger.UpdateOf("id"))]


_LAST_VERSION_IS_PRESENT = """
IF NOT EXISTS (
    SELECT FROM organisation_unitversion v JOIN organisation_unit u ON u.id = v.unit_id
    WHERE u.id = <unit> AND v.ends_on IS NULL
    AND (v.name_zh, v.name_en, v.parent_id) IS NOT DISTINCT FROM (u.name_zh, u.name_en, u.parent_id)
) THEN
    RAISE EXCEPTION 'the last version of unit % is not what it is now', <unit> USING ERRCODE = 'check_violation';
END IF;
RETURN NULL;
"""


@pghistory.track()
class Unit(models.Model):
    """One organisation unit: the group, a provincial branch, a company, an office."""

    class Kind(models.TextChoices):
        GROUP = "GROUP", "group"
        PROVINCE = "PROVINCE", "provincial branch"
        PREFECTURE = "PREFECTURE", "city company"
        COUNTY = "COUNTY", "county company"
        OFFICE = "OFFICE", "office"
        AUDIT = "AUDIT", "audit"
        SUPPORTED = "SUPPORTED", "an assisted county's own office"

    code = models.CharField(max_length=40, unique=True)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    place = models.ForeignKey("places.Place", null=True, on_delete=models.PROTECT, related_name="+")
    path = models.CharField(max_length=200, unique=True)
    """Keys from the root to this unit, each followed by a dot: a subtree is a prefix."""
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            period_is_forward("organisation_unit_period"),
            models.UniqueConstraint(Value(1), condition=Q(parent__isnull=True), name="organisation_one_root"),
            models.CheckConstraint(condition=Q(path__endswith="."), name="organisation_unit_path_form"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["path"], name="organisation_unit_prefix", opclasses=["varchar_pattern_ops"]),
        ]
        triggers: ClassVar = [
            *KEPT,
            pgtrigger.Trigger(
                name="path_follows_parents",
                level=pgtrigger.Row,
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("path", "parent_id"),
                timing=pgtrigger.Deferred,
                func="""
                IF EXISTS (
                    SELECT FROM organisation_unit u LEFT JOIN organisation_unit p ON p.id = u.parent_id
                    WHERE (u.id = NEW.id OR u.parent_id = NEW.id)
                    AND u.path <> coalesce(p.path, '') || u.id || '.'
                ) THEN
                    RAISE EXCEPTION 'the path of unit % does not follow its parents', NEW.id
                        USING ERRCODE = 'check_violation';
                END IF;
                RETURN NULL;
                """,
            ),
            pgtrigger.Trigger(
                name="change_has_a_version",
                level=pgtrigger.Row,
                when=pgtrigger.After,
                operation=pgtrigger.UpdateOf("name_zh", "name_en", "parent_id"),
                timing=pgtrigger.Deferred,
                condition=pgtrigger.Q(old__name_zh__df=pgtrigger.F("new__name_zh"))
                | pgtrigger.Q(old__name_en__df=pgtrigger.F("new__name_en"))
                | pgtrigger.Q(old__parent__df=pgtrigger.F("new__parent")),
                func=_LAST_VERSION_IS_PRESENT.replace("<unit>", "NEW.id"),
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def scope(self) -> Scope:
        """The unit as a scope of permissions."""
        return Scope(unit=self.pk, place=self.place_id)

    @property
    def name(self) -> str:
        """The unit's name in the active language."""
        return str(both(self.name_zh, self.name_en))

    @property
    def kind_words(self) -> str:
        """What kind of unit it is, in the active language."""
        return str(KIND_WORDS[self.kind])


KIND_WORDS = {
    Unit.Kind.GROUP.value: both("集团", "Group"),
    Unit.Kind.PROVINCE.value: both("省级分公司", "Provincial branch"),
    Unit.Kind.PREFECTURE.value: both("地市公司", "City company"),
    Unit.Kind.COUNTY.value: both("县公司", "County company"),
    Unit.Kind.OFFICE.value: both("部门、办公室", "Office"),
    Unit.Kind.AUDIT.value: both("审计", "Audit"),
    Unit.Kind.SUPPORTED.value: both("受帮扶县办公室", "Office of an assisted county"),
}


@pghistory.track()
class UnitVersion(models.Model):
    """A period in which a unit bore a name and stood below a parent.

    A unit that never changed has no rows: it bears its name and has its parent since it opened. A unit with rows has
    all of them; the last is open and says what the unit is now.
    """

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="versions")
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160)
    parent = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            period_is_forward("organisation_version_period"),
            one_at_a_time("organisation_one_version_a_day", "unit_id"),
        ]
        triggers: ClassVar = [
            *KEPT,
            pgtrigger.Trigger(
                name="last_version_is_present",
                level=pgtrigger.Row,
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update,
                timing=pgtrigger.Deferred,
                func=_LAST_VERSION_IS_PRESENT.replace("<unit>", "NEW.unit_id"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.name_zh}"

    @property
    def name(self) -> str:
        """The name of that period in the active language."""
        return str(both(self.name_zh, self.name_en))


@pghistory.track()
class Line(models.Model):
    """A professional line 专业线: a headquarters department that runs a subject through all provinces."""

    id = models.SmallIntegerField(primary_key=True)
    code = models.CharField(max_length=40, unique=True)
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=80)
    starts_on = models.DateField(null=True)
    """Null: since the house was founded."""
    ends_on = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True) | Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on")),
                name="organisation_line_period",
            ),
        ]
        triggers: ClassVar = KEPT

    def __str__(self) -> str:
        return self.code

    @property
    def name(self) -> str:
        """The line's name in the active language."""
        return str(both(self.name_zh, self.name_en))


class Post(models.Model):
    """A post in a unit, whoever holds it."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="posts")
    title_zh = models.CharField(max_length=80)
    title_en = models.CharField(max_length=120)
    line = models.ForeignKey(Line, null=True, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.unit} {self.title_en}"

    @property
    def title(self) -> str:
        """The post's title in the active language."""
        return str(both(self.title_zh, self.title_en))


@pghistory.track()
class Holding(models.Model):
    """An account holds a post over a period."""

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="holdings")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="holdings")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            period_is_forward("organisation_holding_period"),
            one_at_a_time("organisation_one_holder_a_post", "post_id"),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.post}"


@pghistory.track()
class RoleGrant(models.Model):
    """An account has a role over a unit's subtree, a line and a place's subtree; null means all of them."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(max_length=40)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    line = models.ForeignKey(Line, null=True, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey("places.Place", null=True, on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [period_is_forward("organisation_grant_period")]
        indexes: ClassVar = [models.Index(fields=["account", "role"])]
        triggers: ClassVar = [KeepDutiesApart(name="keep_duties_apart")]

    def __str__(self) -> str:
        return f"{self.account} {self.role} {self.unit}"
