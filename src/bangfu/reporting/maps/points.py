"""Points on the sheet: towns and villages where the house has loaded their positions, and records that keep where they stand.

Positions are never invented here: a village without one stands in the list alone. Records' points are site coordinates: they
are shown to readers within ``reporting.view_facts``, and never on the public map.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Min

from bangfu.foundation.organisation.queries import within_grants
from bangfu.foundation.people.models import Account
from bangfu.foundation.places.codes import COUNTY
from bangfu.foundation.places.positions.datums import gcj_from
from bangfu.foundation.places.positions.queries import positions_in
from bangfu.foundation.rooms import record_type, record_types
from bangfu.reporting.facts import facts_in, reversals_in
from bangfu.reporting.maps.asking import Question
from bangfu.reporting.maps.building import placed_finely
from bangfu.reporting.room import VIEW_FACTS

MOST = 100_000


@dataclass(frozen=True)
class PlacePoint:
    """Where a town or village lies."""

    x: float
    """In the units of the outlines; likewise y."""
    y: float
    longitude: float
    """GCJ-02, in degrees."""
    latitude: float
    datum: str
    """Of the source, from which it was converted."""


@dataclass(frozen=True)
class RecordPoints:
    """Where records under a figure stand, in the units of the outlines, and a fact of each."""

    x: list[float]
    y: list[float]
    facts: list[int]


def place_points(question: Question) -> dict[int, PlacePoint]:
    """Return where the towns or villages of a question lie, by place; none at levels that have outlines."""
    place = question.selection.place
    if place is None or question.level <= COUNTY:
        return {}
    found = {}
    for key, one in positions_in(place, question.level).items():
        longitude, latitude = float(one.longitude), float(one.latitude)
        found[key] = PlacePoint(*placed_finely(longitude, latitude), longitude, latitude, one.datum)
    return found


def kinds_with_points() -> list[int]:
    """Return the numbers of the record types that keep where their records stand."""
    return [one.number for one in record_types() if one.points is not None]


def record_points(question: Question, account: Account, on: date) -> RecordPoints:
    """Return where the records of the standing facts under a figure stand, those that the reader may see."""
    facts = (
        facts_in(question.indicator, question.selection)
        .filter(within_grants(account, VIEW_FACTS, on, has_line=True))
        .filter(subject_type__in=kinds_with_points(), reverses_id__isnull=True)
        .exclude(pk__in=reversals_in(question.selection).values("reverses_id"))
    )
    rows = (
        facts.order_by().values_list("subject_type", "subject_id").annotate(fact=Min("pk")).order_by("fact")
    )
    by_kind: dict[int, dict[int, int]] = defaultdict(dict)
    for kind, key, fact in rows[:MOST]:
        by_kind[kind][key] = fact
    found: list[tuple[float, float, int]] = []
    for kind, keys in by_kind.items():
        points = record_type(kind).points
        told = points(list(keys)) if points is not None else {}
        found += [
            (*placed_finely(*gcj_from(one.datum, one.longitude, one.latitude)), keys[key])
            for key, one in told.items()
        ]
    return _columns(sorted(found, key=lambda one: one[2]))


def _columns(rows: Sequence[tuple[float, float, int]]) -> RecordPoints:
    return RecordPoints([x for x, _, _ in rows], [y for _, y, _ in rows], [fact for *_, fact in rows])
