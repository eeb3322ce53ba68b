"""Django's entry for the campaigns room."""

from bangfu.foundation.rooms import RoomConfig


class CampaignsConfig(RoomConfig):
    """The campaigns room."""

    name = "bangfu.giving.campaigns"
    label = "campaigns"
