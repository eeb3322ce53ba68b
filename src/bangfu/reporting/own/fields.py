"""The typed fields of the form, and the declaration that they make: the same table that TOML text is. Pure.

A field's name is the path of the declaration's field with dashes: ``denominator-measures``. What does not belong to the chosen
kind is left out; what is no number or no day stays the text that was typed, so that the parser refuses it by its name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from bangfu.reporting.definitions import ROLES, IndicatorKind, Role

Given = Mapping[str, Sequence[str]]
TERM_FIELDS = ("kind", "measures", "indicator", "since", "line", "area", "place", "owner")
ONE_TERM = tuple(kind for kind in IndicatorKind if kind not in ROLES and kind is not IndicatorKind.REGISTERED)
SECOND = {IndicatorKind.RATIO: Role.DENOMINATOR, IndicatorKind.TARGET: Role.TARGET}
"""The second term that is declared by itself, of the kinds that have one."""
FIRST_OF = {
    "title": "title-zh",
    "unit": "unit-zh",
    "scope_note": "scope_note-zh",
    "also_called": "also_called-zh",
    "display": "display-scale",
    "numerator": "numerator-measures",
    "denominator": "denominator-measures",
}
"""Where a refusal of a whole table is shown."""
_NUMBER = re.compile(r"-?[0-9]{1,9}")


def table_from(given: Given) -> dict[str, Any]:
    """Return the table that the fields of the form declare; empty fields are left out."""
    table: dict[str, Any] = {}
    kind = _one(given, "kind")
    for name, read in (
        ("code", str),
        ("number", _number),
        ("version", _number),
        ("valid_from", _day),
        ("kind", str),
    ):
        _put(table, name, read(_one(given, name)))
    if kind in ONE_TERM or kind not in list(IndicatorKind):
        table |= {name: value for name, value in _term(given, "", kind).items() if name != "kind"}
    else:
        table["numerator"] = _term(given, "numerator-", _one(given, "numerator-kind"))
        if kind != IndicatorKind.TARGET:
            _put(table, "factor", _number(_one(given, "factor")))
    if kind == IndicatorKind.SHARE:
        _put(table, "of", _one(given, "of"))
    if kind == IndicatorKind.PER_HEAD:
        _put(table, "denominator", _one(given, "register"))
    if kind in SECOND:
        role = SECOND[IndicatorKind(kind)].value
        table[role] = _term(given, "denominator-", _one(given, "denominator-kind"))
    _put(table, "title", _words(given, "title"))
    _put(table, "also_called", _lists(given, "also_called"))
    _put(table, "unit", _words(given, "unit", "one"))
    display = {
        "scale": _one(given, "display-scale"),
        "decimals": _number(_one(given, "display-decimals")),
        "rounding": _one(given, "display-rounding"),
    }
    _put(table, "display", {name: value for name, value in display.items() if value != ""})
    _put(table, "scope_note", _words(given, "scope_note"))
    return table


def fields_from(table: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return what the fields of the form hold for a declaration: ``table_from`` gives the same declaration back."""
    found: dict[str, list[str]] = {}
    kind = str(table.get("kind", ""))
    for name in ("code", "number", "version", "valid_from", "kind", "factor", "of"):
        if name in table:
            found[name] = [_said(table[name])]
    if kind == IndicatorKind.PER_HEAD:
        found["register"] = [_said(table.get("denominator", ""))]
    found |= _fields_of(table, "")
    second = SECOND[IndicatorKind(kind)].value if kind in SECOND else ""
    for name, prefix in (("numerator", "numerator-"), (second, "denominator-")):
        term = table.get(name)
        if isinstance(term, Mapping):
            found |= _fields_of(term, prefix) | {f"{prefix}kind": [_said(term.get("kind", ""))]}
    for name in ("title", "unit", "display", "scope_note"):
        inner = table.get(name)
        if isinstance(inner, Mapping):
            found |= {f"{name}-{key}": [_said(value)] for key, value in inner.items()}
    names = table.get("also_called")
    if isinstance(names, Mapping):
        found |= {f"also_called-{key}": ["\n".join(map(str, several))] for key, several in names.items()}
    return found


def carried(given: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Return the fields with what was counted carried over between a figure of one term and the first of two.

    The kind was changed, and the fields that were on the page are those of the kind before.
    """
    found = dict(given)
    before, now = ("numerator-", "") if _one(given, "kind") in ONE_TERM else ("", "numerator-")
    for name in TERM_FIELDS[1:]:
        held = found.pop(f"{before}{name}", [])
        if any(held) and not any(found.get(f"{now}{name}", [])):
            found[f"{now}{name}"] = held
    return found


def field_named(path: str, kind: str) -> str:
    """Return the form's field that a path of the declaration means: where a refusal is shown."""
    parts = path.split(".")
    if parts[0] == "target" or (parts[0] == "denominator" and kind != IndicatorKind.PER_HEAD):
        parts[0] = "denominator"
    elif parts[0] == "denominator":
        parts = ["register"]
    if parts[-1] == "measure":
        parts[-1] = "measures"
    name = "-".join(parts)
    return FIRST_OF.get(name, name)


def _fields_of(term: Mapping[str, Any], prefix: str) -> dict[str, list[str]]:
    found = {f"{prefix}{name}": [_said(term[name])] for name in TERM_FIELDS[2:] if name in term}
    named = term.get("measures", [term["measure"]] if "measure" in term else [])
    if named:
        found[f"{prefix}measures"] = [str(one) for one in named]
    return found


def _term(given: Given, prefix: str, kind: str) -> dict[str, Any]:
    term: dict[str, Any] = {}
    _put(term, "kind", kind)
    measures = [one.strip() for one in given.get(f"{prefix}measures", ()) if one.strip()]
    if len(measures) == 1:
        term["measure"] = measures[0]
    elif measures:
        term["measures"] = measures
    since = _day(_one(given, f"{prefix}since"))
    if kind == IndicatorKind.CUMULATIVE and not _one(given, f"{prefix}indicator"):
        _put(term, "since", since)
    for name in ("indicator", *TERM_FIELDS[4:]):
        _put(term, name, _one(given, f"{prefix}{name}"))
    return term


def _one(given: Given, name: str) -> str:
    several = given.get(name, ())
    return several[-1].strip() if several else ""


def _put(table: dict[str, Any], name: str, value: Any) -> None:
    if value not in ("", {}):
        table[name] = value


def _number(text: str) -> int | str:
    return int(text) if _NUMBER.fullmatch(text) else text


def _day(text: str) -> date | str:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text


def _words(given: Given, name: str, *more: str) -> dict[str, str]:
    found = {part: _one(given, f"{name}-{part}") for part in ("zh", "en", *more)}
    return {part: text for part, text in found.items() if text}


def _lists(given: Given, name: str) -> dict[str, list[str]]:
    found = {
        language: [line.strip() for line in _one(given, f"{name}-{language}").splitlines() if line.strip()]
        for language in ("zh", "en")
    }
    return found if any(found.values()) else {}


def _said(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
