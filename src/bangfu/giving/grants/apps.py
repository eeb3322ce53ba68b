"""Django's entry for the grants room."""

from bangfu.foundation.rooms import RoomConfig


class GrantsConfig(RoomConfig):
    """The grants room."""

    name = "bangfu.giving.grants"
    label = "grants"
