"""The house's key is changed: everybody is read as before, also when it was killed in the middle."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from django.conf import LazySettings
from django.db import connection

from bangfu.foundation.intake.reported.parties import party_of
from bangfu.foundation.ledger.measures import Party
from bangfu.foundation.operations import system_writes
from bangfu.foundation.people import rekeying, vault
from bangfu.foundation.people.models import Person, PersonKey
from bangfu.foundation.people.persons.operations import enter_person
from bangfu.foundation.people.queries import persons_with
from bangfu.foundation.people.rekeying import UnableToChangeKey, change_house_key
from tests.cast import enter_cast

STANDARD = "11010519491231002X"
CHANGE = """
import sys, time
import django
django.setup()
from bangfu.foundation.people import rekeying, vault
def linger(*arguments):
    print("there", flush=True)
    sys.stdin.read()
if sys.argv[1] == "before the commit":
    rekeying.change_house_key(before_commit=linger)
else:
    vault.key_file = lambda name, real=vault.key_file: linger() if name == vault.NEXT_KEY and committed() else real(name)
    from django.db import connection
    opened = []
    real_index = rekeying._index_anew
    def index(new):
        real_index(new)
        opened.append(True)
    rekeying._index_anew = index
    def committed():
        return bool(opened) and not connection.in_atomic_block
    rekeying.change_house_key()
"""


@pytest.fixture
def folder(settings: LazySettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of secrets of the test's own."""
    monkeypatch.delenv("BANGFU_PEOPLE_KEY", raising=False)
    settings.SECRETS_FOLDER = tmp_path / "var" / "secrets"
    return tmp_path / "var" / "secrets"


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody else is connected, whatever runs beside this test."""
    monkeypatch.setattr(rekeying, "_refuse_others", lambda: None)


def known() -> UUID:
    """Enter somebody with a number and return their id."""
    with system_writes("a person for the test"):
        return enter_person(name="韦兰", phone="13800001234", identity_number=STANDARD).pk


def is_read(person: UUID) -> bool:
    """Return whether somebody is read and found as they were entered."""
    return (Person.objects.get(pk=person).name, persons_with([STANDARD])) == ("韦兰", {STANDARD: person})


@pytest.mark.django_db
@pytest.mark.usefixtures("alone")
class TestChangeHouseKey:
    def test_reads_and_finds_everybody_under_another_key(self, folder: Path) -> None:
        person = known()
        key = PersonKey.objects.get(person=person)
        before, party = (
            (vault.house_key(), bytes(key.wrapped), bytes(key.identity_index)),
            party_of("XJ-1", Party.PERSON),
        )
        assert change_house_key() == 1
        key.refresh_from_db()
        after = vault.house_key(), bytes(key.wrapped), bytes(key.identity_index)
        assert all(one != other for one, other in zip(before, after, strict=True))
        assert not vault.opens(before[0], after[1], f"person:{person}")
        assert is_read(person)
        assert party_of("XJ-1", Party.PERSON) == party
        assert sorted(path.name for path in folder.iterdir()) == ["digests.key", "people.key"]
        assert all(path.stat().st_mode & 0o777 == 0o600 for path in folder.iterdir())

    def test_again_and_again_digests_stay(self, folder: Path) -> None:
        person, first, party = known(), vault.house_key(), party_of("XJ-1", Party.PERSON)
        change_house_key()
        change_house_key()
        assert is_read(person)
        assert vault.digest_key() == first
        assert party_of("XJ-1", Party.PERSON) == party

    def test_refuses_rows_of_another_house_and_changes_nothing(self, folder: Path) -> None:
        known()
        (folder / "people.key").unlink()
        stranger = vault.house_key()
        with pytest.raises(UnableToChangeKey) as refused:
            change_house_key()
        assert refused.value.code == "foreign_rows"
        assert vault.house_key() == stranger

    def test_a_key_from_the_environment_is_changed_to_one_from_the_environment(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("BANGFU_PEOPLE_KEY", "a" * 64)
        person = known()
        with pytest.raises(UnableToChangeKey, match="BANGFU_DIGEST_KEY"):
            change_house_key()
        monkeypatch.setenv("BANGFU_DIGEST_KEY", "a" * 64)
        for wrong in ("a" * 64, "b" * 63, "xyz"):
            monkeypatch.setenv("BANGFU_PEOPLE_KEY_NEXT", wrong)
            with pytest.raises(UnableToChangeKey, match="64"):
                change_house_key()
        monkeypatch.setenv("BANGFU_PEOPLE_KEY_NEXT", "b" * 64)
        change_house_key()
        monkeypatch.setenv("BANGFU_PEOPLE_KEY", "b" * 64)
        assert is_read(person)


class TestOthers:
    def test_whoever_is_connected_has_to_stop_first(self, own_database: str, folder: Path) -> None:
        person = known()
        with psycopg.connect(own_database), pytest.raises(UnableToChangeKey) as refused:
            change_house_key()
        assert refused.value.code == "others_connected"
        assert is_read(person)
        assert not (folder / "people.key.next").exists()


class TestKilled:
    @pytest.mark.parametrize("moment", ["before the commit", "after the commit"])
    def test_at_any_moment_everybody_is_read_and_the_next_run_ends_it(
        self, own_database: str, folder: Path, alone: None, moment: str
    ) -> None:
        enter_cast()
        person = known()
        first = vault.house_key()
        connection.close()
        environment = os.environ | {
            "DATABASE_URL": own_database,
            "BANGFU_VAR": str(folder.parent),
            "DJANGO_SETTINGS_MODULE": "bangfu.site.settings",
            "PYTHONPATH": os.pathsep.join(["src", "."]),
        }
        with subprocess.Popen(
            [sys.executable, "-c", CHANGE, moment],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment,
            cwd=Path(__file__).resolve().parents[3],
        ) as changing:  # fmt: skip
            assert changing.stdout is not None
            assert changing.stdout.readline().strip() == "there"
            changing.send_signal(signal.SIGKILL)
        assert (folder / "people.key.next").exists()
        assert (vault.house_key() == first) == (moment == "before the commit")
        assert is_read(person)

        change_house_key()
        assert not (folder / "people.key.next").exists()
        assert vault.house_key() != first
        assert is_read(person)
