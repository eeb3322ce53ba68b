"""Submitting and deciding: plain functions that rooms call inside their operations."""

from __future__ import annotations

from django.db import connection
from django.db.models import Model

from bangfu.foundation.operations import Act, Refusal, inside_operation
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.review.models import Batch, Review, ReviewState
from bangfu.foundation.rooms import RecordType, both, record_type_of

DECISIONS = (ReviewState.VERIFIED, ReviewState.RETURNED)

_DECIDE_WAITING = """
WITH waiting AS (
    SELECT id FROM review_review WHERE batch_id = %(paper)s AND state = 'SUBMITTED' ORDER BY record_id FOR UPDATE
)
UPDATE review_review SET state = %(state)s, decided_by_id = %(by)s, decided_at = %(at)s, remark = %(remark)s
FROM waiting WHERE review_review.id = waiting.id AND review_review.state = 'SUBMITTED'
RETURNING review_review.record_id
"""


class UnableToReview(Refusal):
    """Codes: ``same_person``, ``decided_already``, ``remark_missing``, ``submitted_already``, ``nothing_to_review``."""

    sentences = {
        "same_person": both(
            "这份单据由您本人提交，须由另一人核验。请转交有核验权限的同事。",
            "You submitted this yourself; another person has to decide it. Pass it to a colleague who may verify.",
        ),
        "decided_already": both(
            "这份单据已有人作出决定，或尚未重新提交。请刷新后查看。",
            "This has been decided already, or was not submitted again yet. Reload to see by whom.",
        ),
        "remark_missing": both(
            "退回时请写明原因和需要补正的内容，提交人才知道怎么改。",
            "Say why you return it and what is to be mended, so that the submitter knows what to do.",
        ),
        "submitted_already": both(
            "其中 {count} 条记录已在待核验或已核验，不能再次提交。请去掉这些记录。",
            "{count} of these records wait for review or are verified already. Leave them out.",
        ),
        "nothing_to_review": both("没有选中任何记录。", "No record was chosen."),
    }


def submit(record: Model, *, unit: Unit, act: Act) -> Review:
    """Submit one record without a paper and return its review; a returned record is submitted again.

    Raises: UnableToReview: ``submitted_already``.
    """
    inside_operation()
    kind = record_type_of(record)
    _write_reviews([record.pk], kind.number, unit.pk, None, act)
    return Review.objects.get(record_type=kind.number, record_id=record.pk)


def submit_corrected(record: Model, *, unit: Unit, title: str, act: Act) -> Batch:
    """Submit a verified record again, on a paper of its own, because its room corrected it; return the paper.

    Raises: UnableToReview: ``submitted_already``, when it is not verified.
    """
    inside_operation()
    kind = record_type_of(record)
    verified = Review.objects.filter(record_type=kind.number, record_id=record.pk, state=ReviewState.VERIFIED)
    if not verified.select_for_update().exists():
        raise UnableToReview("submitted_already", count=1)
    batch = Batch.objects.create(
        record_type=kind.number,
        title=title,
        unit=unit,
        record_count=1,
        submitted_by=act.actor,
        submitted_at=act.at,
    )
    verified.update(
        unit=unit,
        batch=batch,
        state=ReviewState.SUBMITTED,
        submitted_by=act.actor,
        submitted_at=act.at,
        decided_by=None,
        decided_at=None,
        remark="",
    )
    return batch


def submit_many(ids: list[int], *, record_type: RecordType, unit: Unit, title: str, act: Act) -> Batch:
    """Submit records, by key, on one paper and return it; returned records are submitted again.

    Raises: UnableToReview: ``submitted_already``, ``nothing_to_review``; nothing was submitted.
    """
    inside_operation()
    keys = sorted(set(ids))
    if not keys:
        raise UnableToReview("nothing_to_review")
    batch = Batch.objects.create(
        record_type=record_type.number,
        title=title,
        unit=unit,
        record_count=len(keys),
        submitted_by=act.actor,
        submitted_at=act.at,
    )
    _write_reviews(keys, record_type.number, unit.pk, batch.pk, act)
    return batch


