"""Submitting schools, and the second person's decision: verified schools are counted, returned ones mended."""

from __future__ import annotations

from bangfu.connectivity.schooling.models import School
from bangfu.connectivity.schooling.operations import storing
from bangfu.connectivity.schooling.queries import RECORD_TYPE
from bangfu.foundation.evidence.queries import has_evidence
from bangfu.foundation.operations import Act, Refusal, operation, scope_of
from bangfu.foundation.review.models import Batch, ReviewState
from bangfu.foundation.review.operations import decide, decide_batch, submit_many
from bangfu.foundation.rooms import both, record_type


class UnableToSubmitSchool(Refusal):
    """Codes: ``evidence_missing``, ``withdrawn``, ``counted``."""

    sentences = {
        "evidence_missing": both(
            "学校「{code}」没有佐证。请先上传验收单，再提交核验。",
            "School {code} has no evidence. Upload its acceptance record, then submit.",
        ),
        "withdrawn": both(
            "学校「{code}」已撤回，不能提交。", "School {code} is withdrawn and cannot be submitted."
        ),
        "counted": both(
            "学校「{code}」已计入数字，退回的是它的停用。请重新办理停用，或恢复使用。",
            "School {code} counts; what was returned is its stop. Stop it again with the right day, or resume it.",
        ),
    }


@operation("schooling.submit_school", scope=scope_of("school"))
def submit_school(*, school: School, act: Act) -> School:
    """Submit a draft or returned school for review, on a paper of its own.

    Raises: UnableToSubmitSchool: see its codes; UnableToReview: it was submitted already. Nothing was written.
    Locks: the school.
    """
    school = storing.school_for_update(school)
    if school.withdrawn_at is not None:
        raise UnableToSubmitSchool("withdrawn", code=school.code)
    if school.confirmed_at is not None:
        raise UnableToSubmitSchool("counted", code=school.code)
    if not has_evidence(RECORD_TYPE, [school.pk]):
        raise UnableToSubmitSchool("evidence_missing", code=school.code)
    kind = record_type("schooling.school")
    submit_many(
        [school.pk], record_type=kind, unit=school.unit, title=f"{school.name} {school.code}", act=act
    )
    return school


@operation("schooling.verify_schools", scope=scope_of("batch"))
def verify_schools(*, batch: Batch, act: Act) -> Batch:
    """Verify every school that waits on a paper, and count what each adds: its start, or its stop.

    Raises: UnableToReview, UnableToPost: see their codes; nothing was written.
    Posts: ``schooling.schools``, ±1 a school, owned by its unit, at its place, on the day it was accepted or stopped.
    Locks: the paper, then its reviews.
    """
    storing.count_schools(decide_batch(batch, ReviewState.VERIFIED, act=act), act=act)
    return batch


@operation("schooling.return_schools", scope=scope_of("batch"))
def return_schools(*, batch: Batch, remark: str, act: Act) -> Batch:
    """Give every school that waits on a paper back to its unit, saying why.

    Raises: UnableToReview: see its codes; nothing was written.
    Locks: the paper, then its reviews.
    """
    decide_batch(batch, ReviewState.RETURNED, remark=remark, act=act)
    return batch


@operation("schooling.verify_school", scope=scope_of("school"))
def verify_school(*, school: School, act: Act) -> School:
    """Verify one school or its stop, and count it.

    Raises: UnableToReview, UnableToPost: see their codes; nothing was written.
    Posts: ``schooling.schools``, ±1, owned by its unit, at its place, on the day it was accepted or stopped.
    Locks: the school, then its review.
    """
    school = storing.school_for_update(school)
    decide(school, ReviewState.VERIFIED, act=act)
    storing.count_schools([school.pk], act=act)
    return school


@operation("schooling.return_school", scope=scope_of("school"))
def return_school(*, school: School, remark: str, act: Act) -> School:
    """Give one school, or its stop, back to its unit, saying why.

    Raises: UnableToReview: see its codes; nothing was written.
    Locks: the school, then its review.
    """
    school = storing.school_for_update(school)
    decide(school, ReviewState.RETURNED, remark=remark, act=act)
    return school
