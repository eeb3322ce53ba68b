"""The fixed tables as they are declared."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from bangfu.foundation.rooms import Words, both

DECLARED = Path(__file__).with_name("tables.toml")
ROWS = ("designated", "units", "quarters", "months")


@dataclass(frozen=True)
class FixedColumn:
    """One column: an indicator and how its numbers are written."""

    indicator: str
    scale: int = 1
    decimals: int = 0


@dataclass(frozen=True)
class FixedTable:
    """One official table."""

    code: str
    title: Words
    basis: Words
    """Which rule or practice asks for it."""
    rows: str
    """One of ``ROWS``."""
    head: Words
    """Over its first column."""
    columns: tuple[FixedColumn, ...]
    period: str = "this"


def _words(said: dict[str, str]) -> Words:
    return both(said["zh"], said["en"])


def _read(said: dict[str, Any]) -> FixedTable:
    if said["rows"] not in ROWS:
        raise ValueError(f"{said['code']} has rows of an unknown kind: {said['rows']}")
    return FixedTable(
        code=said["code"],
        title=_words(said["title"]),
        basis=_words(said["basis"]),
        rows=said["rows"],
        head=_words(said["head"]),
        columns=tuple(FixedColumn(**one) for one in said["columns"]),
        period=said.get("period", "this"),
    )


@cache
def fixed_tables() -> dict[str, FixedTable]:
    """Return the tables by code, in the order of their declaration."""
    return {one["code"]: _read(one) for one in tomllib.loads(DECLARED.read_text("utf-8"))["table"]}
