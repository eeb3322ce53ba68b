"""Django's entry for the leadership room."""

from bangfu.foundation.rooms import RoomConfig


class LeadershipConfig(RoomConfig):
    """The leadership room."""

    name = "bangfu.coordination.leadership"
    label = "leadership"
