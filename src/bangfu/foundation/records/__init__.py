"""What every record has, whatever its room: a life of submissions, decisions and corrections, evidence, and facts."""

from bangfu.foundation.records.life import (
    FactRow,
    ShownEvidence,
    Step,
    corrected,
    doors_of,
    entered,
    evidence_of,
    evidence_shown,
    facts_of_record,
    life_of,
    life_shown,
    quantity_words,
    reason_words,
    review_of,
    withdrawn,
)

__all__ = [
    "FactRow",
    "ShownEvidence",
    "Step",
    "corrected",
    "doors_of",
    "entered",
    "evidence_of",
    "evidence_shown",
    "facts_of_record",
    "life_of",
    "life_shown",
    "quantity_words",
    "reason_words",
    "review_of",
    "withdrawn",
]
