"""Whoever rules the database changes the ledger, and verifying says what does not fit: one test an attack."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import LazySettings

from bangfu.foundation.ledger import keys
from bangfu.foundation.ledger.leaves import fact_texts
from bangfu.foundation.ledger.models import CatalogueMeasure, Checkpoint, Fact, Member, SigningKey
from bangfu.foundation.ledger.proofs import verify
from bangfu.foundation.ledger.proofs.notes import checkpoint_text, public_bytes, signature_line
from bangfu.foundation.ledger.proofs.tree import Frontier
from bangfu.foundation.ledger.sealing import LEAVES, rotate_key, seal_pending
from bangfu.foundation.ledger.verifying import Verdict, verify_ledger
from bangfu.foundation.operations import system_writes
from tests.cast import CEHENG, Cast, enter_cast
from tests.conftest import Server
from tests.foundation.ledger.ruling import Link, ruling

LAMPS = "ledger.test_lamps"


@pytest.fixture(autouse=True)
def secrets_folder(tmp_path: Path, settings: LazySettings) -> Path:
    """A key of the test's own."""
    settings.SECRETS_FOLDER = tmp_path / "secrets"
    return tmp_path / "secrets"


@pytest.fixture
def cast(own_database: str) -> Cast:
    """The cast, committed in the test's own database."""
    with system_writes("a measure for the test"):
        CatalogueMeasure.objects.create(code=LAMPS, kind="FLOW", decimals=0)
    return enter_cast()


def post(link: Link, cast: Cast, name: str, count: int = 5) -> None:
    link.execute(
        "INSERT INTO ledger_fact (measure_id, quantity, unit_id, place_id, subject_type, subject_id, happened_on,"
        " source_system, source_id, party) SELECT (SELECT id FROM ledger_cataloguemeasure WHERE code = %s), n, %s, %s, 1, n,"
        " '2019-05-04', 'test', %s || n, CASE WHEN n %% 2 = 0 THEN gen_random_uuid() END FROM generate_series(1, %s) n",
        [LAMPS, cast.guizhou.pk, CEHENG, name, count],
    )


@pytest.fixture
def sealed(cast: Cast, own_database: str) -> list[int]:
    """Three blocks with facts; gives the facts' keys."""
    with psycopg.connect(own_database, autocommit=True) as link:
        for name in ("first\t", "second\\", "third\n"):
            post(link, cast, name)
            seal_pending()
    return list(Fact.objects.order_by("id").values_list("id", flat=True))


@pytest.fixture
def ruler(sealed: list[int], own_database: str, server: Server) -> Iterator[Link]:
    """Somebody who rules the database: no trigger stops him."""
    with ruling(server, own_database.rpartition("/")[2]) as link:
        yield link


def faults(verdict: Verdict) -> list[tuple[str, str]]:
    return [(fault.code, fault.what) for fault in verdict.faults]


