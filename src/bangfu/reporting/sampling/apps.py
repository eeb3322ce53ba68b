"""Django's entry for audit sampling."""

from bangfu.foundation.rooms import RoomConfig


class SamplingConfig(RoomConfig):
    """Audits by sample of the facts under figures."""

    name = "bangfu.reporting.sampling"
    label = "sampling"
