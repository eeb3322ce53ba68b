"""Django's entry for the organisation."""

from bangfu.foundation.rooms import RoomConfig


class OrganisationConfig(RoomConfig):
    """Makes the organisation's grants the authority that operations ask."""

    name = "bangfu.foundation.organisation"
    label = "organisation"

    def ready(self) -> None:
        """Register the room and install its authority."""
        super().ready()
        from bangfu.foundation.operations import authority
        from bangfu.foundation.organisation.permissions import Grants

        authority.install(Grants())
