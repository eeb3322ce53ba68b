"""What notices declare."""

from datetime import datetime, time

from bangfu.foundation.notices.kinds import GIVEN_UP, TEST, WAITS
from bangfu.foundation.rooms import (
    Hours,
    PeriodicDeclaration,
    RoleDeclaration,
    RoomDeclaration,
    Wing,
    Words,
    both,
)


def _remind(now: datetime) -> Words:
    from bangfu.foundation.notices.reminding import remind

    return both("已提醒 {count} 人。", "Reminded {count} people.").filled(count=remind(now))


def _forget(now: datetime) -> Words:
    from bangfu.foundation.notices.expiry import forget_old_codes

    return both("已清除 {count} 个验证码。", "Forgot {count} one-time codes.").filled(
        count=forget_old_codes(now)
    )


ROOM = RoomDeclaration(
    code="notices",
    wing=Wing.FOUNDATION,
    title=both("通知", "Notices"),
    icon="bell",
    about=both(
        "站内信，以及按各人所愿的邮件、短信和群机器人。",
        "The inbox, and mail, text messages and group robots as everybody wishes.",
    ),
    address="notices:inbox",
    in_menu=False,
    roles=(
        RoleDeclaration(
            "administrator",
            both("系统管理员", "System administrator"),
            frozenset(
                {
                    "notices.view_deliveries",
                    "notices.send_again",
                    "notices.settle_mail",
                    "notices.settle_text_messages",
                    "notices.enter_robot",
                    "notices.change_robot",
                    "notices.pause_robot",
                    "notices.resume_robot",
                    "notices.renew_robot_secret",
                    "notices.stop_robot",
                    "notices.try_channel",
                    "notices.try_robot",
                }
            ),
        ),
        RoleDeclaration(
            "portal",
            both("对外门户", "Portal"),
            frozenset({"notices.issue_code", "notices.check_code"}),
        ),
    ),
    permissions={
        "notices.mark_read": both("把自己的通知标为已读", "mark one's own notices as read"),
        "notices.mark_all_read": both("把自己的通知全部标为已读", "mark all one's own notices as read"),
        "notices.mark_unread": both("撤回已读标记", "take back what marked notices as read"),
        "notices.choose": both("设定自己如何接收通知", "choose how one is told"),
        "notices.view_deliveries": both("看通知的发送记录", "see what became of deliveries"),
        "notices.send_again": both("重新发送一条通知", "send a notice once more"),
        "notices.settle_mail": both("设定邮件服务器", "enter the mail server"),
        "notices.settle_text_messages": both("启用或停用短信", "turn text messages on or off"),
        "notices.enter_robot": both("登记群机器人", "enter a group's robot"),
        "notices.change_robot": both("修改群机器人", "change a group's robot"),
        "notices.pause_robot": both("暂停群机器人", "pause a group's robot"),
        "notices.resume_robot": both("恢复群机器人", "resume a group's robot"),
        "notices.renew_robot_secret": both("更换群机器人的密钥", "renew a robot's secret"),
        "notices.stop_robot": both("停用群机器人", "stop a group's robot"),
        "notices.try_channel": both("试发一条通知", "send a test"),
        "notices.try_robot": both("让群机器人试发一条", "let a robot tell a test"),
        "notices.issue_code": both("向手机号码发验证码", "send a one-time code to a number"),
        "notices.check_code": both("核对验证码", "check a one-time code"),
    },
    notices=(TEST, GIVEN_UP, WAITS),
    periodic=(
        PeriodicDeclaration(
            code="notices.remind",
            title=both("提醒各人等着办的事", "Remind people of what waits for them"),
            hours=Hours(after=time(5, 0)),
            run=_remind,
        ),
        PeriodicDeclaration(
            code="notices.forget_old_codes",
            title=both("清除旧的验证码", "Forget old one-time codes"),
            hours=Hours(after=time(3, 30)),
            run=_forget,
        ),
    ),
)
