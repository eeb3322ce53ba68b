"""What accounts tell: whoever invited somebody hears that they came."""

from bangfu.foundation.rooms import NoticeKind, both

JOINED = NoticeKind(
    code="accounts.joined",
    title=both("邀请的账号已启用", "An invitation was used"),
    body=both("您邀请的人已设好密码。", "Whoever you invited has set a password."),
    channels=frozenset(),
)
