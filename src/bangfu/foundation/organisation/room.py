"""What the organisation room declares."""

from bangfu.foundation.organisation.accounts_listing import ACCOUNTS
from bangfu.foundation.organisation.waiting import CHANGES
from bangfu.foundation.rooms import RoleDeclaration, RoomDeclaration, Wing, both

ROOM = RoomDeclaration(
    code="organisation",
    wing=Wing.FOUNDATION,
    title=both("组织", "Organisation"),
    icon="hierarchy",
    about=both("单位树、专业线、岗位与授权。", "The tree of units, professional lines, posts and grants."),
    address="organisation:units",
    view_permission="organisation.view",
    personal_lists=(ACCOUNTS,),
    roles=(
        RoleDeclaration(
            "administrator",
            both("系统管理员", "System administrator"),
            frozenset(
                {
                    "organisation.view",
                    "organisation.open_unit",
                    "organisation.open_units",
                    "organisation.rename_unit",
                    "organisation.move_unit",
                    "organisation.close_unit",
                    "organisation.enter_line",
                    "organisation.end_line",
                    "organisation.fill_post",
                    "organisation.leave_post",
                }
            ),
        ),
        RoleDeclaration(
            "security_administrator",
            both("安全管理员", "Security administrator"),
            frozenset({"organisation.view", "organisation.grant_role", "organisation.withdraw_role"}),
        ),
        RoleDeclaration("auditor", both("审计员", "Auditor"), frozenset({"organisation.view"})),
        RoleDeclaration(
            "officer", both("帮扶办经办人", "Assistance officer"), frozenset({"organisation.view"})
        ),
    ),
    permissions={
        "organisation.view": both("看单位、岗位和授权", "read units, posts and grants"),
        "organisation.open_unit": both("设立下级单位", "open units"),
        "organisation.open_units": both("成批设立下级单位", "open many units at once"),
        "organisation.rename_unit": both("单位更名", "rename units"),
        "organisation.move_unit": both("单位改隶", "move units under another parent"),
        "organisation.close_unit": both("撤销单位", "close units"),
        "organisation.enter_line": both("设立或更名专业线", "enter or rename professional lines"),
        "organisation.end_line": both("停用专业线", "end professional lines"),
        "organisation.fill_post": both("安排任职", "fill posts"),
        "organisation.leave_post": both("结束任职", "end the holding of a post"),
        "organisation.grant_role": both("授予角色", "grant roles"),
        "organisation.withdraw_role": both("收回角色", "withdraw roles"),
    },
    changes=CHANGES,
)
