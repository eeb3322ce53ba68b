"""Keys for many new rows at once, before they are written."""

from __future__ import annotations

from collections.abc import Callable

from bangfu.foundation.operations.prepared import ask


def next_keys(table: str, count: int) -> list[int]:
    """Return so many new keys of a table with an ``id``, in order; the sequence is looked up once, not once a key."""
    (keys,) = ask_next_keys((table, count))()
    return keys


def ask_next_keys(*wanted: tuple[str, int]) -> Callable[[], list[list[int]]]:
    """Return what gives new keys of several tables, each given with how many; it can be asked ``together`` with others.

    Keys that nobody uses in the end are left out for ever.
    """
    one = (
        "(SELECT array_agg(nextval(sequence.name)) FROM"
        " (SELECT pg_get_serial_sequence(%s::text, 'id')::regclass AS name OFFSET 0) sequence, generate_series(1, %s::bigint))"
    )
    found = ask(f"SELECT {', '.join([one] * len(wanted))}", [value for pair in wanted for value in pair])
    return lambda: [keys or [] for keys in found()[0]]
