"""Django's entry for jobs."""

from importlib import import_module

from bangfu.foundation.rooms import RoomConfig


class JobsConfig(RoomConfig):
    """Long work beside the pages."""

    name = "bangfu.foundation.jobs"
    label = "jobs"

    def ready(self) -> None:
        """Enter the room, its tasks in the queue, and what becomes of lists that are too long for a page."""
        super().ready()
        import_module("bangfu.foundation.jobs.queue")
