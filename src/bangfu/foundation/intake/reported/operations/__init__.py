"""Everything that writes reported records: registered or imported, reviewed, corrected, withdrawn."""

from bangfu.foundation.intake.reported.operations.correcting import (
    CORRECTED_BY_REASON,
    UnableToCorrectReported,
    UnableToWithdrawReported,
    correct_reported,
    withdraw_reported,
)
from bangfu.foundation.intake.reported.operations.importing import TakenIn, import_reported, take_in
from bangfu.foundation.intake.reported.operations.registering import (
    ReportedDetails,
    UnableToReviseReported,
    register_reported,
    revise_reported,
)
from bangfu.foundation.intake.reported.operations.reviewing import (
    UnableToSubmitReported,
    return_reported,
    return_reported_paper,
    submit_reported,
    verify_reported,
    verify_reported_paper,
)

__all__ = [
    "CORRECTED_BY_REASON",
    "ReportedDetails",
    "TakenIn",
    "UnableToCorrectReported",
    "UnableToReviseReported",
    "UnableToSubmitReported",
    "UnableToWithdrawReported",
    "correct_reported",
    "import_reported",
    "register_reported",
    "return_reported",
    "return_reported_paper",
    "revise_reported",
    "submit_reported",
    "take_in",
    "verify_reported",
    "verify_reported_paper",
    "withdraw_reported",
]
