"""What campaigns tell people."""

from bangfu.foundation.rooms import NoticeKind, both

THANKS = NoticeKind(
    code="campaigns.thanks",
    title=both("感谢您的捐赠", "Thank you for your gift"),
    body=both(
        "“{campaign}”收到了您的捐赠，谢谢。捐赠证书在捐赠页面。",
        "{campaign} received your gift. Thank you. The certificate is on its page.",
    ),
    values=("campaign",),
)
KINDS = (THANKS,)
