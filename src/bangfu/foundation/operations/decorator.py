"""``@operation``: what every write has around it."""

from __future__ import annotations

import functools
import inspect
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

import psycopg
from django.apps import apps
from django.db import IntegrityError, transaction

from bangfu.foundation.operations.act import Act
from bangfu.foundation.operations.authority import PARTS, Scope, allows, granted_rows, granted_scopes
from bangfu.foundation.operations.guard import writes_open
from bangfu.foundation.operations.payload import digest_of, references_in, restored, stored
from bangfu.foundation.operations.prepared import carry_out, numbers_of, texts_of, together
from bangfu.foundation.operations.progress import refuse_broken_off
from bangfu.foundation.operations.refusal import NotPermitted, Refusal

if TYPE_CHECKING:
    import polars

Returned = TypeVar("Returned")
ScopeOf = Callable[..., Scope | Iterable[Scope]]


def BY_ROWS(**arguments: Any) -> list[Scope]:  # noqa: N802 - used as a constant
    """The scope of an operation that checks each row itself, with ``require`` or ``permitted_rows``."""
    return []


def OWN(**arguments: Any) -> list[Scope]:  # noqa: N802 - used as a constant
    """The scope of an operation on the actor's own ``account``: it needs no grant, and reaches nobody else's."""
    return []


@dataclass(frozen=True)
class OperationDeclaration:
    """An operation as the register knows it."""

    name: str
    function: Callable[..., Any]
    scope: ScopeOf
    carry_out: Callable[..., Any]
    """The function with everything around it: what doors call."""
    unrecorded: frozenset[str] = frozenset()
    """Arguments that leave no digest behind."""


@dataclass
class _Open:
    name: str
    act: Act
    asked: bool = False
    """Whether a permission was asked for: an operation by rows that never asks is a defect."""
    checks: list[Callable[[], None]] = field(default_factory=list)
    """What must hold once everything is written; each refuses with a sentence before a constraint would."""
    rows: list[Mapping[str, Sequence[Any]]] = field(default_factory=list)
    """Rows that have audit entries of their own, by column."""
    last: list[Callable[[], None]] = field(default_factory=list)
    """Writes that are sent together with the trail."""
    clashes: dict[str, Refusal] = field(default_factory=dict)
    """What to refuse with, by the constraint that another call's rows may break."""


_open: ContextVar[_Open | None] = ContextVar("operation", default=None)
_declared: dict[str, OperationDeclaration] = {}


def operations() -> dict[str, OperationDeclaration]:
    """Return every declared operation by name; those of modules that were imported."""
    return dict(_declared)


def scope_of(argument: str) -> ScopeOf:
    """Return a scope function that asks one argument for its ``scope`` property, or a unit for its key."""

    def scope(**arguments: Any) -> Scope:
        subject = arguments[argument]
        found = getattr(subject, "scope", None)
        if isinstance(found, Scope):
            return found
        raise TypeError(f"{type(subject).__name__} has no scope property")

    return scope


