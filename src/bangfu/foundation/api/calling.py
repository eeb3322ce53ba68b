"""Operations of every room: which are offered to programs, and one of them called."""

from __future__ import annotations

import dataclasses
import inspect
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, TypeVar
from uuid import UUID

import psycopg
from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError
from django.db.models import Model
from django.http import HttpRequest
from ninja import Body, Header, Query, Router
from polars.exceptions import PolarsError
from pydantic import Field

from bangfu.foundation.api.answering import Answer, Said, dotted
from bangfu.foundation.api.asking import asker_of
from bangfu.foundation.api.declaring import RoomApi
from bangfu.foundation.api.problems import Failed
from bangfu.foundation.api.records import ROOT
from bangfu.foundation.api.writing import Arguments, Forms, Unwritable, arguments_of
from bangfu.foundation.operations import OWN, operations
from bangfu.foundation.operations.decorator import OperationDeclaration
from bangfu.foundation.rooms import Words, both, permission_words, record_type_of

Returned = TypeVar("Returned")
_log = logging.getLogger(__name__)
_PERSONAL = both("这是本人账号自己的事", "It is about one's own account")
Key = Annotated[
    str | None,
    Header(
        None,
        alias="Idempotency-Key",
        max_length=200,
        pattern=r"^[\x21-\x7e]+$",
        description="The same key with the same body is carried out once; with another body it is refused (409 key_reused).",
    ),
]
Dry = Annotated[
    bool, Query(False, description="Do everything and roll it back: to see whether it would be refused.")
]
_UNFIT = (
    DataError, IntegrityError, psycopg.DataError, psycopg.IntegrityError, PolarsError, ValidationError, ValueError,
    TypeError, LookupError, ArithmeticError,
)  # fmt: skip
"""What an operation raises, besides refusals, on values that no form of the pages would have let through."""


class OperationTold(Answer):
    """One operation of one room."""

    name: str
    does: Said
    offered: bool
    reason: Said | None = Field(description="Why programs are not offered it.")
    url: str | None


class Done(Answer):
    """What an operation came to."""

    operation: str
    dry_run: bool
    result: Any = Field(description="What it returned: records as type, id and address, values as they are.")

    @classmethod
    def of(cls, operation: str, result: Any, *, dry_run: bool) -> dict[str, Any]:
        """Return what an operation returned, as it is answered."""
        return {"operation": operation, "dry_run": dry_run, "result": told_result(result)}


@dataclass(frozen=True)
class Offer:
    """One operation and how it is called; without arguments it is not offered, for a reason."""

    declared: OperationDeclaration
    arguments: Arguments | None
    reason: Words | None


def offers(apis: Mapping[str, RoomApi]) -> list[Offer]:
    """Return every operation of the house's rooms, with how it is called or why it is not offered."""
    by_hand = {kind: form for api in apis.values() for kind, form in api.by_hand.items()}
    closed = {name: words for api in apis.values() for name, words in api.not_offered.items()}
    forms, found = Forms(by_hand), []
    for name, declared in sorted(operations().items()):
        if not declared.function.__module__.startswith("bangfu."):
            continue
        reason = closed.get(name) or (_PERSONAL if declared.scope is OWN else None)
        arguments = None
        if reason is None:
            try:
                arguments = arguments_of(name, declared.function, forms)
            except Unwritable as unwritable:
                reason = unwritable.words
        found.append(Offer(declared, arguments, reason))
    return found


def operations_router(found: list[Offer]) -> Router:
    """Return the addresses of operations."""
    router = Router(tags=["operations"])
    told = [
        OperationTold(
            name=one.declared.name,
            does=Said.of(permission_words(one.declared.name)),
            offered=one.arguments is not None,
            reason=Said.of(one.reason) if one.reason else None,
            url=f"{ROOT}/operations/{one.declared.name}" if one.arguments else None,
        )
        for one in found
    ]

    @router.get("", response=list[OperationTold], operation_id="operations", summary="操作 · Operations")
    def all_operations(request: HttpRequest) -> list[OperationTold]:
        """Every operation of every room, with the reason of those that programs are not offered."""
        return told

    for one in found:
        if one.arguments is not None:
            _add(router, one, one.arguments)
    return router


def _add(router: Router, one: Offer, arguments: Arguments) -> None:
    name, words = one.declared.name, permission_words(one.declared.name)

    def call(request: HttpRequest, key: Any = None, dry_run: Any = False, body: Any = None) -> dict[str, Any]:
        asker = asker_of(request)
        act = asker.act(key=key, dry_run=dry_run)
        given = {} if body is None else arguments.read(body)
        result = attempted(name, lambda: one.declared.carry_out(act=act, **given))
        return Done.of(name, result, dry_run=dry_run)

    either = inspect.Parameter.POSITIONAL_OR_KEYWORD
    parameters = [
        inspect.Parameter("request", either, annotation=HttpRequest),
        inspect.Parameter("key", either, annotation=Key),
        inspect.Parameter("dry_run", either, annotation=Dry),
    ]
    if arguments.readers:
        parameters.append(inspect.Parameter("body", either, annotation=arguments.body, default=Body(...)))
    call.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    router.add_api_operation(
        f"/{name}",
        ["POST"],
        call,
        response=Done,
        operation_id=name.replace(".", "_"),
        summary=f"{words.zh} · {words.en}",
        description=inspect.cleandoc(one.declared.function.__doc__ or ""),
    )


def attempted(name: str, call: Callable[[], Returned]) -> Returned:
    """Return what a call of an operation comes to.

    Raises: Failed: ``value_refused``: it could not take its values. Refusal: it refused.
    """
    try:
        return call()
    except _UNFIT as unfit:
        raise _refused(name, unfit) from unfit


def _refused(name: str, unfit: Exception) -> Failed:
    """Return the answer to values that the operation could not take; it is logged, since a form of the pages would have known."""
    _log.warning("%s could not take the values of a program", name, exc_info=unfit)
    of_database = unfit if isinstance(unfit, psycopg.Error) else unfit.__cause__
    constraint = of_database.diag.constraint_name if isinstance(of_database, psycopg.Error) else None
    return Failed.of(409, "value_refused", what=constraint or type(unfit).__name__)


def told_result(result: Any) -> Any:
    """Return what an operation returned as JSON has it: records by type and id, exact numbers as text."""
    match result:
        case None | bool() | int():
            return result
        case Enum():
            return result.value
        case str():
            return result
        case Decimal():
            return dotted(result)
        case date() | datetime() | UUID():
            return str(result) if isinstance(result, UUID) else result.isoformat()
        case Model():
            return _record(result)
        case list() | tuple():
            return [told_result(one) for one in result]
        case dict():
            return {str(name): told_result(one) for name, one in result.items()}
    if dataclasses.is_dataclass(result) and not isinstance(result, type):
        names = [field.name for field in dataclasses.fields(result)]
        return {
            name: told_result(getattr(result, name))
            for name in names
            if not isinstance(getattr(result, name), bytes)
        }
    return None


def _record(record: Model) -> dict[str, Any]:
    key = record.pk if isinstance(record.pk, int) else str(record.pk)
    try:
        kind = record_type_of(record)
    except LookupError:
        return {"type": record._meta.label_lower, "id": key}
    return {"type": kind.code, "id": key, "url": f"{ROOT}/records/{kind.code}/{key}"}
