"""What webhooks declare."""

from bangfu.foundation.rooms import RoomDeclaration, Wing, both
from bangfu.foundation.webhooks.notices import ENDED

ROOM = RoomDeclaration(
    code="webhooks",
    wing=Wing.FOUNDATION,
    title=both("事件通知", "Webhooks"),
    icon="arrow-right",
    about=both(
        "有事发生时通知别的系统：签名、重试、可查看。",
        "Other systems are told when something happens: signed, tried again, inspectable.",
    ),
    address="webhooks:subscriptions",
    in_menu=False,
    notices=(ENDED,),
    permissions={
        "webhooks.subscribe": both("订阅事件", "subscribe to events"),
        "webhooks.stop_subscription": both("停用自己的订阅", "stop one's own subscription"),
        "webhooks.renew_secret": both("更换自己订阅的签名密钥", "renew the secret of one's own subscription"),
        "webhooks.send_again": both("重新发送一条通知", "send a message once more"),
    },
)
