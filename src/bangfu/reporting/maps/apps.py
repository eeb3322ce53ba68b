"""Django's entry for the map."""

from bangfu.foundation.rooms import RoomConfig


class MapsConfig(RoomConfig):
    """The map."""

    name = "bangfu.reporting.maps"
    label = "map"
