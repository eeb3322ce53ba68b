"""What the telemedicine room declares."""

from pathlib import Path

from bangfu.connectivity.telemedicine.measures import HOSPITALS
from bangfu.foundation.rooms import RoleDeclaration, RoomDeclaration, Wing, both

REPORTS = frozenset({"telemedicine.report"})

ROOM = RoomDeclaration(
    code="telemedicine",
    wing=Wing.CONNECTIVITY,
    title=both("医疗", "Telemedicine"),
    icon="plus",
    about=both("“互联网+医疗”医院。", "Hospitals with the medical solution."),
    roles=(
        RoleDeclaration("officer", both("帮扶办经办人", "Assistance officer"), REPORTS),
        RoleDeclaration("clerk", both("填报员", "Reporting clerk"), REPORTS),
        RoleDeclaration("telemedicine_reporter", both("医疗报送员", "Telemedicine reporter"), REPORTS),
    ),
    permissions={"telemedicine.report": both("报送医疗的度量", "report the measures of telemedicine")},
    measures=(HOSPITALS,),
    indicators=Path(__file__).parent / "indicators",
)