def operation(
    name: str, *, scope: ScopeOf, unrecorded: Collection[str] = (), by_rows: Collection[str] = ()
) -> Callable[[Callable[..., Returned]], Callable[..., Returned]]:
    """Make a keyword-only function with an ``act`` the operation of this name; its permission has the same name.

    The call opens one durable transaction, answers a request key that was seen before with the first result,
    checks the permission in scope, runs the function, writes the audit row, checks deferred constraints, and
    on a dry run rolls everything back. Inside a job that was cancelled it breaks off before it commits.

    Args:
        unrecorded: arguments that leave no digest behind, since passwords and names could be guessed from one, or
            since each of their rows leaves its own; they do not tell one request from another under the same key.
        by_rows: arguments whose rows leave digests of their own, and which leave one whole under a request key alone: there they
            do tell one request from another.

    Raises (the call):
        NotPermitted: ``out_of_scope``, ``key_reused``, ``account_closed``; nothing was written.
        RuntimeError: an operation is already open; operations do not nest.
    """

    def declare(function: Callable[..., Returned]) -> Callable[..., Returned]:
        parameters = inspect.signature(function).parameters
        if "act" not in parameters or any(p.kind is not p.KEYWORD_ONLY for p in parameters.values()):
            raise TypeError(f"{name}: an operation takes keyword-only arguments and an act")
        if scope is OWN and "account" not in parameters:
            raise TypeError(f"{name}: an operation on one's own account takes an account")
        if name in _declared and _declared[name].function.__qualname__ != function.__qualname__:
            raise ValueError(f"two operations are called {name}")

        @functools.wraps(function)
        def carry_out(*, act: Act, **arguments: Any) -> Returned:
            outer = _open.get()
            if outer is not None:
                raise RuntimeError(f"{name} was called inside {outer.name}: operations do not nest")
            with transaction.atomic(durable=True), writes_open():
                running = _Open(name, act)
                token = _open.set(running)
                try:
                    left_out = unrecorded if act.key is not None else {*unrecorded, *by_rows}
                    recorded = {key: value for key, value in arguments.items() if key not in left_out}
                    with _clashes_refused(running.clashes):
                        return _carried_out(running, function, scope, arguments, digest_of(recorded))
                finally:
                    _open.reset(token)

        _declared[name] = OperationDeclaration(name, function, scope, carry_out, frozenset(unrecorded))
        return carry_out

    return declare


def _carried_out(
    running: _Open,
    function: Callable[..., Returned],
    scope: ScopeOf,
    arguments: dict[str, Any],
    digest: str,
) -> Returned:
    name, act = running.name, running.act
    if not act.actor.is_active:
        raise NotPermitted("account_closed")
    found = scope(**arguments)
    scopes = [found] if isinstance(found, Scope) else list(found)
    for one in scopes:
        require(act, name, one)
    if scope is OWN:
        _require_own(act, name, arguments["account"])

    request = None
    if act.key is not None:
        request, is_first = _claim_key(name, act, digest)
        if not is_first:
            return restored(request.result)
    result = function(act=act, **arguments)
    if not running.asked:
        raise RuntimeError(f"{name} never asked for a permission")
    if running.checks:
        with together():
            _send(running)
    for check in running.checks:
        check()

    if request is not None:
        request.result = stored(result)
        request.save(update_fields=["result"])
    named = sorted({*references_in(list(arguments.values())), *references_in(result)})
    # Deferred again, so that whatever follows in an enclosing transaction is judged at its own end.
    with together():
        _send(running)
        _write_entry(running, digest, named, scopes)
        for when in ("IMMEDIATE", "DEFERRED"):
            carry_out(f"SET CONSTRAINTS ALL {when}", [])
    if act.dry_run:
        transaction.set_rollback(True)
    else:
        refuse_broken_off()
    return result


def _send(running: _Open) -> None:
    """Carry out what was left for the end, once."""
    writes, running.last = running.last, []
    for write in writes:
        write()


@contextmanager
def _clashes_refused(clashes: Mapping[str, Refusal]) -> Iterator[None]:
    try:
        yield
    except IntegrityError as clash:
        cause = clash.__cause__
        broken = cause.diag.constraint_name if isinstance(cause, psycopg.Error) else None
        refusal = clashes.get(broken or "")
        if refusal is None:
            raise
        raise refusal from clash


ENTRY = """
INSERT INTO operations_auditentry
       (operation, actor_id, acted_at, request_key, payload_digest, objects_named, scopes, through)
VALUES (%s, %s, %s, %s, %s, %s::text[], %s::jsonb, %s)
"""
ENTRY_AND_PARTS = f"""
WITH whole AS ({ENTRY} RETURNING id)
INSERT INTO operations_auditentry
       (operation, actor_id, acted_at, request_key, payload_digest, objects_named, scopes, through, part_of_id)
SELECT %s, %s, %s, one.key, one.digest, ARRAY[one.object],
       jsonb_build_array(jsonb_build_object('unit', one.unit, 'place', one.place, 'line', one.line)), %s, whole.id
  FROM whole, unnest(%s::text[], %s::text[], %s::text[], %s::bigint[], %s::bigint[], %s::bigint[])
       AS one (key, digest, object, unit, place, line)
"""


