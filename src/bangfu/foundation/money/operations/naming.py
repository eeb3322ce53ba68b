"""What vouchers are, and what they name, looked up in one go."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

from bangfu.foundation.money.operations.posting import Line
from bangfu.foundation.money.queries import VOUCHERS
from bangfu.foundation.operations.prepared import ask, texts_of, together

LONGEST_NUMBER, LONGEST_CODE = 80, 120


@dataclass(frozen=True)
class NewVoucher:
    """A voucher 记账凭证 as it is entered."""

    number: str
    """No other has it, of no unit: its key for good."""
    happened_on: date
    summary: str
    """What it is about, in words; nobody's name."""
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class UnitVoucher:
    """A voucher and whose books it is entered into."""

    unit: str
    """Code of the unit."""
    voucher: NewVoucher


Leg: TypeAlias = tuple[int, int | None, int]
"""Account, fund and minor units."""


@dataclass(frozen=True, slots=True)
class Content:
    """What tells one voucher from another under the same number."""

    unit: int
    on: date
    summary: str | None
    """Null for one that was entered without."""
    legs: tuple[Leg, ...]


@dataclass(frozen=True, slots=True)
class Stands:
    """A voucher that stands: of now, or of before."""

    entry: int
    """Its entry's key."""
    number: str
    content: Content
    assets: tuple[str, ...]
    """Of its legs; none for one of before."""
    is_again: bool = False


@dataclass(frozen=True, slots=True)
class NamedAccount:
    """An account that a voucher names."""

    key: int
    code: str
    kind: str
    asset: str
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class NamedFund:
    """A fund that a voucher names."""

    key: int
    code: str
    is_restricted: bool
    spent_on: str | None
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class Named:
    """What the vouchers of a call name."""

    units: Mapping[str, int]
    accounts: Mapping[tuple[str, str], NamedAccount]  # by codes of unit and account
    funds: Mapping[tuple[str, str], NamedFund]  # by codes of unit and fund
    posted: Mapping[str, Stands]  # by number
    keys: Iterator[int]
    """New keys of entries, one a voucher."""


STANDING = f"""
SELECT json_agg(json_build_array(one.number, entry.id, entry.unit_id, entry.happened_on, voucher.summary, legs.said))
  FROM unnest(%(numbers)s::text[]) AS one (number)
 CROSS JOIN LATERAL (SELECT id, unit_id, happened_on FROM money_entry
                      WHERE source_system = '{VOUCHERS}' AND source_id = one.number AND revision = 1
                        AND reverses_id IS NULL OFFSET 0) entry
  LEFT JOIN LATERAL (SELECT summary FROM money_voucher WHERE entry_id = entry.id OFFSET 0) voucher ON true
 CROSS JOIN LATERAL (SELECT json_agg(json_build_array(account_id, fund_id, amount_minor) ORDER BY id) AS said
                       FROM money_leg WHERE entry_id = entry.id OFFSET 0) legs
"""
LOOKED_UP = f"""
SELECT (SELECT json_agg(json_build_array(one.code, unit.id)) FROM unnest(%(units)s::text[]) AS one (code)
         CROSS JOIN LATERAL (SELECT id FROM organisation_unit WHERE code = one.code OFFSET 0) unit)::text,
       (SELECT json_agg(json_build_array(one.unit, one.code, account.id, account.kind, account.asset, account.starts_on,
                                         account.ends_on))
          FROM unnest(%(account_units)s::text[], %(accounts)s::text[]) AS one (unit, code)
         CROSS JOIN LATERAL (SELECT id FROM organisation_unit WHERE code = one.unit OFFSET 0) unit
         CROSS JOIN LATERAL (SELECT id, kind, asset, starts_on, ends_on FROM money_bookaccount
                              WHERE unit_id = unit.id AND code = one.code OFFSET 0) account)::text,
       (SELECT json_agg(json_build_array(one.unit, one.code, fund.id, fund.is_restricted, fund.spent_on, fund.starts_on,
                                         fund.ends_on))
          FROM unnest(%(fund_units)s::text[], %(funds)s::text[]) AS one (unit, code)
         CROSS JOIN LATERAL (SELECT id FROM organisation_unit WHERE code = one.unit OFFSET 0) unit
         CROSS JOIN LATERAL (SELECT id, is_restricted, spent_on, starts_on, ends_on FROM money_fund
                              WHERE code = one.code AND unit_id = unit.id OFFSET 0) fund)::text,
       ({STANDING})::text,
       (SELECT array_agg(nextval(sequence.name))
          FROM (SELECT pg_get_serial_sequence('money_entry', 'id')::regclass AS name OFFSET 0) sequence,
               generate_series(1, %(count)s::integer))
"""
"""Units, accounts, funds, what stands under the numbers, and new keys of entries: in one statement, since a single voucher waits
for each; looked up one by one, see ``prepared``."""


