"""The database cluster on disk: made whole or not at all."""

import os
import shutil
import signal
import tempfile
from pathlib import Path

from bangfu.site.embedded import credentials
from bangfu.site.embedded.binaries import Binaries
from bangfu.site.embedded.credentials import Passwords
from bangfu.site.embedded.errors import EmbeddedServerError
from bangfu.site.embedded.home import Home
from bangfu.site.embedded.tether import Tether
from bangfu.site.embedded.tuning import (
    as_configuration,
    memory_of_machine,
    settings_for,
    shared_memory_folder_is_small,
)

UNFINISHED = "data.unfinished-"
OWN_SETTINGS = "local.conf"
ACCESS = "# Nobody comes in without a password, not even on this machine.\nlocal all all scram-sha-256\n"


def make_cluster(home: Home, *, binaries: Binaries, passwords: Passwords, lock: int) -> None:
    """Make the cluster with its roles and its database, in a folder that is renamed when all is done.

    Args: lock: descriptor of the home's lock, which the programs keep.

    Raises: EmbeddedServerError: a program failed; its last words are in the sentence.
    """
    for leftover in home.folder.glob(f"{UNFINISHED}*"):
        shutil.rmtree(leftover)
    data = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=home.folder))
    home.account.own(data, mode=0o700)
    _run(
        [
            binaries.initdb,
            *("--pgdata", str(data), "--username", credentials.SUPERUSER, "--encoding", "UTF8"),
            *("--auth", "reject", "--data-checksums"),
            *_locale(binaries.major),
        ],
        home=home,
        lock=lock,
    )
    _run_sql(
        [
            f"ALTER ROLE {credentials.SUPERUSER} PASSWORD '{passwords.superuser}'",
            f"CREATE ROLE {credentials.OWNER} LOGIN CREATEDB PASSWORD '{passwords.owner}'",
            f"CREATE ROLE {credentials.APP} LOGIN PASSWORD '{passwords.app}'",
            f"CREATE DATABASE {credentials.DATABASE} OWNER {credentials.OWNER}",
            f"REVOKE ALL ON DATABASE {credentials.DATABASE} FROM PUBLIC",
            f"GRANT CONNECT, TEMPORARY ON DATABASE {credentials.DATABASE} TO {credentials.APP}",
        ],
        data=data,
        home=home,
        binaries=binaries,
        lock=lock,
    )
    data.rename(home.data)
    folder = os.open(home.folder, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def set_passwords(home: Home, *, binaries: Binaries, passwords: Passwords, lock: int) -> None:
    """Give the roles of a cluster that is not running new passwords (the file with the old ones is gone)."""
    pairs = (
        (credentials.SUPERUSER, passwords.superuser),
        (credentials.OWNER, passwords.owner),
        (credentials.APP, passwords.app),
    )
    _run_sql(
        [f"ALTER ROLE {role} PASSWORD '{password}'" for role, password in pairs],
        data=home.data,
        home=home,
        binaries=binaries,
        lock=lock,
    )


def check_version(home: Home, *, binaries: Binaries) -> None:
    """Refuse programs of another major version than the one that wrote the data."""
    wrote = (home.data / "PG_VERSION").read_text().strip()
    if wrote != str(binaries.major):
        raise EmbeddedServerError(
            f"The database in {home.data} was written by PostgreSQL {wrote}, and {binaries.folder} is "
            f"version {binaries.major}; use PostgreSQL {wrote} (BANGFU_POSTGRES_BIN) or another BANGFU_VAR."
        )


def configure(home: Home, *, socket_folder: Path) -> None:
    """Write the server's settings for this start, and forget the process numbers of an earlier one.

    Locks: the caller holds the home's lock, so no process of an earlier start is alive.
    """
    settings = settings_for(
        memory_bytes=memory_of_machine(), small_shared_memory=shared_memory_folder_is_small()
    )
    settings["unix_socket_directories"] = str(socket_folder)
    settings["unix_socket_permissions"] = "0700"
    own = OWN_SETTINGS if (home.data / OWN_SETTINGS).is_file() else None
    files = {"postgresql.conf": as_configuration(settings, include=own), "pg_hba.conf": ACCESS}
    for name, text in files.items():
        path = home.data / name
        path.unlink(missing_ok=True)
        path.write_text(text)
        home.account.own(path, mode=0o600)
    (home.data / "postmaster.pid").unlink(missing_ok=True)


def _locale(major: int) -> list[str]:
    """Return the options for one order of text on every machine: by code point."""
    if major >= 17:
        return ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    return ["--locale-provider=libc", "--locale=C", "--lc-ctype=C.UTF-8"]


def _run_sql(statements: list[str], *, data: Path, home: Home, binaries: Binaries, lock: int) -> None:
    # A single-user server needs no socket and no password, and nobody else can get in meanwhile.
    _run(
        [binaries.postgres, "--single", "-D", str(data), "-c", "exit_on_error=on", "template1"],
        home=home,
        lock=lock,
        words="".join(f"{statement}\n" for statement in statements),
    )


def _run(argv: list[str], *, home: Home, lock: int, words: str = "") -> None:
    """Run a program under the server's account with `words` as its input, to its end."""
    with tempfile.TemporaryFile("w+") as input, tempfile.TemporaryFile("w+", errors="replace") as output:
        input.write(words)
        input.flush()
        input.seek(0)
        program = Tether(
            argv,
            stages=[(signal.SIGTERM, 1.0)],
            death=signal.SIGKILL,
            account=home.account.ids,
            keep=[lock],
            output=output.fileno(),
            input=input.fileno(),
        )
        try:
            status = program.wait()
        finally:
            program.stop()
        output.seek(0)
        said = output.read().strip()
    if status != 0:
        raise EmbeddedServerError(f"{Path(argv[0]).name} failed: {' '.join(said.splitlines()[-3:])}")
