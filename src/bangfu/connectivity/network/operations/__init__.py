"""Everything that writes in this room: registered or imported, reviewed, corrected, withdrawn."""

from bangfu.connectivity.network.operations.building import (
    BookingDetails,
    BoxDetails,
    UnableToRetire,
    import_bookings,
    import_boxes,
    register_booking,
    register_box,
    retire_box,
)
from bangfu.connectivity.network.operations.correcting import (
    CORRECTION_REASONS,
    UnableToCorrect,
    UnableToWithdraw,
    correct_station,
    withdraw_station,
)
from bangfu.connectivity.network.operations.importing import import_stations
from bangfu.connectivity.network.operations.projects import (
    UnableToRunProject,
    assign_station,
    open_project,
    reach_stage,
)
from bangfu.connectivity.network.operations.records import (
    UnableToHandle,
    correct_record,
    return_records,
    revise_record,
    submit_record,
    verify_records,
    withdraw_record,
)
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
    "BookingDetails",
    "BoxDetails",
    "StationDetails",
    "UnableToCorrect",
    "UnableToHandle",
    "UnableToRetire",
    "UnableToRevise",
    "UnableToRunProject",
    "UnableToSubmit",
    "UnableToVerify",
    "UnableToWithdraw",
    "assign_station",
    "correct_record",
    "correct_station",
    "import_bookings",
    "import_boxes",
    "import_stations",
    "open_project",
    "reach_stage",
    "register_booking",
    "register_box",
    "register_station",
    "retire_box",
    "return_records",
    "return_station",
    "return_stations",
    "revise_record",
    "revise_station",
    "submit_record",
    "submit_station",
    "verify_records",
    "verify_station",
    "verify_stations",
    "withdraw_record",
    "withdraw_station",
]
