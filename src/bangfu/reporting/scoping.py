"""What a term of a figure is asked about: another period or a wider scope than the figure's, where the definition says so."""

from __future__ import annotations

from bangfu.foundation.places.codes import PROVINCE, ancestor_id
from bangfu.reporting.definitions import Term, Whole
from bangfu.reporting.selection import Selection


def asks(term: Term, selection: Selection) -> Selection | None:
    """Return the selection for which a term of a figure is counted; null when there is none, and so no value.

    The address of an opened term says this selection, so that it opens as any other figure does.
    """
    if term.until is not None and selection.period.ends_on > term.until:
        return None
    if term.years_back:
        selection = selection.having(period=selection.period.years_before(term.years_back))
    match term.whole:
        case None:
            return selection
        case Whole.ALL:
            return selection.having(place=None, area=None, unit=None)
        case Whole.PLACES:
            return selection.having(place=None, area=None)
        case Whole.UNITS:
            return selection.having(unit=None)
        case Whole.PROVINCE:
            province = None if selection.place is None else ancestor_id(selection.place, PROVINCE)
            return None if province is None else selection.having(place=province, area=None)
