"""Django's entry for targets."""

from importlib import import_module

from bangfu.foundation.rooms import RoomConfig


class TargetsConfig(RoomConfig):
    """Annual pledges and how far they are."""

    name = "bangfu.reporting.targets"
    label = "targets"

    def ready(self) -> None:
        """Enter the room, and the rule that raises missed targets as findings."""
        super().ready()
        import_module("bangfu.reporting.targets.watching")
