"""Django's entry for accounts."""

from bangfu.foundation.rooms import RoomConfig


class AccountsConfig(RoomConfig):
    """Links, second factors and sign-ins."""

    name = "bangfu.foundation.accounts"
    label = "accounts"
