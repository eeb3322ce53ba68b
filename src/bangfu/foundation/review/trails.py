"""The history of a paper: what its records went through before it, on it and after it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.utils import timezone

from bangfu.foundation.review.models import Batch, ReviewState
from bangfu.foundation.review.sampled import sample_of
from bangfu.foundation.rooms import both


@dataclass(frozen=True)
class Step:
    """One step of a paper's history."""

    at: datetime
    words: str
    remark: str = ""
    look: str = ""
    """Class of the step: verified, back or nothing."""
    paper: int | None = None
    """The paper it happened on; null = this one."""


_EARLIER = """
SELECT DISTINCT version.batch_id FROM review_reviewevent version
 WHERE version.pgh_obj_id IN (SELECT id FROM review_review WHERE batch_id = %(paper)s)
   AND version.batch_id <> %(paper)s
"""
_LATER = """
SELECT DISTINCT review.batch_id FROM review_reviewevent version
  JOIN review_review review ON review.id = version.pgh_obj_id
 WHERE version.batch_id = %(paper)s AND review.batch_id <> %(paper)s
"""


def trail_of(paper: Batch) -> list[Step]:
    """Return a paper's history with the papers that its records were on before and after, oldest first."""
    steps = _own_steps(paper)
    for other in _related(_EARLIER, paper) + _related(_LATER, paper):
        steps += _own_steps(other, named=True)
    sample = sample_of(paper)
    if sample is not None:
        words = both("{who}抽样 {count}/{all} 条（{rule}）", "{who} drew {count} of {all} ({rule})")
        said = words.format(
            who=sample.drawn_by.display_name,
            count=sample.records.count(),
            all=sample.population,
            rule=sample.rule,
        )
        steps.append(Step(timezone.localtime(sample.drawn_at), said))
    return sorted(steps, key=lambda step: step.at)


def _related(sql: str, paper: Batch) -> list[Batch]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"paper": paper.pk})
        keys = [key for (key,) in cursor.fetchall()]
    return list(
        Batch.objects.filter(pk__in=keys).select_related(
            "submitted_by__person__key", "decided_by__person__key"
        )
    )


def _own_steps(paper: Batch, *, named: bool = False) -> list[Step]:
    key = paper.pk if named else None
    submitted = both("{who}提交", "{who} submitted").format(who=paper.submitted_by.display_name)
    steps = [Step(timezone.localtime(paper.submitted_at), submitted, paper=key)]
    if paper.decided_by is not None and paper.decided_at is not None:
        is_verified = paper.state == ReviewState.VERIFIED
        words = both("{who}核验", "{who} verified") if is_verified else both("{who}退回", "{who} returned")
        steps.append(
            Step(
                timezone.localtime(paper.decided_at),
                words.format(who=paper.decided_by.display_name),
                paper.remark,
                "verified" if is_verified else "back",
                key,
            )
        )
    return steps
