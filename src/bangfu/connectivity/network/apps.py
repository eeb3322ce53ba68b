"""Django's entry for the network room."""

from bangfu.foundation.rooms import RoomConfig


class NetworkConfig(RoomConfig):
    """The network room."""

    name = "bangfu.connectivity.network"
    label = "network"

    def ready(self) -> None:
        """Register the room, and which of its operations decide its papers."""
        super().ready()
        from bangfu.connectivity.network.kinds import KINDS
        from bangfu.connectivity.network.operations import (
            return_records,
            return_stations,
            verify_records,
            verify_stations,
        )
        from bangfu.foundation.review.register import deciders

        deciders["network.station"] = (verify_stations, return_stations)
        for kind in KINDS:
            deciders[kind.code] = (verify_records, return_records)
