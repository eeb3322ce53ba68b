"""What the number of a person or thing becomes before anything is kept of it."""

from __future__ import annotations

import hashlib
import hmac
from uuid import NAMESPACE_URL, UUID, uuid5

import polars

from bangfu.foundation.intake.reported.reportable import has_identity_number
from bangfu.foundation.intake.reported.rules import UnableToReport
from bangfu.foundation.ledger.measures import Party
from bangfu.foundation.people.vault import digest_key

_PERSONS = b"bangfu: persons in reported records"
_THINGS = uuid5(NAMESPACE_URL, "bangfu:reported-thing")


def party_of(number: str, kind: Party) -> UUID:
    """Return the opaque id of a person or thing from the number that an office gave it.

    A person's is a digest under the house's key, so that nobody finds the number by trying all of them; a thing's is the
    same in every house. Width, case and spaces of the number do not matter to either.

    Raises: UnableToReport: ``identity_number``.
    """
    written = _written(number)
    if has_identity_number(written):
        raise UnableToReport("identity_number")
    return UUID(_digests([written], kind)[0])


def with_parties(rows: polars.DataFrame, kind: Party | None) -> tuple[polars.DataFrame, list[int]]:
    """Return rows with ``party`` in place of ``party_number``, and the rows whose number is an identity number.

    Those have no party.
    """
    if kind is None or "party_number" not in rows.columns:
        return rows.drop("party_number", strict=False).with_columns(party=polars.lit(None, polars.String)), []
    numbers = [None if number is None else _written(number) for number in rows["party_number"]]
    personal = [number is not None and has_identity_number(number) for number in numbers]
    digests = iter(_digests([number for number in numbers if number is not None], kind))
    parties = [None if number is None else next(digests) for number in numbers]
    kept = [None if wrong else party for party, wrong in zip(parties, personal, strict=True)]
    refused = [row for row, wrong in zip(rows["row"], personal, strict=True) if wrong]
    return rows.drop("party_number").with_columns(party=polars.Series(kept, dtype=polars.String)), refused


def _written(number: str) -> str:
    return "".join(number.split()).upper()


def _digests(numbers: list[str], kind: Party) -> list[str]:
    if kind is not Party.PERSON:
        return [str(uuid5(_THINGS, number)) for number in numbers]
    key = hmac.digest(digest_key(), _PERSONS, hashlib.sha256)
    return [
        str(UUID(bytes=hmac.digest(key, number.encode(), hashlib.sha256)[:16], version=5))
        for number in numbers
    ]
