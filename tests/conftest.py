"""One database server a run, one template database with the schema and a few places, a clone for what must commit.

The server's folder stays for the next run, and the template with it for as long as no migration changes. Two runs at a
time, or the workers of one, have a server each.

Tests run as the application's role, as the product does; the schema belongs to the owner. An append-only ledger cannot
be flushed, so tests that need real commits get a clone of the template and drop it.
"""

from __future__ import annotations

import fcntl
import gc
import hashlib
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.db import connection, connections
from hypothesis import HealthCheck, settings
from psycopg import sql

from bangfu.site.embedded import DatabaseUrls
from tests.oldest import Case, names_in, of_oldest, operation_functions
from tests.settings import SERVERS

if TYPE_CHECKING:
    from tests.cast import Cast

settings.register_profile(
    "house",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    print_blob=True,
)
settings.load_profile("house")
gc.disable()  # what is collected stays; from then on it is not looked through again (pytest_collection_finish)
MANY_OBJECTS = 50_000
"""After so many new objects unreachable ones are looked for, as in the product: a test makes thousands, and frees them itself."""
TEMPLATE = "bangfu_template"
STARTING = ("tests/site/", "tests/example/", "tests/journey/", "tests/reporting/engines/")
"""Where tests start the product, load the example, drive a browser, or start another engine."""
HOME = Path(__file__).resolve().parents[1]
CARELESS = (
    "fsync = off",
    "full_page_writes = off",
    "synchronous_commit = off",
    "max_wal_size = '128MB'",
    "min_wal_size = '64MB'",
)
"""A test's database need not outlive the machine; that of a killed process outlives it all the same."""


@dataclass(frozen=True)
class Server:
    """The server of this test run."""

    urls: DatabaseUrls

    def owner(self, database: str) -> str:
        """Return the owner's address of a database."""
        return _with_database(self.urls.owner, database)

    def app(self, database: str) -> str:
        """Return the application's address of a database."""
        return _with_database(self.urls.app, database)

    def create(self, name: str, template: str | None = None) -> None:
        """Make a database, replacing one of that name; a copy of the template if one is named."""
        self.drop(name)
        with psycopg.connect(self.owner("postgres"), autocommit=True) as admin:
            copy = sql.SQL(" TEMPLATE {} STRATEGY FILE_COPY")
            origin = copy.format(sql.Identifier(template)) if template else sql.SQL("")
            admin.execute(sql.SQL("CREATE DATABASE {}{}").format(sql.Identifier(name), origin))

    def drop(self, name: str) -> None:
        """Drop a database, whoever is connected: only a superuser may end everybody's connections."""
        address = _with_database(self.urls.superuser or self.urls.owner, "postgres")
        with psycopg.connect(address, autocommit=True) as admin:
            admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def note_on(self, name: str) -> str | None:
        """Return what was noted on a database; null if there is no such database or no note."""
        with psycopg.connect(self.owner("postgres"), autocommit=True) as admin:
            found = admin.execute(
                "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name]
            ).fetchone()
        return found[0] if found else None

    def write_note(self, name: str, note: str) -> None:
        """Note something on a database."""
        with psycopg.connect(self.owner("postgres"), autocommit=True) as admin:
            admin.execute(
                sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(name), sql.Literal(note))
            )


