"""What rooms enter about the review of their records: who decides, by which rules, at what risk, with what evidence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import polars
from django.db.models import Model

from bangfu.foundation.operations import Act
from bangfu.foundation.rooms import RecordType, Words, record_type, rooms

Decider = Callable[..., Any]

deciders: dict[str, tuple[Decider, Decider]] = {}
"""Record type code → the room's operations to verify and to return a paper.

Called as ``verify(batch=…, act=…)`` and ``give_back(batch=…, remark=…, act=…)``.
"""


@dataclass(frozen=True)
class Rule:
    """A rule by which records of a trusted system are verified without a second person."""

    code: str
    """``room.noun``, fixed for ever: reviews keep it."""
    title: Words
    checks: Words
    """What the rule makes sure of, for whoever reads a review."""


rules: dict[str, Rule] = {}
"""Code → rule. A rule stays entered as long as a review names it."""


def enter_rule(rule: Rule) -> Rule:
    """Add a rule to the register and return it.

    Raises: ValueError: another rule has its code.
    """
    if rules.setdefault(rule.code, rule) != rule:
        raise ValueError(f"two rules are called {rule.code}")
    return rule


@dataclass(frozen=True)
class Facets:
    """What a room says of its records to review, in set form."""

    rows: Callable[[list[int]], polars.DataFrame]
    """Of records, by key: ``record`` and whichever of ``happened_on`` (date), ``place`` (number), ``quantity`` it has."""
    risks: Callable[[polars.DataFrame], polars.DataFrame] | None = None
    """Pure: of those rows, one row a reason: ``record``, ``score`` (0 to 100), ``reason`` (a code of ``words``)."""
    words: Mapping[str, Words] = field(default_factory=dict, hash=False)
    """The room's reasons in words."""


def columns_of(
    model: type[Model], *, happened_on: str, place: str = "place_id", quantity: str | None = None
) -> Callable[[list[int]], polars.DataFrame]:
    """Return what reads the rows of ``Facets`` from the columns of a record's own table."""
    schema: dict[str, Any] = {"record": polars.Int64, "happened_on": polars.Date, "place": polars.Int64}
    columns = ["pk", happened_on, place]
    if quantity is not None:
        schema["quantity"] = polars.Float64
        columns.append(quantity)

    def rows(keys: list[int]) -> polars.DataFrame:
        found = model._default_manager.filter(pk__in=keys).order_by("pk").values_list(*columns)
        return polars.DataFrame(list(found), schema=schema, orient="row", strict=False)

    return rows


facets: dict[str, Facets] = {}
"""Record type code → what its room says of its records; without it only evidence and returns are weighed."""

demands: dict[str, Callable[[list[int]], str]] = {}
"""Record type code → what evidence the measures behind these records ask for, for rooms that decide it by record."""

Guard = Callable[[RecordType, int, list[int], Act], None]
"""Refuses by raising when records of a unit, by key, must not change what is counted: of a period that is closed."""

_guards: list[Guard] = []


def enter_guard(guard: Guard) -> None:
    """Let a room be asked before records are submitted, or taken back after they counted; it is asked once."""
    if guard not in _guards:
        _guards.append(guard)


def ask_guards(kind: RecordType, unit: int, keys: list[int], act: Act) -> None:
    """Ask every room whether these records may change what is counted; the first that says no raises its refusal.

    Locks: what the rooms lock.
    """
    for guard in _guards:
        guard(kind, unit, keys, act)


STRICTEST_FIRST = ("REQUIRED", "SAMPLED", "NONE")


def evidence_asked(code: str, keys: list[int]) -> str:
    """Return REQUIRED, SAMPLED or NONE: the strictest that the measures behind these records ask for.

    Without a word of the room about single records it is the strictest of the room's measures; a room that counts
    nothing asks for nothing.
    """
    if code in demands:
        return str(demands[code](keys))
    kind = record_type(code)
    asked = {str(one.evidence) for room in rooms() if kind in room.record_types for one in room.measures}
    return next((one for one in STRICTEST_FIRST if one in asked), "NONE")
