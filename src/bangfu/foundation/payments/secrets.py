"""Keys of merchant accounts: files below the folder of secrets that nobody but the house reads, never shown and never logged."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from bangfu.foundation.payments.models import MerchantAccount, Provider

FOLDER = "payments"
PRIVATE_KEY, PLATFORM_KEY, SHARED_KEY = "private_key.pem", "platform_key.pem", "api_v3.key"
APP_SECRET = "app_secret.key"
"""The secret of a WeChat app, without which nobody pays within WeChat; everything else works without it."""
NEEDED = {
    Provider.TEST.value: (),
    Provider.ALIPAY.value: (PRIVATE_KEY, PLATFORM_KEY),
    Provider.WECHAT.value: (PRIVATE_KEY, PLATFORM_KEY, SHARED_KEY),
}
"""By provider: the merchant's own key, the key of the provider, and what WeChat Pay seals its messages with."""


class KeyMissing(Exception):  # noqa: N818 - what is said of an account
    """A file of a merchant account's keys is not there or cannot be read; its text is the file's name."""


def folder_of(merchant: MerchantAccount) -> Path:
    """Return where the keys of a merchant account lie."""
    return Path(settings.SECRETS_FOLDER) / FOLDER / merchant.code


def secret(merchant: MerchantAccount, name: str) -> bytes:
    """Return the content of a file of keys.

    Raises: KeyMissing: it is not there.
    """
    try:
        return (folder_of(merchant) / name).read_bytes().strip()
    except OSError:
        raise KeyMissing(name) from None


def missing(merchant: MerchantAccount) -> list[str]:
    """Return the names of the files that a merchant account lacks."""
    folder = folder_of(merchant)
    return [name for name in NEEDED[merchant.provider] if not (folder / name).is_file()]
