"""Deciding: plain functions that rooms call inside their operations."""

from __future__ import annotations

from django.db import connection
from django.db.models import Model

from bangfu.foundation.evidence.queries import has_evidence
from bangfu.foundation.operations import Act, Scope, inside_operation
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.organisation.permissions import holds_from_above
from bangfu.foundation.people.models import Account
from bangfu.foundation.review.models import Batch, Review, ReviewState
from bangfu.foundation.review.notices import tell_of_paper, tell_of_record
from bangfu.foundation.review.operations.laying import lay_before_counties
from bangfu.foundation.review.operations.refusing import UnableToReview
from bangfu.foundation.review.register import Rule, evidence_asked, rules
from bangfu.foundation.review.sampled import open_doubts, unseen_by
from bangfu.foundation.rooms import RecordType, record_type, record_type_of
from bangfu.foundation.webhooks.announcing import Happened, announce
from bangfu.foundation.webhooks.kinds import RECORD_DECIDED

MOST_NAMED = 100
DECISIONS = (ReviewState.VERIFIED, ReviewState.RETURNED)

_DECIDE_WAITING = """
WITH waiting AS (
    SELECT id FROM review_review WHERE batch_id = %(paper)s AND state = 'SUBMITTED' ORDER BY record_id FOR UPDATE
)
UPDATE review_review SET state = %(state)s, decided_by_id = %(by)s, decided_at = %(at)s, remark = %(remark)s
 WHERE id = ANY(ARRAY(SELECT id FROM waiting)) AND state = 'SUBMITTED'
RETURNING record_id
"""
# As an array, not as a join: of a paper just submitted the planner knows no count, and may join all its records by all.

_VERIFY_BY_RULE = """
INSERT INTO review_review (record_type, record_id, unit_id, state, rule, submitted_by_id, submitted_at,
                           decided_by_id, decided_at, remark)
SELECT %(type)s, key, %(unit)s, 'VERIFIED', %(rule)s, %(by)s, %(at)s, %(by)s, %(at)s, ''
  FROM unnest(%(keys)s::bigint[]) AS key ORDER BY key
ON CONFLICT (record_type, record_id) DO NOTHING
"""


def decide(record: Model, state: str, *, act: Act, remark: str = "") -> Review:
    """Verify or return one record and return its review; a paper whose last record this was is decided with it.

    Whoever decides one record alone has it before them: no sample is drawn for it.

    Raises: UnableToReview: ``same_person``, ``not_above``, ``decided_already``, ``remark_missing``,
        ``evidence_missing``, ``system_needs_rule``.
    Locks: the record's paper, then its review.
    """
    inside_operation()
    remark = _checked_remark(state, remark)
    kind = record_type_of(record)
    found = Review.objects.filter(record_type=kind.number, record_id=record.pk)
    batch_id = found.values_list("batch_id", flat=True).first()
    batch = Batch.objects.select_for_update().get(pk=batch_id) if batch_id else None
    review = found.select_for_update().first()
    if review is None or review.state != ReviewState.SUBMITTED or review.batch_id != batch_id:
        raise UnableToReview("decided_already")
    if review.submitted_by_id == act.actor.pk:
        raise UnableToReview("same_person")
    scope = getattr(record, "scope", None)
    _require_above(scope if isinstance(scope, Scope) else review.scope, act)
    if state == ReviewState.VERIFIED:
        _require_evidence(kind, [record.pk])
    _write_decision(review, state, remark, act)
    if state == ReviewState.VERIFIED:
        lay_before_counties(kind, [record.pk], act=act)
    if batch is not None and not batch.reviews.filter(state=ReviewState.SUBMITTED).exists():
        any_returned = batch.reviews.filter(state=ReviewState.RETURNED).order_by("-decided_at").first()
        if any_returned is None:
            _write_decision(batch, ReviewState.VERIFIED, remark, act)
        else:
            _write_decision(batch, ReviewState.RETURNED, any_returned.remark, act)
    _tell(kind.code, [record.pk], state, review.scope, act)
    tell_of_record(record, review, state, act=act)
    return review


