"""The only place that writes targets."""

from bangfu.reporting.targets.operations.agreeing import record_agreement
from bangfu.reporting.targets.operations.answering import declare_nil, lay_down_rule
from bangfu.reporting.targets.operations.deciding import approve_pledge, return_pledge, submit_pledge
from bangfu.reporting.targets.operations.drafting import (
    attach_document,
    draft_pledge,
    drop_target,
    revise_pledge,
    set_target,
)
from bangfu.reporting.targets.operations.grading import assess_self, record_grade
from bangfu.reporting.targets.operations.importing import import_targets
from bangfu.reporting.targets.operations.splitting import split_target

__all__ = [
    "approve_pledge",
    "assess_self",
    "attach_document",
    "declare_nil",
    "draft_pledge",
    "drop_target",
    "import_targets",
    "lay_down_rule",
    "record_agreement",
    "record_grade",
    "return_pledge",
    "revise_pledge",
    "set_target",
    "split_target",
    "submit_pledge",
]
