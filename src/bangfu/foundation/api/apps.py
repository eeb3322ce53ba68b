"""Django's entry for the API."""

from bangfu.foundation.rooms import RoomConfig


class ApiConfig(RoomConfig):
    """What the house answers to programs."""

    name = "bangfu.foundation.api"
    label = "api"