def looked_up(asked: Sequence[UnitVoucher]) -> Named:
    """Return all that vouchers name, and new keys of entries for them."""
    accounts = sorted(
        {(one.unit, line.account) for one in asked for line in one.voucher.lines if _is_code(line.account)}
    )
    funds = sorted(
        {
            (one.unit, line.fund)
            for one in asked
            for line in one.voucher.lines
            if line.fund is not None and _is_code(line.fund)
        }
    )
    units = sorted({one.unit for one in asked if _is_code(one.unit)})
    known = frozenset(units)
    accounts = [pair for pair in accounts if pair[0] in known]
    funds = [pair for pair in funds if pair[0] in known]
    numbers = {number for one in asked if is_text(number := one.voucher.number.strip(), LONGEST_NUMBER)}
    with together():  # with the beginning of the transaction, where it is the first that is asked
        look_up = ask(LOOKED_UP, {
            "units": texts_of(units), "account_units": texts_of([unit for unit, _ in accounts]),
            "accounts": texts_of([code for _, code in accounts]), "fund_units": texts_of([unit for unit, _ in funds]),
            "funds": texts_of([code for _, code in funds]), "numbers": texts_of(sorted(numbers)), "count": len(asked),
        })  # fmt: skip
    ((found_units, found_accounts, found_funds, posted, keys),) = look_up()
    return Named(
        dict(_rows(found_units)),
        {
            (unit, code): NamedAccount(key, code, kind, asset, *_period(period))
            for unit, code, key, kind, asset, *period in _rows(found_accounts)
        },
        {
            (unit, code): NamedFund(key, code, is_restricted, spent_on, *_period(period))
            for unit, code, key, is_restricted, spent_on, *period in _rows(found_funds)
        },
        _standing(posted),
        iter(keys or ()),
    )


def _rows(found: str | None) -> list[list[Any]]:
    return [] if found is None else json.loads(found)


def ask_standing(numbers: Sequence[str]) -> Callable[[], dict[str, Stands]]:
    """Return what gives the vouchers that stand under numbers, by number; it can be asked ``together`` with others."""
    asked = ask(f"SELECT ({STANDING})::text", {"numbers": texts_of(numbers)})
    return lambda: _standing(asked()[0][0])


def _standing(found: str | None) -> dict[str, Stands]:  # by number
    return {
        number: Stands(
            entry,
            number,
            Content(
                unit, date.fromisoformat(day), summary, tuple([(leg[0], leg[1], leg[2]) for leg in legs])
            ),
            (),
            is_again=True,
        )
        for number, entry, unit, day, summary, legs in _rows(found)
    }


def _period(days: Sequence[str | None]) -> tuple[date, date | None]:
    starts_on, ends_on = days
    assert starts_on is not None
    return date.fromisoformat(starts_on), None if ends_on is None else date.fromisoformat(ends_on)


def _is_code(text: str) -> bool:
    """Return whether a text can be a code: anything else is unknown without being looked up."""
    return is_text(text, LONGEST_CODE)


def is_text(text: str, longest: int) -> bool:
    """Return whether a text is there, short enough and visible."""
    return 0 < len(text) <= longest and text.isprintable()
