"""What may be done with publications: prepare, approve or return, freeze."""

from __future__ import annotations

import hashlib
import secrets

from django.db import connection
from django.db.models import Max

from bangfu.foundation.ledger.models import Block
from bangfu.foundation.operations import Act, Refusal, Scope, operation, progress, told_of
from bangfu.foundation.rooms import both
from bangfu.foundation.webhooks.announcing import Happened, announce
from bangfu.foundation.webhooks.kinds import PUBLICATION_ISSUED
from bangfu.reporting.facts import facts_in
from bangfu.reporting.figures import Figure
from bangfu.reporting.publications.bundle import bundle_of, keep_bundle
from bangfu.reporting.publications.disclosing import DISCLOSED, public_measures
from bangfu.reporting.publications.models import (
    Publication,
    PublishedCompanion,
    PublishedFigure,
    PublishedTerm,
    Step,
    StepKind,
)
from bangfu.reporting.publications.notices import tell_decided, tell_ready
from bangfu.reporting.publications.preparing import (
    Draft,
    content_of,
    cuts_a_month,
    draft_of,
    level_asked,
    terms_of,
    unverified_facts,
)
from bangfu.reporting.scoping import asks

READING = both("逐段计算报告的数字", "computing the figures of the report")
CHECKING = both("检查数字和核验", "checking figures and reviews")
ENTERING = both("写入数字和底下的事实", "entering figures with the facts under them")
DISCLOSING = both("决定每条事实公开多少", "deciding what of each fact is public")
BUNDLING = both("写发布包并验证", "writing the bundle and verifying it")
LOCK = 0x6261_7075
"""One decision or number at a time."""
FACT_COLUMNS = "publication_id, position, fact_id, level, shows_unit, shows_day"


class UnableToPrepare(Refusal):
    """Codes: ``unknown_report``, ``nothing_sealed``, ``unknown_block``, ``fails_checks``, ``without_facts``,
    ``not_verified``."""

    sentences = {
        "unknown_report": both(
            "没有报告「{report}」。请从「报告」页选择。", "There is no report {report}. Choose one on the page Reports."
        ),
        "nothing_sealed": both(
            "账册还没有封存的区块。请等封存后再准备发布。", "No block of the ledger is sealed yet. Prepare once one is."
        ),
        "unknown_block": both("账册没有区块 {block}。请写已有的区块号。", "There is no block {block}. Give one that is sealed."),
        "fails_checks": both(
            "报告和随它的文字有 {count} 处没有通过检查，例如：{first}。请改正后再准备。",
            "The report and the texts with it fail their checks in {count} places, for example: {first}. Mend them first.",
        ),
        "without_facts": both(
            "「{title}」没有事实，不能发布。请先登记并核验记录，或从报告中去掉它。",
            "{title} has no facts. Register and verify records first, or take it out of the report.",
        ),
        "not_verified": both(
            "数字下有 {count} 条事实的记录没有经另一个人核验，不能发布。请先核验。",
            "{count} facts under the figures come from records that no second person verified. Have them verified first.",
        ),
    }  # fmt: skip


class UnableToDecide(Refusal):
    """Codes: ``same_person``, ``decided_already``, ``remark_missing``, ``not_approved``, ``frozen_already``, ``not_fitting``."""

    sentences = {
        "same_person": both(
            "准备发布的人不能自己批准或退回。请由另一个人决定。",
            "Whoever prepared a publication does not decide on it. Have another person do so.",
        ),
        "decided_already": both(
            "这份发布已经批准或退回。请刷新页面。", "This publication was decided already. Load the page again."
        ),
        "remark_missing": both("退回须写明原因。", "Say why it is returned."),
        "not_approved": both(
            "还没有批准，不能定稿。请先由另一个人批准。", "It is not approved yet. Another person has to approve it first."
        ),
        "frozen_already": both("已经定稿，不能再改。", "It is frozen already and cannot be changed."),
        "not_fitting": both(
            "发布包没有通过验证：{fault}。没有发布；请先运行 bangfu ledger verify 查验账册。",
            "The bundle does not verify: {fault}. Nothing was published; run bangfu ledger verify first.",
        ),
    }  # fmt: skip


def _whole(**_: object) -> Scope:
    """A report shows the figures of the whole programme."""
    return Scope()


