"""The gazetteer of the database, kept in the process until an edition, a name or a succession is added."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from bangfu.foundation.operations.once import once_a_request
from bangfu.foundation.places import codes
from bangfu.foundation.places.matching import FormerName, Gazetteer, is_part_of_addresses
from bangfu.foundation.places.models import Place, PlaceName


@dataclass(frozen=True)
class UpperPlace:
    """A province, prefecture or county as search reads it."""

    place_id: int
    level: int
    through_level: int
    name: str
    pinyin: str
    initials: str


@dataclass(frozen=True)
class _Kept:
    version: tuple[object, ...]
    gazetteer: Gazetteer
    upper: tuple[UpperPlace, ...]


_kept: _Kept | None = None

_VERSION = """
SELECT (SELECT max(id) FROM places_placeedition), (SELECT count(*) FROM places_placeedition),
       (SELECT max(id) FROM places_placename), (SELECT count(*) FROM places_placename),
       (SELECT max(id) FROM places_placesuccession), (SELECT count(*) FROM places_placesuccession)
"""


def gazetteer() -> Gazetteer:
    """Return the gazetteer of the places in force."""
    return _current().gazetteer


def upper_places() -> tuple[UpperPlace, ...]:
    """Return the provinces, prefectures and counties in force, without the list's fillers (市辖区)."""
    return _current().upper


@once_a_request
def _version() -> tuple[object, ...]:
    with connection.cursor() as cursor:
        cursor.execute(_VERSION)
        return (connection.settings_dict["NAME"], *cursor.fetchone())


def _current() -> _Kept:
    global _kept
    version = _version()
    kept = _kept  # one copy a process, replaced whole: a thread sees the old one or the new one
    if kept is None or kept.version != version:
        kept = _kept = _read(version)
    return kept


def _read(version: tuple[object, ...]) -> _Kept:
    rows = list(
        Place.objects.filter(level__lte=codes.COUNTY)
        .order_by("level", "id")
        .values_list("id", "level", "through_level", "name", "pinyin", "initials", "ends_on")
    )
    in_force = [row for row in rows if row[6] is None]
    former = PlaceName.objects.filter(
        place__level__lte=codes.COUNTY, place__ends_on__isnull=True, ends_on__isnull=False
    ).order_by("id")
    return _Kept(
        version=version,
        gazetteer=Gazetteer(
            names={row[0]: row[3] for row in rows},
            through_levels={row[0]: row[2] for row in in_force},
            former=tuple(FormerName(*row) for row in former.values_list("place_id", "name", "code")),
        ),
        upper=tuple(UpperPlace(*row[:6]) for row in in_force if is_part_of_addresses(row[3])),
    )
