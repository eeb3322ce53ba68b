"""Rules that raise findings: what each looks for, when it is wrong, what can be set, and how it is evaluated.

A rule of the foundation stands in ``findings/rules``; a room above enters its own when it is ready.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

import polars

from bangfu.foundation.findings.models import Severity
from bangfu.foundation.findings.readings import Readings
from bangfu.foundation.rooms import Words

SUSPECTS = {
    "fingerprint": polars.String,
    "substance": polars.String,
    "title_zh": polars.String,
    "title_en": polars.String,
    "detail_zh": polars.String,
    "detail_en": polars.String,
    "unit": polars.Int64,
    "place": polars.Int64,
}
"""Of each matter: what it is about for ever (``fingerprint``, before hashing), what was seen of it this time
(``substance``: another one re-opens a closed finding), its words, whose it is, and where (null = nowhere)."""
OBJECTS = {
    "fingerprint": polars.String,
    "kind": polars.String,
    "record_type": polars.Int64,
    "key": polars.String,
}
"""What a matter is about: a ``FindingObject.Kind``, the record type's number if it is a record, and the key."""


@dataclass(frozen=True)
class Parameter:
    """A number of a rule that an office may set."""

    code: str
    title: Words
    unit: Words | None
    default: Decimal
    least: Decimal
    most: Decimal


@dataclass(frozen=True)
class Found:
    """What one evaluation of a rule found."""

    suspects: polars.DataFrame
    """Columns as ``SUSPECTS``, one row a matter."""
    objects: polars.DataFrame
    """Columns as ``OBJECTS``."""
    examined: int
    """Rows that were looked at: none found among none is no comfort."""


NOTHING = Found(polars.DataFrame(schema=SUSPECTS), polars.DataFrame(schema=OBJECTS), 0)

Values = Mapping[str, Decimal]
"""Parameters by code."""


@dataclass(frozen=True)
class Rule:
    """One rule: small, explained, and able to be wrong."""

    code: str
    """``room.noun``, fixed for ever: findings keep it."""
    title: Words
    looks_for: Words
    wrong_when: Words
    """When it points at what is in order; whoever works a finding through reads it first."""
    source: Words
    """Where the test comes from."""
    severity: Severity
    evaluate: Callable[[Readings, Values], Found]
    """Computes from what was read, with parameters; writes nothing."""
    parameters: tuple[Parameter, ...] = ()


_rules: dict[str, Rule] = {}


def enter_rule(rule: Rule) -> Rule:
    """Add a rule to the register and return it.

    Raises: ValueError: another rule has its code, or two of its parameters share one.
    """
    if _rules.setdefault(rule.code, rule) is not rule:
        raise ValueError(f"two rules are called {rule.code}")
    if len({one.code for one in rule.parameters}) < len(rule.parameters):
        raise ValueError(f"two parameters of {rule.code} share a code")
    return rule


def rules() -> dict[str, Rule]:
    """Return every rule by code, in the order entered."""
    return dict(_rules)


def rule_with_code(code: str) -> Rule:
    """Return the rule with this code.

    Raises: LookupError: no room enters it.
    """
    if code not in _rules:
        raise LookupError(f"no rule is called {code}")
    return _rules[code]
