"""Django's entry for the shop room."""

from bangfu.foundation.rooms import RoomConfig


class ShopConfig(RoomConfig):
    """The shop room."""

    name = "bangfu.livelihoods.shop"
    label = "shop"
