"""Django's entry for the network room."""

from bangfu.foundation.rooms import RoomConfig


class NetworkConfig(RoomConfig):
    """The network room."""

    name = "bangfu.connectivity.network"
    label = "network"

    def ready(self) -> None:
        """Register the room, and which of its operations decide a paper of stations."""
        super().ready()
        from bangfu.connectivity.network.operations import return_stations, verify_stations
        from bangfu.connectivity.network.queries import facets_of_stations
        from bangfu.foundation.review.register import Facets, deciders, facets

        deciders["network.station"] = (verify_stations, return_stations)
        facets["network.station"] = Facets(rows=facets_of_stations)
