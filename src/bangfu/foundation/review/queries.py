"""What others may read of reviews."""

from __future__ import annotations

import inspect
from datetime import date

from django.db.models import Q, QuerySet

from bangfu.foundation.operations import allows, granted_units, operations
from bangfu.foundation.organisation.permissions import holds_from_above, units_below_each
from bangfu.foundation.organisation.queries import in_granted_units
from bangfu.foundation.people.models import Account
from bangfu.foundation.review.counties import (
    CountyShares,
    answer_of,
    county_answers,
    county_shares,
    county_trail,
    in_assisted_counties,
    in_counties,
    lines_for,
    speaks_for_a_county,
)
from bangfu.foundation.review.models import Batch, Review, ReviewState
from bangfu.foundation.review.register import Decider, deciders
from bangfu.foundation.rooms import record_type

__all__ = [
    "CountyShares",
    "answer_of",
    "county_answers",
    "county_shares",
    "county_trail",
    "in_assisted_counties",
    "in_counties",
    "lines_for",
    "may_decide",
    "may_read",
    "operation_of",
    "papers_in_reach",
    "review_of",
    "reviews_of",
    "speaks_for_a_county",
    "submitted_by",
    "waiting_for",
]


def reviews_of(record_type: int, records: list[int]) -> QuerySet[Review]:
    """Return the reviews of records of one type; a record never submitted has none."""
    return Review.objects.filter(record_type=record_type, record_id__in=records)


def review_of(record_type: int, record: int) -> Review | None:
    """Return the review of one record, or null if it was never submitted."""
    found = Review.objects.filter(record_type=record_type, record_id=record)
    return found.select_related("submitted_by__person__key", "decided_by__person__key", "batch").first()


def waiting_for(account: Account, on: date) -> QuerySet[Batch]:
    """Return the papers that wait for a decision which the account may take, longest waiting first."""
    mine = granted_units(account, "review.decide", on)
    names = {code: operation_of(verify) for code, (verify, _) in deciders.items()}
    below = units_below_each(account, frozenset(names.values()), on)
    kinds: dict[frozenset[int], list[int]] = {}
    for code, name in names.items():
        kinds.setdefault(mine & below[name], []).append(record_type(code).number)
    decidable = Q(pk__in=[])
    for units, numbers in kinds.items():
        decidable |= Q(record_type__in=numbers, unit_id__in=units)
    waiting = Batch.objects.filter(decidable, state=ReviewState.SUBMITTED)
    return waiting.exclude(submitted_by=account).order_by("submitted_at", "id")


def submitted_by(account: Account) -> QuerySet[Batch]:
    """Return the papers that the account submitted, newest first."""
    return Batch.objects.filter(submitted_by=account).order_by("-submitted_at", "-id")


def papers_in_reach(account: Account, on: date) -> QuerySet[Batch]:
    """Return every paper that the account may read, newest first."""
    readable = in_granted_units(account, "review.view", on)
    if readable != Q():  # everything: an empty condition would vanish in a disjunction
        readable |= Q(submitted_by=account)
    return Batch.objects.filter(readable).order_by("-submitted_at", "-id")


def may_read(account: Account, batch: Batch, on: date) -> bool:
    """Return whether an account may open a paper on a day: who submitted it, and who reads or decides in its unit."""
    if batch.submitted_by_id == account.pk:
        return account.is_active
    return any(
        allows(account, permission, batch.scope, on) for permission in ("review.view", "review.decide")
    )


def may_decide(account: Account, batch: Batch, on: date) -> bool:
    """Return whether an account may decide a paper on a day: by this room's permission, and from above by the room's."""
    code = record_type(batch.record_type).code
    if code not in deciders or batch.submitted_by_id == account.pk:
        return False
    verify, _ = deciders[code]
    return allows(account, "review.decide", batch.scope, on) and holds_from_above(
        account, operation_of(verify), batch.scope, on
    )


def operation_of(decider: Decider) -> str:
    """Return the name of the operation that decides, which is also its permission.

    Raises: LookupError: a room entered a function that is no operation.
    """
    function = inspect.unwrap(decider)
    for name, declared in operations().items():
        if declared.function is function:
            return name
    raise LookupError(f"{decider.__name__} decides papers but is no operation")
