"""What the industries room declares."""

from pathlib import Path

from bangfu.foundation.rooms import RoleDeclaration, RoomDeclaration, Wing, both
from bangfu.livelihoods.industries.measures import PRODUCTS

REPORTS = frozenset({"industries.report"})

ROOM = RoomDeclaration(
    code="industries",
    wing=Wing.LIVELIHOODS,
    title=both("产业", "Industries"),
    icon="plant-2",
    about=both("一县一品产业。", "One county, one product."),
    roles=(
        RoleDeclaration("officer", both("帮扶办经办人", "Assistance officer"), REPORTS),
        RoleDeclaration("clerk", both("填报员", "Reporting clerk"), REPORTS),
        RoleDeclaration("industries_reporter", both("产业报送员", "Industry reporter"), REPORTS),
    ),
    permissions={"industries.report": both("报送产业的度量", "report the measures of industries")},
    measures=(PRODUCTS,),
    indicators=Path(__file__).parent / "indicators",
)
