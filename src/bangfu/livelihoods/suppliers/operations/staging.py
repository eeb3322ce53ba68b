"""The stages of a supplier: claimed with evidence, verified by another person, counted; falling back is explained."""

from __future__ import annotations

from datetime import date

import polars

from bangfu.foundation.evidence.operations import hang
from bangfu.foundation.intake.reported.reportable import has_identity_number
from bangfu.foundation.ledger.operations import post_many
from bangfu.foundation.operations import Act, Refusal, operation, scope_of
from bangfu.foundation.review.models import Batch, ReviewState
from bangfu.foundation.review.operations import decide_batch, submit_many
from bangfu.foundation.rooms import both, record_type
from bangfu.livelihoods.suppliers.measures import OF_STAGE
from bangfu.livelihoods.suppliers.models import STAGE_WORDS, Stage, Step, Supplier
from bangfu.livelihoods.suppliers.operations.entering import Files, supplier_for_update
from bangfu.livelihoods.suppliers.register import SOURCE_SYSTEM
from bangfu.livelihoods.suppliers.sides import require_side


class UnableToClaimStage(Refusal):
    """Codes: ``one_at_a_time``, ``not_the_next``, ``words_missing``, ``identity_number``, ``evidence_missing``,
    ``in_the_future``, ``before_the_last``."""

    sentences = {
        "one_at_a_time": both(
            "上一步还在等待核验。请等核验后再登记。",
            "The step before still waits for review. Enter this one once it is decided.",
        ),
        "not_the_next": both(
            "现在是“{stage}”，只能往前一步，或退回较早的阶段。",
            "It is at “{stage}”: it can go one stage up, or back to an earlier one.",
        ),
        "words_missing": both(
            "请写明凭什么看出来；退回的请写明原因。", "Say by what it is seen; of a step back say why."
        ),
        "identity_number": both(
            "这里含有身份证号码，不能登记。请删去。",
            "This holds an identity number and cannot be entered. Take it out.",
        ),
        "evidence_missing": both(
            "请附上照片或文件，如包装照片、商标证、店铺截图。",
            "Attach a photograph or document: the pack, the trademark, the shop's page.",
        ),
        "in_the_future": both(
            "日期在今天之后。请填实际达到的日期。", "The day lies ahead of today. Enter when it was reached."
        ),
        "before_the_last": both(
            "早于上一步的日期（{day}）。请核对。", "It lies before the last step ({day}). Check the day."
        ),
    }


@operation("suppliers.claim_stage", scope=scope_of("supplier"))
def claim_stage(
    *, supplier: Supplier, to_stage: int, reached_on: date, words: str, files: Files, act: Act
) -> Step:
    """Enter that a supplier reached the next stage, or fell back to an earlier one, and submit it for review.

    Raises: UnableToClaimStage: see its codes; UnableToKeep: a file is refused. Nothing was written.
    Locks: the supplier.
    """
    require_side(supplier, act=act)
    now = supplier_for_update(supplier.pk)
    if Step.objects.filter(supplier=now, decided_at__isnull=True).exists():
        raise UnableToClaimStage("one_at_a_time")
    if to_stage not in Stage.values or to_stage == now.stage or to_stage > now.stage + 1:
        raise UnableToClaimStage("not_the_next", stage=STAGE_WORDS[now.stage])
    if not words.strip():
        raise UnableToClaimStage("words_missing")
    if has_identity_number(words):
        raise UnableToClaimStage("identity_number")
    if reached_on > act.on:
        raise UnableToClaimStage("in_the_future")
    last = Step.objects.filter(supplier=now, is_verified=True).order_by("-reached_on").first()
    if last is not None and reached_on < last.reached_on:
        raise UnableToClaimStage("before_the_last", day=last.reached_on.isoformat())
    if not files:
        raise UnableToClaimStage("evidence_missing")
    step = Step.objects.create(
        supplier=now, from_stage=now.stage, to_stage=to_stage, reached_on=reached_on, words=words.strip(),
        claimed_at=act.at, claimed_by=act.actor,
    )  # fmt: skip
    hang([step.pk], files, record_type=record_type("suppliers.step"), act=act)
    title = f"{now.name_zh} {STAGE_WORDS[to_stage].zh}"
    submit_many([step.pk], record_type=record_type("suppliers.step"), unit=now.unit, title=title, act=act)
    return step


def _decided(batch: Batch, keys: list[int], act: Act, *, is_verified: bool) -> list[Step]:
    Step.objects.filter(pk__in=keys).update(decided_at=act.at, is_verified=is_verified)
    return list(Step.objects.filter(pk__in=keys).select_related("supplier").order_by("pk"))


@operation("suppliers.verify_steps", scope=scope_of("batch"))
def verify_steps(*, batch: Batch, act: Act) -> Batch:
    """Verify the steps that wait on a paper: each supplier is at its stage from then on, and counts there.

    Raises: UnableToReview, UnableToPost: see their codes. Nothing was written.
    Posts: one for each stage that was reached, less one for each that was left, on the day of the step.
    Locks: the paper, then its reviews.
    """
    steps = _decided(batch, decide_batch(batch, ReviewState.VERIFIED, act=act), act, is_verified=True)
    for one in steps:
        Supplier.objects.filter(pk=one.supplier_id).update(stage=one.to_stage)
    for stage, measure in OF_STAGE.items():
        rows = [
            (1 if not one.is_back else -1, one.supplier.unit_id, one.supplier.place_id, one.reached_on, one.pk,
             f"{one.pk}-{stage}")
            for one in steps
            if min(one.from_stage, one.to_stage) < stage <= max(one.from_stage, one.to_stage)
        ]  # fmt: skip
        if rows:
            columns = ("quantity", "unit", "place", "on", "subject", "source_id")
            frame = polars.DataFrame(rows, schema=columns, orient="row")
            post_many(
                measure, frame, record_type=record_type("suppliers.step"), system=SOURCE_SYSTEM, act=act
            )
    return batch


@operation("suppliers.return_steps", scope=scope_of("batch"))
def return_steps(*, batch: Batch, remark: str, act: Act) -> Batch:
    """Give the steps that wait on a paper back, saying why; each may be entered anew.

    Raises: UnableToReview: see its codes; nothing was written.
    Locks: the paper, then its reviews.
    """
    keys = decide_batch(batch, ReviewState.RETURNED, remark=remark, act=act)
    _decided(batch, keys, act, is_verified=False)
    return batch
