"""Django's entry for corrections."""

from bangfu.foundation.rooms import RoomConfig


class CorrectionsConfig(RoomConfig):
    """What happens after a publication."""

    name = "bangfu.reporting.corrections"
    label = "corrections"

    def ready(self) -> None:
        """Register the room, and the keys under which strangers' words are sealed."""
        super().ready()
        from bangfu.foundation.people.rekeying import WrappedKeys, wrapped_keys

        wrapped_keys.append(WrappedKeys("corrections_casekey", "id", "case"))
