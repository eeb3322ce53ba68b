"""What the API declares."""

from bangfu.foundation.rooms import RoleDeclaration, RoomDeclaration, Wing, both

ROOM = RoomDeclaration(
    code="api",
    wing=Wing.FOUNDATION,
    title=both("接口", "API"),
    icon="fingerprint",
    about=both(
        "程序按同样的权限和规则读写各室：令牌、文档。",
        "Programs read and write every room by the same permissions and rules: tokens and documentation.",
    ),
    address="api:tokens",
    in_menu=False,
    roles=(
        RoleDeclaration(
            "administrator",
            both("系统管理员", "System administrator"),
            frozenset({"api.make_system_token", "api.revoke_any_token"}),
        ),
        RoleDeclaration(
            "security_administrator",
            both("安全管理员", "Security administrator"),
            frozenset({"api.revoke_any_token"}),
        ),
    ),
    permissions={
        "api.make_token": both("申请自己的接口令牌", "make a token of the API for oneself"),
        "api.revoke_token": both("撤销自己的接口令牌", "revoke one's own token of the API"),
        "api.make_system_token": both(
            "为系统账号申请接口令牌", "make tokens of the API for the accounts of systems"
        ),
        "api.revoke_any_token": both("撤销任何接口令牌", "revoke any token of the API"),
    },
)
