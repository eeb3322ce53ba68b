"""Django's entry for the shop room."""

from importlib import import_module

from bangfu.foundation.rooms import RoomConfig


class ShopConfig(RoomConfig):
    """The shop room."""

    name = "bangfu.livelihoods.shop"
    label = "shop"

    def ready(self) -> None:
        """Enter the room; let it be told of payments for its orders, and asked before live sales are reported."""
        super().ready()
        import_module("bangfu.livelihoods.shop.paid_for")
        from bangfu.foundation.review.register import enter_guard
        from bangfu.livelihoods.shop.guarding import refuse_doubled_live_sales

        enter_guard(refuse_doubled_live_sales)
