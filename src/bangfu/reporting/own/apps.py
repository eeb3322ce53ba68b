"""Django's entry for the office's own indicators."""

from bangfu.foundation.rooms import RoomConfig


class OwnConfig(RoomConfig):
    """Indicators that the office declares itself."""

    name = "bangfu.reporting.own"
    label = "own"

    def ready(self) -> None:
        """Register the room, and lend its drafts to figures, so that a preview opens as any other does."""
        super().ready()
        from bangfu.reporting import standing
        from bangfu.reporting.own.queries import drafted

        standing.find_drafts_by(drafted)
