"""Django's entry for findings."""

from importlib import import_module

from bangfu.foundation.rooms import RoomConfig


class FindingsConfig(RoomConfig):
    """What was noticed, and what became of it."""

    name = "bangfu.foundation.findings"
    label = "findings"

    def ready(self) -> None:
        """Enter the room and the rules of the house."""
        super().ready()
        import_module("bangfu.foundation.findings.rules")
