"""Everything that writes stations: registered or imported, reviewed, corrected, withdrawn."""

from bangfu.connectivity.network.operations.correcting import (
    CORRECTION_REASONS,
    UnableToCorrect,
    UnableToWithdraw,
    correct_station,
    withdraw_station,
)
from bangfu.connectivity.network.operations.importing import import_stations
from bangfu.connectivity.network.operations.registering import (
    StationDetails,
    UnableToRevise,
    register_station,
    revise_station,
)
from bangfu.connectivity.network.operations.reviewing import (
    UnableToSubmit,
    UnableToVerify,
    return_station,
    return_stations,
    submit_station,
    verify_station,
    verify_stations,
)

__all__ = [
    "CORRECTION_REASONS",
    "StationDetails",
    "UnableToCorrect",
    "UnableToRevise",
    "UnableToSubmit",
    "UnableToVerify",
    "UnableToWithdraw",
    "correct_station",
    "import_stations",
    "register_station",
    "return_station",
    "return_stations",
    "revise_station",
    "submit_station",
    "verify_station",
    "verify_stations",
    "withdraw_station",
]
