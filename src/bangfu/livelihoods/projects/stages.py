"""How much money of each source stands at each stage of a project, and which stage would exceed the one before. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from bangfu.livelihoods.projects.models import BEFORE, Kind


@dataclass
class Stages:
    """The money of one source of one project, in fen."""

    budget: int = 0
    living: dict[str, int] = field(default_factory=lambda: dict.fromkeys(Kind.values, 0))
    """Entered and not withdrawn, verified or not."""
    counted: dict[str, int] = field(default_factory=lambda: dict.fromkeys(Kind.values, 0))
    """Verified."""

    @property
    def waiting(self) -> dict[str, int]:
        """Entered and not verified yet, by stage."""
        return {kind: self.living[kind] - self.counted[kind] for kind in Kind.values}

    @property
    def is_empty(self) -> bool:
        """Whether there is neither a budget nor money."""
        return not self.budget and not any(self.living.values())


@dataclass(frozen=True)
class Excess:
    """A stage that would exceed the one before."""

    kind: str
    total: int
    limit: int

    @property
    def before(self) -> str | None:
        """The stage that is exceeded; null: the budget."""
        return BEFORE[self.kind]


def excess_of(sums: dict[str, int], budget: int) -> Excess | None:
    """Return the first stage of ``sums`` (fen by kind) that exceeds the one before, or null.

    >>> excess_of({"ALLOCATED": 5, "PAID": 6, "RECEIVED": 0, "SPENT": 0}, 9)
    Excess(kind='PAID', total=6, limit=5)
    """
    for kind, before in BEFORE.items():
        limit = budget if before is None else sums[before]
        if sums[kind] > limit:
            return Excess(kind, sums[kind], limit)
    return None
