"""Somebody who rules the database: no trigger of the ledger stops him."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from tests.conftest import Server

Link = psycopg.Connection[tuple[object, ...]]
LEDGER = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename LIKE 'ledger\\_%'"


@contextmanager
def ruling(server: Server, database: str) -> Iterator[Link]:
    """Give a connection to a database on which the ledger's triggers are off; they are on again afterwards.

    It is the superuser's, or the owner's on a server that lends no superuser: both may switch triggers off.
    """
    superuser = server.urls.superuser
    address = f"{superuser.rpartition('/')[0]}/{database}" if superuser else server.owner(database)
    with psycopg.connect(address, autocommit=True) as link:
        tables = [table for (table,) in link.execute(LEDGER).fetchall()]
        _switch(link, tables, "DISABLE")
        try:
            yield link
        finally:
            _switch(link, tables, "ENABLE")


def _switch(link: Link, tables: list[object], way: str) -> None:
    for table in tables:
        link.execute(f"ALTER TABLE {table} {way} TRIGGER USER")
