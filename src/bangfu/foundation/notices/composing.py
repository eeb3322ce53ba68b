"""Notices as messages, in the language of whoever gets them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from django.conf import settings
from django.urls import reverse

from bangfu.foundation.notices.channels.interface import Message
from bangfu.foundation.notices.models import Delivery, Notice
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import both, counted

DIGEST_TITLE = both("帮扶系统：今日通知（{count} 条）", "bangfu: today's notices ({count})")
TITLE = both("帮扶系统：{title}", "bangfu: {title}")
GREETING = both("{name}，您好：", "Dear {name},")
OPENS = both("打开：", "Open:")
OPENS_ALL = both("全部通知：", "All notices:")
FOOT = both(
    "这是系统自动发出的。要改由哪些渠道、何时收到通知，请在“通知”页的“接收方式”里设定。",
    "This was sent automatically. Choose by what and when you are told on the page of notices, under “How I am told”.",
)


def whole(path: str) -> str:
    """Return a page's whole address; empty when the house does not know its own, or there is no page."""
    return f"{settings.HOUSE_ADDRESS}{path}" if settings.HOUSE_ADDRESS and path else ""


def key_of(deliveries: Sequence[Delivery]) -> str:
    """Return the key of a message: the same for the same deliveries."""
    of = ",".join(str(one.pk) for one in sorted(deliveries, key=lambda one: one.pk))
    return f"bangfu-notice-{hashlib.sha256(of.encode()).hexdigest()[:32]}"


def letter_to(account: Account, deliveries: Sequence[Delivery]) -> Message:
    """Return one or several notices as a letter to an account."""
    language = account.language
    notices = [one.notice for one in deliveries]
    greeting = GREETING.filled(name=account.display_name).in_language(language)
    foot = FOOT.in_language(language)
    if len(notices) == 1 and not deliveries[0].is_digest:
        one = notices[0]
        return Message(
            key=key_of(deliveries),
            title=TITLE.filled(title=one.title).in_language(language),
            body=f"{greeting}\n\n{one.body.in_language(language)}",
            address=whole(one.address),
            opens=OPENS.in_language(language),
            foot=foot,
        )
    said = [f"· {_line(one, language)}" for one in notices]
    return Message(
        key=key_of(deliveries),
        title=DIGEST_TITLE.filled(count=len(notices)).in_language(language),
        body="\n\n".join([greeting, *said]),
        address=whole(reverse("notices:inbox")),
        opens=OPENS_ALL.in_language(language),
        foot=foot,
    )


def _line(notice: Notice, language: str) -> str:
    colon = both("：", ": ").in_language(language)
    said = f"{notice.title.in_language(language)}{colon}{notice.body.in_language(language)}"
    address = whole(notice.address)
    return f"{said}\n  {address}" if address else said


def text_to(account: Account, deliveries: Sequence[Delivery]) -> Message:
    """Return one or several notices as a text message: what happened, without link and name."""
    language = account.language
    if len(deliveries) == 1:
        one = deliveries[0].notice
        title, body = one.title.in_language(language), one.body.in_language(language)
    else:
        title = both("帮扶系统", "bangfu").in_language(language)
        body = counted(
            "您有 {count} 条新通知，请登录查看。",
            "You have {count} new notices; sign in to read them.",
            "You have {count} new notice; sign in to read it.",
            count=len(deliveries),
        ).in_language(language)
    return Message(key=key_of(deliveries), title=title, body=body)


def post_of(delivery: Delivery, language: str) -> Message:
    """Return a notice as a robot posts it into a group."""
    one = delivery.notice
    return Message(
        key=key_of([delivery]),
        title=one.title.in_language(language),
        body=one.body.in_language(language),
        address=whole(one.address),
        opens=both("打开", "Open").in_language(language),
    )
