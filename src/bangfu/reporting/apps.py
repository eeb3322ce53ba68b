"""Django's entry for reporting."""

from bangfu.foundation.rooms import RoomConfig


class ReportingConfig(RoomConfig):
    """Reads every indicator file when the house starts, so that a wrong one stops it and not a reader's page."""

    name = "bangfu.reporting"
    label = "reporting"

    def ready(self) -> None:
        """Register the room, then read and check the indicators of all rooms."""
        super().ready()
        from bangfu.reporting import indicators

        indicators.load_all()
