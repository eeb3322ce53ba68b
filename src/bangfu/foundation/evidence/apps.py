"""Django's entry for evidence."""

from bangfu.foundation.rooms import RoomConfig


class EvidenceConfig(RoomConfig):
    """Files that records stand on."""

    name = "bangfu.foundation.evidence"
    label = "evidence"
