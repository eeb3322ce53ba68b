"""Django's entry for the policies room."""

from bangfu.foundation.rooms import RoomConfig


class PoliciesConfig(RoomConfig):
    """The policies room."""

    name = "bangfu.coordination.policies"
    label = "policies"
