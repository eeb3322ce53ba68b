"""What the room of notices itself tells."""

from bangfu.foundation.rooms import NoticeKind, both

TEST = NoticeKind(
    code="notices.test",
    title=both("试发", "A test"),
    body=both(
        "这是一条试发的通知。收到它，说明这个渠道设好了。",
        "This is a test. If you read it, the channel is set up.",
    ),
    is_urgent=True,
    is_for_digest=False,
    channels=frozenset(),
)
GIVEN_UP = NoticeKind(
    code="notices.given_up",
    title=both("有通知没有送到", "Notices were not delivered"),
    body=both(
        "今天有通知经{channel}多次发送失败，已放弃。请到“发送记录”查看原因，改正后重发。",
        "Notices by {channel} failed again and again today and were given up. Their page says why.",
    ),
    values=("channel",),
    channels=frozenset(),
)
WAITS = NoticeKind(
    code="notices.waits",
    title=both("有事等您办", "Work waits for you"),
    body=both("{what}", "{what}"),
    values=("what",),
)
