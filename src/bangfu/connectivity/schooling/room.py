"""What the schooling room declares."""

from pathlib import Path

from bangfu.connectivity.schooling.measures import SCHOOLS
from bangfu.foundation.rooms import RoleDeclaration, RoomDeclaration, Wing, both

REPORTS = frozenset({"schooling.report"})

ROOM = RoomDeclaration(
    code="schooling",
    wing=Wing.CONNECTIVITY,
    title=both("教育", "Schooling"),
    icon="users",
    about=both("“互联网+教育”学校。", "Schools with the education solution."),
    roles=(
        RoleDeclaration("officer", both("帮扶办经办人", "Assistance officer"), REPORTS),
        RoleDeclaration("clerk", both("填报员", "Reporting clerk"), REPORTS),
        RoleDeclaration("schooling_reporter", both("教育报送员", "Schooling reporter"), REPORTS),
    ),
    permissions={"schooling.report": both("报送教育的度量", "report the measures of schooling")},
    measures=(SCHOOLS,),
    indicators=Path(__file__).parent / "indicators",
)
