"""What other rooms of the wing may take from projects: its records with the words of their states, and stages."""

from bangfu.livelihoods.projects.models import SOURCE_WORDS, STATE_WORDS, Project, Source
from bangfu.livelihoods.projects.queries import stages_of
from bangfu.livelihoods.projects.stages import Stages

__all__ = [
    "SOURCE_WORDS",
    "STATE_WORDS",
    "Project",
    "Source",
    "Stages",
    "stages_of",
]
