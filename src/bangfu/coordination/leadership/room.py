"""What the leadership room declares."""

from pathlib import Path

from bangfu.coordination.leadership.measures import LINES, LINES_BEFORE, PROVINCIAL_GROUPS
from bangfu.foundation.rooms import RoleDeclaration, RoomDeclaration, Wing, both

REPORTS = frozenset({"leadership.report"})

ROOM = RoomDeclaration(
    code="leadership",
    wing=Wing.COORDINATION,
    title=both("组织领导", "Leadership"),
    icon="hierarchy",
    about=both("领导小组与统筹的专业线。", "Leading groups and the lines they coordinate."),
    roles=(
        RoleDeclaration("officer", both("帮扶办经办人", "Assistance officer"), REPORTS),
        RoleDeclaration("clerk", both("填报员", "Reporting clerk"), REPORTS),
        RoleDeclaration("leadership_reporter", both("组织领导报送员", "Leadership reporter"), REPORTS),
    ),
    permissions={"leadership.report": both("报送组织领导的度量", "report the measures of leadership")},
    measures=(
        LINES_BEFORE,
        LINES,
        PROVINCIAL_GROUPS,
    ),
    indicators=Path(__file__).parent / "indicators",
)
