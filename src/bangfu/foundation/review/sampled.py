"""What is read of a paper's sample: which records were drawn, who looked at them, what is still open."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from bangfu.foundation.people.models import Account
from bangfu.foundation.review.models import Batch, Look, Review, ReviewState, Sample, SampledRecord, Verdict
from bangfu.foundation.review.sampling import sample_size


def sample_of(paper: Batch) -> Sample | None:
    """Return a paper's sample; null while nobody has drawn it."""
    return Sample.objects.filter(batch=paper).select_related("drawn_by__person__key").first()


def drawn_in(paper: Batch) -> QuerySet[SampledRecord]:
    """Return every record drawn of a paper, in the order drawn, with its last ``verdict``."""
    last = Look.objects.filter(sampled=OuterRef("pk")).order_by("-id")
    found = SampledRecord.objects.filter(sample__batch=paper)
    return found.annotate(verdict=Subquery(last.values("verdict")[:1])).order_by("position")


def sampled_in(paper: Batch) -> QuerySet[SampledRecord]:
    """Return the drawn records that still wait on the paper, in the order drawn, with their last ``verdict``."""
    waiting = Review.objects.filter(
        batch=paper,
        record_type=paper.record_type,
        record_id=OuterRef("record_id"),
        state=ReviewState.SUBMITTED,
    )
    return drawn_in(paper).filter(Exists(waiting))


def open_doubts(paper: Batch) -> list[int]:
    """Return the records of the sample whose last look, whoever's, left a doubt."""
    doubted = sampled_in(paper).filter(verdict=Verdict.DOUBTFUL)  # type: ignore[misc]
    return list(doubted.values_list("record_id", flat=True))


def unseen_by(paper: Batch, account: Account) -> int:
    """Return how many records of the sample an account has not looked at; before the draw all that will be drawn."""
    if sample_of(paper) is None:
        return sample_size(paper.reviews.filter(state=ReviewState.SUBMITTED).count())
    mine = Look.objects.filter(sampled=OuterRef("pk"), looked_by=account)
    return sampled_in(paper).filter(~Exists(mine)).count()


@dataclass(frozen=True)
class LookShown:
    """One look as the paper shows it."""

    verdict: str
    remark: str
    who: str


def looks_at(paper: Batch) -> dict[int, list[LookShown]]:
    """Return what reviewers said of each sampled record, by record, in the order said."""
    found: dict[int, list[LookShown]] = {}
    looks = Look.objects.filter(sampled__sample__batch=paper).select_related(
        "sampled", "looked_by__person__key"
    )
    for one in looks.order_by("id"):
        shown = LookShown(one.verdict, one.remark, one.looked_by.display_name)
        found.setdefault(one.sampled.record_id, []).append(shown)
    return found
