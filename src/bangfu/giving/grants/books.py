"""Grants in the books of the charity, within the fund: committed as they are awarded, paid, taken back and released.

Committed is a debt of the fund, so that money free of it is what is left: raised = paid + committed + left, by the legs alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import polars

from bangfu.foundation.money.amounts import written
from bangfu.foundation.money.models import Fund
from bangfu.foundation.money.operations import limit_fund, lock_fund, open_missing_accounts, post_entries
from bangfu.foundation.money.queries import sums_of_fund
from bangfu.foundation.operations import Act, Refusal
from bangfu.foundation.rooms import both, record_type
from bangfu.giving.campaigns.api import BANK, OWED, REFUNDED, WALLET, place_gifts_of
from bangfu.giving.grants.models import Award, Payment

SPENT, AWARDED, PAID = "Expenses:Grants", "Expenses:Grants:Awarded", "Expenses:Grants:Paid"
COMMITTED = "Liabilities:Grants:Awarded"
ACCOUNTS = (
    (BANK, "CNY", "慈善专户存款", "Charity's bank account"),
    (COMMITTED, "CNY", "应付助学金", "Grants awarded, to be paid"),
    (AWARDED, "CNY", "助学金支出（已核定待付）", "Grants awarded"),
    (PAID, "CNY", "助学金支出（已付）", "Grants paid"),
)
COMMITS, RELEASES = "grants.commit", "grants.release"
PAYS, RETURNS = "grants.pay", "grants.return"
"""The sources of entries: of an award by its key, of a payment by its key."""

Lines = Callable[[int], Sequence[tuple[str, int]]]  # of an amount in fen: account and fen
LEGS = {
    "entry": polars.Int64(), "on": polars.Date(), "account": polars.String(), "amount_minor": polars.Int64(),
    "fund": polars.String(), "subject": polars.Int64(), "source_id": polars.String(),
}  # fmt: skip


class UnableToPay(Refusal):
    """Codes: ``not_arrived``."""

    sentences = {
        "not_arrived": both(
            "基金「{fund}」在银行的只有 {bank} 元，不够付 {wanted} 元：另有 {owed} 元企业尚未付到，{wallet} 元在支付渠道待结算。"
            "请先催款，在“募捐活动—银行流水”认领到账。",
            "The fund {fund} has {bank} yuan in the bank, not {wanted}: {owed} are owed by companies and {wallet} wait with"
            " payment providers. Have them paid, and match the credits at Campaigns, Bank.",
        ),
    }


def commit(awards: Sequence[Award], act: Act) -> None:
    """Commit money of the fund to awards, inside the operation that awards them; gifts of the fund get their places.

    From the first on the fund can be spent on grants alone.

    Raises: UnableToPostEntry: ``fund_short``: the fund has less left than that; nothing was written.
    Posts: one entry an award: grants awarded against what is to be paid.
    Locks: the places of the fund's gifts, then the fund.
    """
    for fund, ones in _by_fund(awards):
        open_missing_accounts(fund.unit, ACCOUNTS, starts_on=fund.starts_on)
        limit_fund(fund, to=SPENT)
        place_gifts_of(fund.pk)
        rows = [(one.pk, one.amount_fen) for one in ones]
        _post(
            fund, COMMITS, "grants.award", rows, lambda fen: [(AWARDED, fen), (COMMITTED, -fen)], act.on, act
        )


def release(awards: Sequence[Award], act: Act) -> None:
    """Give back to the fund what was committed to awards that are not paid after all.

    Posts: one entry an award, which takes back that of its commitment.
    """
    for fund, ones in _by_fund(awards):
        rows = [(one.pk, one.amount_fen) for one in ones]
        _post(
            fund, RELEASES, "grants.award", rows, lambda fen: [(COMMITTED, fen), (AWARDED, -fen)], act.on, act
        )


def pay(payments: Sequence[Payment], on: date, act: Act) -> None:
    """Pay what was committed out of the charity's bank account, on the day of the bank's answer.

    Raises: UnableToPay: ``not_arrived``: the money of the fund is not in the bank; nothing was written.
    Posts: one entry a payment. Locks: the fund.
    """
    for fund, ones in _of_payments(payments):
        require_arrived(fund, sum(one.amount_fen for one in ones))
        rows = [(one.pk, one.amount_fen) for one in ones]
        _post(fund, PAYS, "grants.payment", rows, _paid, on, act)


def take_back(payments: Sequence[Payment], on: date, act: Act) -> None:
    """Take payments back that the bank returned: the money is in the bank and committed again.

    Posts: one entry a payment, which mirrors that of paying it.
    """
    for fund, ones in _of_payments(payments):
        rows = [(one.pk, one.amount_fen) for one in ones]
        _post(fund, RETURNS, "grants.payment", rows, lambda fen: _paid(-fen), on, act)


def require_arrived(fund: Fund, fen: int) -> None:
    """Lock a fund and refuse to pay more than it has in the bank.

    Raises: UnableToPay: ``not_arrived``.
    """
    lock_fund(fund)
    found = position(fund)
    if found.bank_fen < fen:
        raise UnableToPay(
            "not_arrived", fund=fund.code, bank=written(found.bank_fen, "CNY"), wanted=written(fen, "CNY"),
            owed=written(found.owed_fen, "CNY"), wallet=written(found.wallet_fen, "CNY"),
        )  # fmt: skip


def _paid(fen: int) -> list[tuple[str, int]]:
    return [(COMMITTED, fen), (BANK, -fen), (PAID, fen), (AWARDED, -fen)]


def _by_fund(awards: Iterable[Award]) -> list[tuple[Fund, list[Award]]]:
    found: dict[int, list[Award]] = defaultdict(list)
    for one in awards:
        found[one.fund_id].append(one)
    funds = Fund.objects.select_related("unit").in_bulk(list(found))
    return [(funds[key], found[key]) for key in sorted(found)]


def _of_payments(payments: Iterable[Payment]) -> list[tuple[Fund, list[Payment]]]:
    found: dict[int, list[Payment]] = defaultdict(list)
    for one in payments:
        found[one.award.fund_id].append(one)
    funds = Fund.objects.select_related("unit").in_bulk(list(found))
    return [(funds[key], found[key]) for key in sorted(found)]


def _post(
    fund: Fund, system: str, kind: str, rows: Sequence[tuple[int, int]], lines: Lines, on: date, act: Act
) -> None:
    legs = [
        (entry, on, account, amount, fund.code, key, str(key))
        for entry, (key, fen) in enumerate(rows)
        for account, amount in lines(fen)
    ]
    frame = polars.DataFrame(legs, schema=LEGS, orient="row")
    post_entries(frame, unit=fund.unit, system=system, record_type=record_type(kind).number, act=act)


@dataclass(frozen=True)
class Position:
    """What became of the money of a fund, by the legs of its books; in fen."""

    given_fen: int
    """All that was given, before anything went back."""
    refunded_fen: int
    passed_fen: int
    """Taken over from another fund, or negative: passed on to one when it was closed; and what it opened with."""
    paid_fen: int
    committed_fen: int
    other_fen: int
    """Spent on anything else, before the fund was limited to grants."""
    left_fen: int
    bank_fen: int
    owed_fen: int
    """Promised by companies and not paid yet."""
    wallet_fen: int
    """With payment providers."""

    @property
    def raised_fen(self) -> int:
        """What was given and not given back, and what other funds passed on: paid, committed, spent otherwise and left."""
        return self.given_fen - self.refunded_fen + self.passed_fen


def position(fund: Fund) -> Position:
    """Return what became of a fund's money, exactly."""
    rows = sums_of_fund(fund.pk)
    sums = {one.code: one.amount_minor for one in rows}
    kinds: dict[str, int] = defaultdict(int)
    for one in rows:
        kinds[one.kind] += one.amount_minor
    refunded = sums.get(REFUNDED, 0)
    return Position(
        given_fen=refunded - kinds["INCOME"],
        refunded_fen=refunded,
        passed_fen=-kinds["EQUITY"],
        paid_fen=sums.get(PAID, 0),
        committed_fen=-sums.get(COMMITTED, 0),
        other_fen=kinds["EXPENSES"] - sums.get(PAID, 0) - sums.get(AWARDED, 0),
        left_fen=kinds["ASSETS"] + kinds["LIABILITIES"],
        bank_fen=sums.get(BANK, 0),
        owed_fen=sums.get(OWED, 0),
        wallet_fen=sums.get(WALLET, 0),
    )
