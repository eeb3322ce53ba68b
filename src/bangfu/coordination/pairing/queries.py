"""What others may read of pairings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars
from django.db import connection
from django.db.models import Case, CharField, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.urls import reverse

from bangfu.coordination.pairing.models import (
    KIND_WORDS,
    LEVEL_WORDS,
    ROLE_WORDS,
    STATE_WORDS,
    Pairing,
    PairingState,
)
from bangfu.coordination.pairing.register import RECORD_TYPE
from bangfu.foundation.organisation.queries import in_force
from bangfu.foundation.places.queries import place_labels, search, subtree_range
from bangfu.foundation.review.models import Review, ReviewState
from bangfu.foundation.rooms import RecordSummary, both


def pairings() -> QuerySet[Pairing]:
    """Return every pairing, withdrawn ones too, with its ``state`` and what a list shows of it."""
    review = Review.objects.filter(record_type=RECORD_TYPE, record_id=OuterRef("pk"))
    waits, verified = Q(reviewed=ReviewState.SUBMITTED), Q(reviewed=ReviewState.VERIFIED)
    return (
        Pairing.objects.annotate(reviewed=Subquery(review.values("state")[:1], output_field=CharField()))
        .annotate(
            state=Case(
                When(withdrawn_at__isnull=False, then=Value(PairingState.WITHDRAWN.value)),
                When(waits & Q(confirmed_at__isnull=True), then=Value(PairingState.ASSIGNED.value)),
                When(waits, then=Value(PairingState.ENDING.value)),
                When(reviewed=ReviewState.RETURNED, then=Value(PairingState.RETURNED.value)),
                When(verified & Q(ends_on__isnull=False), then=Value(PairingState.ENDED.value)),
                When(verified, then=Value(PairingState.ACTIVE.value)),
                default=Value(PairingState.PROPOSED.value),
            )
        )
        .select_related("unit")
    )


def state_of(pairing: Pairing) -> PairingState:
    """Return how far a pairing is."""
    return PairingState(pairings().values_list("state", flat=True).get(pk=pairing.pk))  # type: ignore[misc]


def counted() -> QuerySet[Pairing]:
    """Return the pairings that were verified and count, ended ones included."""
    return Pairing.objects.filter(confirmed_at__isnull=False).select_related("unit")


def responsible_units(place: int, on: date) -> QuerySet[Pairing]:
    """Return the verified pairings of one place on a day, the leading supporters first."""
    return counted().filter(in_force(on), place_id=place).order_by(F("role").desc(), "starts_on", "pk")


def paired_places(unit: int, on: date) -> QuerySet[Pairing]:
    """Return the verified pairings of one unit on a day, by place."""
    return counted().filter(in_force(on), unit_id=unit).order_by("place_id", "kind")


_GAPS = """
WITH required AS (
    SELECT place_id, daterange(starts_on, ends_on) * daterange(%(starts_on)s, %(ends_on)s) AS days
      FROM pairing_requirement WHERE daterange(starts_on, ends_on) && daterange(%(starts_on)s, %(ends_on)s)
), led AS (
    SELECT pairing.place_id, range_agg(daterange(pairing.starts_on, pairing.ends_on)) AS days
      FROM pairing_pairing pairing JOIN required ON required.place_id = pairing.place_id
     WHERE pairing.confirmed_at IS NOT NULL AND pairing.role = 'LEAD' GROUP BY pairing.place_id
)
SELECT required.place_id, lower(gap), upper(gap), upper(gap) - lower(gap)
  FROM required LEFT JOIN led ON led.place_id = required.place_id,
       unnest(datemultirange(required.days) - coalesce(led.days, '{}'::datemultirange)) AS gap
 ORDER BY required.place_id, lower(gap)
