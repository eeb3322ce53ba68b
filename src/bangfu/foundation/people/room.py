"""What the people room declares."""

from bangfu.foundation.people.households.listing import HOUSEHOLDS
from bangfu.foundation.rooms import RoleDeclaration, RoomDeclaration, Wing, both

_REGISTERS = frozenset(
    {
        "people.register_household",
        "people.join_household",
        "people.leave_household",
        "people.change_standing",
    }
)

_READS = frozenset({"people.view"})

ROOM = RoomDeclaration(
    code="people",
    wing=Wing.FOUNDATION,
    title=both("人员", "People"),
    icon="user",
    about=both(
        "账号、人员与农户；个人信息逐人加密。",
        "Accounts, persons and households; personal data is encrypted person by person.",
    ),
    address="people:households",
    view_permission="people.view",
    personal_lists=(HOUSEHOLDS,),
    roles=(
        RoleDeclaration(
            "administrator",
            both("系统管理员", "System administrator"),
            frozenset(
                {
                    "people.open_account",
                    "people.open_system_account",
                    "people.close_account",
                    "people.erase_person",
                    "people.view_exports",
                }
            ),
        ),
        RoleDeclaration(
            "officer",
            both("帮扶办经办人", "Assistance officer"),
            _READS | _REGISTERS | {"people.unmask_person", "people.export_list"},
        ),
        RoleDeclaration("clerk", both("填报员", "Reporting clerk"), _READS | _REGISTERS),
        RoleDeclaration(
            "auditor",
            both("审计员", "Auditor"),
            _READS
            | {"people.unmask_person", "people.export_list", "people.view_accesses", "people.view_exports"},
        ),
    ),
    permissions={
        "people.open_account": both("为人开设账号", "open accounts for people"),
        "people.open_system_account": both("为系统开设账号", "open accounts for systems"),
        "people.close_account": both("停用账号", "close accounts"),
        "people.change_password": both("修改自己的密码", "change one's own password"),
        "people.erase_person": both("删除个人信息", "erase a person"),
        "people.view": both("看农户和遮盖后的人员", "read households, and persons masked"),
        "people.register_household": both("登记农户及成员", "register a household with its members"),
        "people.join_household": both("登记成员迁入", "move a member in"),
        "people.leave_household": both("登记成员迁出", "move a member out"),
        "people.change_standing": both("变更户类型和监测类别", "change what a household is registered as"),
        "people.unmask_person": both(
            "写明事由后查看个人信息原文，并留下查看记录",
            "see a person's data in clear for a stated reason, which is recorded",
        ),
        "people.export_list": both(
            "写明用途后导出人员清单原文，并留下导出记录",
            "take a list of people out in clear for a stated reason, which is recorded",
        ),
        "people.view_exports": both(
            "看所有人员清单导出记录", "read which lists of people were taken out in clear, by whom and why"
        ),
        "people.view_accesses": both("查看个人信息的查看记录", "read who saw whose data in clear"),
    },
)
