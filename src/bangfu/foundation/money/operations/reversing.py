"""Entries taken back: a plain function for use inside operations."""

from __future__ import annotations

from datetime import date

import polars
from django.db import IntegrityError, connection

from bangfu.foundation.money.models import Entry
from bangfu.foundation.money.operations.funds import lock_and_check_funds
from bangfu.foundation.money.refusals import UnableToReverseEntry
from bangfu.foundation.operations import Act, inside_operation
from bangfu.foundation.rooms import Words, both

REASON_WORDS: dict[str, Words] = {
    "wrong_amount": both("金额有误", "The amount is wrong"),
    "wrong_account": both("科目或基金有误", "The account or fund is wrong"),
    "wrong_date": both("日期有误", "The day is wrong"),
    "duplicate_report": both("重复登记", "Entered twice"),
    "withdrawn": both("业务撤回", "What it rests on was withdrawn"),
    "refunded": both("退款", "Refunded"),
}
REASONS = frozenset(REASON_WORDS)
"""Why an entry may be taken back."""


def reverse_entry(entry: Entry, *, reason: str, on: date, act: Act) -> Entry:
    """Take an entry back by one that mirrors it, on a day not before it, and return the new one.

    Raises: UnableToReverseEntry: see its codes; UnableToPostEntry: ``fund_short``, when what came in is spent.
    Locks: the restricted funds that are touched, in the order of their keys.
    """
    inside_operation()
    if reason not in REASONS:
        raise UnableToReverseEntry("unknown_reason", reason=reason)
    if entry.reverses_id is not None:
        raise UnableToReverseEntry("is_a_reversal")
    if Entry.objects.filter(reverses=entry).exists():
        raise UnableToReverseEntry("reversed_already")
    if on < entry.happened_on or on > act.on:
        raise UnableToReverseEntry("wrong_day", first=entry.happened_on, last=act.on)
    legs = list(entry.legs.select_related("account").order_by("id"))
    lock_and_check_funds(
        polars.DataFrame(
            [(leg.fund_id, leg.asset, leg.account.kind, -leg.amount_minor) for leg in legs],
            schema={
                "fund_id": polars.Int64,
                "asset": polars.String,
                "kind": polars.String,
                "amount_minor": polars.Int64,
            },
            orient="row",
        )
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('money_entry', 'id'))")
        (key,) = cursor.fetchone()
        cursor.execute(
            "INSERT INTO money_leg (entry_id, account_id, asset, fund_id, amount_minor)"
            " SELECT %s, account_id, asset, fund_id, -amount_minor FROM money_leg WHERE entry_id = %s ORDER BY id",
            [key, entry.pk],
        )
        try:
            cursor.execute(
                "INSERT INTO money_entry (id, unit_id, happened_on, entered_by_id, leg_count, subject_type, subject_id,"
                " source_system, source_id, revision, reverses_id, reason)"
                " SELECT %s, unit_id, %s, %s, leg_count, subject_type, subject_id, source_system, source_id, revision, id, %s"
                " FROM money_entry WHERE id = %s",
                [key, on, act.actor.pk, reason, entry.pk],
            )
        except IntegrityError as clash:
            if "money_reversed_once" in str(clash):
                raise UnableToReverseEntry("reversed_already") from clash
            raise
    return Entry.objects.get(pk=key)
