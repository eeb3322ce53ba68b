"""A small ledger for the tests of reporting: stations posted by the branches, and a stock of lamps."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from uuid import UUID

import polars

from bangfu.connectivity.network.measures import STATIONS
from bangfu.foundation.ledger import operations as ledger
from bangfu.foundation.ledger.measures import Measure, MeasureKind
from bangfu.foundation.ledger.models import Fact
from bangfu.foundation.ledger.sealing import seal_pending
from bangfu.foundation.operations import Act, Scope, operation
from bangfu.foundation.rooms import both, record_type
from bangfu.reporting.definitions import Indicator, IndicatorKind, Term, TermKind
from bangfu.reporting.indicators import versions_of
from tests.cast import CEHENG, Cast

LAMPS = Measure(
    "network.test_lamps", both("在用路灯", "Lamps in use"), both("盏", "lamps"), MeasureKind.STOCK
)
LAMPS_NUMBER = 8000
_numbers = count(1)


@operation("story.post", scope=lambda **_: Scope())
def post(*, measure: Measure, rows: polars.DataFrame, act: Act) -> ledger.PostedFacts:
    """Post one fact a row."""
    return ledger.post_many(
        measure, rows, record_type=record_type("network.station"), system="story", act=act
    )


@operation("story.reverse", scope=lambda **_: Scope())
def reverse(*, facts: list[int], act: Act) -> int:
    """Take facts back."""
    return ledger.reverse_many(facts, reason="duplicate_report", act=act)


def lamps_indicator() -> Indicator:
    """Return the indicator of the stock that the tests declare."""
    model = versions_of("network.base_stations")[0]
    return replace(
        model,
        code=LAMPS.code,
        number=LAMPS_NUMBER,
        kind=IndicatorKind.STOCK,
        term=Term(LAMPS, TermKind.STOCK),
        title=LAMPS.title,
        unit=LAMPS.unit,
        file="lamps.toml",
    )


@dataclass(frozen=True)
class Story:
    """The cast with a ledger that it writes."""

    cast: Cast

    @property
    def act(self) -> Act:
        """An act of the officer, long after everything that is counted."""
        return Act(actor=self.cast.officer, at=datetime(2021, 1, 1, tzinfo=UTC))

    def stations(
        self, how_many: int = 1, *, unit: int | None = None, place: int = CEHENG, on: date = date(2019, 5, 4)
    ) -> list[int]:
        """Post stations and return their facts."""
        return self.post(STATIONS, [1] * how_many, unit=unit, place=place, on=on)

    def post(
        self, measure: Measure, quantities: list[int | Decimal], *, unit: int | None, place: int, on: date,
        parties: list[UUID | None] | None = None,
    ) -> list[int]:  # fmt: skip
        """Post facts of a measure, one a party where parties are given, and return them."""
        names = [f"ST-{next(_numbers):06}" for _ in quantities]
        rows = polars.DataFrame(
            {
                "quantity": [Decimal(one) for one in quantities],
                "unit": [unit or self.cast.guizhou.pk] * len(quantities),
                "place": [place] * len(quantities),
                "on": [on] * len(quantities),
                "subject": range(1, len(quantities) + 1),
                "source_id": names,
                "identity": names,
                "party": [str(one) if one else None for one in parties or [None] * len(quantities)],
            },
            schema_overrides={"party": polars.String},
        )
        post(measure=measure, rows=rows, act=self.act)
        return list(Fact.objects.filter(source_id__in=names).order_by("id").values_list("pk", flat=True))

    def reverse(self, *facts: int) -> None:
        """Take facts back."""
        reverse(facts=list(facts), act=self.act)

    def seal(self) -> int:
        """Fill the next block and return its number."""
        number = seal_pending()
        assert number is not None
        return number
