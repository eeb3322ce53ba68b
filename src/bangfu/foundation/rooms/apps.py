"""Django's entry for the register of rooms."""

from django.apps import AppConfig


class RoomsAppConfig(AppConfig):
    """Makes the template tags of this package available."""

    name = "bangfu.foundation.rooms"
    label = "rooms"
