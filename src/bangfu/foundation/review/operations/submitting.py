"""Submitting: plain functions that rooms call inside their operations."""

from __future__ import annotations

from collections.abc import Collection

from django.db import connection
from django.db.models import Model

from bangfu.foundation.operations import Act, inside_operation
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.review.assessing import highest_risk
from bangfu.foundation.review.models import Batch, Review, ReviewState
from bangfu.foundation.review.operations.refusing import UnableToReview
from bangfu.foundation.review.register import ask_guards
from bangfu.foundation.rooms import RecordType, record_type_of


def submit(record: Model, *, unit: Unit, act: Act) -> Review:
    """Submit one record without a paper and return its review; a returned record is submitted again.

    Raises: UnableToReview: ``submitted_already``; what a guard of the register refuses.
    """
    inside_operation()
    kind = record_type_of(record)
    ask_guards(kind, unit.pk, [record.pk], act)
    _write_reviews([record.pk], kind.number, unit.pk, None, act)
    return Review.objects.get(record_type=kind.number, record_id=record.pk)


def submit_corrected(record: Model, *, unit: Unit, title: str, act: Act) -> Batch:
    """Submit a verified record again, on a paper of its own, because its room corrected it; return the paper.

    Raises: UnableToReview: ``submitted_already``, when it is not verified; what a guard of the register refuses.
    """
    inside_operation()
    kind = record_type_of(record)
    ask_guards(kind, unit.pk, [record.pk], act)
    verified = Review.objects.filter(record_type=kind.number, record_id=record.pk, state=ReviewState.VERIFIED)
    if not verified.select_for_update().exists():
        raise UnableToReview("submitted_already", count=1)
    batch = Batch.objects.create(
        record_type=kind.number,
        title=title,
        unit=unit,
        record_count=1,
        risk=highest_risk(kind, unit.pk, [record.pk], act.on),
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


def submit_many(
    ids: list[int],
    *,
    record_type: RecordType,
    unit: Unit,
    title: str,
    corrected: Collection[int] = (),
    act: Act,
) -> Batch:
    """Submit records, by key, on one paper and return it; returned records are submitted again.

    Args:
        corrected: those of them that were verified, and which their room corrected since.

    Raises: UnableToReview: ``submitted_already``, ``nothing_to_review``; what a guard of the register refuses; nothing was
        submitted.
    """
    inside_operation()
    keys = sorted(set(ids))
    if not keys:
        raise UnableToReview("nothing_to_review")
    ask_guards(record_type, unit.pk, keys, act)
    batch = Batch.objects.create(
        record_type=record_type.number,
        title=title,
        unit=unit,
        record_count=len(keys),
        risk=highest_risk(record_type, unit.pk, keys, act.on),
        submitted_by=act.actor,
        submitted_at=act.at,
    )
    _write_reviews(keys, record_type.number, unit.pk, batch.pk, act, corrected)
    return batch


def _write_reviews(
    keys: list[int],
    record_type: int,
    unit: int,
    batch: int | None,
    act: Act,
    corrected: Collection[int] = (),
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO review_review"
            " (record_type, record_id, unit_id, batch_id, state, submitted_by_id, submitted_at, remark)"
            " SELECT %s, key, %s, %s, 'SUBMITTED', %s, %s, '' FROM unnest(%s::bigint[]) AS key ORDER BY key"
            " ON CONFLICT (record_type, record_id) DO UPDATE"
            " SET unit_id = excluded.unit_id, batch_id = excluded.batch_id, state = 'SUBMITTED',"
            " submitted_by_id = excluded.submitted_by_id, submitted_at = excluded.submitted_at,"
            " decided_by_id = NULL, decided_at = NULL, remark = ''"
            " WHERE review_review.state = 'RETURNED'"
            " OR review_review.state = 'VERIFIED' AND review_review.record_id = ANY(%s::bigint[])",
            [record_type, unit, batch, act.actor.pk, act.at, keys, list(corrected)],
        )
        written = cursor.rowcount
    if written < len(keys):
        raise UnableToReview("submitted_already", count=len(keys) - written)
