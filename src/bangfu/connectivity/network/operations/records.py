"""What happens alike to records of every kind but stations: submitted, verified, returned, corrected, withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Protocol

import polars
from django.db import connection
from psycopg import sql

from bangfu.connectivity.network import judging, reported
from bangfu.connectivity.network.kinds import RecordKind, kind_of, kind_with_number
from bangfu.connectivity.network.models import RecordCorrection, Reported, StationState
from bangfu.connectivity.network.operations import storing
from bangfu.connectivity.network.operations.entering import (
    enter_records,
    lock_names_of,
    record_for_update,
    replace_records,
)
from bangfu.connectivity.network.operations.registering import Files, attach_files
from bangfu.foundation.evidence.models import EvidenceKind
from bangfu.foundation.evidence.operations import attach_many
from bangfu.foundation.evidence.queries import has_evidence
from bangfu.foundation.intake import operations as intake
from bangfu.foundation.intake.models import Upload
from bangfu.foundation.intake.queries import read_rows
from bangfu.foundation.ledger.operations import ReversalReason, post_many, reverse_many
from bangfu.foundation.ledger.queries import standing_facts_of
from bangfu.foundation.operations import Act, Refusal, inside_operation, operation, require, scope_of
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.review.models import Batch, ReviewState
from bangfu.foundation.review.operations import decide_batch, submit_corrected, submit_many
from bangfu.foundation.rooms import both, record_type


class UnableToHandle(Refusal):
    """Codes: ``evidence_missing``, ``withdrawn``, ``withdrawn_already``, ``under_review``, ``not_open``,
    ``nothing_changed``, ``not_counted``, ``remark_missing``, ``unknown_reason``, ``other_code``, ``superseded``."""

    sentences = {
        "evidence_missing": both(
            "{noun}「{code}」没有佐证。请附上文件后再提交。",
            "{noun} {code} has no evidence. Attach a file, then submit.",
        ),
        "withdrawn": both(
            "{noun}「{code}」已撤回，不能提交。", "{noun} {code} is withdrawn and cannot be submitted."
        ),
        "withdrawn_already": both("{noun}「{code}」已经撤回。", "{noun} {code} is withdrawn already."),
        "under_review": both(
            "{noun}「{code}」正在等待核验。请先请核验人退回，再撤回。",
            "{noun} {code} waits for review. Have it returned first, then withdraw it.",
        ),
        "not_open": both(
            "{noun}「{code}」目前是“{state}”，不能直接修改。待核验的请核验人退回；已核验的请更正或撤回。",
            "{noun} {code} is “{state}” and cannot be changed directly. If it waits for review have it returned; if it"
            " is verified, correct or withdraw it.",
        ),
        "nothing_changed": both(
            "没有任何改动。请填写正确的值。", "Nothing was changed. Enter what is right."
        ),
        "not_counted": both(
            "{noun}「{code}」尚未核验或已撤回，不需要更正。请直接修改。",
            "{noun} {code} is not verified, or withdrawn, and needs no correction. Change it directly.",
        ),
        "remark_missing": both(
            "请写明依据，例如哪份文件或谁的来函；它会保留在记录上。",
            "Say what it rests on: which document, whose letter. The words stay on the record.",
        ),
        "unknown_reason": both(
            "这里不能用这个原因。请从列出的原因中选择。",
            "This reason does not apply here. Choose one that is offered.",
        ),
        "other_code": both(
            "编码不能更改（原为「{code}」）。编码有误请撤回后重新登记。",
            "The code stays {code}. If it is wrong, withdraw the record and register it again.",
        ),
        "superseded": both(
            "「{code}」之后还有「{later}」。请先撤回较晚的一条。",
            "{later} rests on {code}. Withdraw the later one first.",
        ),
    }


class Details(Protocol):
    """What is said of one record by hand."""

    def row(self) -> polars.DataFrame:
        """Return it as a sheet of one row: ``row``, ``code``, ``place`` and what its kind resolves and stores."""


def registered(kind: RecordKind, details: Details, *, unit: Unit, files: Files, act: Act) -> Any:
    """Enter one record as a draft of a unit, with the evidence brought along, and return it.

    Raises: UnableToReport: see its codes; UnableToKeep: a file is refused. Nothing was written.
    Locks: the record's code.
    """
    inside_operation()
    row = details.row()
    storing.lock_names(lock_names_of(kind, row["code"].to_list()))
    found = judging.judged(kind, row, unit=unit, today=act.on)
    if found.faults:
        raise judging.refusal_of(found.faults[0])
    if found.rows["record"][0] is not None:
        state = reported.state_words(kind, found.rows["record"][0])
        raise judging.UnableToReport("registered_already", noun=kind.noun, code=row["code"][0], state=state)
    entered = enter_records(kind, found.rows, unit=unit.pk, upload=None, act=act)
    record = kind.model._default_manager.get(pk=entered["record"][0])
    attach_files(record, files, act=act)
    return record


def imported(kind: RecordKind, upload: Upload, *, act: Act) -> Batch:
    """Enter every new record of a sheet, replace what open ones said, correct what counted ones said, submit them on one paper
    and return it.

    Rows that say what is registered already are left alone. All or nothing.

    Raises: NotPermitted: also without the permission to correct what is counted; UnableToImport: rows are refused, nothing is
        new, or the sheet was imported before; UnableToReport: ``registered_elsewhere``, at the same moment. Nothing was written.
    Posts: the reversals of counted records that rows correct; their next revisions are counted once they are verified.
    Locks: the codes of the records, then the upload.
    """
    inside_operation()
    sheet = read_rows(upload)
    storing.lock_names(lock_names_of(kind, kind.codes_of(sheet).drop_nulls().to_list()))
    checked = intake.rows_to_import(upload, act=act)
    rows = checked.frame.filter(polars.col("standing") != "same")
    changed = rows.filter(polars.col("standing") == "changed")
    counted = changed.filter("counted")
    if counted.height:
        require(act, "network.correct_record", upload.scope)
        correct_records(kind, counted, act=act)
    if changed.height:
        replace_records(kind, changed, upload=upload.pk)
    new = rows.filter(polars.col("standing") == "new")
    entered = enter_records(kind, new, unit=upload.unit_id, upload=upload.pk, act=act) if new.height else new
    written = polars.concat([changed, entered])
    named = written.filter(polars.col("document_digest").is_not_null())
    evidence = named.select(
        "record", digest="document_digest", kind=polars.lit(EvidenceKind.DOCUMENT.value), name="document"
    )
    attach_many(evidence, record_type=record_type(kind.number), act=act)
    return confirmed(
        kind, upload, checked.frame, written, entered.height, corrected=counted["record"].to_list(), act=act
    )


def confirmed(
    kind: RecordKind,
    upload: Upload,
    rows: polars.DataFrame,
    written: polars.DataFrame,
    new: int,
    *,
    corrected: Sequence[int] = (),
    act: Act,
) -> Batch:
    """Submit the written records of a sheet on one paper, note the import's outcome and return the paper."""
    batch = submit_many(
        written["record"].unique().to_list(),
        record_type=record_type(kind.number),
        unit=upload.unit,
        title=upload.name,
        corrected=corrected,
        act=act,
    )
    outcome = {
        "new": new,
        "changed": written.height - new,
        "corrected": len(corrected),
        "same": rows.height - written.height,
        "batch": batch.pk,
        "address": reported.paper_address(batch.pk),
    }
    intake.mark_confirmed(upload, outcome, act=act)
    return batch


