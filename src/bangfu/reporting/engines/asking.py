"""What an engine is: it answers terms of indicators for selections, exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bangfu.reporting.definitions import Indicator, Term
from bangfu.reporting.figures import Sum, joined
from bangfu.reporting.selection import Selection


@dataclass(frozen=True)
class Question:
    """One term for one selection."""

    term: Term
    selection: Selection


class Engine(Protocol):
    """Answers questions."""

    name: str

    def known(self, selection: Selection) -> Selection:
        """Return a selection as of the block that the engine answers it by; one without a block may stay so.

        Raises: UnableToReadSnapshot: ``too_old``.
        """

    def answers(self, questions: Sequence[Question]) -> list[Sum]:
        """Return what the facts of each question come to, in their order.

        Raises: UnableToReadSnapshot: the facts of a block are asked for that the engine does not have.
        """


def sums_by(engine: Engine, asked: Sequence[tuple[Indicator, Selection]]) -> list[Sum]:
    """Return what the facts of indicators come to by an engine, each for its selection, in their order."""
    questions = [[Question(term, selection) for term in indicator.terms] for indicator, selection in asked]
    answers = iter(engine.answers([one for terms in questions for one in terms]))
    return [
        joined(indicator, [next(answers) for _ in terms])
        for (indicator, _), terms in zip(asked, questions, strict=True)
    ]
