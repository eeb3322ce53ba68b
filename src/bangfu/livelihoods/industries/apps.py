"""Django's entry for the industries room."""

from functools import partial
from importlib import import_module

from bangfu.foundation.rooms import RoomConfig


class IndustriesConfig(RoomConfig):
    """The industries room."""

    name = "bangfu.livelihoods.industries"
    label = "industries"

    def ready(self) -> None:
        """Register the room, who decides a paper of its records and sees what of them, and the rules that watch it."""
        super().ready()
        import_module("bangfu.livelihoods.industries.watching")
        from bangfu.foundation.review.register import Facets, deciders, facets
        from bangfu.livelihoods.industries import operations
        from bangfu.livelihoods.industries.queries import FACETS, facets_of

        for code in FACETS:
            deciders[code] = (operations.verify_records, operations.return_records)
            facets[code] = Facets(rows=partial(facets_of, code))
