"""What tables declare: whoever may see figures may save a table of them."""

from bangfu.foundation.rooms import RoleDeclaration, RoomDeclaration, Wing, both
from bangfu.reporting.room import ROOM as REPORTING
from bangfu.reporting.room import VIEW

SAVES = frozenset({"tables.save_table", "tables.revise_table", "tables.withdraw_table"})

ROOM = RoomDeclaration(
    code="tables",
    wing=Wing.REPORTING,
    title=both("制表", "Tables"),
    icon="list",
    about=both(
        "指标、地区、单位、期间随意组合成表，存下来随时再看，每格都能打开。",
        "Any indicators by places, units and periods as a table that is saved and asked again; every cell opens.",
    ),
    address="tables:tables",
    view_permission=VIEW,
    roles=tuple(
        RoleDeclaration(role.code, role.title, SAVES) for role in REPORTING.roles if VIEW in role.permissions
    ),
    permissions={
        "tables.save_table": both("保存表格", "save a table"),
        "tables.revise_table": both("修改自己的表格", "revise one’s own table"),
        "tables.withdraw_table": both("撤下自己的表格", "withdraw one’s own table"),
    },
)
