"""What a fund held, received, paid and owes over a period, line by line, each line the sum of legs that can be opened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet, Sum

from bangfu.foundation.money.models import AccountKind, BookAccount, Fund, Leg
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.rooms import Words, both

COSTS = ("Expenses:Administration", "Expenses:Fees")
"""Accounts, and those below them, that are the cost of running, not of the purpose."""
OPENING, RECEIVED, PAID, COST, OTHER, CLOSING, HELD, OWED = (
    "OPENING", "RECEIVED", "PAID", "COST", "OTHER", "CLOSING", "HELD", "OWED",
)  # fmt: skip
SECTION_WORDS: dict[str, Words] = {
    OPENING: both("期初结余", "At the beginning"),
    RECEIVED: both("收入", "Received"),
    PAID: both("支出", "Paid out"),
    COST: both("管理费和手续费", "Administration and fees"),
    OTHER: both("其他变动", "Other changes"),
    CLOSING: both("期末结余", "At the end"),
    HELD: both("期末资产", "Of it held"),
    OWED: both("期末应付未付", "Of it owed and not yet paid"),
}


@dataclass(frozen=True)
class Line:
    """One line of a statement."""

    section: str
    account: BookAccount | None
    """Null: a sum of several accounts."""
    amount_minor: int
    """As people read it: what was received, paid, held and owed are above zero."""

    @property
    def words(self) -> Words:
        """The section's name."""
        return SECTION_WORDS[self.section]


@dataclass(frozen=True)
class Statement:
    """A fund over a period, in one asset."""

    fund: Fund
    asset: str
    first: date
    last: date
    lines: list[Line]

    def of(self, section: str) -> list[Line]:
        """Return a section's lines."""
        return [one for one in self.lines if one.section == section]

    def total(self, section: str) -> int:
        """Return what a section's lines come to."""
        return sum(one.amount_minor for one in self.of(section))


def is_cost(code: str) -> bool:
    """Return whether an account is a cost of running.

    >>> is_cost("Expenses:Fees:Payments"), is_cost("Expenses:Feesible"), is_cost("Expenses:Grants")
    (True, False, False)
    """
    return any(code == one or code.startswith(f"{one}:") for one in COSTS)


def _section(account: BookAccount) -> str:
    match account.kind:
        case AccountKind.INCOME:
            return RECEIVED
        case AccountKind.EXPENSES:
            return COST if is_cost(account.code) else PAID
        case AccountKind.EQUITY:
            return OTHER
    return HELD if account.kind == AccountKind.ASSETS else OWED


def statement_of(fund: Fund, *, first: date, last: date, asset: str = "CNY") -> Statement:
    """Return the statement of a fund from a day to another, both included.

    What it holds less what it owes at the beginning, and what was received less what was paid, are what it holds less what it
    owes at the end: entries balance within a fund.
    """
    return Statement(
        fund, asset, first, last, _lines(Leg.objects.filter(fund=fund, asset=asset), first, last)
    )


def totals_of(unit: Unit, *, first: date, last: date, asset: str = "CNY") -> dict[str, int]:
    """Return what all funds of a unit come to over a period, by section; a section without a line is zero."""
    found = dict.fromkeys(SECTION_WORDS, 0)
    for one in _lines(Leg.objects.filter(fund__unit=unit, asset=asset), first, last):
        found[one.section] += one.amount_minor
    return found


def _lines(legs: QuerySet[Leg], first: date, last: date) -> list[Line]:
    rows = (
        legs.filter(entry__happened_on__lte=last)
        .values("account_id")
        .annotate(
            before=Sum("amount_minor", filter=Q(entry__happened_on__lt=first), default=0),
            within=Sum("amount_minor", filter=Q(entry__happened_on__gte=first), default=0),
        )
    )
    sums = {row["account_id"]: (int(row["before"]), int(row["within"])) for row in rows}
    opening = closing = 0
    moved: list[Line] = []
    for one in BookAccount.objects.filter(pk__in=sums).order_by("code"):
        before, within = sums[one.pk]
        section = _section(one)
        if section in (HELD, OWED):
            opening, closing = opening + before, closing + before + within
            amount = before + within if section == HELD else -before - within
        else:
            amount = within if section in (PAID, COST) else -within
        if amount:
            moved.append(Line(section, one, amount))
    order = list(SECTION_WORDS)
    lines = [Line(OPENING, None, opening), *moved, Line(CLOSING, None, closing)]
    return sorted(lines, key=lambda one: (order.index(one.section), one.account.code if one.account else ""))


def legs_behind(
    fund: Fund, *, account: BookAccount | None, first: date | None, last: date, asset: str = "CNY"
) -> QuerySet[Leg]:
    """Return the legs that a line of a statement is the sum of, by day.

    Args:
        account: null: all that hold or owe, of which opening and closing are sums.
        first: null: from the beginning, as what stands on a day is.
    """
    rows = Leg.objects.filter(fund=fund, asset=asset, entry__happened_on__lte=last)
    if account is not None:
        rows = rows.filter(account=account)
    else:
        rows = rows.filter(account__kind__in=(AccountKind.ASSETS, AccountKind.LIABILITIES))
    if first is not None:
        rows = rows.filter(entry__happened_on__gte=first)
    return rows.select_related("entry", "account", "fund").order_by("entry__happened_on", "pk")
