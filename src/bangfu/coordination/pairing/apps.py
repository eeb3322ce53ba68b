"""Django's entry for the pairing room."""

from bangfu.foundation.rooms import RoomConfig


class PairingConfig(RoomConfig):
    """The pairing room."""

    name = "bangfu.coordination.pairing"
    label = "pairing"

    def ready(self) -> None:
        """Register the room, and which of its operations decide a paper of pairings."""
        super().ready()
        from bangfu.coordination.pairing.models import Pairing
        from bangfu.coordination.pairing.operations import return_pairings, verify_pairings
        from bangfu.foundation.review.register import Facets, columns_of, deciders, facets

        deciders["pairing.pairing"] = (verify_pairings, return_pairings)
        facets["pairing.pairing"] = Facets(rows=columns_of(Pairing, happened_on="starts_on"))
