"""Declarations as TOML text: written always alike, and where in a text a field stands. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from typing import Any

ORDER = (
    "code", "number", "version", "valid_from", "kind", "factor", "of",
    "measure", "measures", "indicator", "since", "line", "area", "place", "owner",
    "numerator", "denominator", "target",
    "title", "also_called", "unit", "display", "scope_note",
)  # fmt: skip
"""The fields in the order in which they are written; others, which are refused, come behind."""
BARE = re.compile(r"[A-Za-z0-9_-]+")


def written(table: Mapping[str, Any]) -> str:
    """Return a table as TOML text, which reads back as the same table.

    >>> print(written({"version": 1, "code": "own.lamps", "title": {"zh": "灯", "en": "Lamps"}}), end="")
    code = "own.lamps"
    version = 1
    title = { zh = "灯", en = "Lamps" }
    """
    named = [name for name in ORDER if name in table]
    named += [name for name in table if name not in ORDER]
    return "".join(f"{_key(name)} = {_value(table[name])}\n" for name in named)


def _key(name: str) -> str:
    return name if BARE.fullmatch(name) else _text(name)


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _value(value: Any) -> str:
    match value:
        case bool():
            return str(value).lower()
        case str():
            return _text(value)
        case date():
            return value.isoformat()
        case list():
            return f"[{', '.join(map(_value, value))}]"
        case dict():
            inner = ", ".join(f"{_key(name)} = {_value(one)}" for name, one in value.items())
            return f"{{ {inner} }}" if inner else "{}"
    return str(value)


_TABLE = re.compile(r"\s*\[\s*([A-Za-z0-9_.\s-]+?)\s*\]\s*(#.*)?")
_WHITE = re.compile(r"\s")
_FIELD = re.compile(r"\s*([A-Za-z0-9_-]+(?:\s*\.\s*[A-Za-z0-9_-]+)*)\s*=")


def line_of(text: str, field: str) -> int | None:
    """Return the line in which a field of a declaration stands, or else the table that it is missing in; null for neither.

    Args: field: its path, ``denominator.measure``.

    >>> line_of('code = "own.a"\\n[title]\\nzh = "灯"\\n', "title.en")
    2
    """
    found: dict[str, int] = {}
    above = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if table := _TABLE.fullmatch(line):
            named = _WHITE.sub("", table[1])
            above = f"{named}."
            found.setdefault(named, number)
        elif at := _FIELD.match(line):
            found.setdefault(above + _WHITE.sub("", at[1]), number)
    while field:
        if field in found:
            return found[field]
        field = field.rpartition(".")[0]
    return None
