"""What is read of the counties' own account: lines, their last statements, and shares for figures, all in SQL."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import CharField, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from bangfu.foundation.operations import granted_units
from bangfu.foundation.organisation.queries import supported_places, within_grants
from bangfu.foundation.people.models import Account
from bangfu.foundation.places.queries import subtree_range
from bangfu.foundation.review.models import (
    ANSWER_WORDS,
    Answer,
    CountyLine,
    CountyStatement,
    Review,
    ReviewState,
)
from bangfu.foundation.rooms import Words, both

OPEN = "OPEN"
"""A line on which the county has not said anything."""

ALL_ANSWERS: dict[str, Words] = {OPEN: both("待县方确认", "Waits for the county"), **ANSWER_WORDS}


def standing_lines() -> QuerySet[CountyLine]:
    """Return the lines whose record is still verified as it was put before the county, with their last ``answer``."""
    said = CountyStatement.objects.filter(line=OuterRef("pk")).order_by("-id")
    later = CountyLine.objects.filter(review=OuterRef("review"), pk__gt=OuterRef("pk"))
    lines = CountyLine.objects.filter(review__state=ReviewState.VERIFIED, review__decided_at=F("verified_at"))
    return lines.filter(~Exists(later)).annotate(
        answer=Coalesce(Subquery(said.values("answer")[:1]), Value(OPEN), output_field=CharField())
    )


def lines_for(account: Account, on: date) -> QuerySet[CountyLine]:
    """Return the standing lines of an official's county, and for the company's people those of their units."""
    reach = [within_grants(account, name, on) for name in ("review.view_county", "review.view")]
    if Q() in reach:  # everything: an empty condition would vanish in a disjunction
        return standing_lines()
    return standing_lines().filter(reach[0] | reach[1])


def answer_of(record_type: Combinable, record_id: Combinable) -> Subquery:
    """Return an expression: the county's last answer on a record, OPEN without one, null if it was put before none.

    Args: outer references to the record's type and key.
    """
    lines = standing_lines().filter(record_type=record_type, record_id=record_id).order_by("-id")
    return Subquery(lines.values("answer")[:1], output_field=CharField())  # type: ignore[misc]


def in_assisted_counties(on: date, place: str = "place_id") -> Q | None:
    """Return the condition that a place lies in a county with an office of its own in force; null if there is none."""
    return in_counties(supported_places(on).values(), place)


def in_counties(counties: Iterable[int], place: str = "place_id") -> Q | None:
    """Return the condition that a place lies in one of the counties; null if there is none."""
    found = None
    for county in sorted(set(counties)):
        first, end = subtree_range(county)
        inside = Q(**{f"{place}__gte": first, f"{place}__lt": end})
        found = inside if found is None else found | inside
    return found


@dataclass(frozen=True)
class CountyShares:
    """How many records lie in assisted counties, and what the counties said of them."""

    in_counties: int
    confirmed: int
    corrected: int
    disputed: int


def county_shares(reviews: QuerySet[Review]) -> CountyShares:
    """Return what counties said of the records under review; those put before no county are not counted."""
    counts: dict[str, Any] = (
        standing_lines()
        .filter(review__in=reviews)
        .aggregate(
            in_counties=Count("pk"),
            confirmed=Count("pk", filter=Q(answer=Answer.CONFIRMED)),
            corrected=Count("pk", filter=Q(answer=Answer.CORRECTED)),
            disputed=Count("pk", filter=Q(answer=Answer.DISPUTED)),
        )
    )
    return CountyShares(**counts)


def county_answers(record_type: int, keys: list[int]) -> dict[int, str]:
    """Return the counties' last answers on records of one type, by key; absent = put before no county."""
    lines = standing_lines().filter(record_type=record_type, record_id__in=keys)
    return dict(lines.values_list("record_id", "answer"))  # type: ignore[misc]


READS_COUNTY = ("review.confirm_records", "review.view")
"""Whoever holds one of them anywhere reads what counties say."""


def speaks_for_a_county(account: Account, on: date) -> bool:
    """Return whether an account answers for a county and has no part in the company's papers."""
    counties = bool(granted_units(account, "review.view_county", on))
    return counties and not granted_units(account, "review.view", on)


def county_trail(record_type: int, record: int) -> list[CountyStatement]:
    """Return everything that a county ever said of a record, oldest first."""
    said = CountyStatement.objects.filter(line__record_type=record_type, line__record_id=record)
    return list(said.select_related("line", "stated_by__person__key", "place").order_by("id"))
