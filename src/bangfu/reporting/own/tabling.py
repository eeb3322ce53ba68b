"""An indicator as the table that declares it: where a new declaration may start from. Pure."""

from __future__ import annotations

from typing import Any

from bangfu.foundation.places.codes import code_text
from bangfu.reporting.definitions import Indicator, IndicatorKind, Role, Term, TermKind


def table_of(one: Indicator) -> dict[str, Any]:
    """Return the table that declares an indicator: read again it is the same, but for what it took over from others."""
    table: dict[str, Any] = {
        "code": one.code,
        "number": one.number,
        "version": one.version,
        "valid_from": one.valid_from,
        "kind": one.kind.value,
    }
    if not one.roles:
        table |= {name: value for name, value in _term(one.term).items() if name != "kind"}
    else:
        table["numerator"] = _term(one.term)
        if one.kind is not IndicatorKind.TARGET:
            table["factor"] = one.factor
        table |= _against(one)
    table["title"] = {"zh": one.title.zh, "en": one.title.en}
    if any(one.also_called.values()):
        table["also_called"] = {name: list(one.also_called.get(name, ())) for name in ("zh", "en")}
    if one.unit.zh:
        single = {"one": one.unit_one} if one.unit_one else {}
        table["unit"] = {"zh": one.unit.zh, "en": one.unit.en, **single}
    table["display"] = {
        "scale": one.display.scale.value,
        "decimals": one.display.decimals,
        "rounding": one.display.rounding.value,
    }
    table["scope_note"] = {"zh": one.scope_note.zh, "en": one.scope_note.en}
    return table


def _against(one: Indicator) -> dict[str, Any]:
    against = one.against
    if against is None or against.years_back:
        return {}
    if against.whole is not None:
        return {"of": against.whole.value}
    if against.kind is TermKind.REGISTERED:
        return {"denominator": against.register}
    role = Role.TARGET if one.kind is IndicatorKind.TARGET else Role.DENOMINATOR
    return {role.value: _term(against)}


def _term(term: Term) -> dict[str, Any]:
    codes = [one.code for one in term.measures]
    found: dict[str, Any] = {"kind": term.kind.value}
    found |= {"measure": codes[0]} if len(codes) == 1 else {"measures": codes}
    if term.since is not None:
        found["since"] = term.since
    narrowed = {
        "line": term.line,
        "area": term.area,
        "place": "" if term.place is None else code_text(term.place),
        "owner": term.owner,
    }
    return found | {name: value for name, value in narrowed.items() if value}
