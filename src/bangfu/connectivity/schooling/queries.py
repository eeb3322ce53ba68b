"""What others may read of schools."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Case, CharField, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.urls import reverse

from bangfu.connectivity.schooling.models import KIND_WORDS, STATE_WORDS, School, SchoolState
from bangfu.foundation.places.queries import place_labels, search, subtree_range
from bangfu.foundation.review.models import Review, ReviewState
from bangfu.foundation.rooms import RecordSummary, both
from bangfu.foundation.rooms.subjects import SitePoint

RECORD_TYPE = 143
"""The number of ``schooling.school`` in facts, reviews and evidence: fixed for ever."""
MOST_PLACES_FOUND = 200


def schools() -> QuerySet[School]:
    """Return every school, withdrawn ones too, with its ``state`` and its unit."""
    review = Review.objects.filter(record_type=RECORD_TYPE, record_id=OuterRef("pk"))
    waits, verified = Q(reviewed=ReviewState.SUBMITTED), Q(reviewed=ReviewState.VERIFIED)
    return (
        School.objects.annotate(reviewed=Subquery(review.values("state")[:1], output_field=CharField()))
        .annotate(
            state=Case(
                When(withdrawn_at__isnull=False, then=Value(SchoolState.WITHDRAWN.value)),
                When(waits & Q(confirmed_at__isnull=True), then=Value(SchoolState.SUBMITTED.value)),
                When(waits, then=Value(SchoolState.STOPPING.value)),
                When(reviewed=ReviewState.RETURNED, then=Value(SchoolState.RETURNED.value)),
                When(verified & Q(stopped_on__isnull=False), then=Value(SchoolState.STOPPED.value)),
                When(verified, then=Value(SchoolState.SERVED.value)),
                default=Value(SchoolState.DRAFT.value),
            )
        )
        .select_related("unit")
    )


def state_of(school: School) -> SchoolState:
    """Return how far a school is."""
    return SchoolState(schools().values_list("state", flat=True).get(pk=school.pk))  # type: ignore[misc]


def counted() -> QuerySet[School]:
    """Return the schools that were verified and count, stopped ones included."""
    return schools().filter(confirmed_at__isnull=False)


SORTS = {
    "code": ("code", "pk"),
    "name": ("name", "pk"),
    "place": ("place_id", "code"),
    "accepted": ("accepted_on", "code"),
    "pupils": ("pupils", "code"),
}


@dataclass(frozen=True)
class SchoolFilter:
    """What a list of schools is narrowed to; empty = not narrowed."""

    text: str = ""
    """A school's name or code, or a place's."""
    kind: str = ""
    state: str = ""
    sort: str = "place"
    descending: bool = False

    def apply(self, rows: QuerySet[School]) -> QuerySet[School]:
        """Return the schools that pass, in order."""
        for name in ("kind", "state"):
            if getattr(self, name):
                rows = rows.filter(**{name: getattr(self, name)})
        if self.text:
            rows = rows.filter(named(self.text))
        keys = SORTS.get(self.sort, SORTS["place"])
        return rows.order_by(
            *(
                F(key).desc(nulls_last=True) if self.descending else F(key).asc(nulls_last=True)
                for key in keys
            )
        )


def named(text: str) -> Q:
    """Return the condition that a school bears a name or code, or lies in a place of that name."""
    found = Q(name__icontains=text) | Q(code__startswith=text)
    for hit in search(text, limit=MOST_PLACES_FOUND):
        first, end = subtree_range(hit.place_id)
        found |= Q(place_id__gte=first, place_id__lt=end)
    return found


def school_address(key: int) -> str:
    """Return the page of the school with this key."""
    return reverse("schooling:school", args=[key])


def review_scope(keys: list[int]) -> dict[int, int]:
    """Return the unit of each school, by key; keys that do not exist are absent."""
    return dict(School.objects.filter(pk__in=keys).values_list("pk", "unit_id"))


def points(keys: list[int]) -> dict[int, SitePoint]:
    """Return where schools stand, by key; those without a position are absent."""
    rows = School.objects.filter(pk__in=keys, longitude__isnull=False)
    return {
        key: SitePoint(float(longitude or 0), float(latitude or 0), datum)
        for key, longitude, latitude, datum in rows.values_list("pk", "longitude", "latitude", "datum")
    }


def summaries(keys: list[int]) -> dict[int, RecordSummary]:
    """Return what the drawer shows of each school, by key; keys that do not exist are absent."""
    found = list(schools().filter(pk__in=keys))
    labels = place_labels({one.place_id for one in found})
    return {one.pk: _summary(one, labels[one.place_id]) for one in found}


def _summary(one: School, label: str) -> RecordSummary:
    position = ""
    if one.longitude is not None:
        position = f"{one.longitude.normalize():f}, {one.latitude.normalize():f} {one.datum}"  # type: ignore[union-attr]
    return RecordSummary(
        title=one.name,
        rows=(
            (both("学校标识码", "School code"), one.code),
            (both("类别", "Kind"), str(KIND_WORDS[one.kind])),
            (both("地点", "Place"), label),
            (both("学生", "Pupils"), number_text(one.pupils)),
            (both("班级", "Classes"), number_text(one.classes)),
            (both("统计日期", "Counted on"), one.counted_on.isoformat() if one.counted_on else "—"),
            (both("验收启用", "Accepted"), one.accepted_on.isoformat()),
            (both("停用", "Stopped"), one.stopped_on.isoformat() if one.stopped_on else "—"),
            (both("状态", "State"), str(STATE_WORDS[one.state])),  # type: ignore[attr-defined]
        ),
        positions=((both("位置", "Position"), position),) if position else (),
    )


def number_text(number: int | None) -> str:
    """Return a number as lists show it; a dash for none."""
    return "—" if number is None else f"{number:,}"
