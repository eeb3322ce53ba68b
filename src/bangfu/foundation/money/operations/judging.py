"""Vouchers looked up, judged and written, one or hundreds, each by itself: plain functions for use inside operations.

What they name is looked up in one go, judged in Python by every rule of the books, and what stands is written in another. The
database's own rules stay behind it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeAlias

from django.db import IntegrityError
from psycopg import errors

from bangfu.foundation.money.amounts import grouped
from bangfu.foundation.money.models import AccountKind
from bangfu.foundation.money.operations.funds import FREE_KINDS
from bangfu.foundation.money.operations.posting import Line
from bangfu.foundation.money.queries import VOUCHERS
from bangfu.foundation.money.refusals import UnableToEnterVoucher, UnableToPostEntry
from bangfu.foundation.money.triggers import FUND_LOCKS, TRANSFERS
from bangfu.foundation.operations import Act, NotPermitted, Refusal, inside_operation
from bangfu.foundation.operations.prepared import ask, carry_out, numbers_of, texts_of, together

MOST_LINES = 200
LONGEST_NUMBER, LONGEST_SUMMARY, LONGEST_CODE = 80, 200, 120
LARGEST_AMOUNT = 10**13
"""In minor units, 100,000 million yuan: the most lines of the most vouchers of a call stay within what a sum can hold."""
MOST_VOUCHERS = 1_000
SPENT_KINDS = (AccountKind.EXPENSES.value, AccountKind.EQUITY.value)
"""A debit in one of these spends what a fund has; but for what a closed fund leaves to another."""


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


Judged: TypeAlias = Stands | Refusal
Allowed: TypeAlias = Callable[[Sequence[int]], Collection[int]]
"""Says in which of some units the actor may enter vouchers."""


@dataclass(frozen=True, slots=True)
class _Account:
    key: int
    code: str
    kind: str
    asset: str
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class _Fund:
    key: int
    code: str
    is_restricted: bool
    spent_on: str | None
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class _Named:
    """What the vouchers of a call name."""

    units: Mapping[str, int]
    accounts: Mapping[tuple[str, str], _Account]  # by codes of unit and account
    funds: Mapping[tuple[str, str], _Fund]  # by codes of unit and fund
    posted: Mapping[str, Stands]  # by number
    keys: Iterator[int]
    """New keys of entries, one a voucher."""


@dataclass(frozen=True, slots=True)
class _Draft:
    """A voucher that keeps every rule but, perhaps, that a fund is never overdrawn."""

    number: str
    content: Content
    legs: tuple[tuple[_Account, _Fund | None, int], ...]


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
LOCKED = f"SELECT pg_advisory_xact_lock({FUND_LOCKS}, one.fund) FROM unnest(%s::integer[]) AS one (fund)"
FREE = f"""
SELECT one.fund, moved.asset, moved.free FROM unnest(%s::bigint[]) AS one (fund)
 CROSS JOIN LATERAL (
    SELECT sub.asset, sum(sub.amount_minor) AS free
      FROM (SELECT account_id, asset, amount_minor FROM money_subtotal WHERE fund_id = one.fund OFFSET 0) sub
     CROSS JOIN LATERAL (SELECT kind FROM money_bookaccount WHERE id = sub.account_id OFFSET 0) account
     WHERE account.kind IN {FREE_KINDS} GROUP BY sub.asset OFFSET 0) moved
"""
LEGS = """
INSERT INTO money_leg (entry_id, account_id, asset, fund_id, amount_minor)
SELECT one.entry, one.account, one.asset, one.fund, one.amount
  FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::bigint[], %s::bigint[])
       AS one (entry, account, asset, fund, amount)
"""
ENTRIES = f"""
WITH said AS (
    INSERT INTO money_voucher (entry_id, summary)
    SELECT one.entry, one.summary FROM unnest(%(entries)s::bigint[], %(summaries)s::text[]) AS one (entry, summary)
)
INSERT INTO money_entry (id, unit_id, happened_on, entered_by_id, leg_count, source_system, source_id, revision)
SELECT one.entry, one.unit, one.day, %(actor)s::bigint, one.legs, '{VOUCHERS}', one.number, 1
  FROM unnest(%(entries)s::bigint[], %(units)s::bigint[], %(days)s::date[], %(counts)s::smallint[], %(numbers)s::text[])
       AS one (entry, unit, day, legs, number)
