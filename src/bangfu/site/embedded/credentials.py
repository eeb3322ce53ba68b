"""Roles, their passwords, and the addresses made of them."""

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import quote

DATABASE = "bangfu"
SUPERUSER = "bangfu_admin"
OWNER = "bangfu_owner"
APP = "bangfu_app"


@dataclass(frozen=True)
class Passwords:
    """One random password for each role."""

    superuser: str
    owner: str
    app: str


@dataclass(frozen=True)
class DatabaseUrls:
    """Addresses of one database.

    `owner` migrates and may create databases for tests; `app` is what bangfu serves with: it owns nothing.
    `superuser` exists for the embedded server only and is null for a server of the user's own.
    """

    owner: str
    app: str
    superuser: str | None = None


def read_passwords(path: Path) -> Passwords | None:
    """Return the passwords kept in a file, or None when there is no such file."""
    try:
        return Passwords(**json.loads(path.read_text()))
    except FileNotFoundError:
        return None


def make_passwords(path: Path) -> Passwords:
    """Make new random passwords and keep them in a file that only its owner may read."""
    passwords = Passwords(*(secrets.token_urlsafe(24) for _ in range(3)))
    unfinished = path.with_suffix(".unfinished")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(asdict(passwords), file)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    return passwords


def urls_for(*, socket_folder: Path, passwords: Passwords, database: str = DATABASE) -> DatabaseUrls:
    """Return the addresses of a database behind a socket; the socket's folder is percent-encoded.

    >>> urls_for(socket_folder=Path("/x"), passwords=Passwords("s", "o", "a")).app
    'postgresql://bangfu_app:a@%2Fx:5432/bangfu'
    """
    host = quote(str(socket_folder), safe="")

    def url(role: str, password: str, database: str) -> str:
        return f"postgresql://{role}:{quote(password, safe='')}@{host}:5432/{database}"

    return DatabaseUrls(
        owner=url(OWNER, passwords.owner, database),
        app=url(APP, passwords.app, database),
        superuser=url(SUPERUSER, passwords.superuser, "postgres"),
    )
