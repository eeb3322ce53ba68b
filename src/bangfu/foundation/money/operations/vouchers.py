"""Vouchers entered into a unit's books by its accountant, one by one or many at once, and taken back."""

from __future__ import annotations

from datetime import date, datetime

import polars
from django.db import connection

from bangfu.foundation.money.models import Entry
from bangfu.foundation.money.operations.judging import entered_once, judge, write
from bangfu.foundation.money.operations.naming import NewVoucher, Stands, UnitVoucher
from bangfu.foundation.money.operations.posting import PostedEntries, post_entries
from bangfu.foundation.money.operations.reversing import reverse_entry
from bangfu.foundation.money.queries import VOUCHERS
from bangfu.foundation.money.refusals import UnableToEnterVoucher, UnableToPostEntry
from bangfu.foundation.operations import Act, Refusal, Scope, operation, scope_of
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.rooms import record_type

_COLUMNS = [field.attname for field in Entry._meta.concrete_fields]
_SUMMARISE = """
INSERT INTO money_voucher (entry_id, summary)
SELECT entry.id, said.summary
  FROM unnest(%s::text[], %s::text[]) AS said (number, summary)
  JOIN money_entry entry ON entry.source_system = %s AND entry.source_id = said.number AND entry.revision = 1
   AND entry.reverses_id IS NULL
    ON CONFLICT (entry_id) DO NOTHING
"""


def _scope_of_unit(*, unit: Unit, **arguments: object) -> Scope:
    return unit.scope


@operation("money.enter_vouchers", scope=_scope_of_unit)
def enter_vouchers(
    *, unit: Unit, frame: polars.DataFrame, records: str | None = None, act: Act
) -> PostedEntries:
    """Enter vouchers into a unit's books, all or none; one whose number is entered already is skipped.

    Args:
        frame: one row a leg, as ``post_entries`` takes them; ``source_id`` is the voucher's number, and ``summary``, where
            the frame has it, what it is about.
        records: code of the record type that ``subject`` counts keys of; null: no record stands behind them.

    Raises: UnableToPostEntry: the first refused entry's code; nothing was written.
    Posts: one entry a voucher.
    Locks: the restricted funds that are spent, in the order of their keys.
    """
    number = record_type(records).number if records is not None else None
    return _enter(frame, unit=unit, records=number, act=act)


def _enter(frame: polars.DataFrame, *, unit: Unit, records: int | None, act: Act) -> PostedEntries:
    posted = post_entries(frame, unit=unit, system=VOUCHERS, record_type=records, act=act)
    if "summary" in frame.columns:
        said = frame.group_by("source_id", maintain_order=True).agg(polars.first("summary")).drop_nulls()
        with connection.cursor() as cursor:
            cursor.execute(_SUMMARISE, [said["source_id"].to_list(), said["summary"].to_list(), VOUCHERS])
    return posted


@operation("money.enter_voucher", scope=_scope_of_unit)
def enter_voucher(*, unit: Unit, voucher: NewVoucher, act: Act) -> Entry:
    """Enter one voucher into a unit's books, and return its entry.

    Raises: UnableToEnterVoucher: see its codes; UnableToPostEntry: see its codes. Nothing was written.
    Posts: one entry.
    Locks: the restricted funds that are spent, in the order of their keys.
    """
    (judged,) = judge(
        [UnitVoucher(unit.code, voucher)],
        allowed=lambda units: units,  # the operation's own scope
        permission="money.enter_voucher",
        act=act,
    )
    if isinstance(judged, Refusal):
        raise judged
    if judged.is_again:
        raise UnableToEnterVoucher("number_taken", number=judged.number)
    with entered_once(UnableToPostEntry("posted_meanwhile")):
        recorded = write([judged], act=act)
    ((recorded_at,),) = recorded()
    return _entry(judged, recorded_at, unit, act)


def _entry(stands: Stands, recorded_at: datetime, unit: Unit, act: Act) -> Entry:
    """Return the record that was just written, without reading it again."""
    content = stands.content
    written = {
        "id": stands.entry, "unit_id": unit.pk, "happened_on": content.on, "recorded_at": recorded_at,
        "entered_by_id": act.actor.pk, "leg_count": len(content.legs), "source_system": VOUCHERS, "source_id": stands.number,
        "revision": 1,
    }  # fmt: skip
    entry = Entry.from_db(connection.alias, _COLUMNS, [written.get(name) for name in _COLUMNS])
    entry.unit = unit
    return entry


@operation("money.reverse_voucher", scope=scope_of("entry"))
def reverse_voucher(*, entry: Entry, reason: str, happened_on: date, act: Act) -> Entry:
    """Take a voucher back 红字冲销 by an entry that mirrors it, and return that one; the right one has another number.

    Raises: UnableToEnterVoucher: ``no_voucher``; UnableToReverseEntry: see its codes; UnableToPostEntry: ``fund_short``, when
        what came in is spent. Nothing was written.
    Posts: one entry.
    Locks: the restricted funds that are touched, in the order of their keys.
    """
    if entry.source_system != VOUCHERS:
        raise UnableToEnterVoucher("no_voucher")
    return reverse_entry(entry, reason=reason, on=happened_on, act=act)
