"""Everything that writes pairings: proposed or imported, reviewed, ended, handed over, corrected, withdrawn."""

from bangfu.coordination.pairing.operations.correcting import (
    CORRECTION_REASONS,
    UnableToCorrect,
    UnableToWithdraw,
    correct_pairing,
    withdraw_pairing,
)
from bangfu.coordination.pairing.operations.ending import (
    UnableToEnd,
    end_pairing,
    hand_over,
    resume_pairing,
)
from bangfu.coordination.pairing.operations.importing import import_pairings, require_owners
from bangfu.coordination.pairing.operations.proposing import (
    PairingDetails,
    UnableToRevise,
    propose_pairing,
    revise_pairing,
)
from bangfu.coordination.pairing.operations.reviewing import (
    UnableToSubmit,
    UnableToVerify,
    return_pairing,
    return_pairings,
    submit_pairing,
    verify_pairing,
    verify_pairings,
)

__all__ = [
    "CORRECTION_REASONS",
    "PairingDetails",
    "UnableToCorrect",
    "UnableToEnd",
    "UnableToRevise",
    "UnableToSubmit",
    "UnableToVerify",
    "UnableToWithdraw",
    "correct_pairing",
    "end_pairing",
    "hand_over",
    "import_pairings",
    "propose_pairing",
    "require_owners",
    "resume_pairing",
    "return_pairing",
    "return_pairings",
    "revise_pairing",
    "submit_pairing",
    "verify_pairing",
    "verify_pairings",
    "withdraw_pairing",
]
