"""What writes reviews: plain functions that rooms call inside their operations, and the operations of this room."""

from bangfu.foundation.review.operations.county import (
    UnableToState,
    confirm_records,
    correct_record,
    dispute_record,
)
from bangfu.foundation.review.operations.deciding import UnableToReview, decide, decide_batch, verify_by_rule
from bangfu.foundation.review.operations.looking import UnableToLook, draw_sample, look_at
from bangfu.foundation.review.operations.submitting import submit, submit_corrected, submit_many
from bangfu.foundation.review.operations.taking_back import take_back

__all__ = [
    "UnableToLook",
    "UnableToReview",
    "UnableToState",
    "confirm_records",
    "correct_record",
    "decide",
    "decide_batch",
    "dispute_record",
    "draw_sample",
    "look_at",
    "submit",
    "submit_corrected",
    "submit_many",
    "take_back",
    "verify_by_rule",
]
