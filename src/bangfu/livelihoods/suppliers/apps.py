"""Django's entry for the suppliers room."""

from bangfu.foundation.rooms import RoomConfig


class SuppliersConfig(RoomConfig):
    """The suppliers room."""

    name = "bangfu.livelihoods.suppliers"
    label = "suppliers"

    def ready(self) -> None:
        """Register the room, and who decides a paper of stages."""
        super().ready()
        from bangfu.foundation.review.register import Facets, deciders, facets
        from bangfu.livelihoods.suppliers import operations
        from bangfu.livelihoods.suppliers.queries import facets_of_steps

        deciders["suppliers.step"] = (operations.verify_steps, operations.return_steps)
        facets["suppliers.step"] = Facets(rows=facets_of_steps)
