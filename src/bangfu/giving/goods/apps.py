"""Django's entry for the goods room."""

from bangfu.foundation.rooms import RoomConfig


class GoodsConfig(RoomConfig):
    """The goods room."""

    name = "bangfu.giving.goods"
    label = "goods"
