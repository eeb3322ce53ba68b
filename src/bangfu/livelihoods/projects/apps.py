"""Django's entry for the projects room."""

from bangfu.foundation.rooms import RoomConfig


class ProjectsConfig(RoomConfig):
    """The projects room."""

    name = "bangfu.livelihoods.projects"
    label = "projects"
