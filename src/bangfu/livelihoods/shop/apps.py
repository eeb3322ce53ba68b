"""Django's entry for the shop room."""

from importlib import import_module

from bangfu.foundation.rooms import RoomConfig


class ShopConfig(RoomConfig):
    """The shop room."""

    name = "bangfu.livelihoods.shop"
    label = "shop"

    def ready(self) -> None:
        """Enter the room, and let it be told of payments for its orders."""
        super().ready()
        import_module("bangfu.livelihoods.shop.paid_for")
