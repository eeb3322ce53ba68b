"""What the policies room declares."""

from pathlib import Path

from bangfu.coordination.policies.measures import ISSUED
from bangfu.foundation.rooms import RoleDeclaration, RoomDeclaration, Wing, both

REPORTS = frozenset({"policies.report"})

ROOM = RoomDeclaration(
    code="policies",
    wing=Wing.COORDINATION,
    title=both("制度", "Policies"),
    icon="file-text",
    about=both("印发的政策制度。", "Policies issued."),
    roles=(
        RoleDeclaration("officer", both("帮扶办经办人", "Assistance officer"), REPORTS),
        RoleDeclaration("clerk", both("填报员", "Reporting clerk"), REPORTS),
        RoleDeclaration("policies_reporter", both("制度报送员", "Policy reporter"), REPORTS),
    ),
    permissions={"policies.report": both("报送制度的度量", "report the measures of policies")},
    measures=(ISSUED,),
    indicators=Path(__file__).parent / "indicators",
)
