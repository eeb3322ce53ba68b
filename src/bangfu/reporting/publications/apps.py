"""Django's entry for publications."""

from bangfu.foundation.rooms import RoomConfig


class PublicationsConfig(RoomConfig):
    """Publications of reports."""

    name = "bangfu.reporting.publications"
    label = "publications"
