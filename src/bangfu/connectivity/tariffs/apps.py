"""Django's entry for the tariffs room."""

from bangfu.foundation.rooms import RoomConfig


class TariffsConfig(RoomConfig):
    """The tariffs room."""

    name = "bangfu.connectivity.tariffs"
    label = "tariffs"
