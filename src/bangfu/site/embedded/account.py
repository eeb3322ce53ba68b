"""Under which account the server runs. PostgreSQL refuses to run as root, for good reason."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path

from bangfu.site.embedded.errors import EmbeddedServerError

DEFAULT_NAME = "nobody"


@dataclass(frozen=True)
class Account:
    """An account of the operating system; `switch` says that it is not the one running now."""

    name: str
    uid: int
    gid: int
    switch: bool

    @property
    def ids(self) -> tuple[int, int] | None:
        """Return (uid, gid) to change to, or None when there is nothing to change."""
        return (self.uid, self.gid) if self.switch else None

    def can_run(self, program: Path) -> bool:
        """Answer whether the account may read and execute a file, every folder above it included."""
        return self._test('test -r "$1" && test -x "$1"', program)

    def can_enter(self, folder: Path) -> bool:
        """Answer whether the account may go through a folder, every folder above it included."""
        return self._test('test -d "$1" && test -x "$1"', folder)

    def _test(self, question: str, path: Path) -> bool:
        if not self.switch:
            return path.exists()
        answer = subprocess.run(
            ["/bin/sh", "-c", question, "sh", str(path)],
            user=self.uid,
            group=self.gid,
            extra_groups=[],
            cwd="/",
            stdin=subprocess.DEVNULL,
            check=False,
        )
        return answer.returncode == 0

    def own(self, path: Path, *, mode: int) -> None:
        """Give a file or folder to the account with these rights."""
        if self.switch:
            os.chown(path, self.uid, self.gid)
        path.chmod(mode)


def account_for_server() -> Account:
    """Return whom the server runs as: this user, or for root ``BANGFU_POSTGRES_ACCOUNT`` (else nobody).

    Raises: EmbeddedServerError: root has no such account to change to.
    """
    if os.geteuid() != 0:
        return Account(name=str(os.geteuid()), uid=os.geteuid(), gid=os.getegid(), switch=False)
    name = os.environ.get("BANGFU_POSTGRES_ACCOUNT", DEFAULT_NAME)
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        raise EmbeddedServerError(
            f"PostgreSQL does not run as root and there is no account {name}; "
            "name one in BANGFU_POSTGRES_ACCOUNT."
        ) from None
    account = Account(name=name, uid=entry.pw_uid, gid=entry.pw_gid, switch=True)
    try:
        usable = account.uid != 0 and account.can_run(Path("/bin/sh"))
    except OSError:
        usable = False
    if not usable:
        raise EmbeddedServerError(
            f"PostgreSQL does not run as root and root may not change to the account {name} here; "
            "run bangfu as an ordinary user, or set DATABASE_URL to use a server."
        )
    return account