RETURNING recorded_at
"""


def judge(
    asked: Sequence[UnitVoucher], *, allowed: Allowed, permission: str, act: Act
) -> list[Judged]:  # in their order
    """Return of each voucher whether it stands, as of now or of before, or is refused; what stands is written by ``write``.

    The same voucher once more is the first one, here too; another one under its number is refused.

    Args:
        permission: whose refusal they get for whom ``allowed`` leaves the unit out.

    Locks: the restricted funds that are spent, in the order of their keys.
    """
    inside_operation()
    named = _looked_up(asked)
    may = allowed(sorted({*named.units.values()}))
    today = act.on
    drafts = [_drafted(one, named, may, permission, today) for one in asked]
    free, here = _locked([one for one in drafts if isinstance(one, _Draft)])
    return [one if not isinstance(one, _Draft) else _placed(one, named.keys, free, here) for one in drafts]


def _looked_up(asked: Sequence[UnitVoucher]) -> _Named:
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
    numbers = {number for one in asked if _is_text(number := one.voucher.number.strip(), LONGEST_NUMBER)}
    ((found_units, found_accounts, found_funds, posted, keys),) = ask(LOOKED_UP, {
        "units": texts_of(units), "account_units": texts_of([unit for unit, _ in accounts]),
        "accounts": texts_of([code for _, code in accounts]), "fund_units": texts_of([unit for unit, _ in funds]),
        "funds": texts_of([code for _, code in funds]), "numbers": texts_of(sorted(numbers)), "count": len(asked),
    })()  # fmt: skip
    return _Named(
        dict(_rows(found_units)),
        {
            (unit, code): _Account(key, code, kind, asset, *_period(period))
            for unit, code, key, kind, asset, *period in _rows(found_accounts)
        },
        {
            (unit, code): _Fund(key, code, is_restricted, spent_on, *_period(period))
            for unit, code, key, is_restricted, spent_on, *period in _rows(found_funds)
        },
        _standing(posted),
        iter(keys or ()),
    )


def _rows(found: str | None) -> list[list[Any]]:
    return [] if found is None else json.loads(found)


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
    return _is_text(text, LONGEST_CODE)


def _is_text(text: str, longest: int) -> bool:
    return 0 < len(text) <= longest and text.isprintable()


def _shown(text: str) -> str:
    """Return a text as a sentence can show it, whatever is in it."""
    cut = text[:LONGEST_CODE]
    return cut if cut.isprintable() else cut.encode("unicode_escape").decode()


def _drafted(
    one: UnitVoucher, named: _Named, may: Collection[int], permission: str, today: date
) -> _Draft | Judged:
    """Return a voucher that keeps every rule but that of funds, or the one of before, or why it is refused."""
    unit = named.units.get(one.unit)
    if unit is None:
        return UnableToEnterVoucher("unknown_unit", unit=_shown(one.unit))
    if unit not in may:
        return NotPermitted("out_of_scope", permission=permission)
    said = one.voucher
    number, summary = said.number.strip(), said.summary.strip()
    refusal = _fault_of_form(number, summary, said.lines)
    if refusal is not None:
        return refusal
    legs = [
        (
            named.accounts.get((one.unit, line.account)),
            None if line.fund is None else named.funds.get((one.unit, line.fund)),
            line.amount_minor,
        )
        for line in said.lines
    ]
    known = tuple(
        (account, fund, amount)
        for line, (account, fund, amount) in zip(said.lines, legs, strict=True)
        if account is not None and (fund is not None or line.fund is None)
    )
    content = Content(
        unit,
        said.happened_on,
        summary,
        tuple((account.key, None if fund is None else fund.key, amount) for account, fund, amount in known),
    )
    earlier = named.posted.get(number)
    if earlier is not None:
        # What is unknown has no key: such a voucher has fewer legs than any under its number.
        return _same_or_taken(earlier, content) if len(known) == len(legs) else _taken(number)
    if said.happened_on > today:
        return UnableToPostEntry("in_future", on=said.happened_on)
    for line, (account, fund, _) in zip(said.lines, legs, strict=True):
        if account is None:
            return UnableToPostEntry("unknown_account", account=_shown(line.account))
        if fund is None and line.fund is not None:
            return UnableToPostEntry("unknown_fund", fund=_shown(line.fund))
    return _fault_of_books(number, said.happened_on, known) or _Draft(number, content, known)


def _fault_of_form(number: str, summary: str, lines: Sequence[Line]) -> Refusal | None:
    if not number:
        return UnableToEnterVoucher("no_number")
    if not _is_text(number, LONGEST_NUMBER):
        return UnableToEnterVoucher("number_form", most=LONGEST_NUMBER)
    if not summary:
        return UnableToEnterVoucher("no_summary")
    if not _is_text(summary, LONGEST_SUMMARY):
        return UnableToEnterVoucher("summary_form", most=LONGEST_SUMMARY)
    if len(lines) < 2:
        return UnableToEnterVoucher("one_line")
    if len(lines) > MOST_LINES:
        return UnableToEnterVoucher("too_many_lines", most=MOST_LINES)
    for line in lines:
        if not line.amount_minor:
            return UnableToPostEntry("nothing_moved")
        if not -LARGEST_AMOUNT <= line.amount_minor <= LARGEST_AMOUNT:
            return UnableToEnterVoucher(
                "too_large", most=grouped(LARGEST_AMOUNT, "CNY"), minor=LARGEST_AMOUNT
            )
    return None


def _fault_of_books(
    number: str, on: date, legs: Sequence[tuple[_Account, _Fund | None, int]]
) -> Refusal | None:
    sums: dict[tuple[str, int | None], int] = {}
    for account, fund, amount in legs:
        part = (account.asset, None if fund is None else fund.key)
        sums[part] = sums.get(part, 0) + amount
    for (asset, _), difference in sums.items():
        if difference:
            return UnableToPostEntry("unbalanced", entry=number, difference=grouped(difference, asset))
    for account, fund, amount in legs:
        if not _is_open(account, on) or (fund is not None and not _is_open(fund, on)):
            return UnableToPostEntry("closed_then")
        if amount > 0 and fund is not None and fund.spent_on is not None:
            is_spent = account.kind in SPENT_KINDS and account.code != TRANSFERS
            if is_spent and not f"{account.code}:".startswith(f"{fund.spent_on}:"):
                return UnableToPostEntry("other_purpose")
    return None


def _is_open(one: _Account | _Fund, on: date) -> bool:
    return one.starts_on <= on and (one.ends_on is None or on < one.ends_on)


def _same_or_taken(earlier: Stands, content: Content) -> Judged:
    return earlier if earlier.content == content else _taken(earlier.number)


def _taken(number: str) -> Refusal:
    return UnableToEnterVoucher("number_taken", number=number)


def _locked(drafts: Sequence[_Draft]) -> tuple[dict[tuple[int, str], int], dict[str, Stands]]:
    """Lock the restricted funds that are spent, in the order of their keys; return what each has free and what stands by now.

    Returns:
        Minor units by fund and asset, absent = 0; by number what another call entered while this one waited for a lock: that it
        spent what there was is no reason to refuse the same voucher.
    """
    funds = {
        fund.key
        for one in drafts
        for account, fund, amount in one.legs
        if amount < 0 and fund is not None and fund.is_restricted and account.kind in FREE_KINDS
    }
    if not funds:
        return {}, {}
    keys = numbers_of(sorted(funds))
    with together():
        carry_out(LOCKED, [keys])
        ask_free = ask(FREE, [keys])
        ask_standing = ask(
            f"SELECT ({STANDING})::text", {"numbers": texts_of(sorted({one.number for one in drafts}))}
        )
    ((found,),) = ask_standing()
    return {(fund, asset): int(free) for fund, asset, free in ask_free()}, _standing(found)


def _placed(
    one: _Draft, keys: Iterator[int], free: dict[tuple[int, str], int], here: dict[str, Stands]
) -> Judged:
    """Return a voucher that stands with a key of its own, the earlier one under its number, or why it is refused.

    Args:
        free: of restricted funds that are spent; changed by what the voucher moves.
        here: those of this call that stand, by number, and of others meanwhile; changed likewise.
    """
    earlier = here.get(one.number)
    if earlier is not None:
        return _same_or_taken(earlier, one.content)
    moved: dict[tuple[int, str], int] = {}
    codes: dict[int, str] = {}
    for account, fund, amount in one.legs:
        if fund is not None and fund.is_restricted and account.kind in FREE_KINDS:
            part = (fund.key, account.asset)
            moved[part] = moved.get(part, 0) + amount
            codes[fund.key] = fund.code
    for (key, asset), amount in moved.items():
        held = free.get((key, asset), 0)
        if amount < 0 and held + amount < 0:
            return UnableToPostEntry(
                "fund_short", fund=codes[key], held=grouped(held, asset), wanted=grouped(-amount, asset)
            )
    for part, amount in moved.items():
        free[part] = free.get(part, 0) + amount
    assets = tuple(account.asset for account, _, _ in one.legs)
    stands = Stands(next(keys), one.number, one.content, assets)
    here[one.number] = Stands(stands.entry, one.number, one.content, assets, is_again=True)
    return stands


def write(fresh: Sequence[Stands], *, act: Act) -> Callable[[], list[tuple[datetime]]]:
    """Write vouchers that stand as of now, within ``entered_once``, and return what gives the moments of their recording."""
    legs = [
        (one.entry, *leg, asset)
        for one in fresh
        for leg, asset in zip(one.content.legs, one.assets, strict=True)
    ]
    with together():
        carry_out(LEGS, [
            numbers_of([leg[0] for leg in legs]), numbers_of([leg[1] for leg in legs]), texts_of([leg[4] for leg in legs]),
            numbers_of([leg[2] for leg in legs]), numbers_of([leg[3] for leg in legs]),
        ])  # fmt: skip
        return ask(ENTRIES, {
            "actor": act.actor.pk, "entries": numbers_of([one.entry for one in fresh]),
            "units": numbers_of([one.content.unit for one in fresh]),
            "days": f"{{{','.join([one.content.on.isoformat() for one in fresh])}}}",
            "counts": numbers_of([len(one.content.legs) for one in fresh]),
            "numbers": texts_of([one.number for one in fresh]), "summaries": texts_of([one.content.summary for one in fresh]),
        })  # fmt: skip


@contextmanager
def entered_once(meanwhile: Refusal) -> Iterator[None]:
    """Refuse where another call entered a number, or changed what the rules rest on, since it was looked up.

    Args:
        meanwhile: with which.
    """
    try:
        yield
    except IntegrityError as clash:
        if isinstance(clash.__cause__, errors.UniqueViolation | errors.CheckViolation):
            raise meanwhile from clash
        raise
