"""What others may read of stations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars
from django.db import connection
from django.db.models import Case, CharField, F, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse

from bangfu.connectivity.network.models import (
    STATE_WORDS,
    STATION_DATES,
    Site,
    Station,
    StationState,
    Technology,
)
from bangfu.connectivity.network.register import RECORD_TYPE
from bangfu.connectivity.network.rules import COMPARED
from bangfu.foundation.places import codes
from bangfu.foundation.places.queries import place_labels, subtree_range
from bangfu.foundation.review.models import Review
from bangfu.foundation.rooms import RecordSummary, Words, both
from bangfu.foundation.rooms.subjects import SitePoint


def stations() -> QuerySet[Station]:
    """Return every station, withdrawn ones too, with its ``state`` and what a list shows of it."""
    review = Review.objects.filter(record_type=RECORD_TYPE, record_id=OuterRef("pk"))
    reviewed = Subquery(review.values("state")[:1], output_field=CharField())
    return Station.objects.annotate(
        state=Case(
            When(withdrawn_at__isnull=False, then=Value(StationState.WITHDRAWN.value)),
            default=Coalesce(reviewed, Value(StationState.DRAFT.value)),
        )
    ).select_related("unit", "site")


def state_of(station: Station) -> StationState:
    """Return how far a station is."""
    return StationState(stations().values_list("state", flat=True).get(pk=station.pk))  # type: ignore[misc]


def state_words(station: int) -> Words:
    """Return how far the station with this key is, in words."""
    return STATE_WORDS[stations().values_list("state", flat=True).get(pk=station)]  # type: ignore[misc]


def stations_on(site: Site) -> QuerySet[Station]:
    """Return the living stations on a site, by code."""
    return stations().filter(site=site, withdrawn_at__isnull=True).order_by("code")


SORTS = {
    "accepted": ("accepted_on", "code"),
    "code": ("code", "pk"),
    "place": ("place_id", "code"),
    "unit": ("unit__path", "code"),
    "technology": ("technology", "code"),
}


@dataclass(frozen=True)
class StationFilter:
    """What a list of stations is narrowed to; null or empty = not narrowed."""

    place: int | None = None
    """The place and everything in it."""
    year: int | None = None
    """Of acceptance."""
    state: str = ""
    technology: str = ""
    code: str = ""
    """How the station's code begins."""
    sort: str = "accepted"
    descending: bool = True

    def apply(self, rows: QuerySet[Station]) -> QuerySet[Station]:
        """Return the stations that pass, in order."""
        if self.place is not None:
            first, end = subtree_range(self.place)
            rows = rows.filter(place_id__gte=first, place_id__lt=end)
        if self.year is not None:
            rows = rows.filter(
                accepted_on__gte=date(self.year, 1, 1), accepted_on__lt=date(self.year + 1, 1, 1)
            )
        if self.state:
            rows = rows.filter(state=self.state)  # type: ignore[misc]
        if self.technology:
            rows = rows.filter(technology=self.technology)
        if self.code:
            rows = rows.filter(code__startswith=self.code)
        keys = SORTS.get(self.sort, SORTS["accepted"])
        return rows.order_by(*(F(key).desc() if self.descending else F(key).asc() for key in keys))


def stations_as_rows(keys: list[int]) -> polars.DataFrame:
    """Return ``station``, ``code``, ``revision``, ``unit``, ``place``, ``accepted_on`` of stations, by key."""
    schema = {
        "station": polars.Int64,
        "code": polars.String,
        "revision": polars.Int16,
        "unit": polars.Int64,
        "place": polars.Int64,
        "accepted_on": polars.Date,
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, code, revision, unit_id, place_id, accepted_on FROM network_station"
            " WHERE id = ANY(%s) ORDER BY id",
            [keys],
        )
        return polars.DataFrame(cursor.fetchall(), schema=schema, orient="row")


def facets_of_stations(keys: list[int]) -> polars.DataFrame:
    """Return ``record``, ``happened_on`` and ``place`` of stations, by key, for whoever reviews them."""
    return stations_as_rows(keys).select(record="station", happened_on="accepted_on", place="place")


def says_the_same(station: Station, row: polars.DataFrame) -> bool:
    """Return whether a sheet of one row says of a station what is registered already."""
    known = {
        name: getattr(station, name) for name in ("technology", "band", "builder", "sharer", *STATION_DATES)
    }
    known |= {"site_code": station.site.code, "place": station.place_id}
    return all(row[name][0] == known[name] for name in COMPARED)


