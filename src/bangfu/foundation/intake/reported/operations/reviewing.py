"""Submitting reported records, and the second person's decision: verified records are counted, returned ones mended."""

from __future__ import annotations

from bangfu.foundation.intake.models import ReportedRecord
from bangfu.foundation.intake.reported import queries
from bangfu.foundation.intake.reported.operations import storing
from bangfu.foundation.intake.reported.reportable import SOURCE_SYSTEM, measure_of_record, reportable_measure
from bangfu.foundation.ledger.measures import Source
from bangfu.foundation.ledger.operations import post, post_many
from bangfu.foundation.operations import Act, Refusal, operation, scope_of
from bangfu.foundation.review.models import Batch, ReviewState
from bangfu.foundation.review.operations import decide, decide_batch, submit_many
from bangfu.foundation.rooms import both, record_type


class UnableToSubmitReported(Refusal):
    """Codes: ``evidence_missing``, ``withdrawn``."""

    sentences = {
        "evidence_missing": both(
            "「{reference}」没有佐证。请先上传佐证文件，再提交核验。",
            "{reference} has no evidence. Upload a file that proves it, then submit.",
        ),
        "withdrawn": both(
            "「{reference}」已撤回，不能提交。", "{reference} is withdrawn and cannot be submitted."
        ),
    }


@operation("intake.submit_reported", scope=scope_of("record"))
def submit_reported(*, record: ReportedRecord, act: Act) -> ReportedRecord:
    """Submit a draft or returned record for review, on a paper of its own.

    Raises: NotPermitted: also without the permission to report the measure's room; UnableToSubmitReported: see its
        codes; UnableToReview: it was submitted already. Nothing was written.
    Locks: the record.
    """
    measure = reportable_measure(record.measure)
    storing.require_reporting(measure, record.scope, act=act)
    record = storing.record_for_update(record)
    if record.withdrawn_at is not None:
        raise UnableToSubmitReported("withdrawn", reference=record.reference)
    if storing.without_evidence(measure, [record.pk]):
        raise UnableToSubmitReported("evidence_missing", reference=record.reference)
    kind = record_type("intake.reported_record")
    title = f"{measure.title.zh} {record.reference}"
    submit_many([record.pk], record_type=kind, unit=record.unit, title=title, act=act)
    return record


@operation("intake.verify_reported_paper", scope=scope_of("batch"))
def verify_reported_paper(*, batch: Batch, act: Act) -> Batch:
    """Verify every reported record that waits on a paper, and count each once.

    Raises: UnableToReview, UnableToPost: see their codes; nothing was written.
    Posts: each record's quantity of its measure, owned by its unit, at its place, on the day it happened.
    Locks: the paper, then its reviews.
    """
    keys = decide_batch(batch, ReviewState.VERIFIED, act=act)
    records = queries.records_as_rows(keys)
    for (code,), rows in records.group_by("measure", maintain_order=True):
        measure = measure_of_record(str(code))
        facts = rows.select(
            "quantity", "unit", "place", "line", "party", "revision",
            on="happened_on", subject="record", source_id="reference", identity="reference",
        )  # fmt: skip
        kind = record_type("intake.reported_record")
        post_many(measure, facts, record_type=kind, system=SOURCE_SYSTEM, act=act)
    return batch


@operation("intake.return_reported_paper", scope=scope_of("batch"))
def return_reported_paper(*, batch: Batch, remark: str, act: Act) -> Batch:
    """Give every reported record that waits on a paper back to its unit, saying why.

    Raises: UnableToReview: see its codes; nothing was written.
    Locks: the paper, then its reviews.
    """
    decide_batch(batch, ReviewState.RETURNED, remark=remark, act=act)
    return batch


@operation("intake.verify_reported", scope=scope_of("record"))
def verify_reported(*, record: ReportedRecord, act: Act) -> ReportedRecord:
    """Verify one reported record and count it.

    Raises: UnableToReview, UnableToPost: see their codes; nothing was written.
    Posts: the record's quantity of its measure, owned by its unit, at its place, on the day it happened.
    Locks: the record, then its review.
    """
    measure = measure_of_record(record.measure)
    record = storing.record_for_update(record)
    decide(record, ReviewState.VERIFIED, act=act)
    post(
        measure,
        record.quantity,
        of=record,
        unit=record.unit_id,
        place=record.place_id,
        on=record.happened_on,
        source=Source(SOURCE_SYSTEM, record.reference, record.revision),
        identity=record.reference,
        party=record.party,
        line=record.line_id,
        act=act,
    )
    return record


@operation("intake.return_reported", scope=scope_of("record"))
def return_reported(*, record: ReportedRecord, remark: str, act: Act) -> ReportedRecord:
    """Give one reported record back to its unit, saying why.

    Raises: UnableToReview: see its codes; nothing was written.
    Locks: the record, then its review.
    """
    record = storing.record_for_update(record)
    decide(record, ReviewState.RETURNED, remark=remark, act=act)
    return record
