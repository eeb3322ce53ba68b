"""The only place that writes audits by sample."""

from bangfu.reporting.sampling.operations.announcing import (
    UnableToAnnounce,
    UnableToDraw,
    announce_audit,
    draw_sample,
    planned_audit,
)
from bangfu.reporting.sampling.operations.ending import UnableToEnd, abandon_audit, close_audit
from bangfu.reporting.sampling.operations.examining import (
    UnableToJudge,
    import_worksheet,
    record_verdict,
)

__all__ = [
    "UnableToAnnounce",
    "UnableToDraw",
    "UnableToEnd",
    "UnableToJudge",
    "abandon_audit",
    "announce_audit",
    "close_audit",
    "draw_sample",
    "import_worksheet",
    "planned_audit",
    "record_verdict",
]
