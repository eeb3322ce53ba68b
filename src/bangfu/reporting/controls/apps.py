"""Django's entry for control totals."""

from importlib import import_module

from bangfu.foundation.rooms import RoomConfig


class ControlsConfig(RoomConfig):
    """Control totals and what was reconciled."""

    name = "bangfu.reporting.controls"
    label = "controls"

    def ready(self) -> None:
        """Enter the room and its rule of findings."""
        super().ready()
        import_module("bangfu.reporting.controls.watching")
