"""What is saved under a name, with its question and without its numbers: tables, charts. Shared, revised and withdrawn alike.

A room keeps three models of its own: the thing, its versions, and that it was withdrawn. A version and a withdrawal name the
thing by a foreign key that is called as the thing is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

import pgtrigger
from django.conf import settings
from django.db import connection, models
from django.db.models import OuterRef, Q, QuerySet, Subquery

from bangfu.foundation.operations import Act, Refusal
from bangfu.foundation.operations.models import AppendOnly
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.organisation.queries import in_granted_units
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import Words, both
from bangfu.reporting.room import VIEW

LONGEST_NAME = 120
NAME_SENTENCES = {
    "name_too_long": both(
        "名称最多 {most} 个字。请写短一些。", "A name has {most} characters at most. Shorten it."
    )
}
Fields = Mapping[str, Sequence[str]]
"""A question: values by field of its address."""


class SavedThing(AppendOnly):
    """Something that somebody saved; what it asks, its versions say."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    """With whom it is shared when it is shared: whoever may see figures there."""

    class Meta(AppendOnly.Meta):
        abstract = True


class SavedVersion(AppendOnly):
    """What a thing asks and is called, from when it was saved until the next version."""

    number = models.IntegerField()
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160, blank=True)
    """Empty: called in English as in Chinese."""
    question = models.JSONField()
    """Values by field of its address, as ``Question.fields`` writes them."""
    is_shared = models.BooleanField()
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        abstract = True

    @property
    def name(self) -> Words:
        """What it is called."""
        return Words(self.name_zh, self.name_en or self.name_zh)


class SavedWithdrawal(AppendOnly):
    """That a thing is no longer offered; its versions stay."""

    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        abstract = True


def version_rules(room: str, thing: str, lock: int) -> list[pgtrigger.Trigger]:
    """Return a version's triggers: appended only, numbered without gaps, and none after a withdrawal.

    Args:
        lock: with the thing's key, under which versions and withdrawals follow each other.
    """
    rules = f"""
PERFORM pg_advisory_xact_lock({lock}, NEW.{thing}_id::integer);
IF EXISTS (SELECT 1 FROM public.{room}_withdrawal gone WHERE gone.{thing}_id = NEW.{thing}_id) THEN
    RAISE EXCEPTION 'a {thing} that was withdrawn is not revised' USING ERRCODE = 'check_violation';
END IF;
IF NEW.number <> 1 + (SELECT count(*) FROM public.{room}_version earlier WHERE earlier.{thing}_id = NEW.{thing}_id) THEN
    RAISE EXCEPTION 'versions of a {thing} follow each other' USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;
"""
    return [*AppendOnly.Meta.triggers, _before_insert("version_rules", rules)]


def withdrawal_rules(thing: str, lock: int) -> list[pgtrigger.Trigger]:
    """Return a withdrawal's triggers: appended only, and after the version that is being written."""
    rules = f"""
PERFORM pg_advisory_xact_lock({lock}, NEW.{thing}_id::integer);
RETURN NEW;
"""
    return [*AppendOnly.Meta.triggers, _before_insert("withdrawal_rules", rules)]


def _before_insert(name: str, rules: str) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=name, level=pgtrigger.Row, when=pgtrigger.Before, operation=pgtrigger.Insert, func=rules
    )


V = TypeVar("V", bound=SavedVersion)


@dataclass(frozen=True)
class Saved(Generic[V]):
    """A saved thing with all of its versions, newest first."""

    versions: tuple[V, ...]

    @property
    def newest(self) -> V:
        """The one that is shown."""
        return self.versions[0]


def versions_read_by(model: type[V], thing: str, account: Account, on: date) -> QuerySet[V]:
    """Return the newest version of each thing that was not withdrawn and is somebody's own, or shared where they see figures.

    The latest saved comes first.
    """
    every = model._default_manager
    newest = every.filter(**{thing: OuterRef(thing)}).order_by("-number").values("pk")[:1]
    found = every.filter(pk=Subquery(newest), **{f"{thing}__withdrawal__isnull": True})
    shared = Q(is_shared=True) & in_granted_units(account, VIEW, on, f"{thing}__unit_id")
    return (
        found.filter(Q(**{f"{thing}__owner": account}) | shared)
        .select_related(thing, f"{thing}__unit", f"{thing}__owner")
        .order_by("-saved_at", "-pk")
    )


def saved_thing(model: type[V], thing: str, key: int, account: Account, on: date) -> Saved[V] | None:
    """Return a thing that somebody may read; null when there is none, it was withdrawn, or it is another's own."""
    newest = versions_read_by(model, thing, account, on).filter(**{thing: key}).first()
    if newest is None:
        return None
    earlier = model._default_manager.filter(**{thing: key}, number__lt=newest.number).order_by("-number")
    return Saved((newest, *earlier))


def require_name(name_zh: str, name_en: str, *, unable: type[Refusal]) -> None:
    """Refuse a thing without a name, or with too long a one.

    Raises: ``name_missing``, ``name_too_long`` of the refusal that is given.
    """
    if not name_zh.strip():
        raise unable("name_missing")
    if max(len(name_zh.strip()), len(name_en.strip())) > LONGEST_NAME:
        raise unable("name_too_long", most=LONGEST_NAME)


def require_own(thing: SavedThing, lock: int, act: Act, *, unable: type[Refusal]) -> None:
    """Refuse to touch another's thing, or one that was withdrawn.

    Raises: ``not_yours``, ``withdrawn`` of the refusal that is given.
    Locks: the thing.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [lock, thing.pk])
    if thing.owner_id != act.actor.pk:
        raise unable("not_yours")
    if type(thing)._default_manager.filter(Q(withdrawal__isnull=False), pk=thing.pk).exists():
        raise unable("withdrawn")
