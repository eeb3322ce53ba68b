"""An operation's arguments and results as digests and stored references."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import UUID

import polars
from django.apps import apps
from django.db.models import Model


def reference_to(record: Model) -> str:
    """Return ``app.model:key`` of a saved record."""
    return f"{record._meta.label_lower}:{record.pk}"


def references_in(value: Any) -> list[str]:
    """Return the references of the records in a value, looking into lists, tuples and dataclasses."""
    if value is None or isinstance(value, str | int):
        return []
    if isinstance(value, Model):
        return [reference_to(value)] if value.pk is not None else []
    if isinstance(value, list | tuple):
        return [reference for item in value[:100] for reference in references_in(item)]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return [found for name in _fields_of(type(value)) for found in references_in(getattr(value, name))]
    return []


_PLAIN = frozenset({"int", "str", "bool", "int | None", "str | None", "bool | None"})


@cache
def _fields_of(kind: type) -> tuple[str, ...]:
    """Return the fields of a dataclass in which a record may be: not those whose annotation is of plain values."""
    return tuple(
        field.name
        for field in dataclasses.fields(kind)
        if field.type not in _PLAIN and field.type not in (int, str, bool)
    )


def digest_of(arguments: dict[str, Any]) -> str:
    """Return the SHA-256, in hex, of an operation's arguments in one canonical form.

    Raises: TypeError: an argument is of a kind that has no canonical form.
    """
    canonical = json.dumps(_canonical(arguments), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _canonical(value: Any) -> Any:
    match value:
        case None | bool() | int() | str():
            return value
        case Decimal() | UUID() | Path() | date() | time() | datetime():
            return str(value)
        case bytes():
            return hashlib.sha256(value).hexdigest()
        case Enum():
            return value.value
        case Model():
            return reference_to(value)
        case polars.DataFrame():
            return hashlib.sha256(value.write_csv().encode()).hexdigest()
        case dict():
            return {str(name): _canonical(item) for name, item in value.items()}
        case list() | tuple():
            return [_canonical(item) for item in value]
        case set() | frozenset():
            return sorted(str(_canonical(item)) for item in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: _canonical(getattr(value, field.name)) for field in dataclasses.fields(value)}
    raise TypeError(f"an operation cannot be given a {type(value).__name__}: it has no canonical form")


def stored(result: Any) -> Any:
    """Return a result as JSON from which ``restored`` makes it again.

    Raises: TypeError: the result is neither a record, a plain value, a frozen dataclass nor a list of those.
    """
    match result:
        case None | bool() | int() | str():
            return result
        case Model():
            return {"record": result._meta.label_lower, "key": str(result.pk)}
        case Decimal():
            return {"decimal": str(result)}
        case datetime():
            return {"datetime": result.isoformat()}
        case date():
            return {"date": result.isoformat()}
        case list() | tuple():
            return [stored(item) for item in result]
    if dataclasses.is_dataclass(result) and not isinstance(result, type):
        return {
            "value": f"{type(result).__module__}:{type(result).__qualname__}",
            "fields": {
                field.name: stored(getattr(result, field.name)) for field in dataclasses.fields(result)
            },
        }
    raise TypeError(f"an operation cannot return a {type(result).__name__} under a request key")


def restored(form: Any) -> Any:
    """Return the result that ``stored`` wrote; a record that is gone by now comes back as ``None``."""
    match form:
        case {"record": label, "key": key}:
            return apps.get_model(label)._default_manager.filter(pk=key).first()
        case {"decimal": text}:
            return Decimal(text)
        case {"datetime": text}:
            return datetime.fromisoformat(text)
        case {"date": text}:
            return date.fromisoformat(text)
        case {"value": path, "fields": fields}:
            module, name = path.split(":")
            kind = getattr(import_module(module), name)
            return kind(**{field: restored(item) for field, item in fields.items()})
        case list():
            return [restored(item) for item in form]
    return form