def decide_batch(batch: Batch, state: str, *, act: Act, remark: str = "") -> list[int]:
    """Verify or return what still waits on a paper, under one signature; return the keys of the records decided.

    Raises: UnableToReview: ``same_person``, ``not_above``, ``decided_already``, ``remark_missing``,
        ``evidence_missing``, ``sample_open``, ``doubt_open``, ``system_needs_rule``; nothing was decided.
    Locks: the paper, then its reviews in the order of their keys.
    """
    inside_operation()
    remark = _checked_remark(state, remark)
    paper = _batch_for_update(batch.pk)
    if paper.submitted_by_id == act.actor.pk:
        raise UnableToReview("same_person")
    if paper.state != ReviewState.SUBMITTED:
        raise UnableToReview("decided_already")
    _require_above(paper.scope, act)
    if state == ReviewState.VERIFIED:
        _require_sight(paper, act.actor)
    with connection.cursor() as cursor:
        cursor.execute(
            _DECIDE_WAITING,
            {"paper": paper.pk, "state": state, "by": act.actor.pk, "at": act.at, "remark": remark},
        )
        decided = sorted(key for (key,) in cursor.fetchall())
    if not decided:
        raise UnableToReview("decided_already")
    _write_decision(paper, state, remark, act)
    if state == ReviewState.VERIFIED:
        lay_before_counties(record_type(paper.record_type), decided, act=act)
    _tell(record_type(paper.record_type).code, decided, state, paper.scope, act, paper=paper.pk)
    tell_of_paper(paper, state, len(decided), act=act)
    batch.refresh_from_db()
    return decided


def verify_by_rule(ids: list[int], *, record_type: RecordType, unit: Unit, rule: Rule, act: Act) -> list[int]:
    """Verify records that a trusted system made, by key, and return the keys; their reviews name the rule.

    Raises: UnableToReview: ``not_a_system``, ``nothing_to_review``, ``submitted_already``; nothing was verified.
        LookupError: no room entered the rule.
    """
    inside_operation()
    if rules.get(rule.code) != rule:
        raise LookupError(f"no room entered the rule {rule.code}")
    if act.actor.kind != Account.Kind.SYSTEM:
        raise UnableToReview("not_a_system")
    keys = sorted(set(ids))
    if not keys:
        raise UnableToReview("nothing_to_review")
    with connection.cursor() as cursor:
        cursor.execute(
            _VERIFY_BY_RULE,
            {
                "type": record_type.number,
                "unit": unit.pk,
                "rule": rule.code,
                "by": act.actor.pk,
                "at": act.at,
                "keys": keys,
            },
        )
        written = cursor.rowcount
    if written < len(keys):
        raise UnableToReview("submitted_already", count=len(keys) - written)
    lay_before_counties(record_type, keys, act=act)
    _tell(record_type.code, keys, ReviewState.VERIFIED, unit.scope, act)
    return keys


def _tell(
    code: str, keys: list[int], state: str, scope: Scope, act: Act, *, paper: int | None = None
) -> None:
    """Let subscribers know that records were decided; of many, the first are named."""
    data = {
        "record_type": code,
        "state": str(state),
        "count": len(keys),
        "ids": keys[:MOST_NAMED],
        "paper": paper,
    }
    announce(RECORD_DECIDED, lambda: [Happened(data, scope)], at=act.at, permission="review.view")


def _require_above(scope: Scope, act: Act) -> None:
    """Refuse unless the grant for the open operation sits above the unit, or on an audit unit."""
    if act.actor.kind == Account.Kind.SYSTEM:
        raise UnableToReview("system_needs_rule")
    if not holds_from_above(act.actor, inside_operation(), scope, act.on):
        raise UnableToReview("not_above")


def _require_evidence(kind: RecordType, keys: list[int]) -> None:
    if evidence_asked(kind.code, keys) == "REQUIRED":
        bare = len(set(keys) - has_evidence(kind.number, keys))
        if bare:
            raise UnableToReview("evidence_missing", count=bare)


def _require_sight(paper: Batch, actor: Account) -> None:
    """Refuse unless the paper's evidence is complete, its sample was looked at, and no doubt is left."""
    kind = record_type(paper.record_type)
    waiting = paper.reviews.filter(state=ReviewState.SUBMITTED)
    keys = list(waiting.order_by("record_id").values_list("record_id", flat=True))
    _require_evidence(kind, keys)
    doubts = open_doubts(paper)
    if doubts:
        raise UnableToReview("doubt_open", count=len(doubts))
    if evidence_asked(kind.code, keys) != "NONE":
        unseen = unseen_by(paper, actor)
        if unseen:
            raise UnableToReview("sample_open", count=unseen)


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
