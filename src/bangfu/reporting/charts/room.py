"""What charts declare: whoever may see figures may save a chart of them."""

from bangfu.foundation.rooms import RoleDeclaration, RoomDeclaration, Wing, both
from bangfu.reporting.room import ROOM as REPORTING
from bangfu.reporting.room import VIEW

SAVES = frozenset({"charts.save_chart", "charts.revise_chart", "charts.withdraw_chart"})

ROOM = RoomDeclaration(
    code="charts",
    wing=Wing.REPORTING,
    title=both("图表", "Charts"),
    icon="chart-bar",
    about=both(
        "趋势与目标、构成、排名、分布、资金流向：每一点都能打开，带表格，可导出图片。",
        "Trend against target, composition, ranking, distribution, flow of funds: every mark opens; with tables and pictures.",
    ),
    address="charts:charts",
    view_permission=VIEW,
    roles=tuple(
        RoleDeclaration(role.code, role.title, SAVES) for role in REPORTING.roles if VIEW in role.permissions
    ),
    permissions={
        "charts.save_chart": both("保存图表", "save a chart"),
        "charts.revise_chart": both("修改自己的图表", "revise one’s own chart"),
        "charts.withdraw_chart": both("撤下自己的图表", "withdraw one’s own chart"),
    },
)