def _write_entry(running: _Open, digest: str, named: list[str], scopes: list[Scope]) -> None:
    """Write the operation's entry in the trail and, in the same statement, those of its rows as parts of it."""
    act = running.act
    within = [{"unit": one.unit, "place": one.place, "line": one.line} for one in scopes]
    entry: list[Any] = [
        running.name,
        act.actor.pk,
        act.at,
        act.key,
        digest,
        texts_of(named),
        json.dumps(within),
        act.through,
    ]
    if not running.rows:
        carry_out(ENTRY, entry)
        return

    def column(title: str) -> list[Any]:
        return [cell for rows in running.rows for cell in rows.get(title) or [None] * len(rows["object"])]

    texts = [texts_of(column(title)) for title in ("key", "digest", "object")]
    numbers = [numbers_of(column(title)) for title in PARTS]
    carry_out(ENTRY_AND_PARTS, [*entry, running.name, act.actor.pk, act.at, act.through, *texts, *numbers])


def _claim_key(name: str, act: Act, digest: str) -> tuple[Any, bool]:
    keys = apps.get_model("operations", "RequestKey").objects
    request, is_first = keys.get_or_create(
        actor=act.actor, operation=name, key=act.key, defaults={"payload_digest": digest}
    )
    if not is_first and request.payload_digest != digest:
        raise NotPermitted("key_reused")
    return request, is_first


def require(act: Act, permission: str, scope: Scope) -> None:
    """Refuse unless the actor holds the permission in the scope on the day of the act.

    Raises: NotPermitted: ``out_of_scope``.
    """
    _note_asked()
    if not allows(act.actor, permission, scope, act.on):
        raise NotPermitted("out_of_scope", permission=permission)


def _require_own(act: Act, permission: str, account: Any) -> None:
    _note_asked()
    if account.pk != act.actor.pk:
        raise NotPermitted("out_of_scope", permission=permission)


def permitted_rows(act: Act, permission: str, rows: polars.DataFrame) -> polars.Series:
    """Return for each row (``unit``, optional ``place`` and ``line``) whether the actor holds the permission."""
    _note_asked()
    return granted_rows(act.actor, permission, rows, act.on)


def permitted_scopes(act: Act, permission: str, scopes: Sequence[Scope]) -> list[bool]:
    """Return what ``permitted_rows`` does, for a few scopes of which there is no frame."""
    _note_asked()
    return granted_scopes(act.actor, permission, scopes, act.on)


def _note_asked() -> None:
    running = _open.get()
    if running is not None:
        running.asked = True


def inside_operation() -> str:
    """Return the open operation's name; plain writing functions begin with this.

    Raises: RuntimeError: no operation is open.
    """
    return _running().name


def _running() -> _Open:
    running = _open.get()
    if running is None:
        raise RuntimeError("this function writes and must be called inside an operation")
    return running


def before_leaving(check: Callable[[], None]) -> None:
    """Call the check when the open operation has written everything; it refuses by raising, and nothing is kept.

    Raises: RuntimeError: no operation is open.
    """
    _running().checks.append(check)


def note_rows(rows: Mapping[str, Sequence[Any]]) -> None:
    """Give rows to the open operation's trail; see ``audit_rows``.

    Raises: RuntimeError: no operation is open.
    """
    _running().rows.append(rows)


def write_last(write: Callable[[], None]) -> None:
    """Carry a write out together with the open operation's entry in the trail, all sent in one go and waited for once.

    What follows in the operation does not see it, except for the checks of ``before_leaving``; whatever it is refused for, the
    operation is refused for.

    Raises: RuntimeError: no operation is open.
    """
    _running().last.append(write)


def refuse_clash(constraint: str, refusal: Refusal) -> None:
    """Refuse the open operation with this where it breaks a constraint, since another call wrote meanwhile.

    Raises: RuntimeError: no operation is open.
    """
    _running().clashes[constraint] = refusal


def on_commit(effect: Callable[[], None]) -> None:
    """Call the effect once the open operation has committed; a dry run or a refusal never calls it.

    Raises: RuntimeError: no operation is open.
    """
    _running()
    transaction.on_commit(effect)
