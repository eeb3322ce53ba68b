"""What the goods room declares."""

from pathlib import Path

from bangfu.foundation.rooms import RoleDeclaration, RoomDeclaration, Wing, both
from bangfu.giving.goods.measures import CHILDREN

REPORTS = frozenset({"goods.report"})

ROOM = RoomDeclaration(
    code="goods",
    wing=Wing.GIVING,
    title=both("捐赠物资", "Goods"),
    icon="list",
    about=both("红围脖等捐赠物资的受助儿童。", "Children reached with goods."),
    roles=(
        RoleDeclaration("officer", both("帮扶办经办人", "Assistance officer"), REPORTS),
        RoleDeclaration("clerk", both("填报员", "Reporting clerk"), REPORTS),
        RoleDeclaration("goods_reporter", both("物资报送员", "Goods reporter"), REPORTS),
    ),
    permissions={"goods.report": both("报送捐赠物资的度量", "report the measures of goods")},
    measures=(CHILDREN,),
    indicators=Path(__file__).parent / "indicators",
)
