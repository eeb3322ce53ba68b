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
        from bangfu.connectivity.network.queries import facets_of_stations
        from bangfu.foundation.review.register import Facets, columns_of, deciders, facets

        deciders["network.station"] = (verify_stations, return_stations)
        facets["network.station"] = Facets(rows=facets_of_stations)
        for kind in KINDS:
            deciders[kind.code] = (verify_records, return_records)
            facets[kind.code] = Facets(rows=columns_of(kind.model, happened_on=kind.dated_by))
