"""What the people room declares."""

from bangfu.foundation.rooms import RoleDeclaration, RoomDeclaration, Wing, both

ROOM = RoomDeclaration(
    code="people",
    wing=Wing.FOUNDATION,
    title=both("人员", "People"),
    icon="user",
    about=both(
        "账号与人员；个人信息逐人加密。", "Accounts and persons; personal data is encrypted person by person."
    ),
    roles=(
        RoleDeclaration(
            "administrator",
            both("系统管理员", "System administrator"),
            frozenset(
                {
                    "people.open_account",
                    "people.open_system_account",
                    "people.reset_password",
                    "people.close_account",
                    "people.erase_person",
                }
            ),
        ),
        RoleDeclaration(
            "officer", both("帮扶办经办人", "Assistance officer"), frozenset({"people.unmask_person"})
        ),
        RoleDeclaration(
            "auditor",
            both("审计员", "Auditor"),
            frozenset({"people.unmask_person", "people.view_accesses"}),
        ),
    ),
    permissions={
        "people.open_account": both("为人开设账号", "open accounts for people"),
        "people.open_system_account": both("为系统开设账号", "open accounts for systems"),
        "people.reset_password": both("重发初始密码", "give an account a new initial password"),
        "people.close_account": both("停用账号", "close accounts"),
        "people.erase_person": both("删除个人信息", "erase a person"),
        "people.unmask_person": both(
            "写明事由后查看个人信息原文，并留下查看记录",
            "see a person's data in clear for a stated reason, which is recorded",
        ),
        "people.view_accesses": both("查看个人信息的查看记录", "read who saw whose data in clear"),
    },
    in_menu=False,
)