@operation("network.submit_record", scope=scope_of("record"))
def submit_record(*, record: Reported, act: Act) -> Reported:
    """Submit a draft or returned record for review, on a paper of its own.

    Raises: UnableToHandle: ``withdrawn``, ``evidence_missing``; UnableToReview: it was submitted already.
    Locks: the record.
    """
    kind, record = kind_of(record), record_for_update(record)
    if record.withdrawn_at is not None:
        raise UnableToHandle("withdrawn", noun=kind.noun, code=record.code)
    if not has_evidence(kind.number, [record.pk]):
        raise UnableToHandle("evidence_missing", noun=kind.noun, code=record.code)
    title = f"{kind.noun.zh} {record.code}"
    submit_many([record.pk], record_type=record_type(kind.number), unit=record.unit, title=title, act=act)
    return record


@operation("network.verify_records", scope=scope_of("batch"))
def verify_records(*, batch: Batch, act: Act) -> Batch:
    """Verify every record that waits on a paper, and count what its kind counts.

    Raises: UnableToReview, UnableToPost: see their codes; nothing was written.
    Posts: what ``kinds`` declares for the paper's kind, once a record and revision.
    Locks: the paper, then its reviews.
    """
    kind = kind_with_number(batch.record_type)
    keys = decide_batch(batch, ReviewState.VERIFIED, act=act)
    for posting in kind.postings(keys):
        if posting.facts.height:
            type_ = record_type(kind.number)
            post_many(posting.measure, posting.facts, record_type=type_, system=kind.code, act=act)
    return batch


