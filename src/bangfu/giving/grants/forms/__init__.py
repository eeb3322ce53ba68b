"""Forms of grants."""

from bangfu.giving.grants.forms.applying import (
    AccountForm,
    ConsentForm,
    CorrectionForm,
    PupilForm,
    RefusalForm,
    WithdrawalForm,
)
from bangfu.giving.grants.forms.deciding import (
    AnswerForm,
    MeetingForm,
    ObjectionForm,
    PostingForm,
    RecusalForm,
    VotesForm,
)
from bangfu.giving.grants.forms.programmes import CriterionForm, MemberForm, PlanForm, QuotaForm

__all__ = [
    "AccountForm",
    "AnswerForm",
    "ConsentForm",
    "CorrectionForm",
    "CriterionForm",
    "MeetingForm",
    "MemberForm",
    "ObjectionForm",
    "PlanForm",
    "PostingForm",
    "PupilForm",
    "QuotaForm",
    "RecusalForm",
    "RefusalForm",
    "VotesForm",
    "WithdrawalForm",
]
