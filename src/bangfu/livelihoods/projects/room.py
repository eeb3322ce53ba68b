"""What the projects room declares."""

from pathlib import Path

from bangfu.foundation.rooms import RoleDeclaration, RoomDeclaration, Wing, both
from bangfu.livelihoods.projects.measures import BROUGHT_IN, INVESTMENT_BROUGHT_IN, PUT_IN

REPORTS = frozenset({"projects.report"})

ROOM = RoomDeclaration(
    code="projects",
    wing=Wing.LIVELIHOODS,
    title=both("帮扶资金", "Projects"),
    icon="heart-handshake",
    about=both("投入和引进的帮扶资金。", "Funds put in and brought in."),
    roles=(
        RoleDeclaration("officer", both("帮扶办经办人", "Assistance officer"), REPORTS),
        RoleDeclaration("clerk", both("填报员", "Reporting clerk"), REPORTS),
        RoleDeclaration("projects_reporter", both("帮扶资金报送员", "Reporter of funds"), REPORTS),
    ),
    permissions={"projects.report": both("报送帮扶资金的度量", "report the measures of projects")},
    measures=(PUT_IN, BROUGHT_IN, INVESTMENT_BROUGHT_IN),
    indicators=Path(__file__).parent / "indicators",
)
