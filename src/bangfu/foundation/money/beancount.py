"""Entries as a Beancount file (syntax of Beancount 2 and 3): plain text that ``bean-check`` accepts.

A unit's account ``Assets:Bank`` becomes ``Assets:<unit>:Bank``, and with a fund ``Assets:<unit>:Bank:Fund-<fund>``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

DIGITS = {"CNY": 2, "POINT": 0}
_NOT_IN_ACCOUNTS = re.compile(r"[^A-Za-z0-9-]+")


@dataclass(frozen=True)
class BookLeg:
    """One leg: the account's code within its unit's books, the fund's code, the asset, signed minor units."""

    account: str
    fund: str | None
    asset: str
    amount_minor: int


@dataclass(frozen=True)
class BookEntry:
    """One entry with its legs."""

    number: int
    on: date
    unit: str
    source: str
    reverses: int | None
    reason: str | None
    legs: tuple[BookLeg, ...]


def account_name(unit: str, leg: BookLeg) -> str:
    """Return the account of a leg as Beancount writes it.

    >>> account_name("P-52", BookLeg("Assets:Bank", "HOPE", "CNY", 1))
    'Assets:P-52:Bank:Fund-HOPE'
    """
    kind, _, rest = leg.account.partition(":")
    whose = _NOT_IN_ACCOUNTS.sub("-", unit)
    whose = whose[:1].upper() + whose[1:] if whose[:1].isalnum() else f"U{whose}"
    name = f"{kind}:{whose}:{rest}"
    return f"{name}:Fund-{leg.fund}" if leg.fund else name


def amount(leg: BookLeg) -> str:
    """Return an amount with its asset, by integer arithmetic alone.

    >>> amount(BookLeg("Assets:Bank", None, "CNY", -5))
    '-0.05 CNY'
    """
    digits = DIGITS[leg.asset]
    sign = "-" if leg.amount_minor < 0 else ""
    whole, rest = divmod(abs(leg.amount_minor), 10**digits)
    return f"{sign}{whole}.{rest:0{digits}} {leg.asset}" if digits else f"{sign}{whole} {leg.asset}"


def lines_of(entries: Iterable[BookEntry], *, title: str) -> Iterator[str]:
    """Return the lines of a Beancount file: options, then each account opened when it is first used, then entries.

    Args:
        entries: by day.
        title: what the file is called inside; on one line.
    """
    yield f'option "title" "{_quoted(title)}"'
    yield 'option "operating_currency" "CNY"'
    opened: dict[str, str] = {}
    assets: set[str] = set()
    for entry in entries:
        for leg in entry.legs:
            if leg.asset not in assets:
                assets.add(leg.asset)
                yield f"{entry.on.isoformat()} commodity {leg.asset}"
            name = account_name(entry.unit, leg)
            if name not in opened:
                opened[name] = leg.asset
                yield f"{entry.on.isoformat()} open {name} {leg.asset}"
        yield ""
        yield f'{entry.on.isoformat()} * "{_quoted(entry.source)}"'
        yield f'  entry: "{entry.number}"'
        if entry.reverses is not None:
            yield f'  reverses: "{entry.reverses}"'
            yield f'  reason: "{_quoted(entry.reason or "")}"'
        for leg in entry.legs:
            yield f"  {account_name(entry.unit, leg)}  {amount(leg)}"


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
