"""Entries posted, one or many, by COPY: plain functions for use inside operations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars
from django.db import connection, models
from psycopg import errors, sql

from bangfu.foundation.money.amounts import grouped
from bangfu.foundation.money.models import BookAccount, Entry, Fund
from bangfu.foundation.money.operations.funds import lock_and_check_funds
from bangfu.foundation.money.refusals import UnableToPostEntry
from bangfu.foundation.operations import Act, inside_operation
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.rooms import record_type_of

COLUMNS: dict[str, polars.DataType] = {
    "entry": polars.Int64(),
    "on": polars.Date(),
    "account": polars.String(),
    "amount_minor": polars.Int64(),
    "fund": polars.String(),
    "subject": polars.Int64(),
    "source_id": polars.String(),
    "revision": polars.Int16(),
}
"""What ``post_entries`` takes: one row a leg; ``entry`` tells entries of the frame apart."""
REQUIRED = ("entry", "on", "account", "amount_minor", "source_id")


@dataclass(frozen=True)
class Line:
    """One leg as it is posted: a debit above zero, a credit below."""

    account: str
    amount_minor: int
    fund: str | None = None


@dataclass(frozen=True)
class PostedEntries:
    """What a bulk post did."""

    count: int
    skipped: int
    """Entries whose source had posted before: posted once, not again."""


def post_entry(
    *,
    unit: Unit,
    on: date,
    lines: Sequence[Line],
    of: models.Model,
    source_system: str,
    source_id: str,
    revision: int = 1,
    act: Act,
) -> Entry:
    """Post one entry that a record moved, and return it; a source that posted it before returns the first.

    Raises: UnableToPostEntry: see its codes.
    Locks: the restricted funds that are spent, in the order of their keys.
    """
    rows = polars.DataFrame(
        {
            "account": [line.account for line in lines],
            "amount_minor": [line.amount_minor for line in lines],
            "fund": [line.fund for line in lines],
        },
        schema_overrides={"fund": polars.String},
    ).with_columns(
        entry=polars.lit(1),
        on=polars.lit(on),
        subject=polars.lit(of.pk),
        source_id=polars.lit(source_id),
        revision=polars.lit(revision),
    )
    post_entries(rows, unit=unit, system=source_system, record_type=record_type_of(of).number, act=act)
    return Entry.objects.get(
        source_system=source_system, source_id=source_id, revision=revision, reverses__isnull=True
    )


def post_entries(
    frame: polars.DataFrame,
    *,
    unit: Unit,
    system: str,
    record_type: int | None = None,
    are_new: bool = False,
    act: Act,
) -> PostedEntries:
    """Post entries of one unit's books, by COPY, or none at all.

    ``frame`` has one row a leg: ``entry``, ``on``, ``account`` (code), ``amount_minor``, ``source_id``, and may have
    ``fund`` (code), ``subject`` (the record's key, with ``record_type``) and ``revision``. An entry whose source posted
    before is skipped.

    Args:
        are_new: the open operation just made their sources: nobody looks for what they posted before, and a second entry is
            refused all the same.

    Raises: UnableToPostEntry: the first refused entry's code; nothing was written.
    Locks: the restricted funds that are spent, in the order of their keys.
    """
    inside_operation()
    return enter_entries(frame, unit=unit, system=system, record_type=record_type, are_new=are_new, act=act)


def enter_entries(
    frame: polars.DataFrame,
    *,
    unit: Unit,
    system: str,
    record_type: int | None = None,
    are_new: bool = False,
    act: Act,
) -> PostedEntries:
    """Post entries as ``post_entries`` does, also where no operation is open: at the founding of a house.

    Raises: UnableToPostEntry: the first refused entry's code; nothing was written.
    """
    legs = _complete(frame)
    _refuse_incomplete(legs, today=act.on)
    heads = legs.group_by("entry", maintain_order=True).agg(
        polars.first("on", "subject", "source_id", "revision"), leg_count=polars.len()
    )
    fresh = heads if are_new else _without_posted(heads, system)
    if fresh.height < heads.height:
        legs = legs.join(fresh.select("entry"), on="entry", how="semi", maintain_order="left")
    legs = _with_accounts(legs, unit)
    _refuse_unbalanced(legs)
    lock_and_check_funds(legs)
    if fresh.height:
        _copy(fresh, legs, unit=unit, system=system, record_type=record_type, act=act)
    return PostedEntries(count=fresh.height, skipped=heads.height - fresh.height)


def _complete(frame: polars.DataFrame) -> polars.DataFrame:
    given = {*frame.columns, *REQUIRED}
    columns = {
        name: (polars.col(name) if name in given else polars.lit(None)).cast(kind)
        for name, kind in COLUMNS.items()
    }
    return frame.select(**{**columns, "revision": columns["revision"].fill_null(1)})


def _refuse_incomplete(legs: polars.DataFrame, *, today: date) -> None:
    for name in REQUIRED:
        if legs[name].null_count():
            raise UnableToPostEntry("incomplete", column=name)
    if (legs["amount_minor"] == 0).any():
        raise UnableToPostEntry("nothing_moved")
    if (legs["on"] > today).any():
        raise UnableToPostEntry("in_future", on=legs.filter(polars.col("on") > today)["on"][0])


def _without_posted(heads: polars.DataFrame, system: str) -> polars.DataFrame:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT source_id, revision FROM money_entry WHERE source_system = %s AND source_id = ANY(%s)"
            " AND reverses_id IS NULL",
            [system, heads["source_id"].to_list()],
        )
        posted = cursor.fetchall()
    if not posted:
        return heads
    known = polars.DataFrame(
        posted, schema={"source_id": polars.String, "revision": polars.Int16}, orient="row"
    )
    return heads.join(known, on=["source_id", "revision"], how="anti", maintain_order="left")


def _with_accounts(legs: polars.DataFrame, unit: Unit) -> polars.DataFrame:
    """Return the legs with ``account_id``, ``asset``, ``kind`` and ``fund_id``."""
    accounts = polars.DataFrame(
        list(
            BookAccount.objects.filter(unit=unit, code__in=legs["account"].unique().to_list()).values_list(
                "code", "id", "asset", "kind"
            )
        ),
        schema={
            "account": polars.String,
            "account_id": polars.Int64,
            "asset": polars.String,
            "kind": polars.String,
        },
        orient="row",
    )
    codes = legs["fund"].drop_nulls().unique().to_list()
    funds = polars.DataFrame(
        list(Fund.objects.filter(unit=unit, code__in=codes).values_list("code", "id")) if codes else [],
        schema={"fund": polars.String, "fund_id": polars.Int64},
        orient="row",
    )
    known = legs.join(accounts, on="account", how="left", maintain_order="left").join(
        funds, on="fund", how="left", maintain_order="left"
    )
    if known["account_id"].null_count():
        strange = known.filter(polars.col("account_id").is_null())
        raise UnableToPostEntry("unknown_account", account=strange["account"][0])
    if known["fund_id"].null_count() > known["fund"].null_count():
        strange = known.filter(polars.col("fund").is_not_null() & polars.col("fund_id").is_null())
        raise UnableToPostEntry("unknown_fund", fund=strange["fund"][0])
    return known


def _refuse_unbalanced(legs: polars.DataFrame) -> None:
    sums = legs.group_by("entry", "asset", "fund").agg(polars.col("amount_minor").sum())
    if (sums["amount_minor"] != 0).any():
        first = sums.filter(polars.col("amount_minor") != 0).sort("entry", "asset").row(0, named=True)
        raise UnableToPostEntry(
            "unbalanced", entry=first["entry"], difference=grouped(first["amount_minor"], first["asset"])
        )


def _copy(
    heads: polars.DataFrame,
    legs: polars.DataFrame,
    *,
    unit: Unit,
    system: str,
    record_type: int | None,
    act: Act,
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('money_entry', 'id')) FROM generate_series(1, %s)",
            [heads.height],
        )
        keys = polars.Series("key", [key for (key,) in cursor.fetchall()], dtype=polars.Int64)
        heads = heads.with_columns(key=keys)
        entries = heads.select(
            id="key",
            unit_id=polars.lit(unit.pk),
            happened_on="on",
            entered_by_id=polars.lit(act.actor.pk),
            leg_count="leg_count",
            subject_type=polars.when(polars.col("subject").is_not_null()).then(
                polars.lit(record_type, polars.Int16)
            ),
            subject_id="subject",
            source_system=polars.lit(system),
            source_id="source_id",
            revision="revision",
        )
        numbered = legs.join(heads.select("entry", "key"), on="entry", how="left", maintain_order="left")
        parts = numbered.select("account_id", "asset", "fund_id", "amount_minor", entry_id="key")
        try:
            for table, rows in (("money_leg", parts), ("money_entry", entries)):
                statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv)").format(
                    sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, rows.columns))
                )
                with cursor.copy(statement) as copy:
                    copy.write(rows.write_csv(include_header=False).encode())
        except (errors.CheckViolation, errors.UniqueViolation) as clash:
            raise _refusal_of(clash) from clash


def _refusal_of(clash: errors.CheckViolation | errors.UniqueViolation) -> Exception:
    """Return the refusal of a rule of the database that somebody else's writing broke meanwhile."""
    match clash.diag.constraint_name:
        case "money_source_once":
            return UnableToPostEntry("posted_meanwhile")
        case "money_fund_for_its_purpose":
            return UnableToPostEntry("other_purpose")
        case "money_leg_fits":
            return UnableToPostEntry("closed_then")
    return clash
