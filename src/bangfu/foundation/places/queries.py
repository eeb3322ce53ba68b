"""What others may read of places."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl
from django.db.models import Case, Q, QuerySet, When

from bangfu.foundation.operations.once import once_a_request
from bangfu.foundation.places import codes, naming, searching, villages
from bangfu.foundation.places.codes import ancestor_id, code_text, level_of, parent_id, subtree_range
from bangfu.foundation.places.gazetteer import gazetteer, upper_places
from bangfu.foundation.places.loading import POOR_COUNTIES
from bangfu.foundation.places.matching import is_part_of_addresses
from bangfu.foundation.places.models import Area, AreaMembership, Denominator, Place, PlaceName
from bangfu.foundation.places.registers import Registered
from bangfu.foundation.places.shapes import (
    CountyOutline,
    ProvinceMap,
    county_point,
    county_shape_paths,
    province_map,
)

__all__ = [
    "CountyOutline",
    "FoundPlace",
    "ProvinceMap",
    "ancestor_id",
    "area",
    "areas",
    "areas_of",
    "children",
    "code_on",
    "code_text",
    "county_point",
    "county_shape_paths",
    "level_of",
    "match_counties_and_villages",
    "match_places",
    "members_of",
    "memberships",
    "memberships_of",
    "named_in_labels",
    "named_places",
    "names_of",
    "national_poor_counties",
    "parent_id",
    "place_for_code",
    "place_label",
    "place_labels",
    "places_at",
    "province_map",
    "search",
    "subtree_range",
]


@dataclass(frozen=True)
class FoundPlace:
    """A place that a search found."""

    place_id: int
    level: int
    name: str
    label: str
    """With what lies above it: ``贵州省黔西南布依族苗族自治州册亨县``."""
    code: str
    former_name: str | None
    """The name it was found by, when it bears another now."""


def search(
    text: str, *, levels: Collection[int] | None = None, within: int | None = None, limit: int = 20
) -> list[FoundPlace]:
    """Return the places that a text names, best first.

    The text is a name with or without its suffix (``册亨``), the beginning of a code (``5223``), full pinyin
    or initials (``cehengxian``, ``chx``); several words narrow down (``册亨 冗渡``). Former names of counties
    are found too.

    Args:
        levels: 1 to 5; null is all of them.
        within: only this place and what lies in it. Pinyin of villages is searched only inside a prefecture.
    """
    hits = searching.find(text, levels=levels, within=within, limit=limit)
    labels = place_labels([hit.place_id for hit in hits])
    return [
        FoundPlace(
            place_id=hit.place_id,
            level=hit.level,
            name=hit.name,
            label=labels[hit.place_id],
            code=code_text(hit.place_id),
            former_name=hit.former_name,
        )
        for hit in hits
    ]


def match_places(
    texts: pl.Series | pl.DataFrame, *, level: int = codes.COUNTY, province_id: int | None = None
) -> pl.DataFrame:
    """Return what each written name or code means: (text, place_id, code, choices), in the same order.

    ``code`` is ``ok``, ``unknown`` (choices are the nearest names), ``ambiguous`` (choices are its meanings).
    Texts are names with or without suffix, after their province or prefecture or not, or codes of any length,
    in full-width digits and with spaces too; former names and codes of counties are known.

    Args:
        texts: a series, or a frame with ``text`` and, to narrow each row, ``province_id``.
        level: 1 to 3. A prefecture-level city without counties is found at level 3 as well.
        province_id: narrows every row.

    Raises: ValueError: the level is not one of provinces, prefectures or counties.
    """
    if level not in (codes.PROVINCE, codes.PREFECTURE, codes.COUNTY):
        raise ValueError("places are matched down to the county; search towns and villages with search()")
    frame = texts if isinstance(texts, pl.DataFrame) else texts.rename("text").to_frame()
    if province_id is not None:
        frame = frame.with_columns(province_id=pl.lit(province_id, dtype=pl.Int64))
    return gazetteer().match(frame, level)


def match_counties_and_villages(texts: pl.Series, *, province_id: int | None = None) -> pl.DataFrame:
    """Return which county or village each written name or code means: (text, place_id, code, choices), in order.

    A village is its code of twelve digits, or its name after that of its county, with its town or without. What names a
    county alone is the county, as in ``match_places``.

    Args:
        province_id: narrows every row.
    """
    frame = texts.rename("text").to_frame()
    return villages.match(frame.with_columns(province_id=pl.lit(province_id, dtype=pl.Int64)))


def named_places() -> dict[str, tuple[int, ...]]:
    """Return the provinces, prefectures and counties that running text may mean by a name.

    Names are full, and without 省, 县 and the like where that leaves two characters or more; those of provinces and counties in
    pinyin as well (``Ceheng``). A name of more than a few places is left out, and so are short names that are common words.
    """
    return naming.names_in_texts(upper_places())


@once_a_request
def place_for_code(code: str) -> Place:
    """Return the place that bears a code, or bore it when no place bears it now.

    Raises: Place.DoesNotExist: no place ever did, in our records.
    """
    number = codes.id_from_code(code.strip())
    if number is None:
        raise Place.DoesNotExist(f"{code!r} is no code of a place")
    named = PlaceName.objects.filter(Q(code=number) | Q(place_id=number)).select_related("place")
    versions = list(named.order_by("-ends_on"))
    bearer = next((one for one in versions if one.code == number and one.ends_on is None), None)
    if bearer is not None:
        return bearer.place
    recoded = any(one.place_id == number and one.ends_on is None for one in versions)
    place = None if recoded else Place.objects.filter(pk=number).first()
    if place is not None:
        return place
    former = next((one for one in versions if one.code == number), None)
    if former is None:
        raise Place.DoesNotExist(f"no place bears or bore the code {code}")
    return former.place


def place_label(place_id: int, *, short: bool = False, on: date | None = None) -> str:
    """Return a place's name after those of the places above it, ``贵州省黔西南布依族苗族自治州册亨县``.

    Args:
        short: only its own name.
        on: the names in force on that day; null is today's.

    Raises: Place.DoesNotExist: there is no such place.
    """
    labels = place_labels([place_id], short=short, on=on)
    if place_id not in labels:
        raise Place.DoesNotExist(f"there is no place {place_id}")
    return labels[place_id]


def named_in_labels(place_ids: Iterable[int], *, short: bool = False) -> frozenset[int]:
    """Return the places whose names may stand in the labels of places."""
    return frozenset(
        member for place_id in place_ids for member in ([place_id] if short else _chain(place_id))
    )


def place_labels(
    place_ids: Iterable[int],
    *,
    short: bool = False,
    on: date | None = None,
    names: Mapping[int, str] | None = None,
) -> dict[int, str]:  # label by place; a number that is no place is absent
    """Return the labels of many places with at most two queries.

    Args:
        names: what places are called, whatever the day, by number; those without one bear their present name.
    """
    present = gazetteer().names
    wanted = set(place_ids)
    chains = {place_id: [place_id] if short else _chain(place_id) for place_id in wanted}
    members = {member for chain in chains.values() for member in chain}
    lower = {member for member in members if member not in present}
    known = {member: present[member] for member in members if member in present}
    if lower:
        known.update(Place.objects.filter(pk__in=lower).values_list("id", "name"))
    if names is not None:
        known.update({member: name for member, name in names.items() if member in members})
    elif on is not None:
        known.update(_names_on(on, frozenset(members)))
    return {
        place_id: "".join(
            known[member]
            for member in chain
            if member == place_id or (member in known and _said_in_labels(member, known[member]))
        )
        for place_id, chain in chains.items()
        if place_id in known
    }


@once_a_request
def _names_on(on: date, places: frozenset[int]) -> dict[int, str]:  # by place; absent = none of its own
    """Return what places were called on a day, as far as our records say so."""
    return dict(_versions(on).filter(place_id__in=places).values_list("place_id", "name"))


def code_on(place_id: int, on: date | None = None) -> str:
    """Return the code that a place bears on a day, null being today, as offices write it."""
    version = _versions(on).filter(place_id=place_id).first()
    return code_text(version.code if version is not None else place_id)


def names_of(place_id: int) -> QuerySet[PlaceName]:
    """Return the dated names of a place, oldest first; none when it never changed in our records."""
    return PlaceName.objects.filter(place_id=place_id).order_by("id")


def names_of_many(places: Iterable[int]) -> list[PlaceName]:
    """Return the dated names of several places, oldest first."""
    return list(PlaceName.objects.filter(place_id__in=set(places)).order_by("id"))


def children(place_id: int | None) -> QuerySet[Place]:
    """Return the places in force directly below a place, provinces for null."""
    if place_id is None:
        return Place.objects.filter(level=codes.PROVINCE, ends_on__isnull=True).order_by("id")
    first, end = subtree_range(place_id)
    below = level_of(place_id) + 1
    place = Place.objects.filter(pk=place_id).first()
    if place is not None:
        below = place.through_level + 1
    return Place.objects.filter(id__gte=first, id__lt=end, level=below, ends_on__isnull=True).order_by("id")


def places_at(level: int, *, within: int | None = None) -> QuerySet[Place]:
    """Return the places in force at a level, with those that stand for it (东莞市 for its own county)."""
    first, end = subtree_range(within) if within is not None else (codes.LOWEST, codes.HIGHEST)
    return Place.objects.filter(
        level__lte=level, through_level__gte=level, id__gte=first, id__lt=end, ends_on__isnull=True
    ).order_by("id")


def national_poor_counties() -> pl.DataFrame:
    """Return the 832 national-level poor counties of 2014 to 2020.

    Columns: place_id, region, exit_year, listed_as. Two rows are now one county (茫崖市).
    """
    listed = pl.read_csv(POOR_COUNTIES)
    return listed.select(
        place_id=pl.col("code_2023") * codes.SIZE_OF_LEVEL[codes.COUNTY],
        region="region3",
        exit_year="exit_year",
        listed_as="county",
    )


def areas() -> QuerySet[Area]:
    """Return every special area, regions first, each kind in the order of its entry."""
    return Area.objects.order_by(
        Case(*(When(kind=kind, then=number) for number, kind in enumerate(Area.Kind.values))), "id"
    )


def area(code: str) -> Area:
    """Return the area with this code: ``poor-832``, ``region-wuling``.

    Raises: Area.DoesNotExist: there is none.
    """
    return Area.objects.get(code=code)


def memberships(code: str, *, on: date | None = None) -> QuerySet[AreaMembership]:
    """Return the memberships of an area that count, with their places; on a day, those that hold on it."""
    found = AreaMembership.objects.filter(area__code=code, superseded_at__isnull=True)
    if on is not None:
        found = found.filter(_holds(on))
    return found.select_related("place").order_by("place_id", "starts_on")


def members_of(code: str, *, on: date) -> frozenset[int]:
    """Return the places that belong to an area on a day; empty when none does, or there is no such area."""
    return frozenset(
        place
        for place, starts_on, ends_on in _periods_of(code)
        if starts_on <= on and (ends_on is None or ends_on > on)
    )


@once_a_request
def _periods_of(code: str) -> list[tuple[int, date, date | None]]:
    """Return each place's periods in an area, of which figures of several years ask."""
    return list(memberships(code).order_by().values_list("place_id", "starts_on", "ends_on"))


