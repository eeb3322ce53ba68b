"""On which side of a supplier somebody stands: the office that supports it, the supplier itself, or neither."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from bangfu.foundation.operations import Act, NotPermitted, allows, granted_units
from bangfu.foundation.organisation.queries import in_force, within_grants
from bangfu.foundation.people.models import Account
from bangfu.livelihoods.suppliers.models import Seat, Side, Supplier
from bangfu.livelihoods.suppliers.register import SERVE, VIEW


def seats_of(account: Account, on: date) -> QuerySet[Seat]:
    """Return the seat that an account holds on a day, at most one."""
    return Seat.objects.filter(in_force(on), account=account)


def suppliers_read(account: Account, on: date) -> QuerySet[Supplier]:
    """Return the suppliers that an account may read: those of its grants, and the one for which it holds a seat.

    A seat alone opens nothing: the account needs the role ``supplier`` where the supplier is supported, too.
    """
    whole = Supplier.objects.filter(within_grants(account, VIEW, on)).values("pk")
    own = Supplier.objects.filter(within_grants(account, SERVE, on)).filter(
        pk__in=seats_of(account, on).values("supplier")
    )
    return Supplier.objects.filter(Q(pk__in=whole) | Q(pk__in=own.values("pk")))


def reads_whole_scopes(account: Account, on: date) -> bool:
    """Return whether an account reads more than the supplier of its own seat."""
    return bool(granted_units(account, VIEW, on))


def side_of(account: Account, supplier: Supplier, on: date) -> Side | None:
    """Return on which side of a supplier an account stands; null: on none."""
    if allows(account, VIEW, supplier.scope, on):
        return Side.HOUSE
    if (
        allows(account, SERVE, supplier.scope, on)
        and seats_of(account, on).filter(supplier=supplier).exists()
    ):
        return Side.SUPPLIER
    return None


def require_side(supplier: Supplier, *, act: Act) -> Side:
    """Return on which side of a supplier the actor stands.

    Raises: NotPermitted: on none. The role ``supplier`` reaches its own supplier alone, whatever its scope.
    """
    found = side_of(act.actor, supplier, act.on)
    if found is None:
        raise NotPermitted("out_of_scope", permission=VIEW)
    return found
