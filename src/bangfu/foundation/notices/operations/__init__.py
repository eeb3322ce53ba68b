"""Writes of notices: reading and choosing, channels and robots, sending again, one-time codes."""

from bangfu.foundation.notices.operations.choosing import UnableToChoose, choose
from bangfu.foundation.notices.operations.codes import (
    UnableToCheckCode,
    UnableToIssueCode,
    check_code,
    issue_code,
)
from bangfu.foundation.notices.operations.delivering import UnableToSendAgain, send_again
from bangfu.foundation.notices.operations.reading import (
    UnableToMark,
    mark_all_read,
    mark_read,
    mark_unread,
)
from bangfu.foundation.notices.operations.robots import (
    change_robot,
    pause_robot,
    renew_robot_secret,
    resume_robot,
)
from bangfu.foundation.notices.operations.settling import (
    UnableToSettle,
    enter_robot,
    settle_mail,
    settle_text_messages,
    stop_robot,
    try_channel,
    try_robot,
)

__all__ = [
    "UnableToCheckCode",
    "UnableToChoose",
    "UnableToIssueCode",
    "UnableToMark",
    "UnableToSendAgain",
    "UnableToSettle",
    "change_robot",
    "check_code",
    "choose",
    "enter_robot",
    "issue_code",
    "mark_all_read",
    "mark_read",
    "mark_unread",
    "pause_robot",
    "renew_robot_secret",
    "resume_robot",
    "send_again",
    "settle_mail",
    "settle_text_messages",
    "stop_robot",
    "try_channel",
    "try_robot",
]
