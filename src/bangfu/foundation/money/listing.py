"""Balances, registers of accounts and funds as files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from bangfu.foundation.money import queries
from bangfu.foundation.money.amounts import written
from bangfu.foundation.money.models import ASSET_WORDS, KIND_WORDS, BookAccount, Fund
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.lists import Cell

BALANCE: tuple[Words, ...] = (
    both("科目", "Account"),
    both("名称", "Title"),
    both("类别", "Kind"),
    both("基金", "Fund"),
    both("余额", "Balance"),
    both("计量", "Measured in"),
)
REGISTER: tuple[Words, ...] = (
    both("日期", "Date"),
    both("分录", "Entry"),
    both("来源", "Source"),
    both("基金", "Fund"),
    both("借", "Debit"),
    both("贷", "Credit"),
    both("余额", "Balance"),
    both("计量", "Measured in"),
)
FUNDS: tuple[Words, ...] = (
    both("代码", "Code"),
    both("基金", "Fund"),
    both("单位", "Unit"),
    both("用途", "Purpose"),
    both("限定", "Restricted"),
    both("现有（元）", "Holds (CNY)"),
    both("积分", "Points"),
    both("关闭", "Closed from"),
)
_LEGS_AT_ONCE = 2000


def balance_cells(unit: Unit, *, until: date) -> Iterator[list[Cell]]:
    """Return the cells of a unit's trial balance at the end of a day."""
    for one in queries.trial_balance(unit, until=until):
        account = one.account
        yield [
            account.code, account.title, str(KIND_WORDS[account.kind]), one.fund.code if one.fund else "",
            Decimal(written(one.shown_minor, account.asset)), str(ASSET_WORDS[account.asset]),
        ]  # fmt: skip


def register_cells(account: BookAccount) -> Iterator[list[Cell]]:
    """Return the cells of an account's register: each leg with what stood in the account after it."""
    asset, sign = account.asset, 1 if account.kind in queries.DEBIT_KINDS else -1
    for leg in queries.register_of(account).iterator(chunk_size=_LEGS_AT_ONCE):
        amount = Decimal(written(abs(leg.amount_minor), asset))
        running = sign * int(leg.running)  # type: ignore[attr-defined]
        yield [
            leg.entry.happened_on.isoformat(), Decimal(leg.entry_id), leg.entry.source_id,
            leg.fund.code if leg.fund else "", amount if leg.amount_minor > 0 else "",
            amount if leg.amount_minor < 0 else "", Decimal(written(running, asset)), str(ASSET_WORDS[asset]),
        ]  # fmt: skip


def fund_cells(found: Iterable[Fund]) -> Iterator[list[Cell]]:
    """Return the cells of funds, with what each holds."""
    for one in found:
        restricted = both("限定", "restricted") if one.is_restricted else both("非限定", "unrestricted")
        yield [
            one.code, one.title, one.unit.name, one.purpose, str(restricted),
            Decimal(written(one.held_fen, "CNY")),  # type: ignore[attr-defined]
            Decimal(one.held_points),  # type: ignore[attr-defined]
            one.ends_on.isoformat() if one.ends_on else "",
        ]  # fmt: skip
