"""What the intake room declares."""

from bangfu.foundation.rooms import RoleDeclaration, RoomDeclaration, Wing, both

_IMPORTS = frozenset({"intake.receive_upload", "intake.cancel_upload", "intake.view"})

ROOM = RoomDeclaration(
    code="intake",
    wing=Wing.FOUNDATION,
    title=both("报表导入", "Spreadsheets in"),
    icon="upload",
    about=both(
        "下载模板、上传表格、逐行预览、确认导入：要么全部，要么全不。",
        "Template, upload, preview row by row, confirm: all or nothing.",
    ),
    address="intake:uploads",
    view_permission="intake.view",
    roles=(
        RoleDeclaration("officer", both("帮扶办", "Assistance office"), _IMPORTS),
        RoleDeclaration("clerk", both("填报员", "Reporter"), _IMPORTS),
        RoleDeclaration("auditor", both("审计", "Auditor"), frozenset({"intake.view"})),
    ),
    permissions={
        "intake.receive_upload": both("上传表格和佐证", "upload sheets and evidence"),
        "intake.cancel_upload": both("取消上传", "cancel an upload"),
        "intake.view": both("看上传记录", "see uploads"),
    },
)
