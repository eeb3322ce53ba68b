"""What others may read of points: balances, lots, rates, and what the operator is told."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import connection
from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from bangfu.foundation.organisation.founding import appoint_system
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.organisation.queries import in_granted_units
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.systems import named_system
from bangfu.foundation.points.models import Confirmation, Holder, Kind, Lot, Movement, Rate
from bangfu.foundation.points.register import VIEW
from bangfu.foundation.rooms import both

DOOR = "points-clock"
CLOCK_TITLE = named_system(both("积分到期（系统）", "Expiry of points (a system)"))
"""The system account that lets points lapse."""
HEADS = "movement,member,lot,kind,points,day,spending"
"""The first line of a file of confirmation."""


def holder_of(number: str) -> Holder | None:
    """Return the holder of this number; null: nobody has points under it."""
    return Holder.objects.filter(number=number.strip().upper()).select_related("unit").first()


def balance_of(holder: Holder, *, on: date) -> int:
    """Return how many points a holder can spend on a day, as far as it is known now."""
    rows = Lot.objects.filter(holder=holder, remaining__gt=0, earned_on__lte=on, expires_on__gt=on)
    return int(rows.aggregate(sum=Coalesce(Sum("remaining"), 0))["sum"])


def rate_of(unit: Unit, on: date) -> Rate | None:
    """Return what a sponsor's points are worth on a day: its own rate, or the nearest of a unit above; null: there is none."""
    above = [int(key) for key in unit.path.strip(".").split(".")]
    newest: dict[int, Rate] = {}
    for one in Rate.objects.filter(unit__in=above, valid_from__lte=on).order_by("valid_from"):
        newest[one.unit_id] = one
    for key in reversed(above):
        found = newest.get(key)
        if found is not None and (found.valid_until is None or found.valid_until > on):
            return found
    return None


def holders_seen_by(account: Account, on: date) -> QuerySet[Holder]:
    """Return the holders whom an account may read."""
    return Holder.objects.filter(in_granted_units(account, VIEW, on)).select_related("unit")


def with_balance(found: QuerySet[Holder], *, on: date) -> QuerySet[Holder]:
    """Return holders with ``held`` (to be spent) and ``expiring`` (of it, within thirty days)."""
    can = Q(lots__remaining__gt=0, lots__earned_on__lte=on, lots__expires_on__gt=on)
    soon = can & Q(lots__expires_on__lte=on + timedelta(days=30))
    return found.annotate(
        held=Coalesce(Sum("lots__remaining", filter=can), 0),
        expiring=Coalesce(Sum("lots__remaining", filter=soon), 0),
    )


def rates_seen_by(account: Account, on: date) -> QuerySet[Rate]:
    """Return the rates that an account may read."""
    return Rate.objects.filter(in_granted_units(account, VIEW, on)).select_related("unit")


def confirmations_seen_by(account: Account, on: date) -> QuerySet[Confirmation]:
    """Return the files of confirmation that an account may read."""
    return Confirmation.objects.filter(in_granted_units(account, VIEW, on)).select_related("unit")


def untold_movements(unit: Unit) -> QuerySet[Movement]:
    """Return what was spent and given back by members of a unit's subtree and stands in no file yet."""
    return Movement.objects.filter(
        kind__in=(Kind.SPENT, Kind.GIVEN_BACK),
        lot__holder__unit__path__startswith=unit.path,
        told__isnull=True,
    )


def movements_of(holder: Holder) -> QuerySet[Movement]:
    """Return the journal of a holder, the newest first."""
    return Movement.objects.filter(lot__holder=holder).select_related("lot", "spend").order_by("-pk")


def confirmation_file(movements: Iterable[int]) -> str:
    """Return the text of a file of confirmation: a line a movement, in the order of their keys, lines ended by a line feed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT move.id, holder.number, lot.number, move.kind, -move.points, move.moved_on,"
            " spend.source_system || ' ' || spend.source_id FROM points_movement move"
            " JOIN points_lot lot ON lot.id = move.lot_id JOIN points_holder holder ON holder.id = lot.holder_id"
            " JOIN points_spend spend ON spend.id = move.spend_id WHERE move.id = ANY(%s) ORDER BY move.id",
            [list(movements)],
        )
        lines = [",".join(str(cell) for cell in row) for row in cursor.fetchall()]
    return "\n".join([HEADS, *lines, ""])


def clock_account() -> Account:
    """Return the system account by which points lapse; the first call appoints it over the whole house."""
    known = Account.objects.filter(username=DOOR).first()
    return known or appoint_system(
        username=DOOR, title=CLOCK_TITLE.zh, role="points_clock", on=timezone.localdate()
    )


def some_expire(now: datetime) -> bool:
    """Return whether points remain in a lot whose time is over."""
    return Lot.objects.filter(remaining__gt=0, expires_on__lte=timezone.localdate(now)).exists()


def movements_told(confirmation: Confirmation) -> list[int]:
    """Return the keys of the movements of a file, in order."""
    rows = Movement.objects.filter(told__confirmation=confirmation)
    return list(rows.order_by("pk").values_list("pk", flat=True))
