"""Measures: what is counted, declared by the room that posts it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bangfu.foundation.rooms.words import Words


class MeasureKind(StrEnum):
    """How quantities add up over time."""

    FLOW = "FLOW"
    """Summed over the period in which they happened."""
    STOCK = "STOCK"
    """Deltas of a running sum up to the period's end."""


class Evidence(StrEnum):
    """What the records behind a measure must carry before a second person verifies them."""

    REQUIRED = "REQUIRED"
    """Every record carries evidence, and the reviewer opens a sample of it."""
    SAMPLED = "SAMPLED"
    """The reviewer opens a sample; a record in it without evidence is looked at as a record."""
    NONE = "NONE"
    """The record is enough, because a system made it or evidence cannot exist."""


class Party(StrEnum):
    """Whom or what quantities are about, so that an indicator can count each of them once."""

    PERSON = "PERSON"
    """A person, known to the ledger by an opaque id alone."""
    THING = "THING"
    """A household, dwelling or other thing that has a number of its own, and may tell of people."""
    PUBLIC = "PUBLIC"
    """A county, village, unit, school or hospital: everybody may know which."""


@dataclass(frozen=True)
class Measure:
    """One measure of the catalogue.

    ``code`` is ``room.noun``; ``unit`` the unit of measure; ``decimals`` how many digits a quantity may carry.
    """

    code: str
    title: Words
    unit: Words
    kind: MeasureKind = MeasureKind.FLOW
    decimals: int = 0
    counts: Words | None = None
    """What one unit of it is, and what it is not: the first sentence of every scope note."""
    evidence: Evidence = Evidence.REQUIRED
    reported: bool = False
    """Whether units report it by spreadsheet or form, through ``intake``; who may is asked ``<room>.report``."""
    party: Party | None = None
    """Whom each quantity is about; null where nothing but the sum is asked. A party of an unknown kind is held a person."""

    def __post_init__(self) -> None:
        if self.code.count(".") != 1:
            raise ValueError(f"a measure's code is room.noun, not {self.code!r}")
        if not 0 <= self.decimals <= 4:
            raise ValueError(f"{self.code}: quantities carry up to four decimals")


@dataclass(frozen=True)
class Source:
    """Where a fact comes from: (system, external id, revision) is unique over the ledger.

    The external id never identifies a person: ids that could are given as keyed digests.
    """

    system: str
    external_id: str
    revision: int = 1
