"""What the house knows of the file of outlines: which divisions have one, what the source calls them, the maritime boundary."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache

from bangfu.foundation.places.codes import COUNTY, PREFECTURE, PROVINCE, SIZE_OF_LEVEL, ancestor_id, level_of
from bangfu.reporting.maps import building
from bangfu.reporting.maps.topology import Point

DRAWN_LEVELS = (PROVINCE, PREFECTURE, COUNTY)
HAINAN = 460_000_000_000
_DIGITS = SIZE_OF_LEVEL[COUNTY]


@dataclass(frozen=True)
class _Known:
    names: dict[int, dict[int, str]]  # by level, by number of the place
    spots: dict[int, dict[int, Point]]


@cache
def _known() -> _Known:
    told = json.loads(building.FILE.read_bytes())
    levels = {int(level): codes for level, codes in told["rings"].items()}
    return _Known(
        names={
            level: {int(code) * _DIGITS: told["names"][str(level)][code] for code in codes}
            for level, codes in levels.items()
        },
        spots={
            level: {
                int(code) * _DIGITS: (spot[0], spot[1]) for code, spot in told["spots"][str(level)].items()
            }
            for level in levels
        },
    )


def has_outline(level: int, place: int) -> bool:
    """Return whether a place is drawn at a level: a city without counties is at both of its levels."""
    return place in _known().names.get(level, {})


def outlined(level: int) -> dict[int, str]:  # what the source calls it, by number
    """Return the divisions of a level that are drawn; below the county none is."""
    return _known().names.get(level, {})


def spot_of(place: int) -> Point | None:
    """Return a point inside a place, or inside the county it lies in; null when that has no outline."""
    level = min(level_of(place), COUNTY)
    number = ancestor_id(place, level)
    return None if number is None else _known().spots[level].get(number)


@cache
def maritime_boundary() -> list[list[Point]]:
    """Return the strokes of the maritime boundary in the units of the file."""
    return building.boundary()


def carries_inset(place: int | None) -> bool:
    """Return whether a view carries the inset of the South China Sea: that of the country, and all of 海南.

    >>> carries_inset(None), carries_inset(460300000000), carries_inset(520000000000)
    (True, True, False)
    """
    return place is None or ancestor_id(place, PROVINCE) == HAINAN
