"""What a campaign bought for those it gives to, as a drive does in bulk: booked out of its fund, and taken back."""

from __future__ import annotations

from datetime import date

from bangfu.foundation.money.amounts import grouped
from bangfu.foundation.money.models import Entry, Fund
from bangfu.foundation.money.operations import (
    Line,
    lock_fund,
    open_missing_accounts,
    post_entry,
    reverse_entry,
)
from bangfu.foundation.money.queries import standing_in
from bangfu.foundation.operations import Act, Refusal, operation, scope_of
from bangfu.foundation.rooms import both
from bangfu.giving.campaigns.models import STATE_WORDS, Campaign, State
from bangfu.giving.campaigns.operations.books import BANK
from bangfu.giving.campaigns.register import PURCHASES

BOUGHT = "Expenses:Purchases"
ACCOUNTS = (
    (BANK, "CNY", "慈善专户存款", "Charity's bank account"),
    (BOUGHT, "CNY", "采购物资", "Goods bought"),
)
LONGEST_DOCUMENT = 60
BUYING = (State.OPEN, State.CLOSED, State.GRANTING)


class UnableToBookPurchase(Refusal):
    """Codes: ``wrong_state``, ``wrong_sum``, ``no_document``, ``in_future``, ``for_grants_alone``, ``not_arrived``,
    ``booked_already``, ``not_booked``."""

    sentences = {
        "wrong_state": both(
            "活动{state}：募捐开放以后、登记公开报告以前才能列支采购。",
            "The campaign is {state}: purchases are booked once it is open and until it is reported.",
        ),
        "wrong_sum": both("请写金额，到分为止。", "Write a sum, in whole fen."),
        "no_document": both("请写凭证编号，不超过 60 字。", "Name the voucher, in 60 characters at most."),
        "in_future": both("日期在今天之后。", "The day lies in the future."),
        "for_grants_alone": both(
            "基金「{fund}」已核定过助学金，只能用于助学金。采购请另设基金。",
            "The fund {fund} grants, and is spent on grants alone. Buy from another fund.",
        ),
        "not_arrived": both(
            "基金「{fund}」在银行的只有 {bank} 元。请先在“银行流水”认领到账，再列支。",
            "The fund {fund} has {bank} yuan in the bank. Match the credits at Bank first.",
        ),
        "booked_already": both(
            "凭证「{document}」已经列支。要改请先冲销。",
            "The voucher {document} is booked already. Take it back first.",
        ),
        "not_booked": both(
            "凭证「{document}」没有列支，或已经冲销。",
            "The voucher {document} is not booked, or is taken back already.",
        ),
    }


def pays_purchases(fund: Fund | None) -> bool:
    """Return whether a fund may pay purchases: it is limited to no other purpose, as one that grants is."""
    return fund is not None and fund.spent_on in (None, BOUGHT)


@operation("campaigns.book_purchase", scope=scope_of("campaign"))
def book_purchase(
    *, campaign: Campaign, amount_fen: int, bought_on: date, document: str, act: Act
) -> Campaign:
    """Book what a campaign bought, out of its fund's money in the bank; the voucher says which purchase it is.

    Raises: UnableToBookPurchase: see its codes; UnableToPostEntry: ``fund_short``. Nothing was written.
    Posts: in the charity's books goods bought against its bank account, within the fund.
    Locks: the campaign, then the fund.
    """
    held = _held(campaign)
    fund, document = held.fund, document.strip()
    if held.state not in BUYING or fund is None:
        raise UnableToBookPurchase("wrong_state", state=STATE_WORDS[held.state])
    if amount_fen <= 0:
        raise UnableToBookPurchase("wrong_sum")
    if not 0 < len(document) <= LONGEST_DOCUMENT:
        raise UnableToBookPurchase("no_document")
    if bought_on > act.on:
        raise UnableToBookPurchase("in_future")
    if not pays_purchases(fund):
        raise UnableToBookPurchase("for_grants_alone", fund=fund.code)
    before = _entries(held, document)
    if any(not one.reversals.exists() for one in before):
        raise UnableToBookPurchase("booked_already", document=document)
    lock_fund(fund)
    there = standing_in(BANK, fund=fund.pk)
    if there < amount_fen:
        raise UnableToBookPurchase("not_arrived", fund=fund.code, bank=grouped(there, "CNY"))
    open_missing_accounts(fund.unit, ACCOUNTS, starts_on=fund.starts_on)
    post_entry(
        unit=fund.unit, on=bought_on, lines=[Line(BOUGHT, amount_fen, fund.code), Line(BANK, -amount_fen, fund.code)],
        of=held, source_system=PURCHASES, source_id=_source(held, document), revision=len(before) + 1, act=act,
    )  # fmt: skip
    return held


@operation("campaigns.undo_purchase", scope=scope_of("campaign"))
def undo_purchase(*, campaign: Campaign, document: str, act: Act) -> Campaign:
    """Take a purchase back that was booked by mistake: its entry is mirrored today, and nothing is deleted.

    Raises: UnableToBookPurchase: ``not_booked``; nothing was written.
    Posts: the reversal of its entry. Locks: the campaign; the fund.
    """
    held = _held(campaign)
    standing = [one for one in _entries(held, document.strip()) if not one.reversals.exists()]
    if not standing:
        raise UnableToBookPurchase("not_booked", document=document.strip())
    reverse_entry(standing[0], reason="withdrawn", on=act.on, act=act)
    return held


def _held(campaign: Campaign) -> Campaign:
    rows = Campaign.objects.select_for_update(of=("self",)).select_related("fund__unit")
    return rows.get(pk=campaign.pk)


def _source(campaign: Campaign, document: str) -> str:
    return f"{campaign.pk}/{document}"


def _entries(campaign: Campaign, document: str) -> list[Entry]:
    rows = Entry.objects.filter(source_system=PURCHASES, source_id=_source(campaign, document), reverses=None)
    return list(rows.order_by("pk"))
