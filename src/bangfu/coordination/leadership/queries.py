"""What others may read of leaders and their visits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import polars
from django.db.models import Case, CharField, Count, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.urls import reverse

from bangfu.coordination.leadership.models import (
    OUTCOME_WORDS,
    POINT_WORDS,
    RANK_WORDS,
    STATE_WORDS,
    Leader,
    PointKind,
    Visit,
    VisitPoint,
    VisitState,
)
from bangfu.foundation.operations.authority import granted_rows
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.queries import masked_persons
from bangfu.foundation.places.queries import place_labels, search, subtree_range
from bangfu.foundation.review.models import Review, ReviewState
from bangfu.foundation.rooms import RecordSummary, both

RECORD_TYPE = 144
"""The number of ``leadership.visit`` in reviews and evidence: fixed for ever."""
VIEW = "leadership.view"
VIEW_NAMES = "organisation.view"
MOST_PLACES_FOUND = 200


def visits() -> QuerySet[Visit]:
    """Return every visit, withdrawn ones too, with its ``state``, its unit and its leader."""
    review = Review.objects.filter(record_type=RECORD_TYPE, record_id=OuterRef("pk"))
    open_points = Count("points", filter=Q(points__settled_on__isnull=True))
    return (
        Visit.objects.annotate(reviewed=Subquery(review.values("state")[:1], output_field=CharField()))
        .annotate(
            state=Case(
                When(withdrawn_at__isnull=False, then=Value(VisitState.WITHDRAWN.value)),
                When(reviewed=ReviewState.SUBMITTED, then=Value(VisitState.SUBMITTED.value)),
                When(reviewed=ReviewState.RETURNED, then=Value(VisitState.RETURNED.value)),
                When(reviewed=ReviewState.VERIFIED, then=Value(VisitState.VERIFIED.value)),
                default=Value(VisitState.DRAFT.value),
            ),
            open_points=open_points,
        )
        .select_related("unit", "leader__person__key")
    )


def state_of(visit: Visit) -> VisitState:
    """Return how far a visit is."""
    return VisitState(visits().values_list("state", flat=True).get(pk=visit.pk))  # type: ignore[misc]


def verified() -> QuerySet[Visit]:
    """Return the visits that another person verified."""
    is_verified: dict[str, str] = {"state": VisitState.VERIFIED}
    return visits().filter(**is_verified)


def open_points(on: date) -> QuerySet[VisitPoint]:
    """Return the points of verified visits that had been left by a day and were not settled then, the soonest due first."""
    return (
        VisitPoint.objects.filter(Q(settled_on__isnull=True) | Q(settled_on__gt=on))
        .filter(visit__in=verified().filter(arrived_on__lte=on).values("pk"))
        .select_related("visit")
        .order_by(F("due_on").asc(nulls_last=True), "visit__arrived_on", "number")
    )


def leader_names(account: Account, leaders: Iterable[Leader], on: date) -> dict[int, str]:
    """Return what each leader is called, by key: whole names where the reader may see them, else the first character."""
    found = {one.pk: one for one in leaders}
    if not found:
        return {}
    units = polars.DataFrame({"unit": [one.unit_id for one in found.values()]}, schema={"unit": polars.Int64})
    may = granted_rows(account, VIEW_NAMES, units, on)
    names = {
        key: one.person.name if is_open else None
        for (key, one), is_open in zip(found.items(), may, strict=True)
    }
    hidden = {found[key].person_id for key, name in names.items() if name is None}
    masked = masked_persons(hidden) if hidden else {}
    return {key: name or masked[found[key].person_id].name for key, name in names.items()}


def days_text(visit: Visit) -> str:
    """Return the days of a visit as lists show them."""
    if visit.left_on == visit.arrived_on:
        return visit.arrived_on.isoformat()
    return str(
        both("{first} 至 {last}", "{first} to {last}").filled(
            first=visit.arrived_on.isoformat(), last=visit.left_on.isoformat()
        )
    )


SORTS = {
    "arrived": ("arrived_on", "pk"),
    "place": ("place_id", "pk"),
    "unit": ("unit__path", "pk"),
    "open": ("open_points", "pk"),
}


@dataclass(frozen=True)
class VisitFilter:
    """What a list of visits is narrowed to; empty = not narrowed."""

    text: str = ""
    """A visit's number, purpose or post, or a place's name or code."""
    rank: str = ""
    state: str = ""
    sort: str = "arrived"
    descending: bool = True

    def apply(self, rows: QuerySet[Visit]) -> QuerySet[Visit]:
        """Return the visits that pass, in order."""
        for name in ("rank", "state"):
            if getattr(self, name):
                rows = rows.filter(**{name: getattr(self, name)})
        if self.text:
            said = (
                Q(reference__icontains=self.text)
                | Q(purpose__icontains=self.text)
                | Q(post__icontains=self.text)
            )
            for hit in search(self.text, limit=MOST_PLACES_FOUND):
                first, end = subtree_range(hit.place_id)
                said |= Q(place_id__gte=first, place_id__lt=end)
            rows = rows.filter(said)
        keys = SORTS.get(self.sort, SORTS["arrived"])
        return rows.order_by(*(F(key).desc() if self.descending else F(key).asc() for key in keys))


def visit_address(key: int) -> str:
    """Return the page of the visit with this key."""
    return reverse("leadership:visit", args=[key])


def evidence_asked(keys: list[int]) -> str:
    """Return what evidence visits with these keys ask for: each its own."""
    return "REQUIRED"


def review_scope(keys: list[int]) -> dict[int, int]:
    """Return the unit of each visit, by key; keys that do not exist are absent."""
    return dict(Visit.objects.filter(pk__in=keys).values_list("pk", "unit_id"))


def point_text(point: VisitPoint) -> str:
    """Return a problem or commitment with what became of it."""
    if point.settled_on is not None:
        ended = f"{OUTCOME_WORDS[point.kind][point.outcome]} {point.settled_on.isoformat()}"
    elif point.due_on is not None:
        ended = str(both("{day} 到期", "due {day}").filled(day=point.due_on.isoformat()))
    else:
        ended = str(both("未了", "open"))
    return f"{point.text} · {ended}"


def summaries(keys: list[int]) -> dict[int, RecordSummary]:
    """Return what the drawer shows of each visit, by key; keys that do not exist are absent."""
    found = list(visits().filter(pk__in=keys).prefetch_related("points"))
    labels = place_labels({one.place_id for one in found})
    told = {}
    for one in found:
        points = list(one.points.all())
        rows = [
            (both("职务", "Post"), f"{one.post} · {RANK_WORDS[one.rank]}"),
            (both("地点", "Place"), labels[one.place_id]),
            (both("日期", "Days"), days_text(one)),
            (both("行程", "Trip"), one.trip or one.reference),
            (both("事由", "Purpose"), one.purpose),
        ]
        rows += [
            (POINT_WORDS[kind], "；".join(point_text(point) for point in points if point.kind == kind) or "—")
            for kind in (PointKind.PROBLEM, PointKind.COMMITMENT)
        ]
        rows.append((both("状态", "State"), str(STATE_WORDS[one.state])))  # type: ignore[attr-defined]
        told[one.pk] = RecordSummary(title=f"{one.post} → {labels[one.place_id]}", rows=tuple(rows))
    return told
