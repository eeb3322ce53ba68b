"""Django's entry for the industries room."""

from bangfu.foundation.rooms import RoomConfig


class IndustriesConfig(RoomConfig):
    """The industries room."""

    name = "bangfu.livelihoods.industries"
    label = "industries"
