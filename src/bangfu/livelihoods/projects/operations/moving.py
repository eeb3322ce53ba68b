"""The money of projects: entered with its bank receipt, verified by a second person, counted by stage, mended, withdrawn."""

from __future__ import annotations

from django.db import IntegrityError

from bangfu.foundation.evidence.operations import hang
from bangfu.foundation.evidence.queries import has_evidence
from bangfu.foundation.ledger.operations import ReversalReason, reverse_many
from bangfu.foundation.ledger.queries import standing_facts_of
from bangfu.foundation.operations import Act, operation, scope_of
from bangfu.foundation.records import review_of
from bangfu.foundation.review.models import Batch, ReviewState
from bangfu.foundation.review.operations import decide_batch, submit_many
from bangfu.foundation.rooms import record_type
from bangfu.livelihoods.projects import queries
from bangfu.livelihoods.projects.models import KIND_WORDS, Movement, Project
from bangfu.livelihoods.projects.money_rules import (
    MovementDetails,
    UnableToMove,
    excess_details,
    movement_faults,
    receipt_code,
)
from bangfu.livelihoods.projects.operations import storing
from bangfu.livelihoods.projects.operations.storing import Files
from bangfu.livelihoods.projects.register import MOVEMENT_TYPE
from bangfu.livelihoods.projects.stages import Stages, excess_of


def _write(movement: Movement, said: MovementDetails) -> None:
    """Write what is said over a movement, new or known.

    Raises: UnableToMove: ``receipt_meanwhile``, when another project got the receipt since it was looked for.
    """
    movement.kind, movement.source = said.kind, said.source
    movement.amount_fen, movement.happened_on = said.amount_fen, said.happened_on
    movement.payer, movement.payee = said.payer, said.payee
    movement.receipt = receipt_code(said.receipt)
    movement.note, movement.apart = said.note.strip(), said.apart.strip()
    try:
        movement.save()
    except IntegrityError as clash:
        if "projects_one_movement_a_receipt" in str(clash):
            raise UnableToMove("receipt_meanwhile", receipt=movement.receipt) from clash
        raise


def _submitted(movement: Movement, project: Project, act: Act) -> Batch:
    if not has_evidence(MOVEMENT_TYPE, [movement.pk]):
        raise UnableToMove("evidence_missing")
    title = f"{project.code} {KIND_WORDS[movement.kind].zh} {movement.receipt}"
    kind = record_type("projects.movement")
    return submit_many([movement.pk], record_type=kind, unit=project.unit, title=title, act=act)


@operation("projects.enter_movement", scope=scope_of("project"))
def enter_movement(*, project: Project, details: MovementDetails, files: Files, act: Act) -> Movement:
    """Enter money of a project that reached a stage, with its bank receipt, and submit it for review.

    Raises: UnableToMove: see its codes; UnableToKeep: a file is refused. Nothing was written.
    Locks: the project.
    """
    project = storing.project_for_update(project)
    for fault in movement_faults([(1, project, details)], today=act.on):
        raise fault.refusal
    movement = Movement(project=project, entered_at=act.at, entered_by=act.actor)
    _write(movement, details)
    hang([movement.pk], files, record_type=record_type("projects.movement"), act=act)
    _submitted(movement, project, act)
    return movement


def _locked(movement: Movement) -> tuple[Project, Movement]:
    project = storing.project_for_update(movement.project)
    found = Movement.objects.select_for_update(of=("self",)).select_related("project__unit")
    return project, found.get(pk=movement.pk)


@operation("projects.revise_movement", scope=scope_of("movement"))
def revise_movement(*, movement: Movement, details: MovementDetails, files: Files = (), act: Act) -> Movement:
    """Change a movement that was returned, and submit it again.

    Raises: UnableToMove: see its codes; UnableToKeep: a file is refused. Nothing was written.
    Locks: the project, then the movement.
    """
    project, movement = _locked(movement)
    review = review_of(movement)
    if movement.withdrawn_at is not None or review is None or review.state != ReviewState.RETURNED:
        raise UnableToMove("not_returned")
    for fault in movement_faults([(1, project, details)], today=act.on, but=movement):
        raise fault.refusal
    _write(movement, details)
    hang([movement.pk], files, record_type=record_type("projects.movement"), act=act)
    _submitted(movement, project, act)
    return movement


