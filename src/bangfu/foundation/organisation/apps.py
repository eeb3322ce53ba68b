"""Django's entry for the organisation."""

from bangfu.foundation.rooms import RoomConfig


class OrganisationConfig(RoomConfig):
    """Makes the organisation's grants the authority that operations ask."""

    name = "bangfu.foundation.organisation"
    label = "organisation"

    def ready(self) -> None:
        """Register the room, and let it answer who may what, who holds a permission and whether the house is the example."""
        super().ready()
        from bangfu.foundation.notices import asking
        from bangfu.foundation.operations import authority
        from bangfu.foundation.organisation.permissions import Grants
        from bangfu.foundation.organisation.queries import holders_of, is_example
        from bangfu.foundation.rooms import marks

        authority.install(Grants())
        marks.install(is_example)
        asking.install(holders_of)
