"""PostgreSQL: always live, on the caller's connection."""

from __future__ import annotations

from collections.abc import Sequence

from bangfu.reporting.engines.asking import Question
from bangfu.reporting.figures import Sum, sum_of_term
from bangfu.reporting.selection import Selection


class OnPostgres:
    """Answers from the ledger itself, with what no block holds yet unless a block is asked for."""

    name = "postgres"

    def known(self, selection: Selection) -> Selection:
        """Return the selection as it is: what stands now is known."""
        return selection

    def answers(self, questions: Sequence[Question]) -> list[Sum]:
        """Return what the facts of each question come to, in their order."""
        return [sum_of_term(one.term, one.selection) for one in questions]
