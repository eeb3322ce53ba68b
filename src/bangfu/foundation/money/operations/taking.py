"""Vouchers of programs, taken together: each whole or not at all, and each answered by itself."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bangfu.foundation.money.operations.judging import MOST_VOUCHERS, entered_once, judge, write
from bangfu.foundation.money.operations.naming import Stands, UnitVoucher
from bangfu.foundation.money.refusals import UnableToEnterVoucher
from bangfu.foundation.operations import (
    BY_ROWS,
    Act,
    Refusal,
    Scope,
    UnableToKeepKeys,
    audit_rows,
    operation,
    permitted_scopes,
)
from bangfu.foundation.operations.rows import digest_of_cells
from bangfu.foundation.rooms import Words

OPERATION = "money.take_vouchers"


@dataclass(frozen=True)
class TakenVoucher:
    """What one voucher was answered."""

    entry: int | None
    """The key of its entry; null where it was refused."""
    code: str
    """Of the refusal; empty where it stands."""
    says: Words | None
    """The refusal's sentence; null where it stands."""
    is_again: bool = False
    """Whether this is the first answer once more."""


@operation(OPERATION, scope=BY_ROWS, by_rows=("vouchers",))
def take_vouchers(*, vouchers: Sequence[UnitVoucher], act: Act) -> list[TakenVoucher]:
    """Take up to 1,000 vouchers, each whole or not at all, and answer each in its order.

    A voucher's number is its key for good: the same voucher (unit, day, summary, lines in their order) once more is answered
    with its first entry, and another one under its number is refused. What is refused leaves nothing behind. One has 200 lines
    at most, each up to 10,000,000,000,000 minor units. A program that sends one after the other sends each to
    ``POST /api/live/vouchers``, where all that wait are taken in one call.

    Raises: UnableToEnterVoucher: ``too_many_vouchers``. UnableToKeepKeys: ``asked_meanwhile``: another call entered one of the
        numbers at once, or changed an account or fund; nothing was written, call again.
    Posts: one entry a voucher that stands.
    Locks: the restricted funds that are spent, in the order of their keys.
    """
    if len(vouchers) > MOST_VOUCHERS:
        raise UnableToEnterVoucher("too_many_vouchers", most=MOST_VOUCHERS)

    def allowed(units: Sequence[int]) -> Collection[int]:
        may = permitted_scopes(act, OPERATION, [Scope(unit) for unit in units])
        return {unit for unit, is_allowed in zip(units, may, strict=True) if is_allowed}

    judged = judge(vouchers, allowed=allowed, permission=OPERATION, act=act)
    fresh = [one for one in judged if isinstance(one, Stands) and not one.is_again]
    if fresh:
        with entered_once(UnableToKeepKeys("asked_meanwhile")):
            write(fresh, act=act)
        _keep_trail(fresh)
    return [
        TakenVoucher(None, one.code, one.sentence)
        if isinstance(one, Refusal)
        else TakenVoucher(one.entry, "", None, one.is_again)
        for one in judged
    ]


def _keep_trail(fresh: Sequence[Stands]) -> None:
    audit_rows(
        {
            "key": [one.number for one in fresh],
            "digest": [
                digest_of_cells((one.content.unit, one.content.on, one.content.summary, one.content.legs))
                for one in fresh
            ],
            "object": [f"money.entry:{one.entry}" for one in fresh],
            "unit": [one.content.unit for one in fresh],
        }
    )
