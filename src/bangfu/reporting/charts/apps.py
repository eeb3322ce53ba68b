"""Django's entry for charts."""

from bangfu.foundation.rooms import RoomConfig


class ChartsConfig(RoomConfig):
    """Charts that somebody asks for."""

    name = "bangfu.reporting.charts"
    label = "charts"
