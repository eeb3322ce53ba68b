"""What an engine is: it answers terms of indicators for selections, exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bangfu.reporting.definitions import Indicator, Term
from bangfu.reporting.figures import NOTHING, Sum, joined
from bangfu.reporting.scoping import asks
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
    """Return what indicators come to by an engine, each for its selection, in their order."""
    terms = terms_by(engine, asked)
    return [joined(indicator, sums) for (indicator, _), sums in zip(asked, terms, strict=True)]


def terms_by(engine: Engine, asked: Sequence[tuple[Indicator, Selection]]) -> list[list[Sum]]:
    """Return what each term of indicators comes to by an engine, each for its selection, in their order."""
    owns = [[(term, asks(term, selection)) for term in one.terms] for one, selection in asked]
    questions = [Question(term, own) for terms in owns for term, own in terms if own is not None]
    answers = iter(engine.answers(questions))
    return [[NOTHING if own is None else next(answers) for _, own in terms] for terms in owns]
