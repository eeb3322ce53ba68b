"""Django's entry for money."""

from bangfu.foundation.rooms import RoomConfig


class MoneyConfig(RoomConfig):
    """Books in double entry."""

    name = "bangfu.foundation.money"
    label = "money"
