"""The reviewer's look at a sample of a paper's evidence, before the signature."""

from __future__ import annotations

from bangfu.foundation.operations import Act, Refusal, operation, scope_of
from bangfu.foundation.review.models import Batch, Look, ReviewState, Sample, SampledRecord, Verdict
from bangfu.foundation.review.sampled import open_doubts, sample_of
from bangfu.foundation.review.sampling import SIZE_RULE, drawn
from bangfu.foundation.rooms import both


class UnableToLook(Refusal):
    """Codes: ``same_person``, ``decided_already``, ``not_drawn``, ``not_in_sample``, ``doubt_unsaid``."""

    sentences = {
        "same_person": both(
            "这份单据由您本人提交，不能由您抽样。请转交上级单位的核验员。",
            "You submitted this yourself and cannot draw or look at its sample. Pass it to a verifier of the unit above.",
        ),
        "decided_already": both(
            "这份单据已有人作出决定，不再抽样。请刷新后查看。",
            "This paper has been decided; nothing is drawn any more. Reload to see by whom.",
        ),
        "not_drawn": both(
            "还没有抽样。请先在单据页点“抽样”。", "No sample was drawn yet. Draw it on the paper first."
        ),
        "not_in_sample": both(
            "其中 {count} 条不在样本里。请只标记抽中的记录。",
            "{count} of these were not drawn. Mark only what is in the sample.",
        ),
        "doubt_unsaid": both(
            "存疑或消除疑问时，请写明理由。",
            "Say why a record is doubtful, or how a doubt was resolved.",
        ),
    }


@operation("review.draw_sample", scope=scope_of("batch"))
def draw_sample(*, batch: Batch, act: Act) -> Sample:
    """Draw the records of a paper that are looked at before it is signed, and return the sample; later calls find it.

    Raises: UnableToLook: ``same_person``, ``decided_already``; nothing was drawn.
    Locks: the paper.
    """
    paper = _open_paper(batch, act)
    known = sample_of(paper)
    if known is not None:
        return known
    waiting = paper.reviews.filter(state=ReviewState.SUBMITTED)
    keys = list(waiting.order_by("record_id").values_list("record_id", flat=True))
    sample = Sample.objects.create(
        batch=paper, rule=SIZE_RULE, population=len(keys), drawn_at=act.at, drawn_by=act.actor
    )
    chosen = drawn(keys, paper=paper.pk, nonce=str(paper.nonce))
    SampledRecord.objects.bulk_create(
        SampledRecord(sample=sample, record_id=key, position=position)
        for position, key in enumerate(chosen, 1)
    )
    return sample


@operation("review.look_at", scope=scope_of("batch"))
def look_at(
    *, batch: Batch, records: list[int], verdict: str = Verdict.SEEN, remark: str = "", act: Act
) -> list[int]:
    """Mark records of a paper's sample as seen or doubtful, and return their keys.

    Args:
        remark: why it is doubtful; also needed to mark a doubtful record as seen.

    Raises: UnableToLook: see its codes; nothing was marked.
    Locks: the paper.
    """
    if verdict not in Verdict.values:
        raise ValueError(f"a sampled record is seen or doubtful, not {verdict}")
    paper = _open_paper(batch, act)
    if sample_of(paper) is None:
        raise UnableToLook("not_drawn")
    wanted = set(records)
    found = list(SampledRecord.objects.filter(sample__batch=paper, record_id__in=wanted).order_by("position"))
    if len(found) < len(wanted):
        raise UnableToLook("not_in_sample", count=len(wanted) - len(found))
    remark = remark.strip()
    if not remark and (verdict == Verdict.DOUBTFUL or wanted & set(open_doubts(paper))):
        raise UnableToLook("doubt_unsaid")
    Look.objects.bulk_create(
        Look(sampled=one, verdict=verdict, remark=remark, looked_by=act.actor, looked_at=act.at)
        for one in found
    )
    return [one.record_id for one in found]


def _open_paper(batch: Batch, act: Act) -> Batch:
    paper = Batch.objects.select_for_update().get(pk=batch.pk)
    if paper.submitted_by_id == act.actor.pk:
        raise UnableToLook("same_person")
    if paper.state != ReviewState.SUBMITTED:
        raise UnableToLook("decided_already")
    return paper