def _write_reviews(keys: list[int], record_type: int, unit: int, batch: int | None, act: Act) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO review_review"
            " (record_type, record_id, unit_id, batch_id, state, submitted_by_id, submitted_at, remark)"
            " SELECT %s, key, %s, %s, 'SUBMITTED', %s, %s, '' FROM unnest(%s::bigint[]) AS key ORDER BY key"
            " ON CONFLICT (record_type, record_id) DO UPDATE"
            " SET unit_id = excluded.unit_id, batch_id = excluded.batch_id, state = 'SUBMITTED',"
            " submitted_by_id = excluded.submitted_by_id, submitted_at = excluded.submitted_at,"
            " decided_by_id = NULL, decided_at = NULL, remark = ''"
            " WHERE review_review.state = 'RETURNED'",
            [record_type, unit, batch, act.actor.pk, act.at, keys],
        )
        written = cursor.rowcount
    if written < len(keys):
        raise UnableToReview("submitted_already", count=len(keys) - written)


def decide(record: Model, state: str, *, act: Act, remark: str = "") -> Review:
    """Verify or return one record and return its review; a paper whose last record this was is decided with it.

    Raises: UnableToReview: ``same_person``, ``decided_already``, ``remark_missing``.
    Locks: the record's paper, then its review.
    """
    inside_operation()
    remark = _checked_remark(state, remark)
    found = Review.objects.filter(record_type=record_type_of(record).number, record_id=record.pk)
    batch_id = found.values_list("batch_id", flat=True).first()
    batch = Batch.objects.select_for_update().get(pk=batch_id) if batch_id else None
    review = found.select_for_update().first()
    if review is None or review.state != ReviewState.SUBMITTED or review.batch_id != batch_id:
        raise UnableToReview("decided_already")
    if review.submitted_by_id == act.actor.pk:
        raise UnableToReview("same_person")
    _write_decision(review, state, remark, act)
    if batch is not None and not batch.reviews.filter(state=ReviewState.SUBMITTED).exists():
        any_returned = batch.reviews.filter(state=ReviewState.RETURNED).order_by("-decided_at").first()
        if any_returned is None:
            _write_decision(batch, ReviewState.VERIFIED, remark, act)
        else:
            _write_decision(batch, ReviewState.RETURNED, any_returned.remark, act)
    return review


def decide_batch(batch: Batch, state: str, *, act: Act, remark: str = "") -> list[int]:
    """Verify or return what still waits on a paper, under one signature; return the keys of the records decided.

    Raises: UnableToReview: ``same_person``, ``decided_already``, ``remark_missing``; nothing was decided.
    Locks: the paper, then its reviews in the order of their keys.
    """
    inside_operation()
    remark = _checked_remark(state, remark)
    paper = _batch_for_update(batch.pk)
    if paper.submitted_by_id == act.actor.pk:
        raise UnableToReview("same_person")
    if paper.state != ReviewState.SUBMITTED:
        raise UnableToReview("decided_already")
    with connection.cursor() as cursor:
        cursor.execute(
            _DECIDE_WAITING,
            {"paper": paper.pk, "state": state, "by": act.actor.pk, "at": act.at, "remark": remark},
        )
        decided = sorted(key for (key,) in cursor.fetchall())
    if not decided:
        raise UnableToReview("decided_already")
    _write_decision(paper, state, remark, act)
    batch.refresh_from_db()
    return decided


def _batch_for_update(key: int) -> Batch:
    return Batch.objects.select_for_update().get(pk=key)


def _checked_remark(state: str, remark: str) -> str:
    if state not in DECISIONS:
        raise ValueError(f"a review is verified or returned, not {state}")
    remark = remark.strip()
    if state == ReviewState.RETURNED and not remark:
        raise UnableToReview("remark_missing")
    return remark


def _write_decision(one: Batch | Review, state: str, remark: str, act: Act) -> None:
    one.state = state
    one.decided_by = act.actor
    one.decided_at = act.at
    one.remark = remark
    one.save(update_fields=["state", "decided_by", "decided_at", "remark"])
