"""A throw-away database for a benchmark, and its closing line."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.db import connection
from psycopg import sql

from bangfu.foundation.operations import system_writes
from bangfu.foundation.operations.migrating import migrate_tables
from bangfu.foundation.operations.privileges import grant_privileges
from bangfu.foundation.organisation.founding import found_house
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.people.models import Account
from bangfu.foundation.places.loading import load_places, sample
from bangfu.site.settings import database_at


def of_database(url: str, database: str) -> str:
    """Return the address of another database of the same server."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


@contextmanager
def scratch_database(name: str) -> Iterator[str]:
    """Give Django an empty database with schema and places, as the application's role, and drop it afterwards."""
    database = f"bangfu_bench_{name}"
    owner, app = os.environ["DATABASE_OWNER_URL"], os.environ["DATABASE_URL"]
    with psycopg.connect(of_database(owner, "postgres"), autocommit=True) as admin:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(database)))
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
    before = dict(connection.settings_dict)
    try:
        _point_at(of_database(owner, database))
        with system_writes("the schema of a benchmark"):
            migrate_tables()
            load_places(only=sample)
        grant_privileges(connection)
        _point_at(of_database(app, database))
        yield of_database(app, database)
    finally:
        connection.close()
        connection.settings_dict.clear()
        connection.settings_dict.update(before)
        with psycopg.connect(of_database(owner, "postgres"), autocommit=True) as admin:
            admin.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(database)))


def _point_at(url: str) -> None:
    connection.close()
    connection.settings_dict.update(database_at(url))


def founded(on: date) -> tuple[Unit, Account]:
    """Found a house in the scratch database, and return its root and its administrator."""
    return found_house(
        code="BENCH",
        name_zh="基准",
        name_en="Bench",
        administrator="bench",
        administrator_name="Bench",
        password="bench",
        security_administrator="bench-security",
        security_administrator_name="Bench",
        security_password="bench",
        on=on,
    )


def seconds(work: Callable[[], object]) -> float:
    """Return how long a piece of work takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def report(name: str, *, baseline: list[float], ours: list[float]) -> None:
    """Print the medians and their ratio as the benchmark's last line; above 1 we are faster than the baseline."""
    of_baseline, of_ours = statistics.median(baseline), statistics.median(ours)
    print(f"{name} ratio={of_baseline / of_ours:.2f} baseline={of_baseline:.3f}s ours={of_ours:.3f}s")
