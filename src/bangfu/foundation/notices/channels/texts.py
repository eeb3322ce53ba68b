"""Text messages by an adapter: the house ships one that sends nothing, and whoever has a provider writes another.

An adapter is a class without arguments that has ``send``; ``BANGFU_SMS_ADAPTER`` names it (``package.module.Class``). What it
needs to sign in to its provider it takes from the environment of the process that sends.
"""

from __future__ import annotations

from typing import Protocol

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from bangfu.foundation.notices.channels.interface import Failed
from bangfu.foundation.notices.models import FakeMessage
from bangfu.foundation.operations import system_writes
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.marks import example_mark

FAKE = "fake"
NONE = both(
    "没有短信服务商。请系统管理员设 BANGFU_SMS_ADAPTER。",
    "There is no provider of text messages. The system administrator sets BANGFU_SMS_ADAPTER.",
)
FAKE_ELSEWHERE = both(
    "假短信只在示例和测试中可用。请设 BANGFU_SMS_ADAPTER 为真实的适配器。",
    "The fake for text messages works in the example and in tests alone. Set BANGFU_SMS_ADAPTER to a real adapter.",
)
KEPT = both("假短信：已记下，没有发出。", "Fake: it was kept and not sent.")


class TextAdapter(Protocol):
    """What a provider's adapter has."""

    def send(self, number: str, text: str, key: str) -> Words:
        """Send a text to a number and return what the provider answered, without the number and without a secret.

        Args:
            key: the same for every try of one message, for providers that take such a key.

        Raises: Failed: it was not taken.
        """


class LocalFake:
    """Keeps messages in a table that the administrator reads; it sends nothing."""

    def send(self, number: str, text: str, key: str) -> Words:
        """Keep a message.

        Raises: Failed: this is neither the example nor a test.
        """
        if not is_fake_allowed():
            raise Failed(FAKE_ELSEWHERE, is_final=True)
        with system_writes("a text message of the adapter that sends nothing"):
            FakeMessage.objects.create(number=masked(number), text=text[:500], sent_at=timezone.now())
        return KEPT


def is_fake_allowed() -> bool:
    """Return whether the house may keep text messages in place of sending them."""
    return settings.SMS_FAKE_ALLOWED or example_mark() is not None


def is_fake() -> bool:
    """Return whether the adapter is the one that sends nothing."""
    return settings.SMS_ADAPTER == FAKE


def adapter() -> TextAdapter:
    """Return the adapter of the house.

    Raises: Failed: there is none.
    """
    if not settings.SMS_ADAPTER:
        raise Failed(NONE, is_final=True)
    return LocalFake() if is_fake() else import_string(settings.SMS_ADAPTER)()


def masked(number: str) -> str:
    """Return a telephone number with its middle hidden.

    >>> masked("13800138000")
    '138****8000'
    """
    return f"{number[:3]}****{number[-4:]}" if len(number) > 8 else "****"