@operation("projects.verify_movements", scope=scope_of("batch"))
def verify_movements(*, batch: Batch, act: Act) -> Batch:
    """Verify the movements that wait on a paper, and count each once; no verified stage exceeds the one before.

    Raises: UnableToMove: ``stage_waits``; UnableToReview, UnableToPost: see their codes. Nothing was written.
    Posts: see ``storing.count_movements``.
    Locks: the projects in the order of their keys, then the paper, then its reviews.
    """
    waiting = Movement.objects.filter(pk__in=batch.reviews.values("record_id")).values("project")
    list(Project.objects.select_for_update().filter(pk__in=waiting).order_by("pk").values_list("pk"))
    keys = decide_batch(batch, ReviewState.VERIFIED, act=act)
    _refuse_unfounded(keys)
    storing.count_movements(keys, act=act)
    return batch


def _refuse_unfounded(keys: list[int]) -> None:
    """Refuse when a stage, with these movements verified, would exceed what is verified of the one before."""
    found = list(Movement.objects.filter(pk__in=keys).order_by("pk"))
    stages = queries.stages_of(sorted({one.project_id for one in found}))
    for one in found:
        stages[one.project_id][one.source].counted[one.kind] += one.amount_fen
    for sources in stages.values():
        for source, one_source in sources.items():
            excess = excess_of(one_source.counted, one_source.budget)
            if excess is not None:
                raise UnableToMove("stage_waits", **excess_details(source, excess))


@operation("projects.return_movements", scope=scope_of("batch"))
def return_movements(*, batch: Batch, remark: str, act: Act) -> Batch:
    """Give the movements that wait on a paper back to the project's unit, saying why.

    Raises: UnableToReview: see its codes; nothing was written.
    Locks: the paper, then its reviews.
    """
    decide_batch(batch, ReviewState.RETURNED, remark=remark, act=act)
    return batch


@operation("projects.withdraw_movement", scope=scope_of("movement"))
def withdraw_movement(*, movement: Movement, reason: str, remark: str, act: Act) -> Movement:
    """Withdraw a movement: it counts no more, the record stays with the reason.

    Raises: UnableToMove: see its codes; nothing was written.
    Posts: the reversals of its facts, if it was counted.
    Locks: the project, then the movement.
    """
    project, movement = _locked(movement)
    review = review_of(movement)
    if movement.withdrawn_at is not None:
        raise UnableToMove("withdrawn_already")
    if review is not None and review.state == ReviewState.SUBMITTED:
        raise UnableToMove("under_review")
    if reason not in ReversalReason.values:
        raise UnableToMove("unknown_reason", reason=reason)
    if not remark.strip():
        raise UnableToMove("remark_missing")
    _refuse_rested_on(movement, queries.stages_of([project.pk])[project.pk][movement.source])
    movement.withdrawn_at, movement.withdrawn_by = act.at, act.actor
    movement.withdrawal_reason, movement.withdrawal_remark = reason, remark.strip()
    movement.confirmed_at = None
    movement.save(
        update_fields=[
            "withdrawn_at", "withdrawn_by", "withdrawal_reason", "withdrawal_remark", "confirmed_at",
        ]
    )  # fmt: skip
    facts = standing_facts_of(MOVEMENT_TYPE, [movement.pk])
    if facts:
        reverse_many(facts, reason=reason, act=act)
    return movement


def _refuse_rested_on(movement: Movement, stages: Stages) -> None:
    """Refuse when a later stage would be left without the money it rests on."""
    stages.living[movement.kind] -= movement.amount_fen
    excess = excess_of(stages.living, stages.budget)
    if movement.confirmed_at is not None:
        stages.counted[movement.kind] -= movement.amount_fen
        excess = excess or excess_of(stages.counted, stages.budget)
    if excess is not None:
        raise UnableToMove("stage_rests_on_it", **excess_details(movement.source, excess))
