"""Points are spent, one holder's or many's: plain functions for use inside operations of other rooms."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars
from django.db import connection
from django.db.models import Model

from bangfu.foundation.operations import Act, inside_operation
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.points.models import Holder, Kind, Rate, Spend
from bangfu.foundation.points.operations.refusing import UnableToSpend
from bangfu.foundation.points.operations.storing import copy_rows, next_keys
from bangfu.foundation.points.queries import rate_of
from bangfu.foundation.rooms import record_type_of

LOCK_HOLDERS = "SELECT id, number FROM points_holder WHERE number = ANY(%s) ORDER BY id FOR NO KEY UPDATE"
"""Everybody who spends, gives back or lets expire takes these first, in the order of their keys."""
SPEND_SCHEMA = {
    "holder": polars.String(), "points": polars.Int64(), "subject": polars.Int64(), "source_id": polars.String(),
}  # fmt: skip
"""The columns of ``spend_points_many``: the holder's number, what is spent, the record's key, and the spending's own id."""


@dataclass(frozen=True, slots=True)
class Spent:
    """What one row of ``spend_points_many`` was answered."""

    spend: int | None
    """Its key; null where it was refused."""
    value_fen: int
    code: str
    """A code of ``UnableToSpend``; empty where it was spent."""
    held: int
    """What the holder could have spent just before."""
    is_again: bool = False
    """Whether it was spent before under the same id, and this is the first answer once more."""


def spend_points(
    *, holder: Holder, points: int, sponsor: Unit, of: Model, source_system: str, source_id: str, act: Act
) -> Spend:
    """Spend points of a holder for a record, the lots that expire first before the others, and return the spending.

    The same ``source_system`` and ``source_id`` return the first spending. ``Spend.value_fen`` is what the points are worth at
    the sponsor's rate of the day.

    Raises: UnableToSpend: see its codes; nothing was written.
    Locks: the holder.
    """
    frame = polars.DataFrame([[holder.number, points, of.pk, source_id]], schema=SPEND_SCHEMA, orient="row")
    kind = record_type_of(of).number
    (answer,) = spend_points_many(
        frame, sponsor=sponsor, record_type=kind, source_system=source_system, act=act
    )
    if answer.code:
        rate = rate_of(sponsor, act.on)
        raise UnableToSpend(
            answer.code,
            held=answer.held,
            wanted=points,
            number=holder.number,
            source=source_id,
            least=rate.least_points if rate else 1,
        )
    return Spend.objects.get(source_system=source_system, source_id=source_id)


def spend_points_many(
    frame: polars.DataFrame,
    *,
    sponsor: Unit,
    record_type: int,
    source_system: str,
    locked: Mapping[str, int] | None = None,
    rate: Rate | None = None,
    act: Act,
) -> list[Spent]:
    """Spend points of many holders, and answer each row in its order: whole or not at all, first come first served.

    Args:
        frame: columns of ``SPEND_SCHEMA``; an id that stands twice is answered once more.
        record_type: the number of the type of record that ``subject`` counts keys of.
        locked: what ``lock_holders`` returned for these numbers within this operation; null: they are locked now.
        rate: the sponsor's of the day, where it is known; null: it is looked up.

    Raises: UnableToSpend: ``no_rate``; nothing was written.
    Locks: the holders, in the order of their keys.
    """
    inside_operation()
    rate = rate or rate_of(sponsor, act.on)
    if rate is None:
        raise UnableToSpend("no_rate", unit=sponsor.name, on=act.on)
    rows = list(
        frame.select(*(polars.col(name).cast(kind) for name, kind in SPEND_SCHEMA.items())).iter_rows()
    )
    today = act.on
    holders = locked if locked is not None else lock_holders({row[0] for row in rows})
    purses = _purses(list({holders[row[0]] for row in rows if row[0] in holders}), on=today)
    known = _known(source_system, [row[3] for row in rows])
    fresh = iter(next_keys("points_spend", len(rows)))
    answers: list[Spent] = []
    spends: list[tuple[object, ...]] = []
    moves: list[tuple[object, ...]] = []
    for number, points, subject, source in rows:
        key = holders.get(number)
        purse = purses.get(key or 0, _Purse())
        if source in known:
            answers.append(_again(known[source], key, points, purse.held))
            continue
        code = _fault(key, points or 0, purse.held, rate)
        if code or key is None:
            answers.append(Spent(None, 0, code, purse.held))
            continue
        spend, worth = next(fresh), rate.value_fen(points)
        answers.append(Spent(spend, worth, "", purse.held))
        known[source] = (spend, key, points, worth)
        spends.append(
            (spend, key, points, worth, rate.pk, today, act.at, record_type, subject, source_system, source)
        )
        moves += [(lot, spend, Kind.SPENT.value, -taken, today, act.at) for lot, taken in purse.take(points)]
    write_spends(spends)
    write_movements(moves)
    return answers


