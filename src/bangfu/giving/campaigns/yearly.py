"""What the law has a charity disclose of its money: a campaign's table at a duty, the charity's year, and its two shares.

Foundations that may raise from the public spend at least 70 % of last year's income, or of the mean income of the three years
before, on their purpose, and at most 10 % of what they spend in the year on administration (DOMAIN §6, cost limits). Charities
of other kinds have limits of their own, which are not known here: none is applied to them. Shares are looked at in whole fen,
never rounded.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from bangfu.foundation.money import statements
from bangfu.foundation.money.models import AccountKind, Leg
from bangfu.foundation.money.statements import COST, OPENING, PAID, RECEIVED, SECTION_WORDS
from bangfu.foundation.rooms import Words, both
from bangfu.giving.campaigns.models import Charity, Duty, DutyKind
from bangfu.giving.campaigns.queries import participations

SPEND_LEAST_PCT, COST_MOST_PCT = 70, 10
MEAN_YEARS = 3
"""So many years before are averaged, where the law lets a mean stand for last year's income."""
COUNT = both("捐赠人次", "Gifts received")
GOAL = both("募捐目标", "Goal")


@dataclass(frozen=True)
class Row:
    """One line of a table that is published."""

    name: str
    """What the line is called where a table is kept, whatever language it is read in."""
    words: str
    amount: int
    is_count: bool = False
    """A number of gifts, not fen."""
    account: int | None = None
    section: str = ""


