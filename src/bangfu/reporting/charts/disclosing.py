"""Whether a picture of a chart may leave the house: no group of fewer than five persons stands in it.

On the page a chart says what its figures say, to whoever may see them. A picture travels without permissions, so it follows the
rule of what is published (decision 36): people are never shown in groups below five.
"""

from __future__ import annotations

from bangfu.foundation.ledger.measures import Party
from bangfu.foundation.places.codes import PROVINCE, level_of
from bangfu.reporting.charts.answers.answer import Answer
from bangfu.reporting.charts.asking import UnableToChart
from bangfu.reporting.definitions import Indicator
from bangfu.reporting.publications.disclosing import FEWEST


def counts_people(indicator: Indicator) -> bool:
    """Return whether an indicator counts somebody: a party of an unknown kind is held a person."""
    return any(
        one.party not in (None, Party.PUBLIC) or (term.counts_parties and one.party is not Party.PUBLIC)
        for term in indicator.terms
        for one in term.measures
    )


def has_small_groups(answer: Answer) -> bool:
    """Return whether some place or unit of a chart has between one and four of somebody."""
    if not any(counts_people(one) for one in answer.indicators):
        return False
    selection, values = answer.question.selection, list(answer.values_of_parts)
    is_narrow = selection.place is not None and level_of(selection.place) > PROVINCE
    if is_narrow or selection.unit is not None:
        # Not only its parts: each period of a small place or unit is a small group too.
        values += [cell.value for row in answer.rows for cell in row.cells]
    return any(value is not None and 0 < value < FEWEST for value in values)


def require_no_small_groups(answer: Answer) -> None:
    """Refuse a picture that shows people in groups below five.

    Raises: UnableToChart: ``small_groups``.
    """
    if has_small_groups(answer):
        raise UnableToChart("small_groups", fewest=FEWEST)
