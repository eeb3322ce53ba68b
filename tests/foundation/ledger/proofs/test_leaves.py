"""Leaves: what is withheld cannot be guessed, what is shown cannot be changed."""

from __future__ import annotations

import hashlib

import pytest

from bangfu.foundation.ledger.proofs.verify import (
    FACT_FIELDS,
    FACT_PREFIX,
    REFERENCE_PREFIX,
    SALT_BYTES,
    UnableToVerify,
    disclosed_leaf,
    fact_leaf,
    field_digest,
    leaf_hash,
    salts,
)

SECRET = bytes(range(SALT_BYTES))
VALUES = [f"value {number}" if number % 3 else None for number in range(len(FACT_FIELDS))]


def shown(*withheld: str) -> tuple[dict[str, tuple[bytes, str | None]], dict[str, bytes]]:
    every = dict(zip(FACT_FIELDS, zip(salts(SECRET, len(FACT_FIELDS)), VALUES, strict=True), strict=True))
    known = {name: pair for name, pair in every.items() if name not in withheld}
    return known, {name: field_digest(*every[name]) for name in withheld}


class TestSalts:
    def test_are_of_one_length_and_all_different(self) -> None:
        found = salts(SECRET, len(FACT_FIELDS))
        assert {len(salt) for salt in found} == {SALT_BYTES}
        assert len(set(found)) == len(FACT_FIELDS)
        assert found[0] == hashlib.sha512(SECRET + b"\x00").digest()[:16]
        assert found[5] == hashlib.sha512(SECRET + b"\x01").digest()[16:32]


class TestLeaf:
    @pytest.mark.parametrize("withheld", [(), ("party",), ("party", "subject", "village"), FACT_FIELDS])
    def test_is_the_same_whatever_is_withheld(self, withheld: tuple[str, ...]) -> None:
        assert disclosed_leaf(FACT_PREFIX, FACT_FIELDS, *shown(*withheld)) == fact_leaf(SECRET, VALUES)

    @pytest.mark.parametrize("name", FACT_FIELDS)
    def test_changes_with_every_field(self, name: str) -> None:
        known, withheld = shown("party")
        if name == "party":
            withheld = {"party": field_digest(b"x" * SALT_BYTES, VALUES[FACT_FIELDS.index("party")])}
        else:
            salt, value = known[name]
            known = known | {name: (salt, "" if value is None else None)}
        assert disclosed_leaf(FACT_PREFIX, FACT_FIELDS, known, withheld) != fact_leaf(SECRET, VALUES)

    def test_of_a_fact_is_never_that_of_a_version(self) -> None:
        digests = [bytes(32)] * 3
        assert leaf_hash(FACT_PREFIX, digests) != leaf_hash(REFERENCE_PREFIX, digests)

    def test_refuses_a_field_left_out_or_named_twice(self) -> None:
        known, withheld = shown("party")
        with pytest.raises(UnableToVerify):
            disclosed_leaf(FACT_PREFIX, FACT_FIELDS, known, {})
        with pytest.raises(UnableToVerify):
            disclosed_leaf(FACT_PREFIX, FACT_FIELDS, known, withheld | {"unit": bytes(32)})
        with pytest.raises(UnableToVerify):
            disclosed_leaf(FACT_PREFIX, FACT_FIELDS, known, withheld | {"note": bytes(32)})
