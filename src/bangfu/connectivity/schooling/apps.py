"""Django's entry for the schooling room."""

from bangfu.foundation.rooms import RoomConfig


class SchoolingConfig(RoomConfig):
    """The schooling room."""

    name = "bangfu.connectivity.schooling"
    label = "schooling"