@operation("network.return_records", scope=scope_of("batch"))
def return_records(*, batch: Batch, remark: str, act: Act) -> Batch:
    """Give every record that waits on a paper back to its unit, saying why.

    Raises: UnableToReview: see its codes; nothing was written.
    Locks: the paper, then its reviews.
    """
    decide_batch(batch, ReviewState.RETURNED, remark=remark, act=act)
    return batch


def _said(kind: RecordKind, record: Reported) -> dict[str, Any]:
    """Return what a record says, by column, as JSON."""
    values = {name: getattr(record, name) for name in ("place_id", *kind.columns)}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


def _says_the_same(kind: RecordKind, record: Reported, row: polars.DataFrame) -> bool:
    return row["place"][0] == record.place_id and all(
        row[name][0] == getattr(record, name) for name in kind.columns
    )


@operation("network.revise_record", scope=scope_of("record"))
def revise_record(*, record: Reported, details: Any, files: Files = (), act: Act) -> Reported:
    """Change a draft or returned record, its code apart, and add evidence.

    Args: ``details``: what is said now, of the record's kind.
    Raises: UnableToHandle: ``not_open``, ``nothing_changed``, ``other_code``; UnableToReport: see its codes.
    Locks: the record's code, then the record.
    """
    kind = kind_of(record)
    storing.lock_names(lock_names_of(kind, [record.code]))
    record, row = record_for_update(record), details.row()
    state = reported.state_of(record)
    if state not in (StationState.DRAFT, StationState.RETURNED):
        words = reported.STATE_WORDS[state]
        raise UnableToHandle("not_open", noun=kind.noun, code=record.code, state=words)
    if row["code"][0] != record.code:
        raise UnableToHandle("other_code", code=record.code)
    found = judging.judged(kind, row, unit=record.unit, today=act.on)
    if found.faults:
        raise judging.refusal_of(found.faults[0])
    if not files and _says_the_same(kind, record, found.rows):
        raise UnableToHandle("nothing_changed")
    replace_records(kind, found.rows, upload=record.upload_id)
    attach_files(record, files, act=act)
    record.refresh_from_db()
    return record


@operation("network.correct_record", scope=scope_of("record"))
def correct_record(*, record: Reported, details: Any, reason: str, remark: str, act: Act) -> Reported:
    """Correct what a counted record said, take its facts back, and submit it for review again.

    Args: ``details``: what is true, of the record's kind.
    Raises: UnableToHandle: ``not_counted``, ``other_code``, ``nothing_changed``, ``unknown_reason``,
        ``remark_missing``; UnableToReport: see its codes. Nothing was written.
    Posts: the reversal of the record's facts; the next revision is counted once it is verified.
    Locks: the record's code, then the record.
    """
    kind = kind_of(record)
    storing.lock_names(lock_names_of(kind, [record.code]))
    record, row = record_for_update(record), details.row()
    if reported.state_of(record) != StationState.VERIFIED:
        raise UnableToHandle("not_counted", noun=kind.noun, code=record.code)
    if row["code"][0] != record.code:
        raise UnableToHandle("other_code", code=record.code)
    if reason not in kind.reasons:
        raise UnableToHandle("unknown_reason")
    if not remark.strip():
        raise UnableToHandle("remark_missing")
    found = judging.judged(kind, row, unit=record.unit, today=act.on)
    # That it is verified and says something else is what a correction is for.
    faults = [fault for fault in found.faults if fault.code != "verified_already"]
    if faults:
        raise judging.refusal_of(faults[0])
    if _says_the_same(kind, record, found.rows):
        raise UnableToHandle("nothing_changed")
    RecordCorrection.objects.create(
        record_type=kind.number,
        record_id=record.pk,
        revision=record.revision,
        said=_said(kind, record),
        reason=reason,
        remark=remark.strip(),
        corrected_at=act.at,
        corrected_by=act.actor,
    )
    replace_records(kind, found.rows, upload=record.upload_id)
    kind.model._default_manager.filter(pk=record.pk).update(revision=record.revision + 1)
    reverse_many(reported.standing_facts_of(record), reason=reason, act=act)
    submit_corrected(record, unit=record.unit, title=f"更正 {record.code}", act=act)
    record.refresh_from_db()
    return record


