"""Keys for many new rows at once, before they are written."""

from __future__ import annotations

from django.db import connection


def next_keys(table: str, count: int) -> list[int]:
    """Return so many new keys of a table with an ``id``, in order; the sequence is looked up once, not once a key."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT array_agg(nextval(sequence.name)) FROM"
            " (SELECT pg_get_serial_sequence(%s, 'id')::regclass AS name OFFSET 0) sequence, generate_series(1, %s)",
            [table, count],
        )
        (keys,) = cursor.fetchone()
    return keys or []
