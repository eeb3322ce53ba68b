"""Django's entry for operations."""

from django.db.backends.signals import connection_created

from bangfu.foundation.operations.arrays import use_for_lists
from bangfu.foundation.operations.guard import install_guard
from bangfu.foundation.operations.triggering import keep_names
from bangfu.foundation.rooms import RoomConfig


class OperationsConfig(RoomConfig):
    """Puts the write guard on every connection, and a quick way of writing long lists."""

    name = "bangfu.foundation.operations"
    label = "operations"

    def import_models(self) -> None:
        """Have the names of triggers kept from the first model on."""
        keep_names()
        super().import_models()

    def ready(self) -> None:
        """Register the room and install the guard."""
        super().ready()
        use_for_lists()
        connection_created.connect(install_guard, dispatch_uid="bangfu.write_guard")
