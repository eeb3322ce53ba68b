"""How rows of points are written: by COPY, one or hundreds of thousands."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection
from psycopg import sql


def copy_rows(table: str, columns: Sequence[str], rows: Sequence[tuple[object, ...]]) -> None:
    """Write rows into a table by COPY; none write nothing."""
    if not rows:
        return
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def next_keys(table: str, count: int) -> list[int]:
    """Return so many fresh keys of a table, in ascending order."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count]
        )
        return [key for (key,) in cursor.fetchall()]
