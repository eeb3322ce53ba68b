"""Django's entry for the fieldwork room."""

from bangfu.foundation.rooms import RoomConfig


class FieldworkConfig(RoomConfig):
    """The fieldwork room."""

    name = "bangfu.coordination.fieldwork"
    label = "fieldwork"