def memberships_of(place_id: int) -> QuerySet[AreaMembership]:
    """Return in which areas a place is or was, whatever the day, with the areas."""
    found = AreaMembership.objects.filter(place_id=place_id, superseded_at__isnull=True)
    return found.select_related("area").order_by("starts_on", "area_id")


def areas_of(place_id: int, *, on: date) -> list[Area]:
    """Return the areas to which a place itself belongs on a day."""
    return [membership.area for membership in memberships_of(place_id).filter(_holds(on))]


def _holds(on: date) -> Q:
    return Q(starts_on__lte=on) & (Q(ends_on__isnull=True) | Q(ends_on__gt=on))


def _chain(place_id: int) -> list[int]:
    """Return the numbers from the province down to the place, each once."""
    above = (ancestor_id(place_id, level) for level in codes.LEVELS[: level_of(place_id)])
    return list(dict.fromkeys(number for number in above if number is not None))


def _said_in_labels(place_id: int, name: str) -> bool:
    return level_of(place_id) != codes.PREFECTURE or is_part_of_addresses(name)


def _versions(on: date | None) -> QuerySet[PlaceName]:
    if on is None:
        return PlaceName.objects.filter(ends_on__isnull=True)
    started: Any = Q(starts_on__isnull=True) | Q(starts_on__lte=on)
    return PlaceName.objects.filter(started, Q(ends_on__isnull=True) | Q(ends_on__gt=on))


def denominators_of(register: str, places: Iterable[int]) -> list[Registered]:
    """Return the numbers of a register that count for places, of every year."""
    rows = Denominator.objects.filter(
        register=register, place_id__in=list(places), superseded_at__isnull=True
    )
    return [
        Registered(one.place_id, one.year, one.value, one.source) for one in rows.order_by("place_id", "year")
    ]
