"""Django's entry for tables."""

from bangfu.foundation.rooms import RoomConfig


class TablesConfig(RoomConfig):
    """Tables that somebody asks for."""

    name = "bangfu.reporting.tables"
    label = "tables"
