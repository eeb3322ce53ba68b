"""What corrections keep: errata, printings, and cases of strangers."""

from bangfu.reporting.corrections.models.cases import (
    ANSWER_STATE_WORDS,
    CASE_OUTCOME_WORDS,
    CASE_STATE_WORDS,
    Answer,
    AnsweringRule,
    AnswerStep,
    Case,
    CaseKey,
    CaseOutcome,
    CaseState,
)
from bangfu.reporting.corrections.models.errata import (
    CAUSE_WORDS,
    CauseKind,
    Correction,
    Decision,
    Erratum,
    ErratumCause,
    ErratumFigure,
    ErratumStep,
)
from bangfu.reporting.corrections.models.printings import (
    MEDIUM_WORDS,
    SETTLEMENT_WORDS,
    Medium,
    Printing,
    Settlement,
    SettlementKind,
)

__all__ = [
    "ANSWER_STATE_WORDS",
    "CASE_OUTCOME_WORDS",
    "CASE_STATE_WORDS",
    "CAUSE_WORDS",
    "MEDIUM_WORDS",
    "SETTLEMENT_WORDS",
    "Answer",
    "AnswerStep",
    "AnsweringRule",
    "Case",
    "CaseKey",
    "CaseOutcome",
    "CaseState",
    "CauseKind",
    "Correction",
    "Decision",
    "Erratum",
    "ErratumCause",
    "ErratumFigure",
    "ErratumStep",
    "Medium",
    "Printing",
    "Settlement",
    "SettlementKind",
]
