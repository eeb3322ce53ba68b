"""What others may read of positions."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet

from bangfu.foundation.places.codes import SIZE_OF_LEVEL, level_of, subtree_range
from bangfu.foundation.places.models import PlacePosition


@dataclass(frozen=True)
class Position:
    """Where a place lies."""

    place: int
    longitude: Decimal
    """GCJ-02, in degrees."""
    latitude: Decimal
    datum: str
    """Of the source, from which it was converted."""


def standing_positions(within: int | None = None) -> QuerySet[PlacePosition]:
    """Return the positions that count, of a place and what lies in it, or all, by place."""
    found = PlacePosition.objects.filter(superseded_at__isnull=True).order_by("place_id")
    if within is None:
        return found
    first, end = subtree_range(within)
    return found.filter(place_id__gte=first, place_id__lt=end)


def positions_in(within: int, level: int) -> dict[int, Position]:
    """Return where the places of a level in a place lie, by place; those without a position are absent."""
    rows = standing_positions(within).values_list("place_id", "longitude", "latitude", "datum")
    return {
        place: Position(place, longitude, latitude, datum)
        for place, longitude, latitude, datum in rows.iterator(chunk_size=5000)
        if place % SIZE_OF_LEVEL[level] == 0 and level_of(place) == level
    }


def position_of(place: int) -> PlacePosition | None:
    """Return where one place lies; null when nobody loaded it."""
    return PlacePosition.objects.filter(place=place, superseded_at__isnull=True).first()
