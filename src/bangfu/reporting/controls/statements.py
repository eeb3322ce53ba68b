"""How a control total stands: its differences by state and reason, and the statement of reconciliation they make."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from bangfu.foundation.rooms import Words, both
from bangfu.reporting.controls.books import selection_of
from bangfu.reporting.controls.models import (
    CATEGORY_WORDS,
    Category,
    ControlTotal,
    Decision,
    Difference,
    Explanation,
    Reconciliation,
    Ruling,
)
from bangfu.reporting.definitions import Indicator
from bangfu.reporting.queries import indicator_of
from bangfu.reporting.selection import Selection

UNEXPLAINED, WAITING, APPROVED = "unexplained", "waiting", "approved"
STATES: dict[str, Words] = {
    UNEXPLAINED: both("待说明", "To be explained"),
    WAITING: both("待认可", "To be decided"),
    APPROVED: both("已认可", "Approved"),
}
STATE_CLASSES = {UNEXPLAINED: "returned", WAITING: "submitted", APPROVED: "verified"}


@dataclass(frozen=True)
class Line:
    """One difference as lists show it, with how far its explanation is."""

    difference: Difference
    label: Words
    """Month, unit, place or document at which the books differ; the total without lines."""
    explanation: Explanation | None
    decision: Decision | None

    @property
    def state(self) -> str:
        """One of ``STATES``."""
        if self.explanation is None or (self.decision and self.decision.ruling == Ruling.RETURNED):
            return UNEXPLAINED
        return APPROVED if self.decision else WAITING

    @property
    def state_words(self) -> Words:
        """The state in words."""
        return STATES[self.state]

    @property
    def state_class(self) -> str:
        """How pages mark the state."""
        return STATE_CLASSES[self.state]


@dataclass(frozen=True)
class Tally:
    """The differences of one state and reason, together."""

    state: str
    category: str
    """Empty where nobody has explained."""
    count: int
    amount: Decimal
    """Ours less theirs."""


@dataclass(frozen=True)
class Step:
    """One line of a statement of reconciliation."""

    words: Words
    count: int
    amount: Decimal


@dataclass(frozen=True)
class Statement:
    """From their balance to ours: what was approved, what waits and what nobody explained; it adds up exactly."""

    theirs: Decimal
    approved: tuple[Step, ...]
    """By category; those without a difference are absent."""
    waiting: Step
    unexplained: Step
    ours: Decimal

    @property
    def gap(self) -> Decimal:
        """Ours less theirs."""
        return self.ours - self.theirs

    @property
    def adds_up(self) -> bool:
        """Whether their balance and every difference come to our balance."""
        steps = (*self.approved, self.waiting, self.unexplained)
        return self.theirs + sum((one.amount for one in steps), Decimal(0)) == self.ours


@dataclass(frozen=True)
class Standing:
    """A control total as it stands: its newest revision, and its newest reconciliation."""

    total: ControlTotal
    reconciliation: Reconciliation | None
    """Of the newest revision; null until it is reconciled."""
    tallies: tuple[Tally, ...]

    @cached_property
    def indicator(self) -> Indicator:
        """What is reconciled."""
        return indicator_of(self.total.indicator, self.selection)

    @cached_property
    def selection(self) -> Selection:
        """The figure's question, as of the reconciliation's block."""
        return selection_of(self.total, self.reconciliation.block if self.reconciliation else None)

    @property
    def address(self) -> str:
        """Where the figure opens."""
        return f"/f/{self.total.indicator}/?{self.selection.query()}"

    def count(self, state: str) -> int:
        """Return how many differences are in a state."""
        return sum(one.count for one in self.tallies if one.state == state)

    @property
    def differences(self) -> int:
        """How many keys differ."""
        return sum(one.count for one in self.tallies)

    @property
    def unexplained(self) -> int:
        """How many differences nobody has explained."""
        return self.count(UNEXPLAINED)

    @property
    def waiting(self) -> int:
        """How many explanations wait for another person."""
        return self.count(WAITING)

    @property
    def gap(self) -> Decimal | None:
        """Ours less theirs; null until it is reconciled."""
        return None if self.reconciliation is None else self.reconciliation.ours - self.total.amount

    @cached_property
    def statement(self) -> Statement | None:
        """The statement of reconciliation; null until it is reconciled."""
        if self.reconciliation is None:
            return None
        approved = {one.category: one for one in self.tallies if one.state == APPROVED}
        return Statement(
            theirs=self.total.amount,
            approved=tuple(
                Step(CATEGORY_WORDS[category], approved[category].count, approved[category].amount)
                for category in Category
                if category in approved
            ),
            waiting=self._step(WAITING),
            unexplained=self._step(UNEXPLAINED),
            ours=self.reconciliation.ours,
        )

    def _step(self, state: str) -> Step:
        amounts = [one.amount for one in self.tallies if one.state == state]
        return Step(STATES[state], self.count(state), sum(amounts, Decimal(0)))
