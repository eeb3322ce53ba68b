"""Django's entry for payments."""

from bangfu.foundation.rooms import RoomConfig


class PaymentsConfig(RoomConfig):
    """What is to be paid, and what became of it."""

    name = "bangfu.foundation.payments"
    label = "payments"
