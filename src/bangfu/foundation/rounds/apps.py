"""Django's entry for collection rounds."""

from bangfu.foundation.rooms import RoomConfig


class RoundsConfig(RoomConfig):
    """The room of collection rounds."""

    name = "bangfu.foundation.rounds"
    label = "rounds"

    def ready(self) -> None:
        """Register the room, and let it answer whether records of a period may still be submitted."""
        super().ready()
        from bangfu.foundation.review.register import enter_guard
        from bangfu.foundation.rounds.guarding import refuse_closed_periods

        enter_guard(refuse_closed_periods)
