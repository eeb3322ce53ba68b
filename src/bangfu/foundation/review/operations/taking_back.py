"""Taking back what waits for review, by its own side: a plain function that rooms call inside their operations."""

from __future__ import annotations

from django.db import connection

from bangfu.foundation.operations import Act, inside_operation
from bangfu.foundation.review.models import Batch, ReviewState
from bangfu.foundation.rooms import RecordType

_TAKE_BACK = """
UPDATE review_review SET state = 'TAKEN_BACK'
 WHERE record_type = %s AND record_id = ANY(%s) AND state = 'SUBMITTED' RETURNING batch_id
"""


def take_back(ids: list[int], *, record_type: RecordType, act: Act) -> int:
    """Take records, by key, out of review where they still wait, and return how many did; a paper on which none waits any
    more is taken back with them.

    What was decided stays decided; the caller withdraws the records themselves.

    Locks: the papers that wait, in the order of their keys, then the reviews.
    """
    inside_operation()
    waiting = Batch.objects.filter(
        reviews__record_type=record_type.number, reviews__record_id__in=ids, state=ReviewState.SUBMITTED
    ).values("pk")
    papers = list(Batch.objects.filter(pk__in=waiting).order_by("pk").select_for_update())
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_BACK, [record_type.number, ids])
        count = int(cursor.rowcount)
    for paper in papers:
        if (
            paper.state == ReviewState.SUBMITTED
            and not paper.reviews.filter(state=ReviewState.SUBMITTED).exists()
        ):
            paper.state = ReviewState.TAKEN_BACK
            paper.save(update_fields=["state"])
    return count
