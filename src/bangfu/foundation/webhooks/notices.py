"""What webhooks tell: whoever subscribed through a token hears that it ended with the token."""

from __future__ import annotations

from bangfu.foundation.rooms import NoticeKind, both

ENDED = NoticeKind(
    code="webhooks.ended",
    title=both("事件订阅已停用", "A webhook ended"),
    body=both(
        "订阅“{host}”所用的令牌已到期，不再向它发送事件。还要用，请以新的令牌重新订阅。",
        "The token that subscribed {host} expired, and it is told nothing any more. Subscribe again with a new token "
        "if it is still needed.",
    ),
    values=("host",),
)
