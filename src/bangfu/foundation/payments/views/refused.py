"""Why providers' messages were refused, in words."""

from __future__ import annotations

from bangfu.foundation.payments.operations import UnableToTake
from bangfu.foundation.rooms import Words, both

FORGED_WORDS = {
    "bad_signature": both(
        "签名不对：不是渠道发的，或途中被改过。",
        "Its signature is wrong: not the provider's, or changed on the way.",
    ),
    "unknown_certificate": both(
        "证书序列号不是这个账户登记的。渠道换了证书的，请更新。",
        "It names another certificate than the account's. Enter the new one if the provider changed it.",
    ),
    "stale": both(
        "时间相差五分钟以上：可能是重放的旧通知。",
        "Its time is more than five minutes off: perhaps an old one played again.",
    ),
    "bad_seal": both("解不开密文。请核对 APIv3 密钥。", "It cannot be opened. Check the APIv3 key."),
    "unreadable": both("内容读不懂。", "It cannot be read."),
    "key_missing": both(
        "密钥文件夹缺文件，无法验证。", "The folder of keys lacks a file, so it cannot be verified."
    ),
}


def refused_words(code: str) -> Words:
    """Return why a message was refused, in words."""
    sentences = {**FORGED_WORDS, **UnableToTake.sentences}
    return sentences.get(code, both("没有入账。", "It was not booked.")).filled(number="…")
