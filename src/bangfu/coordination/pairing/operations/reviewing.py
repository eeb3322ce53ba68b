"""Submitting pairings, and the second person's decision: verified pairings are counted, returned ones mended."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from bangfu.coordination.pairing import queries
from bangfu.coordination.pairing.models import Pairing, PairingState
from bangfu.coordination.pairing.operations import storing
from bangfu.coordination.pairing.register import RECORD_TYPE
from bangfu.foundation.evidence.queries import has_evidence
from bangfu.foundation.operations import Act, Refusal, operation, scope_of
from bangfu.foundation.places.queries import place_label
from bangfu.foundation.review.models import Batch, ReviewState
from bangfu.foundation.review.operations import decide, decide_batch, submit_many
from bangfu.foundation.rooms import both, record_type


class UnableToSubmit(Refusal):
    """Codes: ``evidence_missing``, ``withdrawn``, ``counted``."""

    sentences = {
        "evidence_missing": both(
            "这条结对没有佐证。请先上传指派文件，再提交核验。",
            "This pairing has no evidence. Upload the assigning document, then submit.",
        ),
        "withdrawn": both("这条结对已撤回，不能提交。", "This pairing is withdrawn and cannot be submitted."),
        "counted": both(
            "这条结对已计入数字，退回的是它的结束。请重新办理结束，或恢复结对。",
            "This pairing counts; what was returned is its end. End it again with the right day, or resume it.",
        ),
    }


class UnableToVerify(Refusal):
    """Codes: ``evidence_missing``, ``not_started``, ``successor_waits``."""

    sentences = {
        "evidence_missing": both(
            "其中 {count} 条结对没有佐证（如{place}），不能核验。请退回补充。",
            "{count} of these pairings have no evidence (such as {place}) and cannot be verified. Return them.",
        ),
        "not_started": both(
            "{place}的结对 {starts_on} 才开始，届时再核验。",
            "The pairing of {place} starts on {starts_on} only. Verify it on that day.",
        ),
        "successor_waits": both(
            "{place}的交接：接任单位的结对还没有核验。请先核验接任，再核验移交，以免出现空档。",
            "Hand-over of {place}: the successor is not verified yet. Verify the successor first, so that no gap arises.",
        ),
    }


@operation("pairing.submit_pairing", scope=scope_of("pairing"))
def submit_pairing(*, pairing: Pairing, act: Act) -> Pairing:
    """Submit a proposed or returned pairing for review, on a paper of its own: it is assigned.

    Raises: UnableToSubmit: see its codes; UnableToReview: it was submitted already. Nothing was written.
    Locks: the pairing.
    """
    pairing = storing.pairing_for_update(pairing)
    state = queries.state_of(pairing)
    if state == PairingState.WITHDRAWN:
        raise UnableToSubmit("withdrawn")
    if state == PairingState.RETURNED and pairing.confirmed_at is not None:
        raise UnableToSubmit("counted")
    if not has_evidence(RECORD_TYPE, [pairing.pk]):
        raise UnableToSubmit("evidence_missing")
    kind = record_type("pairing.pairing")
    title = f"结对 {place_label(pairing.place_id)}"
    submit_many([pairing.pk], record_type=kind, unit=pairing.unit, title=title, act=act)
    return pairing


def _refuse_unready(keys: list[int], on: date) -> None:
    bare = sorted(set(keys) - has_evidence(RECORD_TYPE, keys))
    if bare:
        place = Pairing.objects.values_list("place_id", flat=True).get(pk=bare[0])
        raise UnableToVerify("evidence_missing", count=len(bare), place=place_label(place))
    early = Pairing.objects.filter(pk__in=keys, starts_on__gt=on).order_by("starts_on").first()
    if early is not None:
        place_and_day = {"place": place_label(early.place_id), "starts_on": early.starts_on.isoformat()}
        raise UnableToVerify("not_started", **place_and_day)
    waits = Q(replaced_by__withdrawn_at__isnull=True, replaced_by__confirmed_at__isnull=True)
    waiting = Pairing.objects.filter(waits, pk__in=keys, replaced_by__isnull=False)
    first = waiting.exclude(replaced_by__in=keys).first()
    if first is not None:
        raise UnableToVerify("successor_waits", place=place_label(first.place_id))


@operation("pairing.verify_pairings", scope=scope_of("batch"))
def verify_pairings(*, batch: Batch, act: Act) -> Batch:
    """Verify every pairing that waits on a paper, and count each start and each end once.

    Raises: UnableToVerify, UnableToReview, UnableToPost: see their codes; nothing was written.
    Posts: see ``storing.count_pairings``.
    Locks: the paper, then its reviews.
    """
    keys = decide_batch(batch, ReviewState.VERIFIED, act=act)
    _refuse_unready(keys, act.on)
    storing.count_pairings(keys, act=act)
    return batch


@operation("pairing.return_pairings", scope=scope_of("batch"))
def return_pairings(*, batch: Batch, remark: str, act: Act) -> Batch:
    """Give every pairing that waits on a paper back to its unit, saying why.

    Raises: UnableToReview: see its codes; nothing was written.
    Locks: the paper, then its reviews.
    """
    decide_batch(batch, ReviewState.RETURNED, remark=remark, act=act)
    return batch


@operation("pairing.verify_pairing", scope=scope_of("pairing"))
def verify_pairing(*, pairing: Pairing, act: Act) -> Pairing:
    """Verify one pairing, or its end, and count it.

    Raises: UnableToVerify, UnableToReview, UnableToPost: see their codes; nothing was written.
    Posts: see ``storing.count_pairings``.
    Locks: the pairing, then its review.
    """
    pairing = storing.pairing_for_update(pairing)
    decide(pairing, ReviewState.VERIFIED, act=act)
    _refuse_unready([pairing.pk], act.on)
    storing.count_pairings([pairing.pk], act=act)
    pairing.refresh_from_db()
    return pairing


@operation("pairing.return_pairing", scope=scope_of("pairing"))
def return_pairing(*, pairing: Pairing, remark: str, act: Act) -> Pairing:
    """Give one pairing, or its end, back to its unit, saying why.

    Raises: UnableToReview: see its codes; nothing was written.
    Locks: the pairing, then its review.
    """
    pairing = storing.pairing_for_update(pairing)
    decide(pairing, ReviewState.RETURNED, remark=remark, act=act)
    return pairing