@dataclass(frozen=True)
class Year:
    """A charity's year, in fen."""

    year: int
    opening: int
    received: int
    spent: int
    """For the purpose."""
    cost: int
    """Administration and fees."""
    closing: int
    received_before: int
    """In the year before."""
    received_three: int | None = None
    """In the three years before together; null: the books do not go back so far, so that there is no mean."""
    has_limits: bool = True
    """Whether it is a foundation, of which the limits are known."""

    @property
    def total(self) -> int:
        """All that was paid out."""
        return self.spent + self.cost

    @property
    def spends_enough(self) -> bool | None:
        """Whether at least 70 % of last year's income, or of the mean of three years, was spent on the purpose;
        null where nothing was received last year, or no limit is known."""
        if not self.has_limits or self.received_before <= 0:
            return None
        return not self.still_to_spend

    @property
    def is_by_mean(self) -> bool:
        """Whether it is the mean of three years that asks for less than last year's income does."""
        return self._least_by_mean is not None and self._least_by_mean < self._least_by_year

    @property
    def _least_by_year(self) -> int:
        return _share_of(self.received_before, 100)

    @property
    def _least_by_mean(self) -> int | None:
        return None if self.received_three is None else _share_of(self.received_three, 100 * MEAN_YEARS)

    @property
    def costs_little(self) -> bool | None:
        """Whether administration is at most 10 % of what was paid out; null where nothing was, or no limit is known."""
        return None if not (self.has_limits and self.total) else self.cost * 100 <= self.total * COST_MOST_PCT

    @property
    def cost_left(self) -> int | None:
        """How much more administration the limit allows as things stand; null: no limit is known."""
        if not self.has_limits:
            return None
        return max(0, self.spent * COST_MOST_PCT // (100 - COST_MOST_PCT) - self.cost)

    @property
    def still_to_spend(self) -> int:
        """How much is still to be spent on the purpose for 70 % of last year's income or of the mean, whichever asks for less."""
        wanted = self._least_by_year
        if self._least_by_mean is not None:
            wanted = min(wanted, self._least_by_mean)
        return max(0, wanted - self.spent)


def _share_of(fen: int, of: int) -> int:
    """Return 70 parts of so many of a sum, rounded up to the fen."""
    return -(-fen * SPEND_LEAST_PCT // of)


def year_of(charity: Charity, year: int) -> Year:
    """Return the year of a charity, by the legs of all funds in its books."""
    now = statements.totals_of(charity.unit, first=date(year, 1, 1), last=date(year, 12, 31))
    return Year(
        year, now[OPENING], now[RECEIVED], now[PAID], now[COST], now[statements.CLOSING], _received(charity, year - 1, year - 1),
        _received(charity, year - MEAN_YEARS, year - 1) if _go_back_to(charity, year - MEAN_YEARS) else None,
        charity.is_foundation,
    )  # fmt: skip


def _received(charity: Charity, first: int, last: int) -> int:
    return statements.totals_of(charity.unit, first=date(first, 1, 1), last=date(last, 12, 31))[RECEIVED]


def _go_back_to(charity: Charity, year: int) -> bool:
    """Return whether the charity's books have a year: a year without books would pull the mean down."""
    return _legs(charity).filter(entry__happened_on__lte=date(year, 12, 31)).exists()


def _legs(charity: Charity) -> QuerySet[Leg]:
    return Leg.objects.filter(fund__unit=charity.unit_id, asset="CNY")


_COSTS = Q()
for _code in statements.COSTS:
    _COSTS |= Q(account__code=_code) | Q(account__code__startswith=f"{_code}:")
_HELD_OR_OWED = Q(account__kind__in=(AccountKind.ASSETS, AccountKind.LIABILITIES))
_INCOME, _EXPENSES = Q(account__kind=AccountKind.INCOME), Q(account__kind=AccountKind.EXPENSES)
_BEHIND: dict[str, tuple[Q, int | None, int, int]] = {
    "opening": (_HELD_OR_OWED, None, -1, 1),
    "received": (_INCOME, 0, 0, -1),
    "spent": (_EXPENSES & ~_COSTS, 0, 0, 1),
    "cost": (_EXPENSES & _COSTS, 0, 0, 1),
    "total": (_EXPENSES, 0, 0, 1),
    "closing": (_HELD_OR_OWED, None, 0, 1),
    "received_before": (_INCOME, -1, -1, -1),
    "received_three": (_INCOME, -MEAN_YEARS, -1, -1),
}
"""Of each line of a year: which legs it sums, from which year until which, counted from its own (null: from the beginning), and
with which sign, since income stands on the credit side."""


@dataclass(frozen=True)
class Behind:
    """The legs that a line of a charity's year is the sum of."""

    legs: QuerySet[Leg]
    first: date | None
    """Null: from the beginning."""
    last: date
    sign: int
    """With which their sum is the line."""


def behind(charity: Charity, year: int, line: str) -> Behind | None:
    """Return the legs behind a line of a year, by day; null: there is no such line."""
    if line not in _BEHIND:
        return None
    which, begins, ends, sign = _BEHIND[line]
    first = None if begins is None else date(year + begins, 1, 1)
    last = date(year + ends, 12, 31)
    legs = _legs(charity).filter(which, entry__happened_on__lte=last)
    if first is not None:
        legs = legs.filter(entry__happened_on__gte=first)
    return Behind(legs.order_by("entry__happened_on", "pk"), first, last, sign)


def table_of(duty: Duty, *, on: date) -> list[Row]:
    """Return the table that a duty has published: of the campaign's fund until the day, or of the charity's year."""
    campaign = duty.campaign
    last = min(duty.due_on, on)
    if duty.kind == DutyKind.YEARLY:
        assert campaign.charity is not None
        return rows_of_year(year_of(campaign.charity, duty.due_on.year - 1))
    if campaign.fund is None:
        return []
    found = statements.statement_of(campaign.fund, first=campaign.starts_on, last=last)
    rows = [
        Row("goal", str(GOAL), campaign.goal_fen),
        Row("participations", str(COUNT), participations(campaign, until=last), is_count=True),
    ]
    for line in found.lines:
        name = f"{line.section}:{line.account.code}" if line.account else line.section
        title = f"{line.words} · {line.account.title}" if line.account else str(line.words)
        rows.append(
            Row(
                name,
                title,
                line.amount_minor,
                account=line.account.pk if line.account else None,
                section=line.section,
            )
        )
    return rows


def rows_of_year(found: Year) -> list[Row]:
    """Return a year as the lines of its table."""
    said: list[tuple[str, Words, int]] = [
        ("opening", SECTION_WORDS[OPENING], found.opening), ("received", SECTION_WORDS[RECEIVED], found.received),
        ("spent", both("用于慈善活动的支出", "Spent on the purpose"), found.spent),
        ("cost", SECTION_WORDS[COST], found.cost), ("total", both("总支出", "All that was paid out"), found.total),
        ("closing", SECTION_WORDS[statements.CLOSING], found.closing),
        ("received_before", both("上年总收入", "Received in the year before"), found.received_before),
    ]  # fmt: skip
    if found.received_three is not None:
        three = both("前三年总收入", "Received in the three years before")
        said.append(("received_three", three, found.received_three))
    return [Row(name, str(words), amount) for name, words, amount in said]


def kept_table(duty: Duty, *, on: date) -> dict[str, int]:
    """Return a table as it is kept with what was published: amounts by line."""
    return {row.name: row.amount for row in table_of(duty, on=on)}