def correct_records(kind: RecordKind, rows: polars.DataFrame, *, act: Act) -> None:
    """Keep what counted records said, raise their revisions and take their facts back; the rows are written over them next.

    The reason is the first of quantity, place and date that differs; ``basis`` is what the correction rests on.

    Posts: the reversals of the records' facts.
    """
    inside_operation()
    reasons = dict(
        zip(
            (ReversalReason.WRONG_QUANTITY, ReversalReason.WRONG_PLACE, ReversalReason.WRONG_DATE),
            kind.corrected,
            strict=True,
        )
    )
    reason = polars.coalesce(
        polars.when(polars.col(name).ne_missing(polars.col(f"was_{name}"))).then(polars.lit(why.value))
        for why, name in reasons.items()
    )
    said = rows.select("record", "basis", reason=reason)
    before = sql.SQL(", ").join(
        sql.SQL("{}, record.{}").format(sql.Literal(name), sql.Identifier(name))
        for name in ("place_id", *kind.columns)
    )
    statement = sql.SQL(
        "INSERT INTO network_recordcorrection"
        " (record_type, record_id, revision, said, reason, remark, corrected_at, corrected_by_id)"
        " SELECT %s, record.id, record.revision, jsonb_build_object({before}), said.reason, said.basis, %s, %s"
        "  FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS said (record, reason, basis)"
        "  JOIN {table} record ON record.id = said.record ORDER BY record.id"
    ).format(before=before, table=sql.Identifier(kind.table))
    lists = [said[name].to_list() for name in ("record", "reason", "basis")]
    with connection.cursor() as cursor:
        cursor.execute(statement, [kind.number, act.at, act.actor.pk, *lists])
        raised = sql.SQL("UPDATE {} SET revision = revision + 1 WHERE id = ANY(%s)")
        cursor.execute(raised.format(sql.Identifier(kind.table)), lists[:1])
    for (why,), some in said.group_by("reason", maintain_order=True):
        reverse_many(standing_facts_of(kind.number, some["record"].to_list()), reason=str(why), act=act)


@operation("network.withdraw_record", scope=scope_of("record"))
def withdraw_record(*, record: Reported, reason: str, remark: str, act: Act) -> Reported:
    """Withdraw a record: it counts no more, its code is free again, its words stay with the reason.

    Raises: UnableToHandle: ``withdrawn_already``, ``under_review``, ``superseded``, ``unknown_reason``,
        ``remark_missing``; nothing was written.
    Posts: the reversal of the record's facts, if it was counted.
    Locks: the record's code, then the record.
    """
    kind = kind_of(record)
    storing.lock_names(lock_names_of(kind, [record.code]))
    record = record_for_update(record)
    state = reported.state_of(record)
    if state == StationState.WITHDRAWN:
        raise UnableToHandle("withdrawn_already", noun=kind.noun, code=record.code)
    if state == StationState.SUBMITTED:
        raise UnableToHandle("under_review", noun=kind.noun, code=record.code)
    later = kind.rests_on(record) if kind.rests_on else None
    if later is not None:
        raise UnableToHandle("superseded", code=record.code, later=later)
    if reason not in ReversalReason.values:
        raise UnableToHandle("unknown_reason")
    if not remark.strip():
        raise UnableToHandle("remark_missing")
    record.withdrawn_at, record.withdrawn_by = act.at, act.actor
    record.withdrawal_reason, record.withdrawal_remark = reason, remark.strip()
    record.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawal_reason", "withdrawal_remark"])
    reverse_many(reported.standing_facts_of(record), reason=reason, act=act)
    return record
