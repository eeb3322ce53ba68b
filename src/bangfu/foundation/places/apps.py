"""Django's entry for the places room."""

from bangfu.foundation.rooms import RoomConfig


class PlacesConfig(RoomConfig):
    """The places room."""

    name = "bangfu.foundation.places"
    label = "places"
