"""Posting and reversing facts: plain functions that rooms call inside their operations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from uuid import UUID

import polars
from django.db import IntegrityError, connection, models
from psycopg import errors, sql

from bangfu.foundation.ledger import checks
from bangfu.foundation.ledger.catalogue import measure_number
from bangfu.foundation.ledger.measures import Measure, Source
from bangfu.foundation.ledger.models import Fact
from bangfu.foundation.operations import Act, Refusal, before_leaving, inside_operation
from bangfu.foundation.operations.prepared import carry_out, numbers_of, texts_of
from bangfu.foundation.rooms import RecordType, both, record_type_of

COPIED = (
    "measure_id", "quantity", "unit_id", "place_id", "line_id", "party", "identity", "claim", "share", "leads",
    "subject_type", "subject_id", "happened_on", "source_system", "source_id", "revision",
)  # fmt: skip

ONCE = ("ledger_identity_once", "ledger_source_once", "ledger_share_once")


class UnableToPost(Refusal):
    """Codes: ``counted_already``, ``counted_twice_here``, ``counted_meanwhile``, ``in_future``, ``nothing_counted``,
    ``too_fine``, ``incomplete``, ``share_is_no_part``, ``shares_not_whole``, ``part_off_share``.
    ``details["rows"]`` holds every refused row (``row``, ``code``, ``identity``); shares are refused by identity."""

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
        "share_is_no_part": both(
            "份额须大于 0、小于 1；独自完成的不填份额。",
            "A share lies above 0 and below 1; what one unit did alone has none.",
        ),
        "shares_not_whole": both(
            "「{identity}」各单位的份额之和是 {whole}，应正好是 1。请核对参加单位和各自的份额。",
            "The shares of {identity} sum to {whole} and must be exactly 1. Check the units and their shares.",
        ),
        "part_off_share": both(
            "「{identity}」各单位的数量与份额不成比例。请按份额拆分总数。",
            "The quantities of {identity} do not follow its shares. Split the whole by the shares.",
        ),
    }


class UnableToReverse(Refusal):
    """Codes: ``reversed_already``, ``is_a_reversal``, ``unknown_reason``, ``shares_left``."""

    sentences = {
        "reversed_already": both("这条事实已经冲正过。", "This fact has been reversed already."),
        "is_a_reversal": both(
            "冲正记录本身不能再冲正。请重新登记。", "A reversal cannot be reversed. Post again instead."
        ),
        "unknown_reason": both("没有「{reason}」这个冲正原因。", "There is no reason called {reason}."),
        "shares_left": both(
            "「{identity}」由几个单位共同完成，只冲正了其中一部分。请把各单位的份额一起冲正，再按新的份额登记。",
            "{identity} is shared by several units and only a part was reversed. Reverse all its shares together, then"
            " post it again with the new ones.",
        ),
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
    share: Decimal | None = None,
) -> Fact:
    """Post one fact that a record proves, and return it; a source that posted it before returns the first.

    Args:
        share: this unit's part of a joint activity, which has one ``identity`` and for each unit one fact with its own
            source; ``quantity`` is the part. The operation must post the other parts before it ends.

    Raises: UnableToPost: see its codes; ``shares_not_whole`` as the operation ends.
    """
    frame = polars.DataFrame(
        {
            "quantity": [Decimal(quantity)], "unit": [unit], "place": [place], "on": [on], "subject": [of.pk],
            "source_id": [source.external_id], "revision": [source.revision], "identity": [identity],
            "party": [str(party) if party else None], "line": [line], "share": [share],
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
    measure: Measure,
    frame: polars.DataFrame,
    *,
    record_type: RecordType,
    system: str,
    act: Act,
) -> PostedFacts:
    """Post one fact a row, by COPY, or none at all.

    ``frame`` has ``quantity``, ``unit``, ``place``, ``on``, ``subject`` (the record's key) and ``source_id``, and may
    have ``revision``, ``identity``, ``party``, ``line``, ``share``. A row whose source posted before is skipped, not
    posted twice. A joint activity has one row for each unit, with its ``share`` and its part of the quantity under one
    ``identity``, each row with a ``source_id`` of its own; its shares sum to exactly 1 before the operation ends.

    Raises:
        UnableToPost: the first refused row's code; ``details["rows"]`` names them all. ``shares_not_whole`` and
            ``part_off_share`` are raised as the operation ends.
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
        if joint := claimed.filter(polars.col("share").is_not_null())["identity"].unique().to_list():
            before_leaving(partial(_require_wholes, measure, sorted(joint)))
    return PostedFacts(count=claimed.height, skipped=rows.height - claimed.height)


NEW = """
INSERT INTO ledger_fact (measure_id, quantity, unit_id, place_id, subject_type, subject_id, happened_on, source_system, source_id)
SELECT %s, one.quantity, one.unit, one.place, %s, one.subject, %s, %s, one.source
  FROM unnest(%s::numeric[], %s::bigint[], %s::bigint[], %s::bigint[], %s::text[]) AS one (quantity, unit, place, subject, source)
"""


@dataclass(frozen=True)
class NewFacts:
    """Facts of one day whose sources the open operation itself just made: a list a column, all of one length."""

    quantities: Sequence[Decimal]
    units: Sequence[int]
    places: Sequence[int]
    subjects: Sequence[int]
    """Keys of the records that prove them."""
    sources: Sequence[str]


def post_new(measure: Measure, facts: NewFacts, *, record_type: RecordType, system: str, act: Act) -> None:
    """Post what ``post_many`` would, as of the day of the act, in one prepared statement: for doors that post all the time.

    Nobody looks for earlier facts of the sources, which are new; the ledger keeps a second one out all the same. Facts with an
    identity, a party, a line or a share are for ``post_many``.

    Raises: UnableToPost: ``nothing_counted``, ``too_fine``: nothing is posted.
    """
    inside_operation()
    for quantity in set(facts.quantities):
        if not quantity:
            raise UnableToPost("nothing_counted")
        if quantity != round(quantity, measure.decimals):
            raise UnableToPost("too_fine", decimals=measure.decimals)
    carry_out(
        NEW,
        [
            measure_number(measure.code), record_type.number, act.on, system, numbers_of(facts.quantities),
            numbers_of(facts.units), numbers_of(facts.places), numbers_of(facts.subjects), texts_of(facts.sources),
        ],
    )  # fmt: skip


def _refuse(measure: Measure, refused: polars.DataFrame) -> None:
    first = refused.row(0, named=True)
    details = {
        name: first.get(name) for name in ("identity", "counted_by", "on", "column") if first.get(name)
    }
    raise UnableToPost(first["code"], decimals=measure.decimals, rows=refused, **details)


def _require_wholes(measure: Measure, identities: list[str]) -> None:
    """Refuse when the shares of an identity that stand do not make one whole."""
    off = checks.not_whole(measure, checks.standing_parts(identities, measure_number(measure.code)))
    if off.height:
        first = off.row(0, named=True)
        raise UnableToPost(first.pop("code"), decimals=measure.decimals, rows=off, **first)


def _copy(rows: polars.DataFrame, number: int, record_type: int, system: str) -> None:
    columns = rows.select(
        measure_id=polars.lit(number), quantity="quantity", unit_id="unit", place_id="place", line_id="line",
        party="party", identity="identity", claim="claim", share="share", leads="leads",
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
            if any(rule in str(clash) for rule in ONCE):
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
        UnableToReverse: one of them is reversed already or is itself a reversal; none was reversed. ``shares_left`` as
            the operation ends.
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
        count = int(cursor.rowcount)
    before_leaving(partial(_require_no_rest, facts))
    return count


def _require_no_rest(facts: list[int]) -> None:
    """Refuse when a share was reversed and others of its activity still stand."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rest.identity FROM ledger_fact fact JOIN ledger_fact rest ON rest.measure_id = fact.measure_id"
            " AND rest.identity = fact.identity AND rest.claim = fact.claim"
            " WHERE fact.id = ANY(%s) AND fact.share IS NOT NULL"
            " AND rest.identity IS NOT NULL AND rest.reverses_id IS NULL AND rest.share IS NOT NULL"
            " AND NOT EXISTS (SELECT 1 FROM ledger_fact back WHERE back.reverses_id = rest.id)"
            " ORDER BY rest.id LIMIT 1",
            [facts],
        )
        left = cursor.fetchone()
    if left is not None:
        raise UnableToReverse("shares_left", identity=left[0])
