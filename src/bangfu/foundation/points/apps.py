"""Django's entry for points."""

from bangfu.foundation.rooms import RoomConfig


class PointsConfig(RoomConfig):
    """Loyalty points by lots."""

    name = "bangfu.foundation.points"
    label = "points"
