"""A counted record turns out wrong: it is corrected and reviewed again, or withdrawn; its fact is taken back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import polars
from django.db import connection

from bangfu.foundation.intake.models import ReportedCorrection, ReportedRecord, ReportedState
from bangfu.foundation.intake.reported import queries
from bangfu.foundation.intake.reported.operations import storing
from bangfu.foundation.intake.reported.reportable import RECORD_TYPE, measure_of_record
from bangfu.foundation.intake.reported.rules import judged
from bangfu.foundation.ledger.operations import ReversalReason, reverse_many
from bangfu.foundation.ledger.queries import standing_facts_of
from bangfu.foundation.operations import Act, Refusal, Scope, inside_operation, operation, scope_of
from bangfu.foundation.places.models import Place
from bangfu.foundation.review.operations import submit_corrected
from bangfu.foundation.review.register import ask_guards
from bangfu.foundation.rooms import both, record_type

CORRECTED_BY_REASON = {
    ReversalReason.WRONG_QUANTITY: "quantity",
    ReversalReason.WRONG_PLACE: "place_id",
    ReversalReason.WRONG_DATE: "happened_on",
}
"""What can be wrong about a record that is otherwise true; everything else is a withdrawal."""


class UnableToCorrectReported(Refusal):
    """Codes: ``not_counted``, ``nothing_changed``, ``remark_missing``, ``unknown_reason``, ``reason_not_changed``."""

    sentences = {
        "not_counted": both(
            "「{reference}」尚未核验或已撤回，没有计入数字，不需要更正。请直接修改。",
            "{reference} is not verified, or withdrawn: it is not counted and needs no correction. Change it directly.",
        ),
        "nothing_changed": both(
            "数量、地点和日期都没有改动。请填写正确的值。",
            "Neither quantity, place nor date differs. Enter the right one.",
        ),
        "remark_missing": both(
            "请写明更正的依据，例如哪份文件或谁的来函。",
            "Say what the correction rests on: which document, whose letter.",
        ),
        "unknown_reason": both(
            "更正的原因只能是数量、地点或日期有误；其他情况请撤回。",
            "A correction is for a wrong quantity, place or date; otherwise withdraw the record.",
        ),
        "reason_not_changed": both(
            "原因与改动不符：所选原因对应的内容没有变化。",
            "The reason does not fit: what it names did not change.",
        ),
    }


class UnableToWithdrawReported(Refusal):
    """Codes: ``withdrawn_already``, ``under_review``, ``remark_missing``, ``unknown_reason``."""

    sentences = {
        "withdrawn_already": both("「{reference}」已经撤回。", "{reference} is withdrawn already."),
        "under_review": both(
            "「{reference}」正在等待核验。请先请核验人退回，再撤回。",
            "{reference} waits for review. Have it returned first, then withdraw it.",
        ),
        "remark_missing": both(
            "请写明撤回的原因和依据，它会保留在记录上。",
            "Say why it is withdrawn; the words stay on the record.",
        ),
        "unknown_reason": both("没有「{reason}」这个撤回原因。", "There is no reason called {reason}."),
    }


@operation("intake.correct_reported", scope=scope_of("record"))
def correct_reported(
    *,
    record: ReportedRecord,
    quantity: Decimal,
    place: Place,
    happened_on: date,
    reason: str,
    remark: str,
    act: Act,
) -> ReportedRecord:
    """Correct how much, where or when a counted record was, take its fact back, and submit it for review again.

    Raises: NotPermitted: also without the permission to report the measure's room, there and at the new place;
        UnableToCorrectReported, UnableToReport: see their codes; nothing was written.
    Posts: the reversal of the record's fact; the next revision is counted once it is verified.
    Locks: the reference, then the record.
    """
    measure = measure_of_record(record.measure)
    for where in (record.place_id, place.pk):
        scope = Scope(unit=record.unit_id, place=where, line=record.line_id)
        storing.require_reporting(measure, scope, act=act)
    storing.lock_references(measure, [record.reference])
    record = storing.record_for_update(record)
    if queries.state_of(record.pk) != ReportedState.VERIFIED:
        raise UnableToCorrectReported("not_counted", reference=record.reference)
    said = {"quantity": quantity, "place_id": place.pk, "happened_on": happened_on}
    changed = {name for name, value in said.items() if value != getattr(record, name)}
    if not changed:
        raise UnableToCorrectReported("nothing_changed")
    if reason not in CORRECTED_BY_REASON:
        raise UnableToCorrectReported("unknown_reason")
    if CORRECTED_BY_REASON[ReversalReason(reason)] not in changed:
        raise UnableToCorrectReported("reason_not_changed")
    if not remark.strip():
        raise UnableToCorrectReported("remark_missing")
    row = queries.as_row(record).with_columns(
        place=polars.lit(place.pk), happened_on=polars.lit(happened_on), quantity=polars.lit(quantity)
    )
    found = judged(row, measure=measure, unit=record.unit, today=act.on)
    # That it is verified and says something else is what a correction is for.
    faults = [fault for fault in found.faults if fault.code != "verified_already"]
    if faults:
        raise faults[0].refusal

    ReportedCorrection.objects.create(
        record=record,
        revision=record.revision,
        place_id=record.place_id,
        happened_on=record.happened_on,
        quantity=record.quantity,
        reason=reason,
        remark=remark.strip(),
        corrected_at=act.at,
        corrected_by=act.actor,
    )
    ReportedRecord.objects.filter(pk=record.pk).update(revision=record.revision + 1, **said)
    reverse_many([fact.pk for fact in storing.standing_facts_of(record)], reason=reason, act=act)
    title = f"更正 {measure.title.zh} {record.reference}"
    submit_corrected(record, unit=record.unit, title=title, act=act)
    record.refresh_from_db()
    return record


def correct_records(rows: polars.DataFrame, *, act: Act) -> None:
    """Keep what counted records said, raise their revisions and take their facts back; the rows are written over them next.

    The reason is the first of quantity, place and date that differs; ``remark`` is what the correction rests on.

    Posts: the reversal of each record's fact.
    """
    inside_operation()
    differs = {
        reason: polars.col(column.removesuffix("_id")) != polars.col(f"was_{column.removesuffix('_id')}")
        for reason, column in CORRECTED_BY_REASON.items()
    }
    reasons = polars.coalesce(
        polars.when(which).then(polars.lit(reason.value)) for reason, which in differs.items()
    )
    said = rows.select("record", "remark", reason=reasons)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO intake_reportedcorrection"
            " (record_id, revision, place_id, happened_on, quantity, reason, remark, corrected_at, corrected_by_id)"
            " SELECT record.id, record.revision, record.place_id, record.happened_on, record.quantity, said.reason,"
            " said.remark, %s, %s FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS said (record, reason, remark)"
            " JOIN intake_reportedrecord record ON record.id = said.record ORDER BY record.id",
            [act.at, act.actor.pk, *(said[name].to_list() for name in ("record", "reason", "remark"))],
        )
        cursor.execute(
            "UPDATE intake_reportedrecord SET revision = revision + 1 WHERE id = ANY(%s)",
            [said["record"].to_list()],
        )
    for (reason,), some in said.group_by("reason", maintain_order=True):
        reverse_many(standing_facts_of(RECORD_TYPE, some["record"].to_list()), reason=str(reason), act=act)


@operation("intake.withdraw_reported", scope=scope_of("record"))
def withdraw_reported(*, record: ReportedRecord, reason: str, remark: str, act: Act) -> ReportedRecord:
    """Withdraw a reported record: it counts no more, its reference is free again, it stays with the reason.

    Raises: UnableToWithdrawReported: see its codes; what a guard of review's register refuses of a counted record; nothing
        was written.
    Posts: the reversal of the record's fact, if it was counted.
    Locks: the reference, then the record.
    """
    storing.lock_references(measure_of_record(record.measure), [record.reference])
    record = storing.record_for_update(record)
    state = queries.state_of(record.pk)
    if state == ReportedState.WITHDRAWN:
        raise UnableToWithdrawReported("withdrawn_already", reference=record.reference)
    if state == ReportedState.SUBMITTED:
        raise UnableToWithdrawReported("under_review", reference=record.reference)
    if reason not in ReversalReason.values:
        raise UnableToWithdrawReported("unknown_reason", reason=reason)
    if not remark.strip():
        raise UnableToWithdrawReported("remark_missing")
    if state == ReportedState.VERIFIED:
        ask_guards(record_type("intake.reported_record"), record.unit_id, [record.pk], act)

    record.withdrawn_at = act.at
    record.withdrawn_by = act.actor
    record.withdrawal_reason = reason
    record.withdrawal_remark = remark.strip()
    record.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawal_reason", "withdrawal_remark"])
    reverse_many([fact.pk for fact in storing.standing_facts_of(record)], reason=reason, act=act)
    return record
