"""Django's entry for people."""

from bangfu.foundation.rooms import RoomConfig


class PeopleConfig(RoomConfig):
    """Accounts and persons."""

    name = "bangfu.foundation.people"
    label = "people"
