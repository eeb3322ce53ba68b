"""What can be told: the kinds of events, with their words."""

from __future__ import annotations

from bangfu.foundation.rooms import Words, both

RECORD_DECIDED = "record.decided"
BLOCK_SEALED = "block.sealed"
PUBLICATION_ISSUED = "publication.issued"
ERRATUM_ISSUED = "erratum.issued"
FINDING_RAISED = "finding.raised"

KINDS: dict[str, Words] = {
    RECORD_DECIDED: both("记录核验或退回", "A record was verified or returned"),
    BLOCK_SEALED: both("事实入账或冲正，区块封存", "Facts were posted or reversed, and their block sealed"),
    PUBLICATION_ISSUED: both("报告发布", "A report was published"),
    ERRATUM_ISSUED: both("更正公告发布", "An erratum was published"),
    FINDING_RAISED: both("疑点提出或重新打开", "A finding was raised or re-opened"),
}
"""By the code that stands in a message; fixed, since programs of others know them."""
