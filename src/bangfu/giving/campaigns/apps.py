"""Django's entry for the campaigns room."""

from importlib import import_module

from bangfu.foundation.rooms import RoomConfig


class CampaignsConfig(RoomConfig):
    """The campaigns room."""

    name = "bangfu.giving.campaigns"
    label = "campaigns"

    def ready(self) -> None:
        """Enter the room; let it be told of payments for gifts, and asked before gifts are reported and funds
        closed."""
        super().ready()
        import_module("bangfu.giving.campaigns.paid_for")
        from bangfu.foundation.money.keeping import enter_keeper
        from bangfu.foundation.review.register import enter_guard
        from bangfu.giving.campaigns.guarding import refuse_doubled_gifts
        from bangfu.giving.campaigns.keeping import raised_for

        enter_keeper(raised_for)
        enter_guard(refuse_doubled_gifts)
