"""Django's entry for webhooks."""

from bangfu.foundation.rooms import RoomConfig


class WebhooksConfig(RoomConfig):
    """What other systems are told."""

    name = "bangfu.foundation.webhooks"
    label = "webhooks"
