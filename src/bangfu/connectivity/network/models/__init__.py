"""Records of the room: stations on sites, and what is built, booked and covered around them."""

from bangfu.connectivity.network.models.building import (
    CATEGORY_WORDS,
    STAGE_WORDS,
    AccessBox,
    Booking,
    Category,
    Project,
    ProjectStage,
    Stage,
)
from bangfu.connectivity.network.models.reported import (
    STATE_WORDS,
    RecordCorrection,
    Reported,
    StationState,
)
from bangfu.connectivity.network.models.stations import (
    FIRST_MOBILE_NETWORK,
    STATION_DATES,
    Correction,
    Site,
    Station,
    Technology,
)

__all__ = [
    "CATEGORY_WORDS",
    "FIRST_MOBILE_NETWORK",
    "STAGE_WORDS",
    "STATE_WORDS",
    "STATION_DATES",
    "AccessBox",
    "Booking",
    "Category",
    "Correction",
    "Project",
    "ProjectStage",
    "RecordCorrection",
    "Reported",
    "Site",
    "Stage",
    "Station",
    "StationState",
    "Technology",
]
