"""Administration of a charity's funds, booked against the limit of the year, and taken back."""

from __future__ import annotations

from datetime import date

from bangfu.foundation.money.amounts import grouped
from bangfu.foundation.money.models import Entry, Fund
from bangfu.foundation.money.operations import Line, open_missing_accounts, post_entry, reverse_entry
from bangfu.foundation.operations import Act, Refusal, operation, scope_of
from bangfu.foundation.rooms import both
from bangfu.giving.campaigns.models import Charity, Cost
from bangfu.giving.campaigns.operations.books import BANK
from bangfu.giving.campaigns.register import COSTS
from bangfu.giving.campaigns.yearly import COST_MOST_PCT, year_of

ADMINISTRATION = "Expenses:Administration"
ACCOUNTS = (
    (BANK, "CNY", "慈善专户存款", "Charity's bank account"),
    (ADMINISTRATION, "CNY", "管理费", "Administration"),
)


class UnableToBookCost(Refusal):
    """Codes: ``wrong_sum``, ``no_document``, ``in_future``, ``wrong_fund``, ``for_grants_alone``, ``over_limit``,
    ``taken_back_already``."""

    sentences = {
        "wrong_sum": both("请写金额，到分为止。", "Write a sum, in whole fen."),
        "no_document": both("请写凭证编号。", "Name the voucher."),
        "in_future": both("日期在今天之后。", "The day lies in the future."),
        "wrong_fund": both(
            "基金「{fund}」不在这个慈善组织的账上。", "The fund {fund} is not in this charity's books."
        ),
        "for_grants_alone": both(
            "基金「{fund}」已核定过助学金，只能用于助学金。管理费请从慈善组织的非限定资金列支；捐赠协议约定了管理费比例的，"
            "约定的部分另设基金筹集，从那里列支。",
            "The fund {fund} grants, and is spent on grants alone. Pay administration from the charity's general money; where the"
            " agreement with donors sets a share aside for it, raise that share into a fund of its own and pay from there.",
        ),
        "over_limit": both(
            "管理费不得超过当年总支出的 {limit} %：{year} 年目前最多还能列支 {left} 元。"
            "请减少金额，待慈善支出增加后再列支；确需现在列支的，请写明原因，年报中会列出。",
            "Administration is at most {limit} % of what is paid out in the year: {left} yuan more can be booked for {year} as it"
            " stands. Book less, or later, when more was spent on the purpose; if it has to be now, say why, and the yearly table"
            " will show it.",
        ),
        "taken_back_already": both("已经冲销。", "It is taken back already."),
    }


def pays_administration(fund: Fund) -> bool:
    """Return whether a fund may pay administration: it is limited to no other purpose, as one that grants is."""
    return fund.spent_on in (None, ADMINISTRATION)


@operation("campaigns.book_cost", scope=scope_of("charity"))
def book_cost(
    *,
    charity: Charity,
    fund: Fund,
    amount_fen: int,
    spent_on: date,
    document: str,
    reason: str = "",
    act: Act,
) -> Cost:
    """Book administration that a fund paid from the charity's bank account; beyond the year's limit only with a reason.

    Of a charity that is no foundation no limit is known here, and none is applied.

    Raises: UnableToBookCost: see its codes; UnableToPostEntry: ``fund_short``. Nothing was written.
    Posts: in the charity's books administration against its bank account, within the fund.
    Locks: the charity, so that two at once do not pass the limit together; the fund.
    """
    held = Charity.objects.select_for_update(of=("self",)).select_related("unit").get(pk=charity.pk)
    if amount_fen <= 0:
        raise UnableToBookCost("wrong_sum")
    if not document.strip():
        raise UnableToBookCost("no_document")
    if spent_on > act.on:
        raise UnableToBookCost("in_future")
    if fund.unit_id != held.unit_id:
        raise UnableToBookCost("wrong_fund", fund=fund.code)
    if not pays_administration(fund):
        raise UnableToBookCost("for_grants_alone", fund=fund.code)
    left = year_of(held, spent_on.year).cost_left
    is_beyond = left is not None and amount_fen > left
    if left is not None and is_beyond and not reason.strip():
        raise UnableToBookCost(
            "over_limit", limit=COST_MOST_PCT, left=grouped(left, "CNY"), year=spent_on.year
        )
    made = Cost.objects.create(
        charity=held, fund=fund, amount_fen=amount_fen, spent_on=spent_on, document=document.strip(),
        reason=reason.strip() if is_beyond else "", entered_at=act.at, entered_by=act.actor,
    )  # fmt: skip
    open_missing_accounts(held.unit, ACCOUNTS, starts_on=fund.starts_on)
    lines = [Line(ADMINISTRATION, amount_fen, fund.code), Line(BANK, -amount_fen, fund.code)]
    post_entry(
        unit=held.unit,
        on=spent_on,
        lines=lines,
        of=made,
        source_system=COSTS,
        source_id=str(made.pk),
        act=act,
    )
    return made


@operation("campaigns.undo_cost", scope=scope_of("cost"))
def undo_cost(*, cost: Cost, act: Act) -> Cost:
    """Take administration back that was booked by mistake: its entry is mirrored today, and nothing is deleted.

    Raises: UnableToBookCost: ``taken_back_already``; nothing was written.
    Posts: the reversal of its entry.
    Locks: the charity; the fund.
    """
    Charity.objects.select_for_update(of=("self",)).get(pk=cost.charity_id)
    entry = Entry.objects.get(source_system=COSTS, source_id=str(cost.pk), reverses=None)
    if entry.reversals.exists():
        raise UnableToBookCost("taken_back_already")
    reverse_entry(entry, reason="withdrawn", on=act.on, act=act)
    return cost
