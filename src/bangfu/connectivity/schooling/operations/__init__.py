"""The only place that writes schools."""

from bangfu.connectivity.schooling.operations.registering import (
    SchoolDetails,
    UnableToReviseSchool,
    count_pupils,
    import_schools,
    register_school,
    revise_school,
)
from bangfu.connectivity.schooling.operations.reviewing import (
    UnableToSubmitSchool,
    return_school,
    return_schools,
    submit_school,
    verify_school,
    verify_schools,
)
from bangfu.connectivity.schooling.operations.stopping import (
    UnableToStopSchool,
    UnableToWithdrawSchool,
    resume_school,
    stop_school,
    withdraw_school,
)

__all__ = [
    "SchoolDetails",
    "UnableToReviseSchool",
    "UnableToStopSchool",
    "UnableToSubmitSchool",
    "UnableToWithdrawSchool",
    "count_pupils",
    "import_schools",
    "register_school",
    "resume_school",
    "return_school",
    "return_schools",
    "revise_school",
    "stop_school",
    "submit_school",
    "verify_school",
    "verify_schools",
    "withdraw_school",
]
