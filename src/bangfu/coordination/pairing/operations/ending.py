"""A pairing ends, is handed over without a gap, or is resumed because its end was returned."""

from __future__ import annotations

from datetime import date

from bangfu.coordination.pairing import queries
from bangfu.coordination.pairing.models import STATE_WORDS, Pairing, PairingState
from bangfu.coordination.pairing.operations import storing
from bangfu.coordination.pairing.operations.proposing import Files, PairingDetails, attach_files
from bangfu.coordination.pairing.register import RECORD_TYPE
from bangfu.coordination.pairing.rules import judged
from bangfu.foundation.operations import Act, Refusal, Scope, operation, scope_of
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.places.queries import place_label
from bangfu.foundation.review.models import Review, ReviewState
from bangfu.foundation.review.operations import submit_corrected, submit_many
from bangfu.foundation.rooms import both, record_type


class UnableToEnd(Refusal):
    """Codes: ``not_active``, ``ends_before_start``, ``in_future``, ``document_missing``, ``same_unit``,
    ``evidence_missing``, ``nothing_returned``, ``handed_over``."""

    sentences = {
        "not_active": both(
            "这条结对目前是“{state}”。只有结对中的，或结束被退回的，才能结束或交接。",
            "This pairing is “{state}”. Only an active one, or one whose end was returned, can be ended or handed over.",
        ),
        "ends_before_start": both(
            "结束日期须晚于开始日期 {starts_on}。如果从未结对，请撤回。",
            "It must end after it started on {starts_on}. If it never was, withdraw it.",
        ),
        "in_future": both(
            "日期在今天之后。请到当天再办理。", "The day lies in the future. Do it on that day."
        ),
        "document_missing": both("请写明依据的文件号或会议。", "Say which document or meeting it rests on."),
        "same_unit": both(
            "接任单位就是原单位。请选择另一个单位。", "The successor is the same unit. Choose another."
        ),
        "evidence_missing": both(
            "请附上交接所依据的文件，接任单位的结对须有佐证。",
            "Bring the document that the hand-over rests on: the successor's pairing needs evidence.",
        ),
        "nothing_returned": both(
            "它的结束没有被退回，不需要恢复。", "Its end was not returned; there is nothing to resume."
        ),
        "handed_over": both(
            "它已交接给{unit}。请先由对方撤回接任的结对。",
            "It was handed over to {unit}. Have that unit withdraw its pairing first.",
        ),
    }


def _endable(pairing: Pairing, on: date, document: str, act: Act) -> Pairing:
    pairing = storing.pairing_for_update(pairing)
    state = queries.state_of(pairing)
    is_returned = state == PairingState.RETURNED and pairing.confirmed_at is not None
    if state != PairingState.ACTIVE and not is_returned:
        raise UnableToEnd("not_active", state=STATE_WORDS[state])
    _refuse_living_successor(pairing)
    if on <= pairing.starts_on:
        raise UnableToEnd("ends_before_start", starts_on=pairing.starts_on.isoformat())
    if on > act.on:
        raise UnableToEnd("in_future")
    if not document.strip():
        raise UnableToEnd("document_missing")
    return pairing


def _refuse_living_successor(pairing: Pairing) -> None:
    successor = pairing.replaced_by
    if successor is not None and successor.withdrawn_at is None:
        unit = both(successor.unit.name_zh, successor.unit.name_en)
        raise UnableToEnd("handed_over", unit=unit)


def _write_end(pairing: Pairing, on: date | None, document: str, title: str, act: Act) -> None:
    """Write the end of a counted pairing and submit it; the fact follows when it is verified."""
    pairing.ends_on, pairing.end_document = on, document.strip()
    with storing.no_overlap():
        pairing.save(update_fields=["ends_on", "end_document", "replaced_by"])
    title = f"{title} {place_label(pairing.place_id)}"
    reviewed = Review.objects.filter(record_type=RECORD_TYPE, record_id=pairing.pk)
    if reviewed.filter(state=ReviewState.RETURNED).exists():
        kind = record_type("pairing.pairing")
        submit_many([pairing.pk], record_type=kind, unit=pairing.unit, title=title, act=act)
    else:
        submit_corrected(pairing, unit=pairing.unit, title=title, act=act)


