"""A unit hands its return in: its records go to review on one paper, or it signs that there was nothing."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Count

from bangfu.foundation.intake.layouts import layout_with_code
from bangfu.foundation.intake.reported.operations import storing, take_in
from bangfu.foundation.intake.reported.queries import reported_records
from bangfu.foundation.ledger.measures import Measure
from bangfu.foundation.operations import Act, inside_operation, operation, require, scope_of
from bangfu.foundation.review.models import Batch
from bangfu.foundation.review.operations import submit_many
from bangfu.foundation.rooms import record_type
from bangfu.foundation.rounds.guarding import amending
from bangfu.foundation.rounds.models import STATE_WORDS, Amendment, Draft, Return, ReturnState
from bangfu.foundation.rounds.operations.holding import return_for_update
from bangfu.foundation.rounds.operations.refusing import UnableToReturn
from bangfu.foundation.rounds.rows import GridRow, checked_grid, measure_called, open_records
from bangfu.foundation.rounds.sheets import there_of


@operation("rounds.submit_return", scope=scope_of("unit_return"))
def submit_return(*, unit_return: Return, nothing_of: Sequence[str] = (), act: Act) -> Return:
    """Hand a return in: what was typed becomes records, and these with the period's drafts and returned records go to review
    on one paper; with nothing left to submit, it is signed that what is there is complete.

    Args: ``nothing_of``: codes of the sheets of rooms of which there was nothing in the period.
    Raises: NotPermitted: also without the permission to report each measure or import each sheet; UnableToReturn: see its codes;
        UnableToReport, UnableToReview: of the records. Nothing was written.
    Locks: the round against being locked, then the return, then the references of what was typed.
    """
    held = return_for_update(unit_return)
    if held.round.is_locked:
        raise UnableToReturn("locked")
    if not held.is_owed:
        raise UnableToReturn("returned_already", state=STATE_WORDS[held.state])
    nothing = _require_sheets(held, nothing_of, act)
    paper = _submitted_records(held, act)
    if paper is None and not _records_of(held) and len(nothing) == len(held.round.layouts):
        raise UnableToReturn("nothing")
    held.nothing_of = nothing
    _sign(held, ReturnState.RETURNED, act)
    return held


@operation("rounds.amend_return", scope=scope_of("unit_return"))
def amend_return(*, unit_return: Return, reason: str, act: Act) -> Amendment:
    """Submit what was typed, and the period's drafts and returned records, for a round that is locked, saying why so late.

    Raises: NotPermitted: also without the permission to report each measure or import each sheet; UnableToReturn: ``not_locked``,
        ``reason_missing``, ``nothing``, ``rows_refused``, ``evidence_missing``. Nothing was written.
    Locks: the round against being unlocked, then the return, then the references of what was typed.
    """
    held = return_for_update(unit_return)
    if not held.round.is_locked:
        raise UnableToReturn("not_locked")
    if not reason.strip():
        raise UnableToReturn("reason_missing")
    with amending(held.pk):
        paper = _submitted_records(held, act)
    if paper is None:
        raise UnableToReturn("nothing")
    return Amendment.objects.create(
        unit_return=held, reason=reason.strip(), paper=paper, amended_at=act.at, amended_by=act.actor
    )


@operation("rounds.sign_nil", scope=scope_of("unit_return"))
def sign_nil(*, unit_return: Return, is_confirmed: bool, act: Act) -> Return:
    """Sign, as oneself, that nothing happened in a period: which is an answer, unlike no answer.

    Raises: NotPermitted: also without the permission to report each measure or import each sheet; UnableToReturn: ``locked``,
        ``returned_already``, ``not_confirmed``, ``period_runs``, ``records_exist``, ``rows_typed``. Nothing was written.
    Locks: the round against being locked, then the return, which records that are submitted meanwhile wait for.
    """
    held = return_for_update(unit_return)
    for code in held.round.measures:
        storing.require_reporting(measure_called(code), held.scope, act=act)
    if held.round.is_locked:
        raise UnableToReturn("locked")
    if not held.is_owed:
        raise UnableToReturn("returned_already", state=STATE_WORDS[held.state])
    if not is_confirmed:
        raise UnableToReturn("not_confirmed")
    if act.on < held.round.ends_on:
        raise UnableToReturn("period_runs", day=held.round.last_on.isoformat())
    for code in held.round.layouts:
        require(act, layout_with_code(code).permission, held.scope)
    count = _records_of(held) + len(there_of(held))
    if count:
        raise UnableToReturn("records_exist", count=count)
    typed = sum(row.is_filled for rows in _typed(held).values() for row in rows)
    if typed:
        raise UnableToReturn("rows_typed", count=typed)
    _sign(held, ReturnState.NIL, act)
    return held


@operation("rounds.take_back_return", scope=scope_of("unit_return"))
def take_back_return(*, unit_return: Return, act: Act) -> Return:
    """Take back a return or a nil return that was not accepted yet; records that were submitted stay with their review.

    Raises: UnableToReturn: ``locked``, ``not_returned``; nothing was written.
    Locks: the round against being locked, then the return.
    """
    held = return_for_update(unit_return)
    if held.round.is_locked:
        raise UnableToReturn("locked")
    if held.state not in (ReturnState.RETURNED, ReturnState.NIL):
        raise UnableToReturn("not_returned", state=STATE_WORDS[held.state])
    held.state = ReturnState.DRAFTED
    held.returned_at = held.returned_by = held.decided_at = held.decided_by = None
    held.remark, held.nothing_of = "", []
    held.save()
    return held


def _require_sheets(held: Return, nothing_of: Sequence[str], act: Act) -> list[str]:
    """Refuse a return of which a sheet is missing, and return the sheets of which there was nothing."""
    nothing = sorted(set(nothing_of))
    for code in nothing:
        if code not in held.round.layouts:
            raise UnableToReturn("not_a_sheet", layout=code)
    there = there_of(held)
    for code in held.round.layouts:
        layout = layout_with_code(code)
        require(act, layout.permission, held.scope)
        if code in nothing and code in there:
            raise UnableToReturn("sheet_there", layout=layout.title)
        if code not in nothing and code not in there:
            raise UnableToReturn("sheet_missing", layout=layout.title)
    return nothing


def _sign(held: Return, state: ReturnState, act: Act) -> None:
    held.state = state
    held.returned_at, held.returned_by = act.at, act.actor
    held.decided_at = held.decided_by = None
    held.remark = ""
    held.save()


def _typed(held: Return) -> dict[str, list[GridRow]]:
    drafts = Draft.objects.filter(unit_return=held).order_by("measure")
    return {draft.measure: [GridRow.of(kept) for kept in draft.rows] for draft in drafts}


def _records_of(held: Return) -> int:
    """Return how many records of the period there are, withdrawn ones apart."""
    asked = held.round
    return (
        reported_records()
        .filter(
            unit=held.unit_id,
            measure__in=asked.measures,
            withdrawn_at=None,
            happened_on__gte=asked.starts_on,
            happened_on__lt=asked.ends_on,
        )
        .order_by()
        .aggregate(count=Count("pk"))["count"]
    )


def _submitted_records(held: Return, act: Act) -> Batch | None:
    """Make records of what was typed, submit them with all others of the period that may be, and return the paper.

    Null when there was nothing to submit.
    """
    inside_operation()
    typed = _typed(held)
    measures: dict[str, Measure] = {code: measure_called(code) for code in held.round.measures}
    for measure in measures.values():
        storing.require_reporting(measure, held.scope, act=act)
    keys: list[int] = []
    corrected: list[int] = []
    for code, rows in typed.items():
        filled = [row for row in rows if row.is_filled]
        if not filled or code not in measures:
            continue
        references = ["".join(row.cells.get("reference", "").split()).upper() for row in filled]
        storing.lock_references(measures[code], references)
        grid = checked_grid(held, code, rows, act.at)
        if grid.problems:
            title = measures[code].title
            raise UnableToReturn("rows_refused", measure=title, count=len(grid.problems))
        taken = take_in(grid.rows.frame, measure=measures[code], unit=held.unit, upload=None, act=act)
        keys += taken.records
        corrected += taken.corrected
    bare: dict[str, list[int]] = {}
    known = set(keys)
    references_of = {}
    for record in open_records(held):
        references_of[record.pk] = record.reference
        bare.setdefault(record.measure, []).append(record.pk)
        known.add(record.pk)
    missing = [
        key for code, records in bare.items() for key in storing.without_evidence(measures[code], records)
    ]
    if missing:
        reference = references_of[missing[0]]
        raise UnableToReturn("evidence_missing", count=len(missing), reference=reference)
    Draft.objects.filter(unit_return=held).update(rows=[])
    if not known:
        return None
    return submit_many(
        sorted(known),
        record_type=record_type("intake.reported_record"),
        unit=held.unit,
        title=f"{held.round.schedule.title} {held.round.period.zh}",
        corrected=corrected,
        act=act,
    )
