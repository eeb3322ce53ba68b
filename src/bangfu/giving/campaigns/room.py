"""What the campaigns room declares."""

from pathlib import Path

from bangfu.foundation.rooms import RoleDeclaration, RoomDeclaration, Wing, both
from bangfu.giving.campaigns.measures import PARTICIPATIONS, RAISED, RED_SCARF_RAISED

REPORTS = frozenset({"campaigns.report"})

ROOM = RoomDeclaration(
    code="campaigns",
    wing=Wing.GIVING,
    title=both("募捐活动", "Campaigns"),
    icon="heart-handshake",
    about=both("积分助学与红围脖募捐。", "Points for schooling and the red-scarf drive."),
    roles=(
        RoleDeclaration("officer", both("帮扶办经办人", "Assistance officer"), REPORTS),
        RoleDeclaration("clerk", both("填报员", "Reporting clerk"), REPORTS),
        RoleDeclaration("campaigns_reporter", both("募捐报送员", "Campaign reporter"), REPORTS),
    ),
    permissions={"campaigns.report": both("报送募捐活动的度量", "report the measures of campaigns")},
    measures=(
        PARTICIPATIONS,
        RAISED,
        RED_SCARF_RAISED,
    ),
    indicators=Path(__file__).parent / "indicators",
)
