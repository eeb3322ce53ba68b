"""Checkpoints as signed notes, checked by a library and by our own lines."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from bangfu.foundation.ledger.proofs.notes import cosigned, public_bytes, signature_line, signed_note
from bangfu.foundation.ledger.proofs.verify import (
    ALGORITHM,
    Checkpoint,
    UnableToVerify,
    check_note,
    is_signed,
    parse_checkpoint,
    parse_note,
)

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
WITNESS = Ed25519PrivateKey.from_private_bytes(bytes(32))
CHECKPOINT = Checkpoint("example.org/bangfu", 7, bytes(range(32)), ("block 3", ALGORITHM))
NOTE = signed_note(CHECKPOINT, name="example.org/bangfu", key=KEY)

RFC_8032 = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
        "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
]
"""The first two test vectors of RFC 8032 section 7.1: public key, message, signature."""


class TestNote:
    def test_says_what_was_signed(self) -> None:
        found = check_note(NOTE, "example.org/bangfu", public_bytes(KEY))
        assert found == CHECKPOINT
        assert NOTE.split("\n")[:3] == [
            "example.org/bangfu",
            "7",
            base64.b64encode(bytes(range(32))).decode(),
        ]

    def test_keeps_its_signature_beside_those_of_witnesses(self) -> None:
        text = parse_note(NOTE).text
        line = signature_line(text, name="witness.example", key=WITNESS)
        both = cosigned(NOTE, line)
        assert cosigned(both, line) == both
        assert len(parse_note(both).signatures) == 2
        assert check_note(both, "witness.example", public_bytes(WITNESS)) == CHECKPOINT
        assert check_note(both, "example.org/bangfu", public_bytes(KEY)) == CHECKPOINT

    @given(at=st.integers(0, len(NOTE.encode()) - 1), bit=st.integers(0, 7))
    def test_betrays_every_flipped_bit(self, at: int, bit: int) -> None:
        changed = bytearray(NOTE.encode())
        changed[at] ^= 1 << bit
        with pytest.raises((UnableToVerify, UnicodeDecodeError)):
            check_note(changed.decode(), "example.org/bangfu", public_bytes(KEY))

    def test_refuses_another_key_and_another_name(self) -> None:
        with pytest.raises(UnableToVerify, match="not signed"):
            check_note(NOTE, "example.org/bangfu", public_bytes(WITNESS))
        with pytest.raises(UnableToVerify, match="not signed"):
            check_note(NOTE, "someone.example", public_bytes(KEY))

    @pytest.mark.parametrize("text", ["", "a\n", "a\n1\n", "a\n01\nAAAA\n", "a\nx\nAAAA\n", "a\n1\n%%\n"])
    def test_refuses_what_is_no_checkpoint(self, text: str) -> None:
        with pytest.raises(UnableToVerify):
            parse_checkpoint(text)

    def test_is_not_written_with_lines_that_read_otherwise(self) -> None:
        for bad in (Checkpoint("a\nb", 1, bytes(32), ()), Checkpoint("a", 1, bytes(32), ("",))):
            with pytest.raises(ValueError, match="not printable"):
                signed_note(bad, name="example.org", key=KEY)
        with pytest.raises(ValueError, match="no name"):
            signed_note(CHECKPOINT, name="two words", key=KEY)


class TestIsSigned:
    @pytest.mark.parametrize(("key", "message", "signature"), RFC_8032)
    def test_agrees_with_the_standard(self, key: str, message: str, signature: str) -> None:
        parts = [bytes.fromhex(part) for part in (key, message, signature)]
        assert is_signed(*parts)
        assert not is_signed(parts[0], parts[1] + b"x", parts[2])
        assert not is_signed(parts[0], parts[1], parts[2][:-1])

    @given(message=st.binary(max_size=80), seed=st.binary(min_size=32, max_size=32))
    @settings(max_examples=20)
    def test_agrees_with_the_library(self, message: bytes, seed: bytes) -> None:
        key = Ed25519PrivateKey.from_private_bytes(seed)
        signature = key.sign(message)
        assert is_signed(public_bytes(key), message, signature)
        # A second form of the same signature, with the group's order added, is refused.
        order = 2**252 + 27742317777372353535851937790883648493
        scalar = int.from_bytes(signature[32:], "little") + order
        assert not is_signed(public_bytes(key), message, signature[:32] + scalar.to_bytes(32, "little"))