def station_address(key: int) -> str:
    """Return the page of the station with this key."""
    return reverse("network:station", args=[key])


def review_scope(keys: list[int]) -> dict[int, int]:
    """Return the owning unit of each station, by key; keys that do not exist are absent."""
    return dict(Station.objects.filter(pk__in=keys).values_list("pk", "unit_id"))


_DATE_TITLES = (
    ("accepted_on", both("验收", "Accepted")),
    ("on_air_on", both("开通", "On air")),
    ("capitalised_on", both("转固", "Capitalised")),
    ("paid_on", both("付款", "Paid")),
)


def _day(day: date | None) -> str:
    return day.isoformat() if day else "—"


def summaries(keys: list[int]) -> dict[int, RecordSummary]:
    """Return what the drawer shows of each station, by key; keys that do not exist are absent."""
    found = list(stations().filter(pk__in=keys))
    labels = place_labels({station.place_id for station in found})
    return {
        station.pk: RecordSummary(
            title=station.code,
            rows=(
                (both("地点", "Place"), labels[station.place_id]),
                (both("制式", "Technology"), str(Technology(station.technology).label)),
                *((title, _day(getattr(station, name))) for name, title in _DATE_TITLES),
                (both("站址", "Site"), station.site.code),
                (both("单位", "Unit"), station.unit.name),
                (both("承建方", "Builder"), station.builder),
                (both("状态", "State"), str(STATE_WORDS[station.state])),  # type: ignore[attr-defined]
            ),
            positions=_position(station.site),
        )
        for station in found
    }


def _position(site: Site) -> tuple[tuple[Words, str], ...]:
    if site.longitude is None or site.latitude is None:
        return ()
    text = f"{site.longitude.normalize():f}, {site.latitude.normalize():f} {site.datum}"
    return ((both("站址坐标", "Position of the site"), text),)


def points(keys: list[int]) -> dict[int, SitePoint]:
    """Return where stations stand, by key; those on sites without a position are absent."""
    placed = Station.objects.filter(pk__in=keys, site__longitude__isnull=False)
    rows = placed.values_list("pk", "site__longitude", "site__latitude", "site__datum")
    return {
        key: SitePoint(float(longitude or 0), float(latitude or 0), datum)
        for key, longitude, latitude, datum in rows
    }


def provinces_with_stations() -> list[tuple[int, str]]:
    """Return number and name of the provinces that have stations, by number."""
    return _named_places(codes.PROVINCE, codes.LOWEST, codes.HIGHEST)


def counties_with_stations(within: int) -> list[tuple[int, str]]:
    """Return number and name of the counties of a place's province that have stations, by number."""
    province = codes.ancestor_id(within, codes.PROVINCE)
    return _named_places(codes.COUNTY, *subtree_range(province)) if province is not None else []


def _named_places(level: int, first: int, end: int) -> list[tuple[int, str]]:
    size = codes.SIZE_OF_LEVEL[level]
    with connection.cursor() as cursor:
        # One probe of the index for each place found, not a pass over all stations.
        cursor.execute(
            "WITH RECURSIVE found (place) AS ("
            " SELECT (SELECT min(place_id) / %(size)s * %(size)s FROM network_station"
            "          WHERE place_id >= %(first)s AND place_id < %(end)s)"
            " UNION ALL"
            " SELECT (SELECT min(place_id) / %(size)s * %(size)s FROM network_station"
            "          WHERE place_id >= found.place + %(size)s AND place_id < %(end)s)"
            "   FROM found WHERE found.place IS NOT NULL"
            ") SELECT place FROM found WHERE place IS NOT NULL",
            {"size": size, "first": first, "end": end},
        )
        places = [place for (place,) in cursor.fetchall()]
    names = place_labels(places, short=True)
    return [(place, names[place]) for place in places if place in names]


def filter_words(asked: StationFilter) -> str:
    """Return in words what a list is narrowed to."""
    said = [
        place_labels([asked.place]).get(asked.place, "") if asked.place else "",
        str(both("{year} 年验收", "accepted in {year}").filled(year=asked.year)) if asked.year else "",
        str(STATE_WORDS[asked.state]) if asked.state else "",
        asked.technology,
        f"{asked.code}…" if asked.code else "",
    ]
    return " · ".join(part for part in said if part) or str(both("全部", "all"))
