"""The numbers and names under which the room's records are known elsewhere."""

PROJECT_TYPE = 100
"""The number of ``projects.project``: fixed for ever, like those below."""
MOVEMENT_TYPE = 101
MILESTONE_TYPE = 102
ACCEPTANCE_TYPE = 103
CHECK_TYPE = 104
SOURCE_SYSTEM = "projects.movement"
"""The source of every fact of the room; its external id is the movement's key."""
VIEW = "projects.view"
