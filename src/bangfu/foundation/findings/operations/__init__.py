"""The only place that writes findings."""

from bangfu.foundation.findings.operations.raising import (
    Raised,
    UnableToRaise,
    note_findings,
    raise_by_rule,
    raise_finding,
)
from bangfu.foundation.findings.operations.setting import UnableToSetRule, set_rule
from bangfu.foundation.findings.operations.working import (
    UnableToWorkOn,
    accept_answer,
    answer_finding,
    assign_finding,
    dismiss_finding,
    reopen_finding,
    return_answer,
)

__all__ = [
    "Raised",
    "UnableToRaise",
    "UnableToSetRule",
    "UnableToWorkOn",
    "accept_answer",
    "answer_finding",
    "assign_finding",
    "dismiss_finding",
    "note_findings",
    "raise_by_rule",
    "raise_finding",
    "reopen_finding",
    "return_answer",
    "set_rule",
]
