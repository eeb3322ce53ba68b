"""Django's entry for the handbook."""

from bangfu.foundation.rooms import RoomConfig


class HandbookConfig(RoomConfig):
    """A page for each place."""

    name = "bangfu.reporting.handbook"
    label = "handbook"
