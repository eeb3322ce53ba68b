"""The only place that writes leaders and visits."""

from bangfu.coordination.leadership.operations.leaders import (
    UnableToRegisterLeader,
    register_leader,
    revise_leader,
)
from bangfu.coordination.leadership.operations.registering import (
    Commitment,
    UnableToReviseVisit,
    VisitDetails,
    import_visits,
    register_visit,
    revise_visit,
)
from bangfu.coordination.leadership.operations.reviewing import (
    UnableToSettle,
    UnableToSubmitVisit,
    UnableToWithdrawVisit,
    return_visit,
    return_visits,
    settle_point,
    submit_visit,
    verify_visit,
    verify_visits,
    withdraw_visit,
)

__all__ = [
    "Commitment",
    "UnableToRegisterLeader",
    "UnableToReviseVisit",
    "UnableToSettle",
    "UnableToSubmitVisit",
    "UnableToWithdrawVisit",
    "VisitDetails",
    "import_visits",
    "register_leader",
    "register_visit",
    "return_visit",
    "return_visits",
    "revise_leader",
    "revise_visit",
    "settle_point",
    "submit_visit",
    "verify_visit",
    "verify_visits",
    "withdraw_visit",
]
