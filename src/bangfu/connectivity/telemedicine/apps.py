"""Django's entry for the telemedicine room."""

from bangfu.foundation.rooms import RoomConfig


class TelemedicineConfig(RoomConfig):
    """The telemedicine room."""

    name = "bangfu.connectivity.telemedicine"
    label = "telemedicine"
