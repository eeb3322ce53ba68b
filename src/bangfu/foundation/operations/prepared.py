"""Statements that are carried out hundreds of times a second: parsed and planned once, and several sent in one go.

Django writes a statement's values into its text, so that the server parses and plans it anew each time; here values travel
beside it. A plan that is kept outlives the tables' sizes it was made for: such statements look their rows up one by one
(``JOIN LATERAL … OFFSET 0``), for which no other plan is ever better.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.postgresql.base import CursorDebugWrapper
from psycopg.abc import Params

_ANY = 5
"""Whichever number: a connection without one, as Django opens it, prepares nothing."""
_MEANS_SOMETHING = ("\\", '"')


class _Prepared(psycopg.Cursor[Any]):
    def execute(self, query: Any, params: Params | None = None, **_: Any) -> _Prepared:
        return super().execute(query, params, prepare=True)


def carry_out(statement: str, parameters: Sequence[Any] | Mapping[str, Any]) -> Any:
    """Carry out a statement that the connection keeps prepared, and return its cursor; guards and logs see it as any other.

    A list is given as ``numbers_of`` or ``texts_of`` write it, with its type in the statement (``%s::bigint[]``): so the
    statement's types do not change with its values.
    """
    here = connections[DEFAULT_DB_ALIAS]  # what `connection` looks up anew for each attribute
    here.ensure_connection()
    raw = here.connection
    if raw.prepare_threshold is None:
        raw.prepare_threshold = _ANY
    prepared: Any = _Prepared(raw)
    cursor = here.make_cursor(prepared)
    if here.queries_logged:
        # Under this text: of what is sent together a cursor knows its own only with the answer.
        with CursorDebugWrapper(prepared, here).debug_sql(statement, parameters):
            cursor.execute(statement, parameters)
    else:
        cursor.execute(statement, parameters)
    return cursor


def ask(statement: str, parameters: Sequence[Any] | Mapping[str, Any]) -> Callable[[], list[tuple[Any, ...]]]:
    """Carry a statement out as ``carry_out`` does, and return what gives its rows; of statements sent together, once they are."""
    rows: Callable[[], list[tuple[Any, ...]]] = carry_out(statement, parameters).fetchall
    return rows


@contextmanager
def together() -> Iterator[None]:
    """Send the statements within together, and wait for their answers once, at the end; a refusal is told there too.

    Each still sees what the ones before it did, and what was committed before it began.
    """
    here = connections[DEFAULT_DB_ALIAS]
    here.ensure_connection()
    with here.wrap_database_errors, here.connection.pipeline():
        yield


def numbers_of(values: Iterable[int | Decimal | None]) -> str:
    """Return numbers as PostgreSQL reads an array.

    >>> numbers_of([1, None, 3])
    '{1,NULL,3}'
    """
    return f"{{{','.join(['NULL' if one is None else str(one) for one in values])}}}"


def texts_of(values: Sequence[str | None]) -> str:
    r"""Return texts as PostgreSQL reads an array.

    >>> print(texts_of(["a b", 'say "x"', "NULL", "", None]))
    {"a b","say \"x\"","NULL","",NULL}

    Raises: ValueError: one of them holds a zero byte, which no text in PostgreSQL has.
    """
    if not values:
        return "{}"
    if None in values:
        return f"{{{','.join([texts_of([one])[1:-1] if one is not None else 'NULL' for one in values])}}}"
    joined = "\0".join(values)  # type: ignore[arg-type]  # none of them is null
    if joined.count("\0") != len(values) - 1:
        raise ValueError("a text with a zero byte cannot be stored")
    for sign in _MEANS_SOMETHING:
        joined = joined.replace(sign, f"\\{sign}")
    quoted = joined.replace("\0", '","')
    return f'{{"{quoted}"}}'
