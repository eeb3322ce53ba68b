"""What the grants room declares."""

from pathlib import Path

from bangfu.foundation.rooms import RoleDeclaration, RoomDeclaration, Wing, both
from bangfu.giving.grants.measures import FUND_LEFT, PAID, STUDENTS

REPORTS = frozenset({"grants.report"})

ROOM = RoomDeclaration(
    code="grants",
    wing=Wing.GIVING,
    title=both("助学金", "Grants"),
    icon="user",
    about=both("助学金发放与结余。", "Grants to pupils, and what is left."),
    roles=(
        RoleDeclaration("officer", both("帮扶办经办人", "Assistance officer"), REPORTS),
        RoleDeclaration("clerk", both("填报员", "Reporting clerk"), REPORTS),
        RoleDeclaration("grants_reporter", both("助学金报送员", "Grant reporter"), REPORTS),
    ),
    permissions={"grants.report": both("报送助学金的度量", "report the measures of grants")},
    measures=(
        STUDENTS,
        PAID,
        FUND_LEFT,
    ),
    indicators=Path(__file__).parent / "indicators",
)
