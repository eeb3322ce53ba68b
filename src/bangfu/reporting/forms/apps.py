"""Django's entry for forms."""

from bangfu.foundation.rooms import RoomConfig


class FormsConfig(RoomConfig):
    """Forms of a superior that figures fill."""

    name = "bangfu.reporting.forms"
    label = "forms"
