"""Django's entry for intake."""

from bangfu.foundation.rooms import RoomConfig


class IntakeConfig(RoomConfig):
    """The intake room."""

    name = "bangfu.foundation.intake"
    label = "intake"
