"""What the dashboard declares: no permission of its own, since each part shows what its reader may see elsewhere."""

from bangfu.foundation.rooms import RoomDeclaration, Wing, both
from bangfu.reporting.dashboard.waiting import WAITS
from bangfu.reporting.room import VIEW

ROOM = RoomDeclaration(
    code="dashboard",
    wing=Wing.REPORTING,
    title=both("领导驾驶舱", "Leadership dashboard"),
    icon="report-analytics",
    about=both(
        "全局或一个单位的一页：责任书、主要数字、单位、要关注的县、数据质量、今日新进。",
        "The whole or one unit on a page: pledges, figures, units, counties to attend to, quality, what came in today.",
    ),
    address="dashboard:dashboard",
    view_permission=VIEW,
    waits=WAITS,
)
