"""What the accounts room declares."""

from bangfu.foundation.accounts.notices import JOINED
from bangfu.foundation.accounts.waiting import WAITS
from bangfu.foundation.rooms import RoleDeclaration, RoomDeclaration, Wing, both

ROOM = RoomDeclaration(
    code="accounts",
    wing=Wing.FOUNDATION,
    title=both("登录", "Sign-in"),
    icon="lock",
    about=both(
        "邀请与重设链接、第二因素、锁定与登录记录。",
        "Invitations and resets, the second factor, lock-outs and the log of sign-ins.",
    ),
    roles=(
        RoleDeclaration(
            "administrator",
            both("系统管理员", "System administrator"),
            frozenset({"accounts.invite_account", "accounts.issue_reset_link", "accounts.unlock_account"}),
        ),
        RoleDeclaration(
            "security_administrator",
            both("安全管理员", "Security administrator"),
            frozenset({"accounts.remove_second_factor"}),
        ),
    ),
    permissions={
        "accounts.invite_account": both("邀请人开设账号", "invite people to an account"),
        "accounts.issue_reset_link": both("发重设密码的链接", "issue links to set a new password"),
        "accounts.unlock_account": both("解除登录锁定", "unlock accounts that wrong passwords locked"),
        "accounts.remove_second_factor": both("移除遗失的第二因素", "remove a second factor that was lost"),
        "accounts.use_link": both("凭链接设密码", "set a password by a link"),
        "accounts.begin_second_factor": both("开始启用第二因素", "begin to enrol a second factor"),
        "accounts.confirm_second_factor": both("启用第二因素", "enrol a second factor"),
        "accounts.use_code": both("凭验证码登录", "sign in with a code"),
        "accounts.stop_second_factor": both("停用自己的第二因素", "stop one's own second factor"),
    },
    in_menu=False,
    notices=(JOINED,),
    waits=WAITS,
)
