"""Planning and drawing: how large the sample will be, and which facts it is once the seed is there. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from bangfu.foundation.ledger.models import Checkpoint, ReferenceMember, ReferenceVersion
from bangfu.foundation.ledger.witnessing import Kind
from bangfu.reporting.definitions import Indicator
from bangfu.reporting.sampling.engines import attributes, monetary
from bangfu.reporting.sampling.engines.seeds import seed_of
from bangfu.reporting.sampling.models import Announcement, Method
from bangfu.reporting.sampling.population import (
    STEP,
    Population,
    indicator_of_audit,
    population_of,
    positive_facts,
    selection_of,
    steps_in,
)

MOST_FACTS = 2_000
"""A sample that nobody examines is none: a larger one is refused, and says to tolerate more."""


@dataclass(frozen=True)
class Planned:
    """What an audit would draw."""

    population: Population
    size: int
    """Facts at most."""
    interval: Decimal | None
    """Null by fact."""
    factor: Decimal | None


@dataclass(frozen=True)
class DrawnFact:
    """One fact of a selection."""

    fact: int
    book: Decimal
    is_certain: bool


@dataclass(frozen=True)
class DrawnSample:
    """A selection with all that it rests on."""

    seed_block: int
    seed: bytes
    planned: Planned
    start: Decimal | None
    facts: tuple[DrawnFact, ...]


def planned(
    population: Population, *, method: str, confidence: Decimal, tolerable: Decimal, expected: Decimal
) -> Planned:
    """Return how large a sample of a population has to be.

    Args:
        tolerable: a quantity, or by fact a share in per cent; so is ``expected``.

    Raises: ValueError: the figures leave no room for a sample, see the engines.
    """
    if method == Method.ATTRIBUTES:
        size = attributes.sample_size(
            population=population.count,
            confidence=confidence,
            tolerable=tolerable / 100,
            expected=expected / 100,
        )
        return Planned(population, size, None, None)
    plan = monetary.plan(
        total=steps_in(population.total),
        confidence=confidence,
        tolerable=steps_in(tolerable),
        expected=steps_in(expected),
    )
    return Planned(population, min(plan.size, population.count), plan.interval * STEP, plan.factor)


def seed_block_of(announcement: Announcement) -> int | None:
    """Return the block that sealed an announcement; null while it waits."""
    versions = ReferenceVersion.objects.filter(kind=Kind.AUDIT, key=str(announcement.pk))
    sealed = ReferenceMember.objects.filter(version_id__in=versions.values("pk"))
    return sealed.values_list("block_id", flat=True).first()


def seed_for(announcement: Announcement, block: int) -> bytes:
    """Return the seed that the checkpoint of a block gives an announcement."""
    return seed_of(bytes(Checkpoint.objects.get(pk=block).root), announcement.message)


def selection_drawn(announcement: Announcement, block: int) -> DrawnSample:
    """Return what is selected when this block sealed the announcement; the same whoever asks and however often."""
    seed = seed_for(announcement, block)
    indicator, selection = indicator_of_audit(announcement), selection_of(announcement)
    plan = planned(
        population_of(indicator, selection),
        method=announcement.method,
        confidence=announcement.confidence_share,
        tolerable=announcement.tolerable,
        expected=announcement.expected,
    )
    rows = list(positive_facts(indicator, selection))
    if plan.interval is None:
        chosen = set(attributes.selected((fact for fact, _ in rows), seed=seed, size=plan.size))
        facts = tuple(DrawnFact(fact, book, is_certain=False) for fact, book in rows if fact in chosen)
        return DrawnSample(block, seed, plan, None, facts)
    interval = steps_in(plan.interval)
    start = monetary.start_of(seed, interval)
    return DrawnSample(block, seed, plan, start * STEP, _by_quantity(rows, interval, start))


def _by_quantity(rows: Sequence[tuple[int, Decimal]], interval: int, start: int) -> tuple[DrawnFact, ...]:
    items = [monetary.Item(fact, steps_in(book)) for fact, book in rows]
    return tuple(
        DrawnFact(one.fact, one.book * STEP, one.is_certain)
        for one in monetary.selected(items, interval=interval, start=start)
    )


def unit_of(indicator: Indicator) -> str:
    """Return in what a tolerable quantity of a figure is given, in the active language."""
    return str(indicator.term.measure.unit)
