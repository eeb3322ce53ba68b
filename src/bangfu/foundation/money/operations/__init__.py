"""Writes of money: funds and accounts are opened, entries posted and reversed, opening balances entered."""

from bangfu.foundation.money.operations.closing import close_fund
from bangfu.foundation.money.operations.founding import NewAccount, NewBooks, NewFund, enter_books
from bangfu.foundation.money.operations.funds import free_of_funds, limit_fund, lock_fund
from bangfu.foundation.money.operations.judging import MOST_LINES
from bangfu.foundation.money.operations.naming import LONGEST_NUMBER, NewVoucher, UnitVoucher
from bangfu.foundation.money.operations.opening import (
    enter_opening_balances,
    open_book_account,
    open_fund,
    open_missing_accounts,
)
from bangfu.foundation.money.operations.posting import Line, PostedEntries, post_entries, post_entry
from bangfu.foundation.money.operations.reversing import REASON_WORDS, REASONS, reverse_entry
from bangfu.foundation.money.operations.taking import TakenVoucher, take_vouchers
from bangfu.foundation.money.operations.vouchers import enter_voucher, enter_vouchers, reverse_voucher
from bangfu.foundation.money.queries import VOUCHERS

__all__ = [
    "LONGEST_NUMBER",
    "MOST_LINES",
    "REASONS",
    "REASON_WORDS",
    "VOUCHERS",
    "Line",
    "NewAccount",
    "NewBooks",
    "NewFund",
    "NewVoucher",
    "PostedEntries",
    "TakenVoucher",
    "UnitVoucher",
    "close_fund",
    "enter_books",
    "enter_opening_balances",
    "enter_voucher",
    "enter_vouchers",
    "free_of_funds",
    "limit_fund",
    "lock_fund",
    "open_book_account",
    "open_fund",
    "open_missing_accounts",
    "post_entries",
    "post_entry",
    "reverse_entry",
    "reverse_voucher",
    "take_vouchers",
]
