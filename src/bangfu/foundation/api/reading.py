"""The OpenAPI description as a page that people read: no script, no outside host."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

from bangfu.foundation.rooms import Words, both

GROUPS = {
    "records": both("记录", "Records"),
    "operations": both("操作", "Operations"),
    "notices": both("通知", "Notices"),
    "import": both("导入", "Import"),
    "figures": both("数字", "Figures"),
    "ledger": both("账册", "Ledger"),
    "publications": both("发布", "Publications"),
}


@dataclass(frozen=True)
class Parameter:
    """One parameter or field of a body."""

    name: str
    where: str
    kind: str
    required: bool
    about: str


@dataclass(frozen=True)
class Address:
    """One method at one address."""

    method: str
    path: str
    summary: str
    about: str
    is_open: bool
    parameters: tuple[Parameter, ...]
    answers: str


@dataclass(frozen=True)
class Group:
    """Addresses under one heading."""

    title: Words
    addresses: tuple[Address, ...]


def described_addresses(text: str) -> list[Group]:
    """Return the addresses whose path or summary holds a text, in their groups; all for no text."""
    wanted = text.casefold()
    found = []
    for group in _every_group():
        kept = tuple(one for one in group.addresses if wanted in f"{one.path} {one.summary}".casefold())
        if kept:
            found.append(Group(group.title, kept))
    return found


@functools.cache
def _every_group() -> tuple[Group, ...]:
    from bangfu.foundation.api.assembling import (
        assembled,  # it knows every room, and rooms know this module's
    )

    schema: dict[str, Any] = assembled().get_openapi_schema(path_prefix="api/v1/")
    schemas = schema["components"]["schemas"]
    groups: dict[str, list[Address]] = {name: [] for name in GROUPS}
    for path, methods in schema["paths"].items():
        for method, described in methods.items():
            tag = next(iter(described.get("tags", ())), "records")
            groups.setdefault(tag, []).append(_address(method, path, described, schemas))
    return tuple(Group(GROUPS.get(tag, both(tag, tag)), tuple(rows)) for tag, rows in groups.items() if rows)


def _address(method: str, path: str, described: dict[str, Any], schemas: dict[str, Any]) -> Address:
    parameters = [
        Parameter(
            one["name"],
            one["in"],
            _kind(one["schema"]),
            one.get("required", False),
            one.get("description", ""),
        )
        for one in described.get("parameters", ())
        if one["in"] != "header" or one["name"] == "Idempotency-Key"
    ]
    for content in described.get("requestBody", {}).get("content", {}).values():
        parameters += _body(content["schema"], schemas)
    return Address(
        method=method.upper(),
        path=path,
        summary=described.get("summary", ""),
        about=described.get("description", ""),
        is_open=not described.get("security"),
        parameters=tuple(parameters),
        answers=", ".join(str(status) for status in described["responses"] if str(status).startswith("2")),
    )


def _body(schema: dict[str, Any], schemas: dict[str, Any]) -> list[Parameter]:
    held = schemas.get(schema.get("$ref", "").rpartition("/")[2], schema)
    required = set(held.get("required", ()))
    return [
        Parameter(name, "body", _kind(one), name in required, one.get("description", ""))
        for name, one in held.get("properties", {}).items()
    ]


def _kind(schema: dict[str, Any]) -> str:
    """Return a schema's type in a word or two."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    if "anyOf" in schema:
        return " | ".join(_kind(one) for one in schema["anyOf"] if one.get("type") != "null")
    if schema.get("type") == "array":
        return f"[{_kind(schema.get('items', {}))}]"
    return str(schema.get("format") or schema.get("type") or "any")
