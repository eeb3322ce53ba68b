"""One-time codes for people without an account: six digits to a telephone number, of which the house keeps digests alone.

A portal (a system account with the role of one) asks for a code and then for whether what somebody typed is right. The number
is matched by a blind index, the code by a digest under the house's key.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from datetime import timedelta

from django.db import connection

from bangfu.foundation.notices.channels import Failed, adapter
from bangfu.foundation.notices.models import OneTimeCode
from bangfu.foundation.notices.queries import open_channels
from bangfu.foundation.operations import Act, Refusal, Scope, on_commit, operation
from bangfu.foundation.people import vault
from bangfu.foundation.rooms import Channel, both

LASTS = timedelta(minutes=10)
MOST_TRIES = 5
WITHIN = timedelta(hours=1)
MOST_A_NUMBER, MOST_AN_ADDRESS = 5, 20
"""Codes that are issued to a number, and to those who ask from a network address, within the hour."""
PAUSE = timedelta(minutes=1)
_NUMBER = re.compile(r"1[3-9]\d{9}")
TEXT = both(
    "【帮扶】验证码 {code}，10 分钟内有效。请勿告诉他人。",
    "[bangfu] Your code is {code}, valid for 10 minutes. Tell it to nobody.",
)


class UnableToIssueCode(Refusal):
    """Codes: ``no_number``, ``channel_closed``, ``too_soon``, ``too_many``, ``too_many_from_there``, ``not_sent``."""

    sentences = {
        "no_number": both("请写 11 位手机号码。", "Write a mobile number of 11 digits."),
        "channel_closed": both(
            "短信没有启用。请联系系统管理员。", "Text messages are off. Ask the system administrator."
        ),
        "too_soon": both("刚刚发过验证码，请等一分钟再试。", "A code was sent a moment ago; wait a minute."),
        "too_many": both(
            "这个号码一小时内的验证码太多，请过一小时再试。",
            "Too many codes went to this number within the hour; try again in an hour.",
        ),
        "not_sent": both(
            "短信没有发出去：{said}请过一分钟再要一个验证码。",
            "The text message was not sent: {said} Ask for another code in a minute.",
        ),
        "too_many_from_there": both(
            "从这里要的验证码太多，请过一小时再试。",
            "Too many codes were asked for from there; try again in an hour.",
        ),
    }


class UnableToCheckCode(Refusal):
    """Codes: ``no_number``."""

    sentences = {"no_number": both("请写 11 位手机号码。", "Write a mobile number of 11 digits.")}


def _whole_house(**arguments: object) -> Scope:
    return Scope()


@operation("notices.issue_code", scope=_whole_house, unrecorded=("number", "address"))
def issue_code(*, number: str, address: str = "", language: str = "zh-hans", act: Act) -> OneTimeCode:
    """Draw a code for a telephone number, keep its digest and send it once this commits; a code from before no longer opens.

    Args:
        address: the network address of whoever asks.

    Raises: UnableToIssueCode: see its codes; nothing was written, but with ``not_sent``, which comes after the commit.
    Locks: the codes of the number and of the address.
    """
    if not _NUMBER.fullmatch(number):
        raise UnableToIssueCode("no_number")
    if Channel.SMS not in open_channels():
        raise UnableToIssueCode("channel_closed")
    of_number = vault.blind_index(number, column="code_number")
    of_address = vault.blind_index(address, column="code_address") if address else None
    _lock(of_number)
    if of_address is not None:
        _lock(of_address)
    before = OneTimeCode.objects.filter(number_index=of_number, issued_at__gt=act.at - WITHIN)
    if before.filter(issued_at__gt=act.at - PAUSE).exists():
        raise UnableToIssueCode("too_soon")
    if before.count() >= MOST_A_NUMBER:
        raise UnableToIssueCode("too_many")
    if of_address is not None:
        from_there = OneTimeCode.objects.filter(address_index=of_address, issued_at__gt=act.at - WITHIN)
        if from_there.count() >= MOST_AN_ADDRESS:
            raise UnableToIssueCode("too_many_from_there")
    OneTimeCode.objects.filter(number_index=of_number, used_at=None, void_at=None).update(void_at=act.at)
    issued = OneTimeCode(
        number_index=of_number, address_index=of_address, issued_at=act.at, expires_at=act.at + LASTS
    )
    code = f"{secrets.randbelow(1_000_000):06}"
    issued.digest = _digest(issued, code)
    issued.save(force_insert=True)
    text = TEXT.filled(code=code).in_language(language)
    key = f"bangfu-code-{issued.pk}"

    def send() -> None:
        try:
            adapter().send(number, text, key)
        except Failed as failed:
            raise UnableToIssueCode("not_sent", said=failed.words) from None

    on_commit(send)
    return issued


@operation("notices.check_code", scope=_whole_house, unrecorded=("number", "code"))
def check_code(*, number: str, code: str, act: Act) -> bool:
    """Return whether a code is the one that was sent to a number last, and use it up if it is.

    A wrong code counts; after five the code opens no more, and neither does one that is ten minutes old or was used.

    Raises: UnableToCheckCode: ``no_number``; nothing was written.
    Locks: the number's open code.
    """
    if not _NUMBER.fullmatch(number):
        raise UnableToCheckCode("no_number")
    of_number = vault.blind_index(number, column="code_number")
    open_ones = OneTimeCode.objects.filter(number_index=of_number, used_at=None, void_at=None)
    held = open_ones.select_for_update().first()
    is_right = hmac.compare_digest(bytes((held or _NOBODYS).digest), _digest(held or _NOBODYS, code))
    if held is None or act.at >= held.expires_at or held.tries >= MOST_TRIES:
        return False
    held.tries += 1
    if is_right:
        held.used_at = act.at
    held.save(update_fields=["tries", "used_at"])
    return is_right


_NOBODYS = OneTimeCode(digest=bytes(32))
"""Compared with where there is no code, so that it takes as long."""


def _digest(code: OneTimeCode, digits: str) -> bytes:
    content = f"one-time code:{code.pk}:{digits}".encode()
    return hmac.digest(vault.digest_key(), content, hashlib.sha256)


def _lock(index: bytes) -> None:
    """Let one transaction at a time look at the codes of a number or address, also where there is none yet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(index[:8], "big", signed=True)])
