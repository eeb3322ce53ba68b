"""Everything that writes courses and attendees: opened, enrolled or imported, attended, reviewed, corrected, withdrawn."""

from bangfu.livelihoods.training.operations.correcting import (
    CORRECTION_REASONS,
    UnableToCorrect,
    UnableToWithdraw,
    correct_completion,
    withdraw_enrolment,
)
from bangfu.livelihoods.training.operations.enrolling import (
    Attendee,
    UnableToRecord,
    attach_evidence,
    enrol_attendee,
    record_attendance,
)
from bangfu.livelihoods.training.operations.importing import import_attendees
from bangfu.livelihoods.training.operations.opening import (
    CourseDetails,
    Part,
    UnableToOpen,
    UnableToSetRule,
    open_course,
    revise_course,
    set_mode_rule,
)
from bangfu.livelihoods.training.operations.reviewing import (
    UnableToSubmit,
    UnableToVerify,
    return_completion,
    return_completions,
    submit_completions,
    verify_completion,
    verify_completions,
)

__all__ = [
    "CORRECTION_REASONS",
    "Attendee",
    "CourseDetails",
    "Part",
    "UnableToCorrect",
    "UnableToOpen",
    "UnableToRecord",
    "UnableToSetRule",
    "UnableToSubmit",
    "UnableToVerify",
    "UnableToWithdraw",
    "attach_evidence",
    "correct_completion",
    "enrol_attendee",
    "import_attendees",
    "open_course",
    "record_attendance",
    "return_completion",
    "return_completions",
    "revise_course",
    "set_mode_rule",
    "submit_completions",
    "verify_completion",
    "verify_completions",
    "withdraw_enrolment",
]
