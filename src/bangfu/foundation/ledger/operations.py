"""Posting and reversing facts: plain functions that rooms call inside their operations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

import polars
from django.db import IntegrityError, connection, models
from psycopg import errors, sql

from bangfu.foundation.ledger import checks
from bangfu.foundation.ledger.catalogue import measure_number
from bangfu.foundation.ledger.measures import Measure, Source
from bangfu.foundation.ledger.models import Fact
from bangfu.foundation.operations import Act, Refusal, inside_operation
from bangfu.foundation.rooms import RecordType, both, record_type_of

COPIED = (
    "measure_id", "quantity", "unit_id", "place_id", "line_id", "party", "identity", "claim", "share",
    "subject_type", "subject_id", "happened_on", "source_system", "source_id", "revision",
)  # fmt: skip


class UnableToPost(Refusal):
    """Codes: ``counted_already``, ``counted_twice_here``, ``counted_meanwhile``, ``in_future``, ``nothing_counted``,
    ``too_fine``, ``incomplete``. ``details["rows"]`` holds every refused row (``row``, ``code``, ``identity``)."""

    sentences = {
        "counted_already": both(
            "「{identity}」已由{counted_by}计入，不能重复计数。请核对编码；如对方误报，请其先冲正。",
            "{identity} is already counted by {counted_by} and cannot be counted twice. Check the code; if the other"
            " entry is wrong, have it reversed first.",
        ),
        "counted_twice_here": both(
            "「{identity}」在这批数据中出现了不止一次。请只保留一行。",
            "{identity} appears more than once in this batch. Keep one row.",
        ),
        "counted_meanwhile": both(
            "刚刚有人计入了同一对象。请刷新后再试。",
            "Somebody has just counted the same thing. Reload and try again.",
        ),
        "in_future": both(
            "日期 {on} 在今天之后。请改为实际发生的日期。",
            "{on} lies in the future. Enter the day it happened.",
        ),
        "nothing_counted": both("数量不能为零。", "The quantity cannot be zero."),
        "too_fine": both(
            "数量的小数位数超过了{decimals}位。", "The quantity has more than {decimals} decimals."
        ),
        "incomplete": both("缺少必填的「{column}」。", "The column {column} is missing a value."),
    }


class UnableToReverse(Refusal):
    """Codes: ``reversed_already``, ``is_a_reversal``, ``unknown_reason``."""

    sentences = {
        "reversed_already": both("这条事实已经冲正过。", "This fact has been reversed already."),
        "is_a_reversal": both(
            "冲正记录本身不能再冲正。请重新登记。", "A reversal cannot be reversed. Post again instead."
        ),
        "unknown_reason": both("没有「{reason}」这个冲正原因。", "There is no reason called {reason}."),
    }


class ReversalReason(models.TextChoices):
    """Why a fact is taken back; the words to it stay on the record."""

    DUPLICATE_REPORT = "duplicate_report", "duplicate report"
    WRONG_PLACE = "wrong_place", "wrong place"
    WRONG_DATE = "wrong_date", "wrong date"
    WRONG_UNIT = "wrong_unit", "wrong unit"
    WRONG_QUANTITY = "wrong_quantity", "wrong quantity"
    EVIDENCE_FAILED = "evidence_failed", "evidence does not hold"
    WITHDRAWN = "withdrawn", "record withdrawn"


REASON_WORDS = {
    ReversalReason.DUPLICATE_REPORT: both("重复上报", "Reported twice"),
    ReversalReason.WRONG_PLACE: both("地点有误", "Wrong place"),
    ReversalReason.WRONG_DATE: both("日期有误", "Wrong date"),
    ReversalReason.WRONG_UNIT: both("单位有误", "Wrong unit"),
    ReversalReason.WRONG_QUANTITY: both("数量有误", "Wrong quantity"),
    ReversalReason.EVIDENCE_FAILED: both("佐证不成立", "Evidence does not hold"),
    ReversalReason.WITHDRAWN: both("记录已撤回", "Record withdrawn"),
}


@dataclass(frozen=True)
class PostedFacts:
    """What a bulk post did."""

    count: int
    skipped: int
    """Rows whose source had posted the same measure before: posted once, not again."""


def post(
    measure: Measure,
    quantity: Decimal | int,
    *,
    of: models.Model,
    unit: int,
    place: int,
    on: date,
    source: Source,
    act: Act,
    identity: str | None = None,
    party: UUID | None = None,
    line: int | None = None,
) -> Fact:
    """Post one fact that a record proves, and return it; a source that posted it before returns the first.

    Raises: UnableToPost: see its codes.
    """
    frame = polars.DataFrame(
        {
            "quantity": [Decimal(quantity)], "unit": [unit], "place": [place], "on": [on], "subject": [of.pk],
            "source_id": [source.external_id], "revision": [source.revision], "identity": [identity],
            "party": [str(party) if party else None], "line": [line],
        },
        schema_overrides=checks.SCHEMA,
    )  # fmt: skip
    post_many(measure, frame, record_type=record_type_of(of), system=source.system, act=act)
    return Fact.objects.get(
        measure_id=measure_number(measure.code),
        source_system=source.system,
        source_id=source.external_id,
        revision=source.revision,
        reverses_id=None,
    )


def post_many(
    measure: Measure, frame: polars.DataFrame, *, record_type: RecordType, system: str, act: Act
) -> PostedFacts:
    """Post one fact a row, by COPY, or none at all.

    ``frame`` has ``quantity``, ``unit``, ``place``, ``on``, ``subject`` (the record's key) and ``source_id``, and may
    have ``revision``, ``identity``, ``party``, ``line``. A row whose source posted before is skipped, not posted twice.

    Raises: UnableToPost: the first refused row's code; ``details["rows"]`` names them all.
    """
    inside_operation()
    rows = checks.complete(frame)
    refused = checks.refused_rows(measure, rows, act.on)
    if refused.height:
        _refuse(measure, refused)
    number = measure_number(measure.code)
    fresh = checks.without_posted(rows, number, system)
    claimed = checks.with_claims(fresh, number)
    taken = claimed.filter(polars.col("counted_by").is_not_null())
    if taken.height:
        _refuse(measure, taken.select("row", "identity", "counted_by", code=polars.lit("counted_already")))
    if claimed.height:
        _copy(claimed, number, record_type.number, system)
    return PostedFacts(count=claimed.height, skipped=rows.height - claimed.height)


def _refuse(measure: Measure, refused: polars.DataFrame) -> None:
    first = refused.row(0, named=True)
    details = {
        name: first.get(name) for name in ("identity", "counted_by", "on", "column") if first.get(name)
    }
    raise UnableToPost(first["code"], decimals=measure.decimals, rows=refused, **details)


def _copy(rows: polars.DataFrame, number: int, record_type: int, system: str) -> None:
    columns = rows.select(
        measure_id=polars.lit(number), quantity="quantity", unit_id="unit", place_id="place", line_id="line",
        party="party", identity="identity", claim="claim", share=polars.lit(None, polars.String),
        subject_type=polars.lit(record_type), subject_id="subject", happened_on="on",
        source_system=polars.lit(system), source_id="source_id", revision="revision",
    )  # fmt: skip
    statement = sql.SQL("COPY ledger_fact ({}) FROM STDIN (FORMAT csv)").format(
        sql.SQL(", ").join(map(sql.Identifier, COPIED))
    )
    content = columns.write_csv(include_header=False).encode()
    with connection.cursor() as cursor:
        try:
            with cursor.copy(statement) as copy:
                copy.write(content)
        except (
            errors.UniqueViolation
        ) as clash:  # the driver's own: Django does not translate what COPY raises
            if "ledger_identity_once" in str(clash) or "ledger_source_once" in str(clash):
                raise UnableToPost("counted_meanwhile") from clash
            raise


def reverse(fact: Fact, *, reason: str, act: Act) -> Fact:
    """Take one fact back by a new one that mirrors it, and return the new one.

    Raises: UnableToReverse: see its codes.
    """
    reverse_many([fact.pk], reason=reason, act=act)
    return Fact.objects.get(reverses_id=fact.pk)


def reverse_many(facts: list[int], *, reason: str, act: Act) -> int:
    """Take facts back, by key, in one statement; return how many.

    Raises:
        UnableToReverse: one of them is reversed already or is itself a reversal; none was reversed.
        LookupError: one of them does not exist; none was reversed.
    """
    inside_operation()
    if reason not in ReversalReason.values:
        raise UnableToReverse("unknown_reason", reason=reason)
    if Fact.objects.filter(pk__in=facts, reverses_id__isnull=False).exists():
        raise UnableToReverse("is_a_reversal")
    if Fact.objects.filter(reverses_id__in=facts).exists():
        raise UnableToReverse("reversed_already")
    mirrored = sql.SQL(", ").join(
        sql.SQL("-quantity") if column == "quantity" else sql.Identifier(column) for column in COPIED
    )
    statement = sql.SQL(
        "INSERT INTO ledger_fact ({columns}, reverses_id, reason)"
        " SELECT {mirrored}, id, %s FROM ledger_fact WHERE id = ANY(%s) ORDER BY id"
    ).format(columns=sql.SQL(", ").join(map(sql.Identifier, COPIED)), mirrored=mirrored)
    with connection.cursor() as cursor:
        try:
            cursor.execute(statement, [reason, facts])
        except IntegrityError as clash:
            if "ledger_reversed_once" in str(clash):
                raise UnableToReverse("reversed_already") from clash
            raise
        if cursor.rowcount != len(set(facts)):
            raise LookupError("a fact that is to be reversed does not exist")
        return int(cursor.rowcount)
