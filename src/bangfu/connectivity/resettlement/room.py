"""What the resettlement room declares."""

from pathlib import Path

from bangfu.connectivity.resettlement.measures import FREE_MONTHS
from bangfu.foundation.rooms import RoleDeclaration, RoomDeclaration, Wing, both

REPORTS = frozenset({"resettlement.report"})

ROOM = RoomDeclaration(
    code="resettlement",
    wing=Wing.CONNECTIVITY,
    title=both("易地搬迁", "Resettlement"),
    icon="home",
    about=both("搬迁小区的免费光纤宽带。", "Free fibre for resettled households."),
    roles=(
        RoleDeclaration("officer", both("帮扶办经办人", "Assistance officer"), REPORTS),
        RoleDeclaration("clerk", both("填报员", "Reporting clerk"), REPORTS),
        RoleDeclaration("resettlement_reporter", both("易地搬迁报送员", "Resettlement reporter"), REPORTS),
    ),
    permissions={"resettlement.report": both("报送易地搬迁的度量", "report the measures of resettlement")},
    measures=(FREE_MONTHS,),
    indicators=Path(__file__).parent / "indicators",
)
