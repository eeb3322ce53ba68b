"""Points come back, and points lapse: to the lots from which they were taken, and by the rule where these have expired."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection

from bangfu.foundation.operations import BY_ROWS, Act, inside_operation, operation, require
from bangfu.foundation.organisation.queries import root_unit
from bangfu.foundation.points.models import Holder, Kind, Lot, Rate, Spend
from bangfu.foundation.points.operations.refusing import UnableToGiveBack
from bangfu.foundation.points.operations.spending import write_movements

LOTS_AT_ONCE = 50_000
"""What lapses in one operation: a holder's lock is not held for longer than that takes."""


@dataclass(frozen=True)
class GivenBack:
    """What became of points that came back."""

    points: int
    """To be spent again."""
    lapsed: int
    """Gone, since their lot had expired and the rate grants no time."""


def give_back_points(spend: Spend, *, points: int | None = None, act: Act) -> GivenBack:
    """Give points of a spending back to the lots from which they came: those that expire last first.

    Where a lot has expired meanwhile, its points get a lot of their own for the rate's ``grace_days``; without grace they lapse.

    Args:
        points: how many; null: all that were not given back yet.

    Raises: UnableToGiveBack: see its codes; nothing was written.
    Locks: the holder.
    """
    inside_operation()
    Holder.objects.select_for_update(no_key=True).get(pk=spend.holder_id)
    taken = _still_taken(spend)
    left = sum(count for _, _, count in taken)
    wanted = left if points is None else points
    if wanted <= 0:
        raise UnableToGiveBack("nothing" if points is not None else "above_spent", left=left)
    if wanted > left:
        raise UnableToGiveBack("above_spent", left=left)
    rate = Rate.objects.get(pk=spend.rate_id)
    moves: list[tuple[object, ...]] = []
    lapsed = 0
    for lot, expires_on, count in taken:
        part = min(count, wanted)
        wanted -= part
        if not part:
            break
        is_over = expires_on <= act.on
        if is_over and rate.grace_days:
            lot = _follower(spend, lot, part, rate, act)
        moves.append((lot, spend.pk, Kind.GIVEN_BACK.value, part, act.on, act.at))
        if is_over and not rate.grace_days:
            moves.append((lot, None, Kind.EXPIRED.value, -part, act.on, act.at))
            lapsed += part
    write_movements(moves)
    returned = sum(int(str(row[3])) for row in moves if row[2] == Kind.GIVEN_BACK.value)
    return GivenBack(points=returned - lapsed, lapsed=lapsed)


def _still_taken(spend: Spend) -> list[tuple[int, date, int]]:
    """Return lot, its expiry and what is still taken from it; what came back to a follower counts for the lot it follows."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT origin.id, origin.expires_on, -sum(move.points) FROM points_movement move"
            " JOIN points_lot lot ON lot.id = move.lot_id"
            " JOIN points_lot origin ON origin.id = CASE WHEN move.kind = 'SPENT' THEN lot.id"
            " ELSE coalesce((SELECT spent.lot_id FROM points_movement spent WHERE spent.spend_id = move.spend_id"
            " AND spent.kind = 'SPENT' AND spent.lot_id = lot.id), lot.follows_id) END"
            " WHERE move.spend_id = %s GROUP BY 1, 2 HAVING sum(move.points) < 0 ORDER BY origin.expires_on DESC, origin.id DESC",
            [spend.pk],
        )
        return [(lot, expires_on, int(count)) for lot, expires_on, count in cursor.fetchall()]


def _follower(spend: Spend, lot: int, points: int, rate: Rate, act: Act) -> int:
    """Enter a lot for points whose own has expired, and return its key."""
    found = Lot.objects.get(pk=lot)
    count = found.followers.count()
    return Lot.objects.create(
        holder_id=spend.holder_id,
        number=f"{found.number[:50]}/{count + 1}",
        earned_on=act.on,
        expires_on=act.on + timedelta(days=rate.grace_days),
        points=points,
        follows=found,
        entered_at=act.at,
    ).pk


@operation("points.expire_lots", scope=BY_ROWS)
def expire_lots(*, act: Act) -> int:
    """Let what remains of lots lapse whose time is over, and return how many lots; at most ``LOTS_AT_ONCE``.

    Locks: the holders, in the order of their keys.
    """
    root = root_unit()
    assert root is not None
    require(act, "points.expire_lots", root.scope)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM points_holder WHERE id IN (SELECT holder_id FROM points_lot WHERE expires_on <= %s"
            " AND remaining > 0 ORDER BY expires_on, id LIMIT %s) ORDER BY id FOR NO KEY UPDATE",
            [act.on, LOTS_AT_ONCE],
        )
        holders = [key for (key,) in cursor.fetchall()]
        cursor.execute(
            "INSERT INTO points_movement (lot_id, kind, points, moved_on, moved_at)"
            " SELECT id, 'EXPIRED', -remaining, %s, %s FROM points_lot"
            " WHERE holder_id = ANY(%s) AND expires_on <= %s AND remaining > 0",
            [act.on, act.at, holders, act.on],
        )
        return cursor.rowcount
