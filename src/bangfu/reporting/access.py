"""Who may see a figure and the facts under it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars

from bangfu.foundation.ledger.models import Fact
from bangfu.foundation.operations import NotPermitted, Scope, allows
from bangfu.foundation.operations.authority import granted_rows
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.organisation.queries import grants_carrying, root_unit
from bangfu.foundation.people.models import Account
from bangfu.reporting.definitions import Indicator
from bangfu.reporting.room import VIEW, VIEW_FACTS
from bangfu.reporting.scoping import asks
from bangfu.reporting.selection import Selection


def scope_of_selection(selection: Selection) -> Scope:
    """Return where a figure lies, as a scope of permissions; one without a unit belongs to the whole programme.

    An area narrows a place but makes no scope of its own: whoever sees the place sees what of it lies in the area.
    """
    return Scope(
        unit=selection.unit.pk if selection.unit else None,
        place=selection.place,
        line=selection.line.pk if selection.line else None,
    )


def may_see(account: Account, selection: Selection, on: date) -> bool:
    """Return whether an account may see the figures of a selection."""
    return allows(account, VIEW, scope_of_selection(selection), on)


def may_see_terms(account: Account, indicator: Indicator, selection: Selection, on: date) -> bool:
    """Return whether an account may see what each term of a figure counts: a share of the whole tells the whole."""
    wider = [asks(term, selection) for term in indicator.terms if term.whole]
    return all(may_see(account, one, on) for one in wider if one is not None)


def sees_each(account: Account, asked: Sequence[tuple[Indicator, Selection]], on: date) -> list[bool]:
    """Return of each of many figures whether an account may see it, and the wider scope that a share of it tells."""
    root = root_unit()

    def where(selection: Selection) -> tuple[int | None, int | None, int | None]:
        # A figure without a unit is the whole programme's, and so the root's.
        unit = selection.unit or root
        return (unit.pk if unit else None, selection.place, selection.line.pk if selection.line else None)

    needed = [
        [selection, *(own for term in indicator.terms if term.whole and (own := asks(term, selection)))]
        for indicator, selection in asked
    ]
    scopes = list({where(one): None for several in needed for one in several})
    rows = polars.DataFrame(
        {name: [one[at] for one in scopes] for at, name in enumerate(("unit", "place", "line"))},
        schema={"unit": polars.Int64, "place": polars.Int64, "line": polars.Int64},
    )
    may = dict(zip(scopes, granted_rows(account, VIEW, rows, on), strict=True))
    return [all(may[where(one)] for one in several) for several in needed]


def require_sight(account: Account, selection: Selection, on: date) -> None:
    """Refuse unless the account may see the figures of a selection.

    Raises: NotPermitted: ``out_of_scope``.
    """
    if not may_see(account, selection, on):
        raise NotPermitted("out_of_scope", permission=VIEW)


def require_sight_of_fact(account: Account, fact: Fact, on: date) -> None:
    """Refuse unless the account may see the facts of the fact's unit, place and line.

    Raises: NotPermitted: ``out_of_scope``.
    """
    scope = Scope(unit=fact.unit_id, place=fact.place_id, line=fact.line_id)
    if not allows(account, VIEW_FACTS, scope, on):
        raise NotPermitted("out_of_scope", permission=VIEW_FACTS)


def own_corner(account: Account, on: date) -> tuple[Unit | None, int | None]:
    """Return the unit and place that a reader of figures starts from: nothing for the whole programme.

    Raises: NotPermitted: ``out_of_scope``: no grant carries ``reporting.view``.
    """
    carrying = sorted(grants_carrying(account, VIEW, on), key=lambda grant: grant.unit.path)
    if not carrying or not account.is_active:
        raise NotPermitted("out_of_scope", permission=VIEW)
    widest = min(carrying, key=lambda grant: (grant.unit.path.count("."), grant.place_id is not None))
    return (None if widest.unit.parent_id is None else widest.unit), widest.place_id
