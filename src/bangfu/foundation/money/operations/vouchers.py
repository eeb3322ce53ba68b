"""Vouchers entered into a unit's books by its accountant, many at once."""

from __future__ import annotations

import polars

from bangfu.foundation.money.operations.posting import PostedEntries, post_entries
from bangfu.foundation.operations import Act, Scope, operation
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.rooms import record_type

VOUCHERS = "money.voucher"
"""The source of every entry that an accountant enters; its id is the voucher's number."""


def _scope_of_unit(*, unit: Unit, **arguments: object) -> Scope:
    return unit.scope


@operation("money.enter_vouchers", scope=_scope_of_unit)
def enter_vouchers(
    *, unit: Unit, frame: polars.DataFrame, records: str | None = None, act: Act
) -> PostedEntries:
    """Enter vouchers into a unit's books, all or none; one whose number is entered already is skipped.

    Args:
        frame: one row a leg, as ``post_entries`` takes them; ``source_id`` is the voucher's number.
        records: code of the record type that ``subject`` counts keys of; null: no record stands behind them.

    Raises: UnableToPostEntry: the first refused entry's code; nothing was written.
    Posts: one entry a voucher.
    Locks: the restricted funds that are spent, in the order of their keys.
    """
    number = record_type(records).number if records is not None else None
    return post_entries(frame, unit=unit, system=VOUCHERS, record_type=number, act=act)
