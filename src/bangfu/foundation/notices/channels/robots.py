"""Robots of group chats: 企业微信 by the key of its address, 钉钉 by its token, a time and a signature.

As their makers publish it: WeCom's group robot takes markdown of 4096 bytes at most, DingTalk's custom robot is signed by
HMAC-SHA256 over the time in milliseconds, a new line and the secret.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from bangfu.foundation.notices.channels.interface import Failed, Message
from bangfu.foundation.notices.channels.posting import posted
from bangfu.foundation.rooms import Words, both

TAKEN = both("群机器人已收下。", "The robot took it.")
REFUSED = both("群机器人没有收下：{code} {said}", "The robot did not take it: {code} {said}")
LONGEST_MARKDOWN = 4096
"""In bytes of UTF-8."""
LONGEST_SAID = 160
HIDDEN = "***"


def markdown_of(message: Message) -> str:
    """Return a message as markdown, cut where the chat would refuse it."""
    link = f"\n\n[{message.opens}]({message.address})" if message.address else ""
    room = LONGEST_MARKDOWN - len(link.encode())
    text = f"**{message.title}**\n\n{message.body}"
    return text.encode()[:room].decode(errors="ignore") + link


def signature_of(secret: str, *, timestamp_ms: int) -> str:
    """Return the signature that stands in ``sign`` of a DingTalk robot's address.

    >>> signature_of("SECtest", timestamp_ms=1577808000000)
    'XHi7WpB+bLwQq5Rz0PrkJ6p9pXsd593WTWgii6qJ3uw='
    """
    signed = f"{timestamp_ms}\n{secret}".encode()
    return base64.b64encode(hmac.digest(secret.encode(), signed, hashlib.sha256)).decode()


@dataclass(frozen=True, repr=False)
class WeComRobot:
    """A robot of 企业微信."""

    key: str

    def send(self, to: str, message: Message) -> Words:
        """Post into the group; ``to`` is of no meaning.

        Raises: Failed: see ``Sender``.
        """
        body = {"msgtype": "markdown", "markdown": {"content": markdown_of(message)}}
        return _read(posted(settings.NOTICE_WECOM_URL, {"key": self.key}, body), self.key)


@dataclass(frozen=True, repr=False)
class DingTalkRobot:
    """A custom robot of 钉钉."""

    token: str
    secret: str

    def send(self, to: str, message: Message) -> Words:
        """Post into the group; ``to`` is of no meaning.

        Raises: Failed: see ``Sender``.
        """
        now_ms = time.time_ns() // 1_000_000
        query = {
            "access_token": self.token,
            "timestamp": str(now_ms),
            "sign": signature_of(self.secret, timestamp_ms=now_ms),
        }
        body = {"msgtype": "markdown", "markdown": {"title": message.title, "text": markdown_of(message)}}
        return _read(posted(settings.NOTICE_DINGTALK_URL, query, body), self.token, self.secret)


def _read(answer: dict[str, Any], *secrets: str) -> Words:
    """Return what an answer says; a chat answers 200 to everything, and whether it took it stands in ``errcode``."""
    code = answer.get("errcode")
    if code == 0:
        return TAKEN
    said = " ".join(str(answer.get("errmsg", "")).split())
    for secret in secrets:
        said = said.replace(secret, HIDDEN)
    raise Failed(REFUSED.filled(code=code, said=said[:LONGEST_SAID]))
