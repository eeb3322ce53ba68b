"""The reviewer's look at a paper, as every test needs it that signs one."""

from __future__ import annotations

from bangfu.foundation.operations import Act
from bangfu.foundation.review.models import Batch
from bangfu.foundation.review.operations import draw_sample, look_at


def looked_at(paper: Batch, act: Act) -> Batch:
    """Return the paper after the actor has drawn its sample and seen all of it."""
    sample = draw_sample(batch=paper, act=act)
    look_at(batch=paper, records=list(sample.records.values_list("record_id", flat=True)), act=act)
    return paper
