"""Django's entry for the resettlement room."""

from bangfu.foundation.rooms import RoomConfig


class ResettlementConfig(RoomConfig):
    """The resettlement room."""

    name = "bangfu.connectivity.resettlement"
    label = "resettlement"