def lock_holders(numbers: set[str]) -> dict[str, int]:  # key by number; unknown ones are absent
    """Lock the holders of these numbers, in the order of their keys, and return them."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK_HOLDERS, [sorted(numbers)])
        return {number: key for key, number in cursor.fetchall()}


class _Purse:
    """What a holder can spend: lots with what remains of them, the first to expire first."""

    def __init__(self) -> None:
        self.lots: list[list[int]] = []
        self.first = 0
        self.held = 0

    def take(self, points: int) -> list[tuple[int, int]]:
        """Return from which lots the points come, and how many from each; they are there."""
        self.held -= points
        taken = []
        while points:
            lot = self.lots[self.first]
            part = min(points, lot[1])
            lot[1] -= part
            points -= part
            taken.append((lot[0], part))
            if not lot[1]:
                self.first += 1
        return taken


def _purses(holders: list[int], *, on: date) -> dict[int, _Purse]:
    found: dict[int, _Purse] = defaultdict(_Purse)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT holder_id, id, remaining FROM points_lot WHERE holder_id = ANY(%s) AND remaining > 0"
            " AND earned_on <= %s AND expires_on > %s ORDER BY expires_on, id",
            [holders, on, on],
        )
        for holder, lot, remaining in cursor.fetchall():
            purse = found[holder]
            purse.lots.append([lot, remaining])
            purse.held += remaining
    return found


def _known(system: str, sources: Sequence[str]) -> dict[str, tuple[int, int, int, int]]:
    """Return what was spent under these ids before: key, holder, points and value, by id."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT source_id, id, holder_id, points, value_fen FROM points_spend"
            " WHERE source_system = %s AND source_id = ANY(%s)",
            [system, list(sources)],
        )
        return {row[0]: row[1:] for row in cursor.fetchall()}


def _again(first: tuple[int, int, int, int], holder: int | None, points: int, held: int) -> Spent:
    spend, whose, spent, worth = first
    if (whose, spent) != (holder, points):
        return Spent(None, 0, "other_spending", held)
    return Spent(spend, worth, "", held, is_again=True)


def _fault(holder: int | None, points: int, held: int, rate: Rate) -> str:
    if points <= 0:
        return "nothing"
    if holder is None:
        return "unknown_holder"
    if points < rate.least_points:
        return "too_few"
    return "short" if points > held else ""


def write_spends(rows: Sequence[tuple[object, ...]]) -> None:
    """Write spendings whose keys are given."""
    copy_rows(
        "points_spend",
        ("id", "holder_id", "points", "value_fen", "rate_id", "spent_on", "spent_at", "subject_type", "subject_id",
         "source_system", "source_id"),
        rows,
    )  # fmt: skip


def write_movements(rows: Sequence[tuple[object, ...]]) -> None:
    """Write movements (lot, spend or null, kind, points, day, moment); the database keeps what remains of their lots."""
    copy_rows("points_movement", ("lot_id", "spend_id", "kind", "points", "moved_on", "moved_at"), rows)
