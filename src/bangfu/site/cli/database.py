"""The database of a command: a server of the user's own, or the embedded one, joined or started."""

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager

import click
import psycopg

from bangfu.site.embedded import DatabaseUrls, join_or_start
from bangfu.site.embedded.server import PATIENCE_S

MINIMUM_VERSION = 150000
SETTINGS = "bangfu.site.settings"


@contextmanager
def database(*, as_owner: bool = False, patience_s: float = PATIENCE_S) -> Iterator[DatabaseUrls]:
    """Open the database and set Django up for it; everything a command does with models happens inside.

    Args:
        as_owner: connect as the role that owns the tables (migrations, reference data) and not as the
            application's role, which owns nothing.
        patience_s: see `join_or_start`.
    """
    with addresses(patience_s=patience_s) as urls:
        os.environ["DATABASE_URL"] = urls.owner if as_owner else urls.app
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
        gc.disable()  # what is loaded stays: looking through it time and again took a quarter of the start
        import django
        from django.db import connections
        from django.utils import translation

        django.setup()
        gc.freeze()
        gc.enable()
        translation.activate(language_of_terminal())
        try:
            yield urls
        finally:
            connections.close_all()


@contextmanager
def addresses(*, patience_s: float = PATIENCE_S) -> Iterator[DatabaseUrls]:
    """Give the database's addresses, also to programs started meanwhile (by the environment).

    Raises: click.ClickException: the server of ``DATABASE_URL`` is too old or does not answer.
    """
    own = os.environ.get("DATABASE_URL")
    if own:
        urls = DatabaseUrls(owner=os.environ.get("DATABASE_OWNER_URL") or own, app=own)
        check_version(urls.app)
        yield urls
        return
    with join_or_start(patience_s=patience_s) as urls:
        os.environ["DATABASE_URL"], os.environ["DATABASE_OWNER_URL"] = urls.app, urls.owner
        try:
            yield urls
        finally:
            os.environ.pop("DATABASE_URL", None)
            os.environ.pop("DATABASE_OWNER_URL", None)


def check_version(url: str) -> None:
    """Refuse a server that is older than PostgreSQL 15, or that does not answer."""
    try:
        with psycopg.connect(url, connect_timeout=10) as connection:
            version = connection.info.server_version
    except psycopg.OperationalError as error:
        said = " ".join(str(error).split())
        raise click.ClickException(
            f"DATABASE_URL：数据库没有应答 · The database does not answer: {said}"
        ) from error
    refuse_old(version)


def refuse_old(version: int) -> None:
    """Refuse a server's version (such as 150004 for 15.4) that is older than bangfu needs."""
    if version < MINIMUM_VERSION:
        raise click.ClickException(
            f"DATABASE_URL 指向 PostgreSQL {version // 10000}，需要 15 或更新版本 · "
            f"DATABASE_URL leads to PostgreSQL {version // 10000}; bangfu needs 15 or newer."
        )


def role_of(url: str) -> str:
    """Return the role an address signs in as.

    >>> role_of("postgresql://bangfu_app:x@%2Fs:5432/bangfu")
    'bangfu_app'
    """
    return str(psycopg.conninfo.conninfo_to_dict(url).get("user") or os.environ.get("PGUSER", ""))


def language_of_terminal() -> str:
    """Return English for a terminal that is set to English, and Chinese for any other."""
    language = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "en" if language.startswith("en") else "zh-hans"
