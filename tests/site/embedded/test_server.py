"""The embedded server: started, joined, stopped, and killed."""

import os
import signal
import stat
import time
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

from bangfu.site.embedded import EmbeddedServerError, join_or_start
from tests.site.conftest import Owners

pytestmark = pytest.mark.database

GONE_WITHIN_S = 10.0


def processes_of(var: Path) -> list[int]:
    """Return the processes whose command line or working folder names this test's server."""
    found = []
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            named = str(var).encode() in (folder / "cmdline").read_bytes()
            works_there = (folder / "cwd").readlink().is_relative_to(var)
        except OSError:
            continue
        if (named or works_there) and int(folder.name) != os.getpid():
            found.append(int(folder.name))
    return found


def server_of(var: Path) -> int:
    """Return the number of the server's main process."""
    return int((var / "postgres" / "data" / "postmaster.pid").read_text().splitlines()[0])


def seconds_until_gone(var: Path) -> float:
    began = time.monotonic()
    while processes_of(var):
        assert time.monotonic() - began < GONE_WITHIN_S, "the server outlived its owner"
        time.sleep(0.1)
    return time.monotonic() - began


def keep_row(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept (value int)")
        connection.execute("INSERT INTO kept VALUES (417)")


def kept_rows(url: str) -> list[tuple[int]]:
    with psycopg.connect(url) as connection:
        return connection.execute("SELECT value FROM kept").fetchall()


class TestJoinOrStart:
    def test_starts_with_two_plain_roles_and_stops(self, var: Path) -> None:
        with join_or_start(var) as urls:
            with psycopg.connect(urls.app) as connection:
                roles = connection.execute(
                    "SELECT rolname, rolsuper, rolcreatedb, rolcreaterole FROM pg_roles"
                    " WHERE rolname IN ('bangfu_owner', 'bangfu_app') ORDER BY 1"
                ).fetchall()
                owner = connection.execute(
                    "SELECT pg_get_userbyid(datdba), pg_encoding_to_char(encoding)"
                    " FROM pg_database WHERE datname = current_database()"
                ).fetchone()
                settings = {
                    name: connection.execute("SELECT current_setting(%s)", [name]).fetchone()
                    for name in ("fsync", "listen_addresses", "data_checksums")
                }
            assert processes_of(var)
        assert roles == [("bangfu_app", False, False, False), ("bangfu_owner", False, True, False)]
        assert owner == ("bangfu_owner", "UTF8")
        assert settings == {"fsync": ("on",), "listen_addresses": ("",), "data_checksums": ("on",)}
        assert processes_of(var) == []

    def test_keeps_secrets_private(self, var: Path) -> None:
        with join_or_start(var):
            passwords = (var / "postgres" / "passwords.json").stat()
            socket = (var / "postgres" / "socket").stat()
        assert stat.S_IMODE(passwords.st_mode) == 0o600
        assert stat.S_IMODE(socket.st_mode) == 0o700

    def test_refuses_a_wrong_password(self, var: Path) -> None:
        with join_or_start(var) as urls:
            host = quote(str(var / "postgres" / "socket"), safe="")
            for role in ("bangfu_app", "bangfu_owner", "bangfu_admin"):
                with pytest.raises(psycopg.OperationalError, match="password"):
                    psycopg.connect(f"postgresql://{role}:wrong@{host}:5432/bangfu")
            with psycopg.connect(urls.superuser or "") as connection:
                methods = connection.execute("SELECT DISTINCT auth_method FROM pg_hba_file_rules").fetchall()
        assert methods == [("scram-sha-256",)]

    def test_joins_a_running_server_and_leaves_it_running(self, var: Path, owners: Owners) -> None:
        first = owners.start(var)
        keep_row(first.urls.owner)
        server = server_of(var)
        with join_or_start(var) as urls:
            assert urls == first.urls
        assert server_of(var) == server
        assert kept_rows(first.urls.owner) == [(417,)]
        first.leave()
        assert processes_of(var) == []

    def test_two_at_once_share_one_server(self, var: Path, owners: Owners) -> None:
        both = [owners.begin(var), owners.begin(var)]
        first, second = (owners.ready(process) for process in both)
        assert first.urls == second.urls
        with psycopg.connect(first.urls.app) as one, psycopg.connect(second.urls.app) as other:
            started = "SELECT pg_postmaster_start_time()"
            assert one.execute(started).fetchone() == other.execute(started).fetchone()

    def test_uses_a_short_folder_when_the_path_is_long(self, var: Path) -> None:
        deep = var / ("long" * 30)
        with join_or_start(deep) as urls, psycopg.connect(urls.app) as connection:
            folder = Path(connection.info.host)
            assert len(str(folder)) < 40
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert not folder.exists()

    def test_refuses_data_of_another_version(self, var: Path) -> None:
        with join_or_start(var):
            pass
        (var / "postgres" / "data" / "PG_VERSION").write_text("9\n")
        with pytest.raises(EmbeddedServerError, match="was written by PostgreSQL 9"), join_or_start(var):
            pass

    def test_makes_new_passwords_when_the_file_is_gone(self, var: Path) -> None:
        with join_or_start(var) as before:
            keep_row(before.owner)
        (var / "postgres" / "passwords.json").unlink()
        with join_or_start(var) as after:
            assert kept_rows(after.owner) == [(417,)]
        assert after.owner != before.owner


class TestAfterACrash:
    def test_nothing_is_left_when_the_owner_is_killed_and_rows_are_there(
        self, var: Path, owners: Owners
    ) -> None:
        owner = owners.start(var)
        keep_row(owner.urls.owner)
        with psycopg.connect(owner.urls.app):  # a client that stays does not hold the server up
            owner.process.kill()
            seconds_until_gone(var)
        with join_or_start(var) as urls:
            assert kept_rows(urls.owner) == [(417,)]

    def test_nothing_is_left_when_owner_and_leash_are_killed(self, var: Path, owners: Owners) -> None:
        owner = owners.start(var)
        keep_row(owner.urls.owner)
        status = Path(f"/proc/{server_of(var)}/status").read_text()
        leash = int(next(line for line in status.splitlines() if line.startswith("PPid:")).split()[1])
        owner.process.kill()
        os.kill(leash, signal.SIGKILL)
        seconds_until_gone(var)
        with join_or_start(var) as urls:
            assert kept_rows(urls.owner) == [(417,)]

    def test_starts_again_after_the_server_itself_is_killed(self, var: Path, owners: Owners) -> None:
        owner = owners.start(var)
        keep_row(owner.urls.owner)
        os.kill(server_of(var), signal.SIGKILL)
        assert (var / "postgres" / "data" / "postmaster.pid").exists()
        with join_or_start(var) as urls:
            assert kept_rows(urls.owner) == [(417,)]

    def test_a_process_number_left_behind_is_no_obstacle(self, var: Path) -> None:
        with join_or_start(var) as urls:
            keep_row(urls.owner)
        stale = var / "postgres" / "data" / "postmaster.pid"
        stale.write_text(f"{os.getpid()}\n{stale.parent}\n1\n5432\n\n\n\n")
        with join_or_start(var) as urls:
            assert kept_rows(urls.owner) == [(417,)]

    def test_an_unfinished_cluster_is_made_anew(self, var: Path) -> None:
        unfinished = var / "postgres" / "data.unfinished-abc"
        unfinished.mkdir(parents=True)
        (unfinished / "PG_VERSION").write_text("18\n")
        (var / "postgres").chmod(0o711)
        with join_or_start(var) as urls:
            keep_row(urls.owner)
        assert not unfinished.exists()
