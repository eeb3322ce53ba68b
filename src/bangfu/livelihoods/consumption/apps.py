"""Django's entry for the consumption room."""

from importlib import import_module

from bangfu.foundation.rooms import RoomConfig


class ConsumptionConfig(RoomConfig):
    """The consumption room."""

    name = "bangfu.livelihoods.consumption"
    label = "consumption"

    def ready(self) -> None:
        """Register the room, who decides its papers, what guards reported rows, and the rules that watch sales."""
        super().ready()
        import_module("bangfu.livelihoods.consumption.watching")
        from bangfu.foundation.review.register import Facets, deciders, enter_guard, facets
        from bangfu.livelihoods.consumption import operations
        from bangfu.livelihoods.consumption.guarding import refuse_counted
        from bangfu.livelihoods.consumption.queries import facets_of_entries

        deciders["consumption.entry"] = (operations.verify_entries, operations.return_entries)
        deciders["consumption.fair"] = (operations.verify_fairs, operations.return_fairs)
        facets["consumption.entry"] = Facets(rows=facets_of_entries)
        enter_guard(refuse_counted)
