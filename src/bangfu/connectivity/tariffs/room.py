"""What the tariffs room declares."""

from pathlib import Path

from bangfu.connectivity.tariffs.measures import RELIEF
from bangfu.foundation.rooms import RoleDeclaration, RoomDeclaration, Wing, both

REPORTS = frozenset({"tariffs.report"})

ROOM = RoomDeclaration(
    code="tariffs",
    wing=Wing.CONNECTIVITY,
    title=both("资费", "Tariffs"),
    icon="file-spreadsheet",
    about=both("扶贫套餐与资费减免。", "Assistance packages and fees waived."),
    roles=(
        RoleDeclaration("officer", both("帮扶办经办人", "Assistance officer"), REPORTS),
        RoleDeclaration("clerk", both("填报员", "Reporting clerk"), REPORTS),
        RoleDeclaration("tariffs_reporter", both("资费报送员", "Tariff reporter"), REPORTS),
    ),
    permissions={"tariffs.report": both("报送资费的度量", "report the measures of tariffs")},
    measures=(RELIEF,),
    indicators=Path(__file__).parent / "indicators",
)