def _with_database(url: str, database: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what uses the database and, where it is asked for, what runs on the oldest supported PostgreSQL too.

    Files whose tests commit come first, and those that start programs: they take longest, and no worker shall be left with one at
    the end.
    """
    needs = {"django_db_setup", "own_database", "transactional_db", "db"}
    cases = {}
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if item.get_closest_marker("django_db") or needs & fixtures:
            item.add_marker(pytest.mark.database)
            code = item.function.__code__ if isinstance(item, pytest.Function) else None
            names = names_in(code) if code is not None else frozenset()
            cases[item] = Case(item.nodeid, commits="own_database" in fixtures, calls=names)
    slow = {item.path for item, case in cases.items() if case.commits}
    slow |= {item.path for item in items if item.nodeid.startswith(STARTING)}
    items.sort(key=lambda item: item.path not in slow)
    if "oldest" not in config.option.markexpr:
        return
    chosen = of_oldest(cases.values(), operation_functions())
    for item, case in cases.items():
        if case.name in chosen:
            item.add_marker(pytest.mark.oldest)


def pytest_collection_finish() -> None:
    """Let modules and tests stand: looking through them time and again took a tenth of the run."""
    gc.collect()
    gc.freeze()
    gc.enable()
    gc.set_threshold(MANY_OBJECTS)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """The server: the one of ``BANGFU_TEST_OWNER_URL`` and ``BANGFU_TEST_APP_URL``, else an embedded one of its own."""
    owner, app = os.environ.get("BANGFU_TEST_OWNER_URL"), os.environ.get("BANGFU_TEST_APP_URL")
    with ExitStack() as stack:
        if owner and app:
            yield Server(DatabaseUrls(owner=owner, app=app))
            return
        from bangfu.site.embedded import join_or_start

        urls = stack.enter_context(join_or_start(stack.enter_context(_folder_of_ours()), patience_s=2))
        with psycopg.connect(_with_database(str(urls.superuser), "postgres"), autocommit=True) as admin:
            for setting in CARELESS:
                admin.execute(f"ALTER SYSTEM SET {setting}")
            admin.execute("SELECT pg_reload_conf()")
        yield Server(urls)


@contextmanager
def _folder_of_ours() -> Iterator[Path]:
    """Give the first folder for a server that no other run is using."""
    for number in count():
        folder = SERVERS / str(number)
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "taken").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            yield folder
            return


def _schema_digest() -> str:
    """Return a digest of everything that the tables and the places in them are made of."""
    migrations = HOME.glob("src/bangfu/**/migrations/*.py")
    places = HOME.glob("src/bangfu/foundation/places/**/*")
    made_of = {*migrations, *places, HOME / "requirements" / "run.lock"}
    files = sorted(file for file in made_of if file.is_file() and "__pycache__" not in file.parts)
    digest = hashlib.sha256()
    for file in files:
        digest.update(str(file.relative_to(HOME)).encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


@contextmanager
def pointing_at(url: str) -> Iterator[None]:
    """Let Django's connection go to another address for a while."""
    from bangfu.site.settings import database_at

    connection.close()
    before = dict(connection.settings_dict)
    connection.settings_dict.update(database_at(url))
    connection.settings_dict["CONN_MAX_AGE"] = 0
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.clear()
        connection.settings_dict.update(before)


@pytest.fixture(scope="session")
def template_database(server: Server, django_db_blocker: pytest.FixtureRequest) -> str:
    """A database with the schema, the privileges and the places that tests use; nobody connects to it."""
    from bangfu.foundation.operations.guard import system_writes
    from bangfu.foundation.operations.migrating import migrate_tables
    from bangfu.foundation.operations.privileges import grant_privileges
    from bangfu.foundation.places.loading import load_places, sample

    schema = _schema_digest()
    is_new = server.note_on(TEMPLATE) != schema
    if is_new:
        server.create(TEMPLATE)
    with django_db_blocker.unblock(), pointing_at(server.owner(TEMPLATE)):
        if is_new:
            with system_writes("migrations of the test database"):
                migrate_tables()
                load_places(only=sample)
        grant_privileges(connection)
    server.write_note(TEMPLATE, schema)
    return TEMPLATE


@pytest.fixture(scope="session")
def django_db_setup(
    server: Server, template_database: str, django_db_blocker: pytest.FixtureRequest
) -> Iterator[None]:
    """Point Django at a copy of the template for the whole run, as the application's role."""
    server.create("bangfu_tests", template_database)
    with django_db_blocker.unblock(), pointing_at(server.app("bangfu_tests")):
        yield
        connections.close_all()
    server.drop("bangfu_tests")


@pytest.fixture
def own_database(
    server: Server,
    template_database: str,
    django_db_blocker: pytest.FixtureRequest,
    request: pytest.FixtureRequest,
) -> Iterator[str]:
    """A database of the test's own, in which commits are real; gives the application's address."""
    name = f"bangfu_own_{os.getpid()}"
    server.create(name, template_database)
    with django_db_blocker.unblock(), pointing_at(server.app(name)):
        yield server.app(name)
        connections.close_all()
    server.drop(name)


@pytest.fixture
def cast(db: None) -> Cast:
    """The standing cast in a house of its own, rolled back after the test."""
    from tests.cast import enter_cast  # models are ready only now

    return enter_cast()
