"""What the shop room declares."""

from pathlib import Path

from bangfu.foundation.rooms import RoleDeclaration, RoomDeclaration, Wing, both
from bangfu.livelihoods.shop.measures import (
    CHANNELS,
    FAIRS,
    HELPED_TO_SELL,
    LIVESTREAM_HOSTS,
    LIVESTREAM_ORDERED,
    PURCHASED,
)

REPORTS = frozenset({"shop.report"})

ROOM = RoomDeclaration(
    code="shop",
    wing=Wing.LIVELIHOODS,
    title=both("消费帮扶", "Shop"),
    icon="briefcase",
    about=both("馆店、专场与直播。", "Shops, fairs and live sales."),
    roles=(
        RoleDeclaration("officer", both("帮扶办经办人", "Assistance officer"), REPORTS),
        RoleDeclaration("clerk", both("填报员", "Reporting clerk"), REPORTS),
        RoleDeclaration("shop_reporter", both("消费帮扶报送员", "Shop reporter"), REPORTS),
    ),
    permissions={"shop.report": both("报送消费帮扶的度量", "report the measures of shop")},
    measures=(
        CHANNELS,
        FAIRS,
        LIVESTREAM_ORDERED,
        LIVESTREAM_HOSTS,
        PURCHASED,
        HELPED_TO_SELL,
    ),
    indicators=Path(__file__).parent / "indicators",
)
