"""Django's entry for the pairing room."""

from bangfu.foundation.rooms import RoomConfig


class PairingConfig(RoomConfig):
    """The pairing room."""

    name = "bangfu.coordination.pairing"
    label = "pairing"

    def ready(self) -> None:
        """Register the room, and which of its operations decide a paper of pairings."""
        super().ready()
        from bangfu.coordination.pairing.operations import return_pairings, verify_pairings
        from bangfu.foundation.review.register import deciders

        deciders["pairing.pairing"] = (verify_pairings, return_pairings)
