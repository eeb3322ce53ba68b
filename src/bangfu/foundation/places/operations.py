"""Writes of places: a place is renamed or recoded, or another place takes over from it."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from bangfu.foundation.operations import Act, Refusal, Scope, operation
from bangfu.foundation.places import codes, pinyin
from bangfu.foundation.places.models import Place, PlaceName, PlaceSuccession
from bangfu.foundation.rooms import both


class UnableToRenamePlace(Refusal):
    """Codes: ``ended``, ``unchanged``, ``not_a_code``, ``code_taken``, ``too_early``."""

    sentences = {
        "ended": both("{place}已于{on}撤销，不能再更名。", "{place} ended on {on} and cannot be renamed."),
        "unchanged": both(
            "名称和代码都与现在相同，没有可更改的。",
            "Name and code are what they are now; there is nothing to change.",
        ),
        "not_a_code": both(
            "「{written}」不是{place}这一级的区划代码，请核对位数。",
            "{written} is no code of the level of {place}; check its digits.",
        ),
        "code_taken": both("代码{written}正由{place}使用。", "The code {written} is in use by {place}."),
        "too_early": both(
            "现名自{on}起使用，更名日期须在其后。",
            "The present name is in force from {on}; choose a later day.",
        ),
    }


class UnableToSucceedPlace(Refusal):
    """Codes: ``ended``, ``not_a_code``, ``number_taken``, ``no_parent``, ``too_early``."""

    sentences = {
        "ended": both("{place}已于{on}撤销。", "{place} ended on {on} already."),
        "not_a_code": both(
            "「{written}」不是{place}这一级的区划代码，请核对位数。",
            "{written} is no code of the level of {place}; check its digits.",
        ),
        "number_taken": both(
            "编号{written}已属于{place}，编号永不再用。",
            "The number {written} is {place}; numbers are never reused.",
        ),
        "no_parent": both(
            "代码{written}的上级区划不存在，请先建立上级。",
            "What lies above {written} does not exist; enter it first.",
        ),
        "too_early": both(
            "{place}自{on}起存在，日期须在其后。", "{place} exists from {on}; choose a later day."
        ),
    }


def _whole_programme(**arguments: object) -> Scope:
    return Scope()


@operation("places.rename_place", scope=_whole_programme)
def rename_place(*, place: Place, name: str, code: str, on: date, source: str, act: Act) -> Place:
    """Give a place another name, code or both from a day on; its number stays, its past keeps its words.

    Raises: UnableToRenamePlace: see its codes; nothing was written.
    Locks: the place.
    """
    place = Place.objects.select_for_update().get(pk=place.pk)
    if place.ends_on is not None:
        raise UnableToRenamePlace("ended", place=place.name, on=place.ends_on)
    number = codes.id_from_code(code)
    if number is None or codes.level_of(number) != place.level:
        raise UnableToRenamePlace("not_a_code", written=code, place=place.name)
    present = PlaceName.objects.filter(place=place, ends_on__isnull=True).first()
    if (name, number) == (place.name, present.code if present else place.pk):
        raise UnableToRenamePlace("unchanged")
    bearer = _bearer_of(number)
    if bearer is not None and bearer.pk != place.pk:
        raise UnableToRenamePlace("code_taken", written=code, place=bearer.name)

    if present is None:
        present = PlaceName(
            place=place, name=place.name, code=place.pk, starts_on=place.starts_on, source=source
        )
    if present.starts_on is not None and on <= present.starts_on:
        raise UnableToRenamePlace("too_early", on=present.starts_on)
    present.ends_on = on
    present.save()
    PlaceName.objects.create(place=place, name=name, code=number, starts_on=on, source=source)
    place.name = name
    place.pinyin, place.initials = pinyin.keys_of(name)
    place.save(update_fields=["name", "pinyin", "initials"])
    return place


@operation("places.succeed_place", scope=_whole_programme)
def succeed_place(*, predecessor: Place, code: str, name: str, on: date, source: str, act: Act) -> Place:
    """End a place and let a new one take over from it on that day, under the parent that the new code says.

    What lies in the predecessor stays as it is until it is succeeded itself.

    Raises: UnableToSucceedPlace: see its codes; nothing was written.
    Locks: the predecessor.
    """
    predecessor = Place.objects.select_for_update().get(pk=predecessor.pk)
    if predecessor.ends_on is not None:
        raise UnableToSucceedPlace("ended", place=predecessor.name, on=predecessor.ends_on)
    if predecessor.starts_on is not None and on <= predecessor.starts_on:
        raise UnableToSucceedPlace("too_early", place=predecessor.name, on=predecessor.starts_on)
    number = codes.id_from_code(code)
    if number is None or codes.level_of(number) != predecessor.level:
        raise UnableToSucceedPlace("not_a_code", written=code, place=predecessor.name)
    taken = Place.objects.filter(pk=number).first() or _bearer_of(number)
    if taken is not None:
        raise UnableToSucceedPlace("number_taken", written=code, place=taken.name)
    parent = codes.parent_id(number)
    if parent is not None and not Place.objects.filter(pk=parent, ends_on__isnull=True).exists():
        raise UnableToSucceedPlace("no_parent", written=code)

    read, initials = pinyin.keys_of(name)
    successor = Place.objects.create(
        pk=number,
        level=predecessor.level,
        through_level=predecessor.through_level,
        name=name,
        parent_id=parent,
        pinyin=read,
        initials=initials,
        starts_on=on,
    )
    predecessor.ends_on = on
    predecessor.save(update_fields=["ends_on"])
    open_name = PlaceName.objects.filter(place=predecessor, ends_on__isnull=True).first()
    if open_name is not None:
        open_name.ends_on = on
        open_name.save(update_fields=["ends_on"])
    PlaceSuccession.objects.create(
        predecessor=predecessor, successor=successor, succeeded_on=on, source=source
    )
    return successor


def _bearer_of(number: int) -> Place | None:
    """Return the place that bears a code now: by a dated version, else by its own number if it never changed."""
    version = PlaceName.objects.filter(code=number, ends_on__isnull=True).select_related("place").first()
    if version is not None:
        return version.place
    return Place.objects.filter(Q(pk=number), ~Q(names__isnull=False), ends_on__isnull=True).first()
