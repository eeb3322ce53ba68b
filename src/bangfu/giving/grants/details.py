"""What an application keeps sealed under the pupil's key, and keyed digests by which likenesses are found without opening."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from uuid import UUID

from django.db import connection

from bangfu.foundation.people import vault

COLUMN = "grants.details"


@dataclass(frozen=True)
class Details:
    """The personal part of an application, in clear: the least that a grant can be vetted and paid with."""

    register_number: str
    """学籍号; empty: not given."""
    guardian: str
    """Name; of a pupil of age their own."""
    phone: str
    """The guardian's; empty: none."""
    account: str
    """Number of the bank account, digits."""
    bank: str

    def written(self) -> str:
        """Return the details as they are sealed."""
        return json.dumps(asdict(self), ensure_ascii=False)


def seal(details: Details, *, wrapped: bytes, person: UUID) -> bytes:
    """Return details sealed under a pupil's key."""
    return vault.seal_text(wrapped, details.written(), person=person, column=COLUMN)


def opened(applications: Sequence[int]) -> dict[int, Details]:  # application → details, absent = erased
    """Return details of applications in clear, with one query; the caller records who sees them and why."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT application.id, application.person_id, application.sealed, key.wrapped"
            " FROM grants_application application JOIN people_personkey key ON key.person_id = application.person_id"
            " WHERE application.id = ANY(%s)",
            [list(applications)],
        )
        return {
            key: Details(
                **json.loads(vault.open_text(bytes(wrapped), bytes(sealed), person=person, column=COLUMN))
            )
            for key, person, sealed, wrapped in cursor.fetchall()
        }


def digest(text: str, *, of: str) -> str:
    """Return the keyed digest of an account, a telephone number or a name; empty of an empty text.

    Args:
        of: what it is: ``account``, ``phone`` or ``name``.
    """
    if not text:
        return ""
    return hmac.new(vault.digest_key(), f"grants.{of}:{text}".encode(), hashlib.sha256).hexdigest()
