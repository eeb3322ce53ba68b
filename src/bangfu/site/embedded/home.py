"""Where the server's files lie.

Below ``var/postgres`` of the checkout, or, when root runs bangfu in a folder that the server's account
may not enter (such as ``/root``), below ``/var/lib/bangfu-…``::

    lock               held by every process of the server, from the first to the last
    data/              the database cluster
    socket/            the way in: a folder only the server's account (and root) may enter
    where.json         where the way in is at the moment
    server.log         what the server says
    programs/          a copy of PostgreSQL's programs, only where the account cannot reach them

The passwords stay in ``var/postgres/passwords.json`` in both cases.
"""

import errno
import hashlib
import json
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from bangfu.site.embedded.account import Account
from bangfu.site.embedded.errors import EmbeddedServerError

SOCKET_NAME = ".s.PGSQL.5432"
LONGEST_SOCKET_PATH = 103  # bytes; Linux allows 107, macOS 103
PREFIX_OF_SHORT_FOLDER = "bangfu-"


@dataclass(frozen=True)
class Home:
    """The folder of one embedded server, and the account it belongs to."""

    folder: Path
    account: Account
    passwords: Path
    elsewhere: bool  # not below var/

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "server.log"

    @property
    def lock(self) -> Path:
        return self.folder / "lock"

    @property
    def where(self) -> Path:
        return self.folder / "where.json"

    def socket_folder(self) -> Path | None:
        """Return where the server that holds the lock has its socket, or None before it says so."""
        try:
            return Path(json.loads(self.where.read_text())["socket"])
        except FileNotFoundError:
            return None

    def make_socket_folder(self) -> Path:
        """Make an empty private folder for the socket, say in ``where.json`` where it is, and return it.

        Locks: the caller holds the home's lock.
        """
        self.remove_socket_folder()
        folder = self.folder / "socket"
        if len(os.fsencode(folder / SOCKET_NAME)) > LONGEST_SOCKET_PATH:
            # A name nobody can have taken before us, in a folder whose path is short for certain.
            folder = Path(tempfile.mkdtemp(prefix=PREFIX_OF_SHORT_FOLDER, dir="/tmp"))
        else:
            folder.mkdir(mode=0o700)
        self.account.own(folder, mode=0o700)
        unfinished = self.where.with_suffix(".unfinished")
        unfinished.write_text(json.dumps({"socket": str(folder)}))
        unfinished.replace(self.where)
        return folder

    def remove_socket_folder(self) -> None:
        """Remove what an earlier start left of its socket folder."""
        old = self.socket_folder()
        self.where.unlink(missing_ok=True)
        shutil.rmtree(self.folder / "socket", ignore_errors=True)
        if old is None or old.parent == self.folder or not old.name.startswith(PREFIX_OF_SHORT_FOLDER):
            return
        if old.is_dir() and not old.is_symlink() and old.stat().st_uid == self.account.uid:
            shutil.rmtree(old, ignore_errors=True)


def make_home(var: Path, *, account: Account) -> Home:
    """Make the folder for the server of this checkout, or find the one there is.

    Raises: EmbeddedServerError: the folder belongs to another user, or is out of the account's reach.
    """
    var = Path(os.path.abspath(var))  # noqa: PTH100
    inside = var / "postgres"
    try:
        _make_folder(var, mode=0o755)
        _make_folder(inside, mode=0o711)
    except PermissionError:
        raise EmbeddedServerError(f"{inside} cannot be written; it may belong to another user.") from None
    if inside.stat().st_uid != os.geteuid():
        raise EmbeddedServerError(
            f"{inside} belongs to another user; run bangfu as that user, or choose another folder "
            "with BANGFU_VAR."
        )
    passwords = inside / "passwords.json"
    if account.can_enter(inside):
        return Home(folder=inside, account=account, passwords=passwords, elsewhere=False)
    if (inside / "data").exists():
        raise EmbeddedServerError(
            f"The database is in {inside}, which the account {account.name} may not enter; "
            "open the folders above it (chmod o+x)."
        )
    digest = hashlib.sha256(os.fsencode(var.resolve())).hexdigest()[:10]
    outside = Path("/var/lib") / f"bangfu-{digest}"
    _make_folder(outside, mode=0o711)
    if outside.is_symlink() or outside.stat().st_uid != os.geteuid():
        raise EmbeddedServerError(f"{outside} belongs to another user.")
    return Home(folder=outside, account=account, passwords=passwords, elsewhere=True)


def _make_folder(folder: Path, *, mode: int) -> None:
    """Make a folder that has this mode from its first moment; one that is there, or that another start makes, stays."""
    if folder.is_dir():
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    draft.chmod(mode)
    try:
        draft.rename(folder)
    except OSError as taken:
        draft.rmdir()
        if taken.errno not in (errno.ENOTEMPTY, errno.EEXIST):
            raise
