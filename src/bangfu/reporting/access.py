"""Who may see a figure and the facts under it."""

from __future__ import annotations

from datetime import date

from bangfu.foundation.ledger.models import Fact
from bangfu.foundation.operations import NotPermitted, Scope, allows
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.organisation.queries import grants_carrying
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
