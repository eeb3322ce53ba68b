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
                    "people.close_account",
                    "people.erase_person",
                }
            ),
        ),
    ),
    permissions={
        "people.open_account": both("为人开设账号", "open accounts for people"),
        "people.open_system_account": both("为系统开设账号", "open accounts for systems"),
        "people.close_account": both("停用账号", "close accounts"),
        "people.change_password": both("修改自己的密码", "change one's own password"),
        "people.erase_person": both("删除个人信息", "erase a person"),
    },
    in_menu=False,
)