@operation("publications.prepare_publication", scope=_whole)
def prepare_publication(*, report: str, block: int | None = None, act: Act) -> Publication:
    """Fix a report as of a block: text in both languages, companions, definitions, figures, and the exact facts under each.

    Args: block: null is the newest.

    Raises: UnableToPrepare: see its codes; nothing was written.
    """
    newest = Block.objects.aggregate(newest=Max("number"))["newest"]
    if newest is None:
        raise UnableToPrepare("nothing_sealed")
    as_of = newest if block is None else block
    if not 1 <= as_of <= newest:
        raise UnableToPrepare("unknown_block", block=as_of)
    progress(READING)
    try:
        draft = draft_of(report, as_of)
    except LookupError:
        raise UnableToPrepare("unknown_report", report=report) from None
    progress(CHECKING)
    _refuse_unfit(draft)

    publication = Publication.objects.create(
        report=report,
        block=as_of,
        heading_zh=draft.reports["zh"].heading,
        heading_en=draft.reports["en"].heading,
        text=draft.text,
        party_key=secrets.token_bytes(32),
        prepared_by=act.actor,
        prepared_at=act.at,
    )
    figures = told_of(draft.figures, ENTERING, of=len(draft.figures))
    for position, figure in enumerate(figures):
        _enter_figure(publication, position, figure)
    for one in draft.companions:
        PublishedCompanion.objects.create(
            publication=publication,
            form=one.form,
            heading_zh=one.heading.zh,
            heading_en=one.heading.en,
            text=one.text,
            about=one.about,
        )
    progress(DISCLOSING)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO publications_publishedfact ({FACT_COLUMNS}) {DISCLOSED}",
            {"publication": publication.pk, "public": public_measures()},
        )
    tell_ready(publication, act=act)
    return publication


def _refuse_unfit(draft: Draft) -> None:
    if draft.problems:
        first = both(draft.problems[0].zh, draft.problems[0].en)
        raise UnableToPrepare("fails_checks", count=len(draft.problems), first=first)
    missing = next((one for one in draft.figures if not one.has_value), None)
    if missing is not None:
        raise UnableToPrepare("without_facts", title=missing.indicator.title)
    unverified = unverified_facts(draft.figures)
    if unverified:
        raise UnableToPrepare("not_verified", count=len(unverified))


def _enter_figure(publication: Publication, position: int, figure: Figure) -> None:
    entered = PublishedFigure.objects.create(
        publication=publication, position=position, content=content_of(figure)
    )
    for number, (indicator, term) in enumerate(terms_of(figure.indicator)):
        selection = asks(term, figure.selection)
        assert selection is not None, "a figure without a value is not prepared"
        facts = facts_in(indicator, selection).order_by("pk").values_list("pk", flat=True)
        PublishedTerm.objects.create(
            figure=entered,
            position=number,
            facts=list(facts),
            level=level_asked(selection, term),
            asks_unit=selection.unit is not None or bool(term.owner),
            asks_day=cuts_a_month(selection, term),
        )


@operation("publications.approve_publication", scope=_whole)
def approve_publication(*, publication: Publication, act: Act) -> Step:
    """Approve a publication that another person prepared.

    Raises: UnableToDecide: ``same_person``, ``decided_already``.
    Locks: one decision at a time.
    """
    return _decided(publication, StepKind.APPROVED, "", act)


@operation("publications.return_publication", scope=_whole)
def return_publication(*, publication: Publication, remark: str, act: Act) -> Step:
    """Return a publication that another person prepared; it stays as it was, and a new one is prepared.

    Raises: UnableToDecide: ``same_person``, ``decided_already``, ``remark_missing``.
    Locks: one decision at a time.
    """
    if not remark.strip():
        raise UnableToDecide("remark_missing")
    return _decided(publication, StepKind.RETURNED, remark.strip(), act)


def _decided(publication: Publication, kind: StepKind, remark: str, act: Act) -> Step:
    if publication.prepared_by_id == act.actor.pk:
        raise UnableToDecide("same_person")
    _lock()
    if Step.objects.filter(publication=publication).exists():
        raise UnableToDecide("decided_already")
    step = Step.objects.create(
        publication=publication, kind=kind, remark=remark, taken_by=act.actor, taken_at=act.at
    )
    tell_decided(publication, kind, act=act)
    return step


@operation("publications.freeze_publication", scope=_whole)
def freeze_publication(*, publication: Publication, act: Act) -> Step:
    """Give an approved publication its number, write its bundle, and open it to everybody.

    The bundle is verified before it is kept.

    Raises: UnableToDecide: ``not_approved``, ``frozen_already``, ``not_fitting``. UnableToSign: the ledger's key is gone.
    Locks: one number at a time; sealing waits while the bundle is signed.
    """
    _lock()
    kinds = set(Step.objects.filter(publication=publication).values_list("kind", flat=True))
    if StepKind.FROZEN in kinds:
        raise UnableToDecide("frozen_already")
    if StepKind.APPROVED not in kinds:
        raise UnableToDecide("not_approved")
    number = (Step.objects.aggregate(highest=Max("number"))["highest"] or 0) + 1
    progress(BUNDLING)
    content, faults = bundle_of(publication, number)
    if faults:
        raise UnableToDecide("not_fitting", fault=faults[0])
    if not act.dry_run:
        # Before the commit: a number without its bundle would be worse than a bundle without its number.
        keep_bundle(number, content)
    digest = hashlib.sha256(content).hexdigest()
    told = {
        "number": number,
        "report": publication.report,
        "sha256": digest,
        "url": f"/api/v1/publications/{number}",
    }
    announce(PUBLICATION_ISSUED, lambda: [Happened(told)], at=act.at)
    return Step.objects.create(
        publication=publication,
        kind=StepKind.FROZEN,
        number=number,
        digest=digest,
        taken_by=act.actor,
        taken_at=act.at,
    )


def _lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
