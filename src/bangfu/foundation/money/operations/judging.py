"""Vouchers judged and written, one or hundreds, each by itself: plain functions for use inside operations.

What they name is looked up in one go (``naming``), judged in Python by every rule of the books, and what stands is written in
another. The database's own rules stay behind it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias

from django.db import IntegrityError
from psycopg import errors

from bangfu.foundation.money.amounts import grouped
from bangfu.foundation.money.models import AccountKind
from bangfu.foundation.money.operations.funds import FREE_KINDS
from bangfu.foundation.money.operations.naming import (
    LONGEST_CODE,
    LONGEST_NUMBER,
    Content,
    Named,
    NamedAccount,
    NamedFund,
    Stands,
    UnitVoucher,
    ask_standing,
    is_text,
    looked_up,
)
from bangfu.foundation.money.operations.posting import Line
from bangfu.foundation.money.queries import VOUCHERS
from bangfu.foundation.money.refusals import UnableToEnterVoucher, UnableToPostEntry
from bangfu.foundation.money.triggers import FUND_LOCKS, TRANSFERS
from bangfu.foundation.operations import Act, NotPermitted, Refusal, inside_operation
from bangfu.foundation.operations.prepared import ask, carry_out, numbers_of, texts_of, together

MOST_LINES, LONGEST_SUMMARY = 200, 200
LARGEST_AMOUNT = 10**13
"""In minor units, 100,000 million yuan: the most lines of the most vouchers of a call stay within what a sum can hold."""
MOST_VOUCHERS = 1_000
SPENT_KINDS = (AccountKind.EXPENSES.value, AccountKind.EQUITY.value)
"""A debit in one of these spends what a fund has; but for what a closed fund leaves to another."""


Judged: TypeAlias = Stands | Refusal
Allowed: TypeAlias = Callable[[Sequence[int]], Collection[int]]
"""Says in which of some units the actor may enter vouchers."""


@dataclass(frozen=True, slots=True)
class _Draft:
    """A voucher that keeps every rule but, perhaps, that a fund is never overdrawn."""

    number: str
    content: Content
    legs: tuple[tuple[NamedAccount, NamedFund | None, int], ...]


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
    named = looked_up(asked)
    may = allowed(sorted({*named.units.values()}))
    today = act.on
    drafts = [_drafted(one, named, may, permission, today) for one in asked]
    free, here = _locked([one for one in drafts if isinstance(one, _Draft)])
    return [one if not isinstance(one, _Draft) else _placed(one, named.keys, free, here) for one in drafts]


def _shown(text: str) -> str:
    """Return a text as a sentence can show it, whatever is in it."""
    cut = text[:LONGEST_CODE]
    return cut if cut.isprintable() else cut.encode("unicode_escape").decode()


def _drafted(
    one: UnitVoucher, named: Named, may: Collection[int], permission: str, today: date
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
    if not is_text(number, LONGEST_NUMBER):
        return UnableToEnterVoucher("number_form", most=LONGEST_NUMBER)
    if not summary:
        return UnableToEnterVoucher("no_summary")
    if not is_text(summary, LONGEST_SUMMARY):
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
    number: str, on: date, legs: Sequence[tuple[NamedAccount, NamedFund | None, int]]
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


def _is_open(one: NamedAccount | NamedFund, on: date) -> bool:
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
        standing = ask_standing(sorted({one.number for one in drafts}))
    return {(fund, asset): int(free) for fund, asset, free in ask_free()}, standing()


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
