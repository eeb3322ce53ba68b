"""The restore drill: a backup, a new cluster, the ledger verified there, and sealing that goes on from where it was."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner, Result
from django.conf import LazySettings
from django.db import connection

from bangfu.foundation.ledger.checkpoints import consistency, note_of
from bangfu.foundation.ledger.models import CatalogueMeasure, Checkpoint, Fact, Member
from bangfu.foundation.ledger.proofs import verify
from bangfu.foundation.ledger.sealing import seal_pending
from bangfu.foundation.ledger.verifying import verify_ledger
from bangfu.foundation.operations import system_writes
from bangfu.foundation.people.models import PersonKey
from bangfu.site.cli import main
from bangfu.site.embedded import DatabaseUrls, join_or_start
from tests.cast import CEHENG, Cast, enter_cast
from tests.conftest import Server, pointing_at
from tests.foundation.ledger.ruling import ruling
from tests.site.conftest import folder_for_server

LAMPS = "ledger.test_lamps"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def post(cast: Cast, name: str, address: str) -> None:
    with psycopg.connect(address, autocommit=True) as link:
        link.execute(
            "INSERT INTO ledger_fact (measure_id, quantity, unit_id, place_id, subject_type, subject_id, happened_on,"
            " source_system, source_id) SELECT (SELECT id FROM ledger_cataloguemeasure WHERE code = %s), 1, %s, %s, 1, n,"
            " '2019-05-04', 'test', %s || n FROM generate_series(1, 5) n",
            [LAMPS, cast.guizhou.pk, CEHENG, name],
        )


@pytest.fixture
def var(tmp_path: Path, settings: LazySettings) -> Path:
    """The folder of the house that is backed up."""
    settings.VAR = tmp_path / "var"
    settings.EVIDENCE_FOLDER, settings.SECRETS_FOLDER = settings.VAR / "evidence", settings.VAR / "secrets"
    kept = settings.EVIDENCE_FOLDER / "ab" / f"ab{'0' * 62}"
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"a test log")
    return Path(settings.VAR)


@pytest.fixture
def house(own_database: str, server: Server, var: Path, monkeypatch: pytest.MonkeyPatch) -> Cast:
    """A house with two sealed blocks of facts, to which commands connect."""
    monkeypatch.setenv("DATABASE_URL", own_database)
    monkeypatch.setenv("DATABASE_OWNER_URL", server.owner(str(connection.settings_dict["NAME"])))
    with system_writes("a measure for the test"):
        CatalogueMeasure.objects.create(code=LAMPS, kind="FLOW", decimals=0)
    cast = enter_cast()
    for name in ("one", "two"):
        post(cast, name, own_database)
        seal_pending()
    return cast


@pytest.fixture
def elsewhere() -> Iterator[DatabaseUrls]:
    """A new cluster with an empty database."""
    with folder_for_server() as folder, join_or_start(folder, patience_s=2) as urls:
        yield urls


class TestDrill:
    def test_the_restored_ledger_fits_and_goes_on(
        self,
        house: Cast,
        var: Path,
        elsewhere: DatabaseUrls,
        own_database: str,
        tmp_path: Path,
        settings: LazySettings,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        done = run("backup", str(tmp_path / "backup"))
        assert done.exit_code == 0, done.output
        before = Checkpoint.objects.latest("block_id")
        kept = (tmp_path / "backup" / "checkpoint.txt").read_text()
        assert kept == note_of(before.pk)
        assert not any("key" in path.name for path in (tmp_path / "backup").rglob("ledger*"))
        persons = PersonKey.objects.count()
        assert persons > 0
        post(house, "after the backup", own_database)

        monkeypatch.setenv("DATABASE_URL", elsewhere.app)
        monkeypatch.setenv("DATABASE_OWNER_URL", elsewhere.owner)
        settings.EVIDENCE_FOLDER = tmp_path / "restored" / "evidence"
        settings.SECRETS_FOLDER = Path(shutil.copytree(var / "secrets", tmp_path / "restored" / "secrets"))
        with pointing_at(elsewhere.owner):
            done = run("restore", str(tmp_path / "backup"))
        assert done.exit_code == 0, done.output
        assert "账册全部相符" in done.output
        assert [path.read_bytes() for path in settings.EVIDENCE_FOLDER.glob("*/*")] == [b"a test log"]

        with pointing_at(elsewhere.app):
            assert (Fact.objects.count(), Member.objects.count()) == (10, 10)
            assert PersonKey.objects.count() == persons
            post(house, "goes on", elsewhere.app)
            block = seal_pending()
            assert block == before.pk + 1
            after = Checkpoint.objects.get(pk=block)
            proof = consistency(before.pk, block)
            verify.check_consistency(before.size, bytes(before.root), after.size, bytes(after.root), proof)
            assert verify_ledger(elsewhere.app, kept=[kept]).faults == ()
            with psycopg.connect(elsewhere.app) as link, pytest.raises(psycopg.errors.InsufficientPrivilege):
                link.execute("UPDATE ledger_fact SET quantity = 2")

    def test_a_dump_that_was_tampered_with_does_not_fit(
        self,
        house: Cast,
        elsewhere: DatabaseUrls,
        server: Server,
        tmp_path: Path,
        settings: LazySettings,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        assert run("backup", str(tmp_path / "backup")).exit_code == 0
        name = str(connection.settings_dict["NAME"])
        with ruling(server, name) as link:
            link.execute("UPDATE ledger_fact SET quantity = 7 WHERE id = (SELECT min(id) FROM ledger_fact)")
        checkpoint = tmp_path / "backup" / "checkpoint.txt"
        note = checkpoint.read_text()
        assert run("backup", str(tmp_path / "backup")).exit_code == 0
        assert checkpoint.read_text() == note
        monkeypatch.setenv("DATABASE_URL", elsewhere.app)
        monkeypatch.setenv("DATABASE_OWNER_URL", elsewhere.owner)
        with pointing_at(elsewhere.owner):
            done = run("restore", str(tmp_path / "backup"))
        assert done.exit_code == 1
        assert "与封存时不同" in done.output


class TestRefusals:
    def test_a_folder_without_a_backup(self, house: Cast, tmp_path: Path) -> None:
        (tmp_path / "empty").mkdir()
        done = run("restore", str(tmp_path / "empty"))
        assert done.exit_code == 1
        assert "没有备份" in done.output

    def test_a_database_with_tables_is_left_alone(self, house: Cast, tmp_path: Path) -> None:
        assert run("backup", str(tmp_path / "backup")).exit_code == 0
        done = run("restore", str(tmp_path / "backup"))
        assert done.exit_code == 1
        assert "已经有数据表" in done.output
        assert Fact.objects.count() == 10

    def test_a_backup_that_fails_leaves_the_one_before(
        self, house: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert run("backup", str(tmp_path / "backup")).exit_code == 0
        before = {path.name: path.read_bytes() for path in (tmp_path / "backup").glob("*.*")}
        monkeypatch.setattr("bangfu.site.backups.KEY_TABLES", ("no table; of this name",))
        done = run("backup", str(tmp_path / "backup"))
        assert done.exit_code == 1
        assert "没有完成" in done.output
        assert {path.name for path in (tmp_path / "backup").glob("*.*")} == set(before)
        assert (tmp_path / "backup" / "keys.dump").read_bytes() == before["keys.dump"]