class TestHonest:
    @pytest.mark.parametrize("processes", [1, 2])
    def test_fits(
        self, sealed: list[int], own_database: str, processes: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("bangfu.foundation.ledger.verifying.ENTRIES_AT_A_TIME", 4)
        last = Checkpoint.objects.latest("block_id")
        told: list[tuple[int, int]] = []
        kept = list(Checkpoint.objects.values_list("note", flat=True))
        verdict = verify_ledger(
            own_database, processes=processes, kept=kept, progress=lambda *so_far: told.append(so_far)
        )
        assert faults(verdict) == []
        assert (verdict.entries, verdict.root) == (last.size, bytes(last.root))
        assert told[-1] == (last.size, last.size)

    def test_leaf_is_what_a_stranger_computes_from_the_fields(
        self, sealed: list[int], own_database: str
    ) -> None:
        with psycopg.connect(own_database) as link:
            rows = link.execute(
                f"SELECT member.secret, member.leaf, {', '.join(fact_texts('fact'))}"
                " FROM ledger_member member JOIN ledger_fact fact ON fact.id = member.fact_id"
            ).fetchall()
        assert len(rows) == 15
        for secret, leaf, *values in rows:
            assert verify.fact_leaf(secret, values) == leaf
        assert len({secret for secret, *_ in rows}) == 15

    def test_what_waits_for_the_sealer_is_no_fault(
        self, sealed: list[int], cast: Cast, own_database: str
    ) -> None:
        with psycopg.connect(own_database, autocommit=True) as link:
            post(link, cast, "waits")
        assert faults(verify_ledger(own_database)) == []


class TestAttacks:
    @pytest.mark.parametrize(
        "change",
        [
            "quantity = quantity + 1",
            "happened_on = '2018-12-31'",
            "recorded_at = recorded_at - interval '1 day'",
            "unit_id = unit_id + 1",
            "place_id = 522328000000",
            "party = gen_random_uuid()",
            "source_id = 'other'",
        ],
    )
    def test_a_changed_fact_is_named(
        self, ruler: Link, sealed: list[int], own_database: str, change: str
    ) -> None:
        ruler.execute(f"UPDATE ledger_fact SET {change} WHERE id = %s", [sealed[6]])
        assert faults(verify_ledger(own_database)) == [("changed", f"fact {sealed[6]}")]

    def test_a_changed_version_is_named(self, ruler: Link, own_database: str) -> None:
        row = ruler.execute(
            'UPDATE ledger_referenceversion SET content = content || \'{"name_zh": "别的"}\''
            " WHERE id = (SELECT min(id) FROM ledger_referenceversion WHERE kind = 1) RETURNING id"
        ).fetchone()
        assert row
        assert faults(verify_ledger(own_database)) == [("changed", f"version {row[0]}")]

    def test_a_dropped_fact_is_named(self, ruler: Link, sealed: list[int], own_database: str) -> None:
        ruler.execute("DELETE FROM ledger_fact WHERE id = %s", [sealed[3]])
        assert faults(verify_ledger(own_database)) == [("dropped", f"fact {sealed[3]}")]

    def test_a_fact_dropped_with_its_membership_leaves_a_gap(
        self, ruler: Link, sealed: list[int], own_database: str
    ) -> None:
        member = Member.objects.get(pk=sealed[3])
        ruler.execute("DELETE FROM ledger_fact WHERE id = %s", [sealed[3]])
        ruler.execute("DELETE FROM ledger_member WHERE fact_id = %s", [sealed[3]])
        first = verify_ledger(own_database).first
        assert first
        assert (first.code, first.what) == ("dropped", f"entry {member.position} of block {member.block_id}")

    def test_facts_that_changed_places_are_seen(
        self, ruler: Link, sealed: list[int], own_database: str
    ) -> None:
        one, other = sealed[5], sealed[6]
        ruler.execute("UPDATE ledger_member SET position = 900 WHERE fact_id = %s", [one])
        ruler.execute("UPDATE ledger_member SET position = 0 WHERE fact_id = %s", [other])
        ruler.execute("UPDATE ledger_member SET position = 1 WHERE fact_id = %s", [one])
        assert faults(verify_ledger(own_database)) == [
            ("root", f"block {Member.objects.get(pk=one).block_id}")
        ]

    def test_a_fact_inserted_past_the_sealer_is_named(
        self, ruler: Link, cast: Cast, own_database: str
    ) -> None:
        post(ruler, cast, "smuggled", 1)  # no trigger fires for him, so nothing comes into the queue
        smuggled = Fact.objects.latest("id").pk
        assert faults(verify_ledger(own_database)) == [("inserted", f"fact {smuggled}")]

    def test_a_fact_inserted_into_a_sealed_block_is_named(
        self, ruler: Link, cast: Cast, sealed: list[int], own_database: str
    ) -> None:
        member = Member.objects.get(pk=sealed[-1])
        post(ruler, cast, "smuggled", 1)
        smuggled = Fact.objects.latest("id").pk
        ruler.execute(
            "INSERT INTO ledger_member (fact_id, block_id, position, secret, leaf) VALUES (%s, %s, %s, %s, %s)",
            [smuggled, member.block_id, member.position + 1, bytes(16), bytes(32)],
        )
        found = faults(verify_ledger(own_database))
        assert ("changed", f"fact {smuggled}") in found

    def test_a_duplicated_fact_is_named(self, ruler: Link, sealed: list[int], own_database: str) -> None:
        columns = (
            "quantity, measure_id, unit_id, place_id, subject_type, subject_id, happened_on, source_system"
        )
        ruler.execute(
            f"INSERT INTO ledger_fact ({columns}, source_id) SELECT {columns}, source_id || '-' FROM ledger_fact WHERE id = %s",
            [sealed[0]],
        )
        assert faults(verify_ledger(own_database)) == [("inserted", f"fact {Fact.objects.latest('id').pk}")]

    def test_a_block_that_is_gone_is_named(self, ruler: Link, sealed: list[int], own_database: str) -> None:
        block = Member.objects.get(pk=sealed[5]).block_id
        for table, column in (("block", "number"), ("checkpoint", "block_id")):
            ruler.execute(f"DELETE FROM ledger_{table} WHERE {column} = %s", [block])
        assert ("block_missing", f"block {block}") in faults(verify_ledger(own_database))

    def test_a_forged_checkpoint_is_named(self, ruler: Link, sealed: list[int], own_database: str) -> None:
        block = Member.objects.get(pk=sealed[5]).block_id
        note = Checkpoint.objects.get(pk=block).note
        stranger = Ed25519PrivateKey.generate()
        text = verify.parse_note(note).text
        forged = f"{text}\n{signature_line(text, name=keys.newest_name(), key=stranger)}"
        ruler.execute("UPDATE ledger_checkpoint SET note = %s WHERE block_id = %s", [forged, block])
        assert faults(verify_ledger(own_database)) == [("signature", f"block {block}")]

    def test_leaf_and_fact_changed_together_do_not_have_the_signed_root(
        self, ruler: Link, sealed: list[int], own_database: str
    ) -> None:
        block = _change_with_leaf(ruler, sealed[6])
        assert faults(verify_ledger(own_database)) == [("root", f"block {block}")]

    def test_a_ledger_signed_anew_with_the_stolen_key_does_not_fit_a_kept_checkpoint(
        self, ruler: Link, sealed: list[int], own_database: str
    ) -> None:
        kept = Checkpoint.objects.latest("block_id").note
        _sign_anew(ruler, _change_with_leaf(ruler, sealed[6]))
        assert (
            faults(verify_ledger(own_database)) == []
        )  # by itself it fits: whoever has the key can write history
        found = faults(verify_ledger(own_database, kept=[kept]))
        assert [code for code, _ in found] == ["fork"]

    def test_a_ledger_cut_off_at_its_end_does_not_fit_a_kept_checkpoint(
        self, ruler: Link, sealed: list[int], own_database: str
    ) -> None:
        last = Checkpoint.objects.latest("block_id")
        ruler.execute(
            "DELETE FROM ledger_fact WHERE id IN (SELECT fact_id FROM ledger_member WHERE block_id = %s)",
            [last.pk],
        )
        for table, column in (("member", "block_id"), ("checkpoint", "block_id"), ("block", "number")):
            ruler.execute(f"DELETE FROM ledger_{table} WHERE {column} = %s", [last.pk])
        assert faults(verify_ledger(own_database)) == []
        found = faults(verify_ledger(own_database, kept=[last.note]))
        assert found == [("truncated", f"checkpoint of {last.size} entries")]

    def test_a_checkpoint_of_another_ledger_is_no_witness(self, sealed: list[int], own_database: str) -> None:
        text = checkpoint_text(verify.Checkpoint("bangfu/another", 3, bytes(32), ()))
        note = f"{text}\n{signature_line(text, name='bangfu/another', key=Ed25519PrivateKey.generate())}"
        assert faults(verify_ledger(own_database, kept=[note])) == [("signature", "checkpoint of 3 entries")]


def _change_with_leaf(ruler: Link, fact: int) -> int:
    """Change a fact and its leaf so that both fit each other; return the block."""
    ruler.execute("UPDATE ledger_fact SET quantity = 4000 WHERE id = %s", [fact])
    row = ruler.execute(
        f"SELECT member.secret, {', '.join(fact_texts('fact'))} FROM ledger_member member"
        " JOIN ledger_fact fact ON fact.id = member.fact_id WHERE fact.id = %s",
        [fact],
    ).fetchone()
    assert row
    secret, *values = row
    leaf = verify.fact_leaf(secret, values)
    ruler.execute("UPDATE ledger_member SET leaf = %s WHERE fact_id = %s", [leaf, fact])
    return Member.objects.get(pk=fact).block_id


def _sign_anew(ruler: Link, first: int) -> None:
    """Sign every checkpoint from a block on anew, with the ledger's own key."""
    before = Checkpoint.objects.get(pk=first - 1)
    frontier = Frontier.from_bytes(before.size, bytes(before.frontier))
    signer = keys.signer()
    for one in Checkpoint.objects.filter(pk__gte=first).order_by("pk"):
        leaves = ruler.execute(LEAVES.replace("%(block)s", str(one.pk))).fetchall()
        frontier = frontier.extended(bytes(leaf) for (leaf,) in leaves)
        said = verify.parse_checkpoint(verify.parse_note(one.note).text)
        text = checkpoint_text(verify.Checkpoint(said.origin, frontier.size, frontier.root, said.extensions))
        note = f"{text}\n{signature_line(text, name=signer.name, key=signer.key)}"
        ruler.execute(
            "UPDATE ledger_checkpoint SET root = %s, frontier = %s, note = %s WHERE block_id = %s",
            [frontier.root, frontier.as_bytes(), note, one.pk],
        )


class TestKeys:
    def test_the_first_key_is_an_entry_of_the_first_block_and_never_in_the_database(
        self, sealed: list[int], own_database: str, secrets_folder: Path
    ) -> None:
        key = (secrets_folder / "ledger.key").read_text()
        assert (secrets_folder / "ledger.key").stat().st_mode & 0o777 == 0o600
        assert SigningKey.objects.get().public_key == keys.signer().public_key
        assert key not in "".join(Checkpoint.objects.values_list("note", flat=True))

    def test_a_key_half_written_when_the_machine_died_is_no_key(
        self, cast: Cast, own_database: str, secrets_folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with monkeypatch.context() as patched:
            patched.setattr("bangfu.foundation.people.vault.os.fsync", lambda handle: _killed())
            with pytest.raises(KeyboardInterrupt):
                seal_pending()
        assert not (secrets_folder / "ledger.key").exists()
        assert seal_pending() == 1
        assert faults(verify_ledger(own_database)) == []

    def test_a_new_key_is_handed_the_ledger_by_the_old_one(
        self, sealed: list[int], own_database: str
    ) -> None:
        old = keys.signer()
        block = rotate_key(is_lost=False)
        new = keys.signer()
        assert new.public_key != old.public_key
        assert new.name == old.name
        note = Checkpoint.objects.get(pk=block).note
        for signer in (old, new):
            verify.check_note(note, signer.name, public_bytes(signer.key))
        assert faults(verify_ledger(own_database, kept=[note])) == []

    def test_a_rotation_cut_off_after_its_commit_is_finished_by_the_next_seal(
        self, sealed: list[int], cast: Cast, own_database: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        finish = keys.take_over
        monkeypatch.setattr(keys, "take_over", _killed)
        with pytest.raises(KeyboardInterrupt):
            rotate_key(is_lost=False)
        monkeypatch.setattr(keys, "take_over", finish)
        with psycopg.connect(own_database, autocommit=True) as link:
            post(link, cast, "later")
        assert seal_pending()
        assert keys.signer().public_key == SigningKey.objects.latest("id").public_key
        assert faults(verify_ledger(own_database)) == []

    @pytest.mark.parametrize(
        ("spoil", "code"),
        [
            (lambda file: file.unlink(), "key_is_missing"),
            (lambda file: file.write_text(bytes(range(32)).hex()), "key_is_another"),
        ],
    )
    def test_without_its_key_nothing_is_sealed_and_nothing_is_lost(
        self,
        sealed: list[int],
        cast: Cast,
        own_database: str,
        secrets_folder: Path,
        spoil: Callable[[Path], object],
        code: str,
    ) -> None:
        spoil(secrets_folder / "ledger.key")
        with psycopg.connect(own_database, autocommit=True) as link:
            post(link, cast, "waits")
        for call in (seal_pending, lambda: rotate_key(is_lost=False)):
            with pytest.raises(keys.UnableToSign) as refusal:
                call()
            assert refusal.value.code == code
        assert rotate_key(is_lost=True)
        assert SigningKey.objects.latest("id").is_replacement_of_lost
        assert faults(verify_ledger(own_database)) == []
        assert Member.objects.count() == Fact.objects.count()

    def test_a_key_that_is_there_is_not_lost(self, sealed: list[int]) -> None:
        with pytest.raises(keys.UnableToSign) as refusal:
            rotate_key(is_lost=True)
        assert refusal.value.code == "key_is_there"
        assert base64.b64decode(SigningKey.objects.get().public_key) == public_bytes(keys.signer().key)


def _killed() -> None:
    raise KeyboardInterrupt