"""


def gaps(starts_on: date, ends_on: date, *, within: int | None = None) -> polars.DataFrame:
    """Return the days of a period on which a place that must have an owner had none.

    A place has an owner on the days on which a verified pairing of any kind leads there; a co-supporter alone is none.

    Args:
        ends_on: the first day after the period.
        within: only this place and what lies in it.
    Returns: ``place``, ``starts_on``, ``ends_on`` (half-open) and ``days`` of each gap, by place.
    """
    schema = {
        "place": polars.Int64, "starts_on": polars.Date, "ends_on": polars.Date, "days": polars.Int64,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_GAPS, {"starts_on": starts_on, "ends_on": ends_on})
        found = polars.DataFrame(cursor.fetchall(), schema=schema, orient="row")
    if within is None:
        return found
    first, end = subtree_range(within)
    return found.filter(polars.col("place").is_between(first, end, closed="left"))


SORTS = {
    "place": ("place_id", "pk"),
    "unit": ("unit__path", "place_id", "pk"),
    "kind": ("kind", "place_id", "pk"),
    "starts": ("starts_on", "pk"),
    "ends": ("ends_on", "pk"),
}
MOST_PLACES_FOUND = 200


@dataclass(frozen=True)
class PairingFilter:
    """What a list of pairings is narrowed to; null or empty = not narrowed."""

    text: str = ""
    """A unit's name or code, a document's number, or a place's name or code."""
    place: int | None = None
    """The place and everything in it."""
    kind: str = ""
    role: str = ""
    state: str = ""
    on: date | None = None
    """In force on that day."""
    term_by: date | None = None
    """Its agreed term ends by that day."""
    sort: str = "place"
    descending: bool = False

    def apply(self, rows: QuerySet[Pairing]) -> QuerySet[Pairing]:
        """Return the pairings that pass, in order."""
        if self.place is not None:
            first, end = subtree_range(self.place)
            rows = rows.filter(place_id__gte=first, place_id__lt=end)
        for name in ("kind", "role", "state"):
            if getattr(self, name):
                rows = rows.filter(**{name: getattr(self, name)})
        if self.on is not None:
            rows = rows.filter(in_force(self.on))
        if self.term_by is not None:
            rows = rows.filter(agreed_until__lte=self.term_by)
        if self.text:
            rows = rows.filter(self._said())
        keys = SORTS.get(self.sort, SORTS["place"])
        return rows.order_by(*(F(key).desc() if self.descending else F(key).asc() for key in keys))

    def _said(self) -> Q:
        said = (
            Q(unit__name_zh__icontains=self.text)
            | Q(unit__name_en__icontains=self.text)
            | Q(unit__code__iexact=self.text)
            | Q(document__icontains=self.text)
        )
        for hit in search(self.text, limit=MOST_PLACES_FOUND):
            first, end = subtree_range(hit.place_id)
            said |= Q(place_id__gte=first, place_id__lt=end)
        return said


def pairing_address(key: int) -> str:
    """Return the page of the pairing with this key."""
    return reverse("pairing:pairing", args=[key])


def review_scope(keys: list[int]) -> dict[int, int]:
    """Return the supporting unit of each pairing, by key; keys that do not exist are absent."""
    return dict(Pairing.objects.filter(pk__in=keys).values_list("pk", "unit_id"))


def summaries(keys: list[int]) -> dict[int, RecordSummary]:
    """Return what the drawer shows of each pairing, by key; keys that do not exist are absent."""
    found = list(pairings().filter(pk__in=keys))
    labels = place_labels({pairing.place_id for pairing in found})
    return {
        pairing.pk: RecordSummary(
            title=f"{pairing.unit.name} → {labels[pairing.place_id]}",
            rows=(
                (both("帮扶单位", "Supporter"), pairing.unit.name),
                (both("结对地点", "Place"), labels[pairing.place_id]),
                (both("类型", "Kind"), str(KIND_WORDS[pairing.kind])),
                (both("角色", "Role"), str(ROLE_WORDS[pairing.role])),
                (both("指派层级", "Level"), str(LEVEL_WORDS[pairing.level])),
                (both("指派单位", "Assigned by"), pairing.assigned_by),
                (both("文号", "Document"), pairing.document),
                (both("开始", "From"), pairing.starts_on.isoformat()),
                (both("结束", "To"), pairing.ends_on.isoformat() if pairing.ends_on else "—"),
                (both("状态", "State"), str(STATE_WORDS[pairing.state])),  # type: ignore[attr-defined]
            ),
        )
        for pairing in found
    }
