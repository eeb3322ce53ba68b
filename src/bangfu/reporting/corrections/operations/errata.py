"""Errata: proposed by one person from what the figures say now, decided by another."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection
from django.db.models import Max

from bangfu.foundation.ledger.models import Block
from bangfu.foundation.operations import Act, Refusal, Scope, operation
from bangfu.foundation.rooms import both
from bangfu.foundation.webhooks.announcing import Happened, announce
from bangfu.foundation.webhooks.kinds import ERRATUM_ISSUED
from bangfu.reporting.corrections.models import (
    Correction,
    Decision,
    Erratum,
    ErratumCause,
    ErratumFigure,
    ErratumStep,
)
from bangfu.reporting.corrections.notes import note_text, signed
from bangfu.reporting.corrections.proving import (
    digests_of,
    erratum_path,
    faults_of,
    keep_erratum,
    members_of,
    zipped,
)
from bangfu.reporting.corrections.restating import Restated, restated, value_text
from bangfu.reporting.corrections.verify_erratum import NOTE
from bangfu.reporting.publications.models import Publication, Step, StepKind
from bangfu.reporting.publications.preparing import unverified_facts

LOCK = 0x6261_6365
"""One decision, number and correction at a time."""


class UnableToCorrect(Refusal):
    """Codes: ``not_published``, ``nothing_chosen``, ``unknown_figure``, ``nothing_changed``, ``explanation_missing``,
    ``not_verified``."""

    sentences = {
        "not_published": both(
            "这份报告还没有发布，没有要更正的。", "This report is not published yet; there is nothing to correct."
        ),
        "nothing_chosen": both("请选择要更正的数字。", "Choose the figures to correct."),
        "unknown_figure": both(
            "这份发布没有第 {label} 个数字。请从更正清单里选择。",
            "The publication has no figure {label}. Choose from the list of restatements.",
        ),
        "nothing_changed": both(
            "「{title}」现在的数与已公布的一致，没有要更正的。请从更正中去掉它。",
            "{title} says now what it was published with. Leave it out of the erratum.",
        ),
        "explanation_missing": both(
            "请用中文和英文写明更正的原因。", "Say in Chinese and in English why it is corrected."
        ),
        "not_verified": both(
            "数字下有 {count} 条事实的记录没有经另一个人核验，不能更正。请先核验。",
            "{count} facts under the figures come from records that no second person verified. Have them verified first.",
        ),
    }  # fmt: skip


class UnableToDecideErratum(Refusal):
    """Codes: ``same_person``, ``decided_already``, ``remark_missing``, ``overtaken``, ``not_fitting``."""

    sentences = {
        "same_person": both(
            "提出更正的人不能自己批准或退回。请由另一个人决定。",
            "Whoever proposed an erratum does not decide on it. Have another person do so.",
        ),
        "decided_already": both(
            "这份更正已经批准或退回。请刷新页面。", "This erratum was decided already. Load the page again."
        ),
        "remark_missing": both("退回须写明原因。", "Say why it is returned."),
        "overtaken": both(
            "其中一个数字在此期间已由另一份更正改过。请退回这份，按现在的数重新提出。",
            "Another erratum corrected one of these figures meanwhile. Return this one and propose it anew from what stands.",
        ),
        "not_fitting": both(
            "更正文件没有通过验证：{fault}。没有公布；请先运行 bangfu ledger verify 查验账册。",
            "The erratum's file does not verify: {fault}. Nothing was published; run bangfu ledger verify first.",
        ),
    }  # fmt: skip


def whole(**_: object) -> Scope:
    """A report shows the figures of the whole programme."""
    return Scope()


@operation("corrections.propose_erratum", scope=whole)
def propose_erratum(
    *, publication: Publication, positions: Sequence[int], explanation_zh: str, explanation_en: str, act: Act
) -> Erratum:
    """Fix what figures of a publication say as of the newest block, with every cause, to be decided by another person.

    Args:
        positions: of the figures in their publication, from 0.

    Raises: UnableToCorrect: see its codes; nothing was written.
    """
    explanation_zh, explanation_en = explanation_zh.strip(), explanation_en.strip()
    if not Step.objects.filter(publication=publication, kind=StepKind.FROZEN).exists():
        raise UnableToCorrect("not_published")
    if not positions:
        raise UnableToCorrect("nothing_chosen")
    if not explanation_zh or not explanation_en:
        raise UnableToCorrect("explanation_missing")
    block = Block.objects.aggregate(newest=Max("number"))["newest"]
    found = restated(publication, block, positions)
    strange = sorted(set(positions) - {one.position for one in found})
    if strange:
        raise UnableToCorrect("unknown_figure", label=strange[0] + 1)
    _refuse_unfit(found)
    erratum = Erratum.objects.create(
        publication=publication,
        block=block,
        explanation_zh=explanation_zh,
        explanation_en=explanation_en,
        proposed_by=act.actor,
        proposed_at=act.at,
    )
    for one in found:
        _enter(erratum, one)
    return erratum


def _refuse_unfit(found: Sequence[Restated]) -> None:
    same = next((one for one in found if not one.may_be_corrected), None)
    if same is not None:
        raise UnableToCorrect("nothing_changed", title=same.title)
    unverified = unverified_facts([one.figure for one in found])
    if unverified:
        raise UnableToCorrect("not_verified", count=len(unverified))


def _enter(erratum: Erratum, one: Restated) -> None:
    figure = ErratumFigure.objects.create(
        erratum=erratum,
        position=one.position,
        ordinal=len(one.corrections) + 1,
        old_value=value_text(one.stated.value),
        old_shown=dict(one.stated.shown),
        new_value=value_text(one.now.value),
        new_shown=dict(one.now.shown),
    )
    ErratumCause.objects.bulk_create(
        ErratumCause(
            figure=figure,
            term=cause.term,
            kind=cause.kind,
            reason=cause.reason,
            unit_id=cause.unit,
            shows_unit=cause.shows_unit,
            facts=list(cause.facts),
            quantity=cause.quantity,
            first_block=cause.first_block,
            last_block=cause.last_block,
        )
        for cause in one.causes
    )


@operation("corrections.approve_erratum", scope=whole)
def approve_erratum(*, erratum: Erratum, act: Act) -> ErratumStep:
    """Publish an erratum that another person proposed: it gets its number, is signed, and its figures are corrected.

    Raises: UnableToDecideErratum: ``same_person``, ``decided_already``, ``overtaken``, ``not_fitting``. UnableToSign: the
        ledger's key is gone. Nothing was written.
    Locks: one decision at a time; sealing waits while it is signed.
    """
    _lock(erratum, act)
    publication = erratum.publication
    figures = list(erratum.figures.order_by("position"))
    wanted = {one.position: one.ordinal for one in figures}
    if any(wanted[key] != last + 1 for key, last in _last_corrections(publication, list(wanted)).items()):
        raise UnableToDecideErratum("overtaken")
    highest = ErratumStep.objects.filter(publication=publication).aggregate(highest=Max("number"))["highest"]
    number = (highest or 0) + 1
    frozen = Step.objects.get(publication=publication, kind=StepKind.FROZEN)
    published = frozen.number or 0
    members = members_of(erratum)
    text = note_text(number, erratum, publication=published, approved_at=act.at, digests=digests_of(members))
    note = signed(text)
    content = zipped({**members, NOTE: note})
    faults = faults_of(content, published)
    if faults:
        raise UnableToDecideErratum("not_fitting", fault=faults[0])
    if not act.dry_run:
        # Before the commit: a number without its file would be worse than a file without its number.
        keep_erratum(erratum_path(published, number), content)
    step = ErratumStep.objects.create(
        erratum=erratum,
        kind=Decision.APPROVED,
        publication=publication,
        number=number,
        note=note,
        taken_by=act.actor,
        taken_at=act.at,
    )
    Correction.objects.bulk_create(
        Correction(publication=publication, position=one.position, ordinal=one.ordinal, figure=one)
        for one in figures
    )
    told = {"publication": published, "number": number, "positions": sorted(wanted)}
    announce(ERRATUM_ISSUED, lambda: [Happened(told)], at=act.at)
    return step


def _last_corrections(publication: Publication, positions: Sequence[int]) -> dict[int, int]:
    """Return the ordinal of the last correction of each figure: ``dict[position, ordinal]``, 0 = none stands."""
    found = Correction.objects.filter(publication=publication, position__in=positions)
    last = dict(found.values("position").annotate(last=Max("ordinal")).values_list("position", "last"))
    return {position: last.get(position, 0) for position in positions}


@operation("corrections.return_erratum", scope=whole)
def return_erratum(*, erratum: Erratum, remark: str, act: Act) -> ErratumStep:
    """Return an erratum that another person proposed; it stays as it was, and a new one is proposed.

    Raises: UnableToDecideErratum: ``same_person``, ``decided_already``, ``remark_missing``; nothing was written.
    Locks: one decision at a time.
    """
    if not remark.strip():
        raise UnableToDecideErratum("remark_missing")
    _lock(erratum, act)
    return ErratumStep.objects.create(
        erratum=erratum,
        kind=Decision.RETURNED,
        publication=erratum.publication,
        remark=remark.strip(),
        taken_by=act.actor,
        taken_at=act.at,
    )


def _lock(erratum: Erratum, act: Act) -> None:
    if erratum.proposed_by_id == act.actor.pk:
        raise UnableToDecideErratum("same_person")
    _one_at_a_time()
    if ErratumStep.objects.filter(erratum=erratum).exists():
        raise UnableToDecideErratum("decided_already")


def _one_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
