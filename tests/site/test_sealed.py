"""The sealed ledger as its pages show it, and checkpoints as anybody takes them away."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection
from django.test import Client

from bangfu.foundation.ledger.checkpoints import UnableToWitness, add_cosignature, note_of
from bangfu.foundation.ledger.models import CatalogueMeasure, Checkpoint, Cosignature, SigningKey
from bangfu.foundation.ledger.proofs import verify
from bangfu.foundation.ledger.proofs.notes import cosigned, public_bytes, signature_line
from bangfu.foundation.ledger.sealing import seal_pending
from bangfu.foundation.operations import system_writes
from tests.cast import CEHENG, Cast
from tests.site.test_auditing import signed_in, text

WITNESS = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEY = base64.b64encode(public_bytes(WITNESS)).decode()

pytestmark = pytest.mark.django_db


@pytest.fixture
def sealed(cast: Cast) -> Cast:
    """Two blocks, the second with three facts."""
    assert seal_pending() == 1
    with system_writes("facts for the test"), connection.cursor() as cursor:
        measure = CatalogueMeasure.objects.create(code="ledger.test_lamps", kind="FLOW", decimals=0)
        cursor.execute(
            "INSERT INTO ledger_fact (measure_id, quantity, unit_id, place_id, subject_type, subject_id, happened_on,"
            " source_system, source_id) SELECT %s, 1, %s, %s, 1, n, '2019-05-04', 'test', n::text"
            " FROM generate_series(1, 3) n",
            [measure.pk, cast.guizhou.pk, CEHENG],
        )
    assert seal_pending() == 2
    return cast


class TestCheckpoint:
    def test_is_for_everybody_and_signed_by_a_key_that_is_shown(self, sealed: Cast) -> None:
        answer = Client().get("/ledger/checkpoint")
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/plain; charset=utf-8")
        name, key = Client().get("/ledger/keys").content.decode().split()
        statement = verify.check_note(answer.content.decode(), name, base64.b64decode(key))
        assert statement.size == Checkpoint.objects.latest("block_id").size
        assert verify.ALGORITHM in statement.extensions
        assert Client().get("/ledger/checkpoint/1").content.decode() == note_of(1)

    def test_of_no_block_is_not_found(self, sealed: Cast) -> None:
        assert Client().get("/ledger/checkpoint/99").status_code == 404


class TestBlocks:
    def test_are_listed_newest_first_with_what_they_hold(self, sealed: Cast) -> None:
        page = text(signed_in(sealed.auditor).get("/audit/ledger/"))
        assert page.index("/ledger/checkpoint/2") < page.index("/ledger/checkpoint/1")
        assert bytes(Checkpoint.objects.get(pk=2).root).hex()[:16] in page
        assert SigningKey.objects.get().public_key in page
        older = text(signed_in(sealed.auditor).get("/audit/ledger/?before=2"))
        assert "/ledger/checkpoint/1" in older
        assert "/ledger/checkpoint/2" not in older

    def test_need_sign_in(self, sealed: Cast) -> None:
        assert Client().get("/audit/ledger/").status_code == 302

    def test_before_the_first(self, cast: Cast) -> None:
        page = text(signed_in(cast.auditor).get("/audit/ledger/"))
        assert "还没有区块" in page
        assert Client().get("/ledger/checkpoint").status_code == 404


class TestWitness:
    def test_stands_under_the_checkpoint_from_then_on(self, sealed: Cast) -> None:
        note = str(note_of(2))
        signed = cosigned(
            note, signature_line(verify.parse_note(note).text, name="witness.example", key=WITNESS)
        )
        for _ in range(2):
            assert add_cosignature(signed, witness="witness.example", public_key=KEY) == 2
        assert note_of(2) == signed
        assert Cosignature.objects.count() == 1
        assert "witness.example" in text(signed_in(sealed.auditor).get("/audit/ledger/"))

    def test_is_refused_under_what_was_not_issued_or_not_signed(self, sealed: Cast) -> None:
        note = str(note_of(2))
        line = signature_line(verify.parse_note(note).text, name="witness.example", key=WITNESS)
        other = note.replace("block 2", "block 3")
        for given, witness, key, code in (
            (note, "witness.example", KEY, "not_signed"),
            (cosigned(note, line), "other.example", KEY, "not_signed"),
            (cosigned(note, line), "witness.example", "AAAA", "no_key"),
            (cosigned(other, line), "witness.example", KEY, "unknown_checkpoint"),
            ("nothing", "witness.example", KEY, "unknown_checkpoint"),
        ):
            with pytest.raises(UnableToWitness) as refusal:
                add_cosignature(given, witness=witness, public_key=key)
            assert refusal.value.code == code
        assert not Cosignature.objects.exists()
