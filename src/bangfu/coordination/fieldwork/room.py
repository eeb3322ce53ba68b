"""What the fieldwork room declares."""

from pathlib import Path

from bangfu.coordination.fieldwork.measures import OFFICE_CADRES, TEAMS, TRIPS, VISITS
from bangfu.foundation.rooms import RoleDeclaration, RoomDeclaration, Wing, both

REPORTS = frozenset({"fieldwork.report"})

ROOM = RoomDeclaration(
    code="fieldwork",
    wing=Wing.COORDINATION,
    title=both("驻外工作", "Fieldwork"),
    icon="map-pin",
    about=both(
        "抽调骨干、驻县工作组与走访。", "Cadres drawn to the work, teams in the counties, and field visits."
    ),
    roles=(
        RoleDeclaration("officer", both("帮扶办经办人", "Assistance officer"), REPORTS),
        RoleDeclaration("clerk", both("填报员", "Reporting clerk"), REPORTS),
        RoleDeclaration("fieldwork_reporter", both("驻外工作报送员", "Fieldwork reporter"), REPORTS),
    ),
    permissions={"fieldwork.report": both("报送驻外工作的度量", "report the measures of fieldwork")},
    measures=(
        OFFICE_CADRES,
        TEAMS,
        VISITS,
        TRIPS,
    ),
    indicators=Path(__file__).parent / "indicators",
)
