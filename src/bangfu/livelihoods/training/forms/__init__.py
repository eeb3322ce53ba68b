"""Forms of the training room: they read what was typed; what may be recorded is decided by the operations."""

from bangfu.livelihoods.training.forms.attending import (
    CheckInForm,
    FeedbackForm,
    FollowUpForm,
    TickForm,
    answered,
)
from bangfu.livelihoods.training.forms.courses import (
    AttendanceForm,
    AttendeeForm,
    CorrectionForm,
    CourseForm,
    EvidenceForm,
    ModeRuleForm,
    RevisionForm,
    revision_of,
)
from bangfu.livelihoods.training.forms.resources import (
    AssignmentForm,
    ExpenseForm,
    TrainerForm,
    TrainerRevisionForm,
    expense_said,
)

__all__ = [
    "AssignmentForm",
    "AttendanceForm",
    "AttendeeForm",
    "CheckInForm",
    "CorrectionForm",
    "CourseForm",
    "EvidenceForm",
    "ExpenseForm",
    "FeedbackForm",
    "FollowUpForm",
    "ModeRuleForm",
    "RevisionForm",
    "TickForm",
    "TrainerForm",
    "TrainerRevisionForm",
    "answered",
    "expense_said",
    "revision_of",
]
