"""The letter box of the public: the account by which strangers' cases are entered, their links, and their words, sealed."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from dataclasses import asdict, dataclass
from datetime import date
from uuid import UUID

from django.db import IntegrityError

from bangfu.foundation.organisation.founding import appoint_system
from bangfu.foundation.people import vault
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.systems import named_system
from bangfu.foundation.rooms import both
from bangfu.reporting.corrections.models import Case, CaseKey

USERNAME, ROLE = "letter-box", "letter_box"
TITLE = named_system(both("公众来信箱", "Letter box of the public"))
SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Of receipts: none that are taken for each other."""
RECEIPT_SIGNS = 8


@dataclass(frozen=True)
class Letter:
    """What a stranger wrote in one round."""

    wrong: str
    knows: str


@dataclass(frozen=True)
class Letters:
    """All that a stranger wrote, and how to reach them."""

    contact: str
    rounds: tuple[Letter, ...]


def letter_box(*, on: date) -> Account:
    """Return the system account that enters cases; the first call appoints it over the whole house from the day on.

    Whoever grants may end its grant afterwards, which closes the letter box: it is never given back here.
    """
    known = Account.objects.filter(username=USERNAME).first()
    if known is not None:
        return known
    try:
        return appoint_system(username=USERNAME, title=TITLE.zh, role=ROLE, on=on)
    except IntegrityError:  # another stranger was the first, at the same moment
        return Account.objects.get(username=USERNAME)


def new_receipt() -> str:
    """Return a receipt's number that nobody guesses: ``7KQM-2XTB``."""
    signs = "".join(secrets.choice(SIGNS) for _ in range(RECEIPT_SIGNS))
    return f"{signs[:4]}-{signs[4:]}"


def link_secret(key: str) -> str:
    """Return the secret of the link that belongs to a form's key, so that a form sent twice gets one link."""
    return hmac.new(vault.digest_key(), f"corrections link {key}".encode(), hashlib.sha256).hexdigest()[:40]


def link_digest(secret: str) -> str:
    """Return what is kept of a link's secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def opens(case: Case, secret: str) -> bool:
    """Return whether a secret is that of the case's link."""
    return hmac.compare_digest(case.link_digest, link_digest(secret))


def sealed(key: UUID, letters: Letters) -> tuple[bytes, bytes]:
    """Return a fresh wrapped key, and a stranger's letters sealed under it."""
    written = json.dumps(asdict(letters), ensure_ascii=False).encode()
    return vault.seal_content(written, label=f"case:{key}")


def letters_of(case: Case) -> Letters | None:
    """Return what a stranger wrote; null once it was destroyed."""
    key = CaseKey.objects.filter(pk=case.words_key).first()
    if key is None:
        return None
    content = vault.open_content(bytes(key.wrapped), bytes(case.words_sealed), label=f"case:{key.pk}")
    said = json.loads(content)
    return Letters(said["contact"], tuple(Letter(**one) for one in said["rounds"]))
