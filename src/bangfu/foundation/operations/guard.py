"""A guard on the database connection: SQL that writes outside an operation is refused.

The application's own discipline, not a security boundary: that is the two database roles and the triggers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from bangfu.foundation.operations.once import looking_afresh

_WRITE = re.compile(
    r"^\s*(?:WITH\b.*?\b)?(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM|TRUNCATE(?:\s+TABLE)?|COPY|MERGE\s+INTO)\s+"
    r"(?:ONLY\s+)?\"?(?P<table>\w+)\"?",
    re.IGNORECASE | re.DOTALL,
)

EXEMPT_TABLES = frozenset(
    {
        "django_session",
        "django_migrations",
        "django_content_type",
        "auth_permission",
        "axes_accessattempt",
        "axes_accessattemptexpiration",
        "axes_accessfailurelog",
        "axes_accesslog",
        "account_emailaddress",
    }
)
"""Sign-in, sessions and migrations keep their own tables, outside the programme's records."""

_open_operation: ContextVar[bool] = ContextVar("open_operation", default=False)
_system_reason: ContextVar[str | None] = ContextVar("system_reason", default=None)


class WriteOutsideOperation(RuntimeError):  # noqa: N818 - a defect in the code, named for what happened
    """Code tried to write without an operation around it."""


@contextmanager
def writes_open() -> Iterator[None]:
    """Let writes pass for the time of one operation."""
    token = _open_operation.set(True)
    try:
        with looking_afresh():
            yield
    finally:
        _open_operation.reset(token)


@contextmanager
def system_writes(reason: str) -> Iterator[None]:
    """Let writes pass that belong to no person's act: migrations, reference data, the sealer, a test's set-up.

    Raises: ValueError: no reason is given.
    """
    if not reason:
        raise ValueError("say why the system writes")
    token = _system_reason.set(reason)
    try:
        with looking_afresh():
            yield
    finally:
        _system_reason.reset(token)


def guard_writes(
    execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]
) -> Any:
    """Refuse writing SQL outside an operation; a Django execute wrapper.

    Raises: WriteOutsideOperation: no operation is open and the table is not exempt.
    """
    if not _open_operation.get() and _system_reason.get() is None:
        text = sql if isinstance(sql, str) else str(sql)
        written = _WRITE.match(text)
        if written and written["table"].lower() not in EXEMPT_TABLES:
            raise WriteOutsideOperation(f"{written['table']} is written outside an operation")
    return execute(sql, params, many, context)


def install_guard(sender: object, connection: BaseDatabaseWrapper, **kwargs: object) -> None:
    """Put the guard on a new connection."""
    if guard_writes not in connection.execute_wrappers:
        connection.execute_wrappers.append(guard_writes)
