"""Start the embedded server, or join the one that runs already."""

import fcntl
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from bangfu.site.embedded import cluster, credentials
from bangfu.site.embedded.account import account_for_server
from bangfu.site.embedded.binaries import find_binaries, reachable_binaries
from bangfu.site.embedded.credentials import DatabaseUrls
from bangfu.site.embedded.errors import EmbeddedServerError
from bangfu.site.embedded.home import Home, make_home
from bangfu.site.embedded.tether import Tether

# Fast shutdown, then immediate (which loses nothing either: the next start replays the log), then the end.
STAGES = [(signal.SIGINT, 3.0), (signal.SIGQUIT, 4.0)]
PATIENCE_S = 30.0
LONGEST_LOG_BYTES = 20_000_000
WORDS_EVERY_S = 5.0

Progress = Callable[[str], None]


def say(words: str) -> None:
    """Tell whoever typed the command what is going on."""
    sys.stderr.write(f"bangfu: {words}\n")
    sys.stderr.flush()


def var_folder() -> Path:
    """Return where this checkout keeps what it makes: ``BANGFU_VAR``, else ``var`` of the checkout.

    Outside a checkout (an installed wheel) it is ``var`` of the folder the command was typed in.
    """
    named = os.environ.get("BANGFU_VAR")
    if named:
        return Path(named).absolute()
    checkout = Path(__file__).resolve().parents[4]
    return (checkout if (checkout / "pyproject.toml").is_file() else Path.cwd()) / "var"


@contextmanager
def join_or_start(
    var: Path | None = None, *, patience_s: float = PATIENCE_S, progress: Progress = say
) -> Iterator[DatabaseUrls]:
    """Give the addresses of the embedded database, starting its server if nobody has.

    Whoever started the server stops it on leaving; whoever joined leaves it running. Should the starter
    be killed, the server ends within ten seconds by itself.

    Args:
        var: the checkout's folder for what it makes; null = `var_folder()`.
        patience_s: how long the server may take to write everything out when it is stopped; after
            that it stops at once, and its next start replays what was committed.
        progress: told in a few words what takes long.

    Raises: EmbeddedServerError: the server cannot be made, started or entered.
    """
    home = make_home(var or var_folder(), account=account_for_server())
    lock, urls = _lock_or_join(home, progress=progress)
    if lock is None:
        assert urls is not None
        yield urls
        return
    try:
        server, urls = _start(home, lock=lock, progress=progress)
    finally:
        # From here on the server's processes hold the lock, for exactly as long as one of them lives.
        os.close(lock)
    try:
        yield urls
    finally:
        server.stop(patience_s=patience_s)
        # Should the next starter be there already, the folder is no longer ours to remove.
        _tidy(home)


def _lock_or_join(home: Home, *, progress: Progress) -> tuple[int | None, DatabaseUrls | None]:
    """Return the lock when no server runs, or the addresses of the one that does; wait for either."""
    lock = os.open(home.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    patience = _Patience(progress, "waiting for another command to start or stop the database")
    try:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                urls = _join(home)
                if urls is not None:
                    os.close(lock)
                    return None, urls
                patience.pause()
            else:
                return lock, None
    except BaseException:
        os.close(lock)
        raise


def _join(home: Home) -> DatabaseUrls | None:
    """Return the addresses if the server lets us in, or None when it is not ready (or no longer)."""
    folder, passwords = home.socket_folder(), credentials.read_passwords(home.passwords)
    if folder is None or passwords is None:
        return None
    urls = credentials.urls_for(socket_folder=folder, passwords=passwords)
    return urls if _answers(urls) else None


def _answers(urls: DatabaseUrls) -> bool:
    """Answer whether the application's role can sign in.

    Raises: EmbeddedServerError: the server is there and refuses the password.
    """
    try:
        with psycopg.connect(urls.app, connect_timeout=10):
            return True
    except psycopg.OperationalError as error:
        if "authentication failed" in str(error):
            raise EmbeddedServerError(
                "The embedded database refuses the passwords in var/postgres/passwords.json; "
                "stop it, remove that file, and start again to get new ones."
            ) from error
        return False


def _start(home: Home, *, lock: int, progress: Progress) -> tuple[Tether, DatabaseUrls]:
    """Start the server, making its cluster first if there is none, and wait until it answers.

    Locks: the caller holds the home's lock.
    """
    if home.elsewhere:
        progress(
            f"the account {home.account.name} may not enter this folder; the database is in {home.folder}"
        )
    binaries = reachable_binaries(find_binaries(), account=home.account, home=home.folder)
    passwords = credentials.read_passwords(home.passwords)
    if not home.data.exists():
        progress("making the database (once)")
        passwords = passwords or credentials.make_passwords(home.passwords)
        cluster.make_cluster(home, binaries=binaries, passwords=passwords, lock=lock)
    cluster.check_version(home, binaries=binaries)
    folder = home.make_socket_folder()
    cluster.configure(home, socket_folder=folder)
    if passwords is None:
        progress("the file with the database's passwords is gone; making new ones")
        passwords = credentials.make_passwords(home.passwords)
        cluster.set_passwords(home, binaries=binaries, passwords=passwords, lock=lock)
    log = _open_log(home)
    try:
        server = Tether(
            [binaries.postgres, "-D", str(home.data)],
            stages=STAGES,
            death=signal.SIGQUIT,
            account=home.account.ids,
            keep=[lock],
            output=log,
        )
    finally:
        os.close(log)
    urls = credentials.urls_for(socket_folder=folder, passwords=passwords)
    patience = _Patience(
        progress, "the database is still replaying what was committed; this has no time limit"
    )
    try:
        while not _answers(urls):
            if server.poll() is not None:
                raise EmbeddedServerError(f"The database did not start; {home.log} ends: {_last_words(home)}")
            patience.pause()
    except BaseException:
        server.stop()
        raise
    return server, urls


def _open_log(home: Home) -> int:
    if home.log.is_file() and home.log.stat().st_size > LONGEST_LOG_BYTES:
        home.log.replace(home.log.with_suffix(".log.1"))
    return os.open(home.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)


def _last_words(home: Home) -> str:
    return " ".join(home.log.read_text(errors="replace").splitlines()[-3:])


def _tidy(home: Home) -> None:
    """Remove the socket's folder after a clean stop, unless the next server is already starting."""
    lock = os.open(home.lock, os.O_RDWR | os.O_CLOEXEC)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    else:
        home.remove_socket_folder()
    finally:
        os.close(lock)


class _Patience:
    """Waits without a time limit, and says so every few seconds."""

    def __init__(self, progress: Progress, words: str) -> None:
        self.progress, self.words = progress, words
        self.began = self.said = time.monotonic()
        self.pause_s = 0.02

    def pause(self) -> None:
        now = time.monotonic()
        if now - self.said >= WORDS_EVERY_S:
            self.progress(f"{self.words} ({now - self.began:.0f} s)")
            self.said = now
        time.sleep(self.pause_s)
        self.pause_s = min(self.pause_s * 1.5, 0.25)
