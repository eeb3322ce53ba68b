"""Django's entry for reviews."""

from bangfu.foundation.rooms import RoomConfig


class ReviewConfig(RoomConfig):
    """Papers that a second person decides."""

    name = "bangfu.foundation.review"
    label = "review"
