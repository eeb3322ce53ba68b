"""Django's entry for jobs."""

from importlib import import_module

from bangfu.foundation.rooms import RoomConfig


class JobsConfig(RoomConfig):
    """Long work beside the pages."""

    name = "bangfu.foundation.jobs"
    label = "jobs"

    def ready(self) -> None:
        """Enter the room, and its tasks in the queue."""
        super().ready()
        import_module("bangfu.foundation.jobs.queue")
