"""What is asked of the figures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from bangfu.reporting.matching.wheres import EVERYWHERE, Scope


@dataclass(frozen=True)
class Question:
    """An indicator for a period and a scope; ``as_of`` null is now."""

    code: str
    period: str
    scope: Scope = EVERYWHERE
    as_of: int | None = None


Answers = Callable[[Iterable[Question]], Mapping[Question, Decimal | None]]
"""Gives the value of each question; null = no facts, absent = not for this reader."""
