"""The parties under a distinct count: each with the facts that fall together into it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Min, Q, QuerySet, Sum

from bangfu.foundation.ledger.models import Fact
from bangfu.reporting.figures import Figure


@dataclass(frozen=True)
class PartyRow:
    """One party of a distinct count, by the opaque id that facts carry."""

    party: UUID
    quantity: Decimal
    facts: int
    first_on: date
    last_on: date
    address: str
    """Its facts under the figure."""

    @property
    def short(self) -> str:
        """The beginning of its id."""
        return self.party.hex[:8]

    @property
    def counts(self) -> bool:
        """Whether it is one of the figure: its quantities sum to more than zero."""
        return self.quantity > 0


@dataclass(frozen=True)
class Falling:
    """How the facts of a distinct count fall together."""

    facts: int
    """With a party, reversals included."""
    parties: int
    """Those that count."""
    repeated: int
    """Those of them that have a quantity of more than one."""


def parties_in(facts: QuerySet[Fact]) -> QuerySet[Fact, Any]:
    """Return the parties of facts with quantity, count and days, the most frequent first."""
    grouped = facts.filter(party__isnull=False).order_by().values("party")
    return grouped.annotate(
        total=Sum("quantity"), count=Count("pk"), first=Min("happened_on"), last=Max("happened_on")
    ).order_by("-count", "party")


def falling_in(facts: QuerySet[Fact]) -> Falling:
    """Return how facts fall together into parties, from one scan."""
    grouped = facts.filter(party__isnull=False).order_by().values("party")
    nets = grouped.annotate(total=Sum("quantity"), count=Count("pk"))
    counts = nets.aggregate(
        facts=Sum("count"),
        parties=Count("party", filter=Q(total__gt=0)),
        repeated=Count("party", filter=Q(total__gt=1)),
    )
    return Falling(counts["facts"] or 0, counts["parties"], counts["repeated"])


def party_rows(page: list[dict[str, Any]], figure: Figure) -> list[PartyRow]:
    """Return rows for a page of ``parties_in``, in its order."""
    return [
        PartyRow(
            party=one["party"],
            quantity=one["total"],
            facts=one["count"],
            first_on=one["first"],
            last_on=one["last"],
            address=figure.address_of("facts", party=str(one["party"])),
        )
        for one in page
    ]
