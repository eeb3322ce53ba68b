"""The accounts that campaigns move, in the books of the charity and of the sponsor."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars

from bangfu.foundation.money.operations import open_missing_accounts, post_entries
from bangfu.foundation.operations import Act
from bangfu.foundation.organisation.models import Unit
from bangfu.giving.campaigns.models import Campaign, Way

BANK = "Assets:Bank:Charity"
WALLET = "Assets:Payments:Charity"
OWED = "Assets:Receivable:Sponsor"
INCOME = {
    Way.POINTS.value: "Income:Gifts:Points",
    Way.CASH.value: "Income:Gifts:Cash",
    Way.BANK.value: "Income:Gifts:Transfer",
    Way.MATCH.value: "Income:Gifts:Match",
}
REFUNDED = "Income:Refunds"
DEBIT = {Way.POINTS.value: OWED, Way.MATCH.value: OWED, Way.CASH.value: WALLET, Way.BANK.value: BANK}
"""Where money of a gift stands first, by its way."""
OF_CHARITY = (
    (BANK, "CNY", "慈善专户存款", "Charity's bank account"),
    (WALLET, "CNY", "支付渠道待结算", "With payment providers"),
    (OWED, "CNY", "应收企业积分款和配捐", "Owed by the sponsor for points and matching"),
    (INCOME["POINTS"], "CNY", "积分折现捐赠", "Points turned into cash"),
    (INCOME["CASH"], "CNY", "现金捐赠", "Cash given"),
    (INCOME["BANK"], "CNY", "转账捐赠", "Given by bank transfer"),
    (INCOME["MATCH"], "CNY", "企业配捐", "Matched by a company"),
    (REFUNDED, "CNY", "捐赠退回", "Gifts given back"),
)
PAYABLE, COMPANY_BANK = "Liabilities:Payable:Charity", "Assets:Bank:Company"
POINTS_OWED, POINTS_ISSUED = "Liabilities:Points", "Equity:Points-Issued"
SPENT = {Way.POINTS.value: "Expenses:Gifts:Points", Way.MATCH.value: "Expenses:Gifts:Match"}
OF_SPONSOR = (
    (SPENT["POINTS"], "CNY", "积分折现捐出", "Given for points"),
    (SPENT["MATCH"], "CNY", "配捐支出", "Given as matching"),
    (PAYABLE, "CNY", "应付慈善组织", "Owed to the charity"),
    (COMPANY_BANK, "CNY", "企业存款", "Company's bank account"),
    (POINTS_OWED, "POINT", "积分负债", "Points owed to customers"),
    (POINTS_ISSUED, "POINT", "已发积分", "Points issued"),
)

Leg = tuple[int, date, str, int, str | None, int, str]
"""Entry, day, account, amount (fen or points), fund, record, source id."""
LEGS = {
    "entry": polars.Int64(), "on": polars.Date(), "account": polars.String(), "amount_minor": polars.Int64(),
    "fund": polars.String(), "subject": polars.Int64(), "source_id": polars.String(),
}  # fmt: skip


def open_books(campaign: Campaign, charity_unit: Unit, *, starts_on: date) -> None:
    """Open what accounts are missing, inside an operation: the charity's and the sponsor's."""
    open_missing_accounts(charity_unit, OF_CHARITY, starts_on=starts_on)
    if campaign.sponsor is not None:
        open_missing_accounts(campaign.sponsor, OF_SPONSOR, starts_on=starts_on)


def open_sponsors_books(sponsor: Unit, *, starts_on: date) -> None:
    """Open what accounts of a sponsor are missing, inside an operation."""
    open_missing_accounts(sponsor, OF_SPONSOR, starts_on=starts_on)


def moved(
    entry: int, on: date, of: int, source_id: str, lines: Sequence[tuple[str, int]], fund: str | None = None
) -> list[Leg]:
    """Return an entry's legs."""
    return [(entry, on, account, amount, fund, of, source_id) for account, amount in lines]


def sponsors_lines(way: str, amount_fen: int, points: int) -> list[tuple[str, int]]:
    """Return what a gift moves in the books of the sponsor; with both signs turned, what taking it back moves.

    >>> sponsors_lines("MATCH", 5, 0)
    [('Expenses:Gifts:Match', 5), ('Liabilities:Payable:Charity', -5)]
    """
    lines = [(SPENT[way], amount_fen), (PAYABLE, -amount_fen)]
    return lines + ([(POINTS_OWED, points), (POINTS_ISSUED, -points)] if points else [])


def post_legs(
    legs: Sequence[Leg], *, unit: Unit, system: str, record_type: int, are_new: bool = False, act: Act
) -> None:
    """Post entries of one unit's books; none post nothing.

    Args:
        are_new: the open operation just made the records: nobody looks for what they posted before.
    """
    if legs:
        frame = polars.DataFrame(list(legs), schema=LEGS, orient="row")
        post_entries(frame, unit=unit, system=system, record_type=record_type, are_new=are_new, act=act)
