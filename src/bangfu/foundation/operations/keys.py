"""Keys for many new rows at once, before they are written."""

from __future__ import annotations

from bangfu.foundation.operations.prepared import ask


def next_keys(table: str, count: int) -> list[int]:
    """Return so many new keys of a table with an ``id``, in order; the sequence is looked up once, not once a key."""
    (keys,) = next_keys_of((table, count))
    return keys


def next_keys_of(*wanted: tuple[str, int]) -> list[list[int]]:
    """Return new keys of several tables, each given with how many, in one statement."""
    one = (
        "(SELECT array_agg(nextval(sequence.name)) FROM"
        " (SELECT pg_get_serial_sequence(%s::text, 'id')::regclass AS name OFFSET 0) sequence, generate_series(1, %s::bigint))"
    )
    (found,) = ask(f"SELECT {', '.join([one] * len(wanted))}", [value for pair in wanted for value in pair])()
    return [keys or [] for keys in found]
