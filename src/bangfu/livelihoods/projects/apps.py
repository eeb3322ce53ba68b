"""Django's entry for the projects room."""

from importlib import import_module

from bangfu.foundation.rooms import RoomConfig


class ProjectsConfig(RoomConfig):
    """The projects room."""

    name = "bangfu.livelihoods.projects"
    label = "projects"

    def ready(self) -> None:
        """Register the room, who decides a paper of movements and sees what of them, and the rules that watch projects."""
        super().ready()
        import_module("bangfu.livelihoods.projects.watching")
        from bangfu.foundation.review.register import Facets, deciders, facets
        from bangfu.livelihoods.projects import operations
        from bangfu.livelihoods.projects.queries import facets_of_movements

        deciders["projects.movement"] = (operations.verify_movements, operations.return_movements)
        facets["projects.movement"] = Facets(rows=facets_of_movements)