@operation("pairing.end_pairing", scope=scope_of("pairing"))
def end_pairing(*, pairing: Pairing, on: date, document: str, files: Files = (), act: Act) -> Pairing:
    """End an active pairing from a day on, and submit the end for review.

    Raises: UnableToEnd: see its codes; nothing was written.
    Posts: nothing yet; one down on that day when the end is verified.
    Locks: the place, then the pairing.
    """
    storing.lock_places([pairing.place_id])
    pairing = _endable(pairing, on, document, act)
    pairing.replaced_by = None
    _write_end(pairing, on, document, "结束结对", act)
    attach_files(pairing, files, act=act)
    return pairing


@operation("pairing.resume_pairing", scope=scope_of("pairing"))
def resume_pairing(*, pairing: Pairing, act: Act) -> Pairing:
    """Take back an end that was returned, and submit the pairing for review as one that goes on.

    Raises: UnableToEnd: ``nothing_returned``, ``handed_over``; UnableToPair: ``paired_meanwhile``. Nothing was written.
    Posts: nothing; the start counts as before.
    Locks: the place, then the pairing.
    """
    storing.lock_places([pairing.place_id])
    pairing = storing.pairing_for_update(pairing)
    if queries.state_of(pairing) != PairingState.RETURNED or pairing.confirmed_at is None:
        raise UnableToEnd("nothing_returned")
    _refuse_living_successor(pairing)
    pairing.replaced_by = None
    _write_end(pairing, None, "", "恢复结对", act)
    return pairing


def _scopes_of_hand_over(*, pairing: Pairing, to: Unit, **arguments: object) -> list[Scope]:
    return [pairing.scope, Scope(unit=to.pk, place=pairing.place_id)]


@operation("pairing.hand_over", scope=_scopes_of_hand_over)
def hand_over(
    *,
    pairing: Pairing,
    to: Unit,
    on: date,
    document: str,
    assigned_by: str = "",
    leader_post: str = "",
    files: Files,
    act: Act,
) -> Pairing:
    """End a pairing and let another unit start on the same day, in one transaction; return the successor's pairing.

    Both wait for review on papers of their own; the end is verified after the successor, so that no gap arises.

    Args: ``assigned_by``: empty = the authority that assigned the place before.
    Raises: UnableToEnd, UnableToPair: see their codes; UnableToKeep: a file is refused. Nothing was written.
    Posts: nothing yet; one up for the successor and one down for the predecessor when each is verified.
    Locks: the place, then the pairing.
    """
    storing.lock_places([pairing.place_id])
    pairing = _endable(pairing, on, document, act)
    if to.pk == pairing.unit_id:
        raise UnableToEnd("same_unit")
    if not files:
        raise UnableToEnd("evidence_missing")
    pairing.ends_on = on
    pairing.save(update_fields=["ends_on"])
    details = PairingDetails(
        place=pairing.place,
        kind=pairing.kind,
        role=pairing.role,
        level=pairing.level,
        assigned_by=assigned_by.strip() or pairing.assigned_by,
        document=document.strip(),
        leader_post=leader_post.strip(),
        starts_on=on,
    )
    found = judged(details.row(to), today=act.on)
    if found.faults:
        raise found.faults[0].refusal
    entered = storing.enter_pairings(found.rows, upload=None, act=act)
    successor = Pairing.objects.get(pk=entered["pairing"][0])
    attach_files(successor, files, act=act)
    pairing.replaced_by = successor
    _write_end(pairing, on, document, "移交", act)
    kind = record_type("pairing.pairing")
    title = f"接任 {place_label(pairing.place_id)}"
    submit_many([successor.pk], record_type=kind, unit=to, title=title, act=act)
    return successor
