"""What the law has a charity disclose of its money: a campaign's table at a duty, the charity's year, and its two shares.

Foundations that may raise from the public spend at least 70 % of last year's income on their purpose, and at most 10 % of what
they spend in the year on administration (DOMAIN §6, cost limits). Shares are looked at in whole fen, never rounded.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bangfu.foundation.money import statements
from bangfu.foundation.money.statements import COST, OPENING, PAID, RECEIVED, SECTION_WORDS
from bangfu.foundation.rooms import Words, both
from bangfu.giving.campaigns.models import Charity, Duty, DutyKind
from bangfu.giving.campaigns.queries import participations

SPEND_LEAST_PCT, COST_MOST_PCT = 70, 10
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

    @property
    def total(self) -> int:
        """All that was paid out."""
        return self.spent + self.cost

    @property
    def spends_enough(self) -> bool | None:
        """Whether at least 70 % of last year's income was spent on the purpose; null where there was none."""
        if self.received_before <= 0:
            return None
        return self.spent * 100 >= self.received_before * SPEND_LEAST_PCT

    @property
    def costs_little(self) -> bool | None:
        """Whether administration is at most 10 % of what was paid out; null where nothing was."""
        return None if not self.total else self.cost * 100 <= self.total * COST_MOST_PCT

    @property
    def cost_left(self) -> int:
        """How much more administration the limit allows as things stand."""
        return max(0, self.spent * COST_MOST_PCT // (100 - COST_MOST_PCT) - self.cost)

    @property
    def still_to_spend(self) -> int:
        """How much is still to be spent on the purpose for 70 % of last year's income."""
        return max(0, -(-self.received_before * SPEND_LEAST_PCT // 100) - self.spent)


def year_of(charity: Charity, year: int) -> Year:
    """Return the year of a charity, by the legs of all funds in its books."""
    now = statements.totals_of(charity.unit, first=date(year, 1, 1), last=date(year, 12, 31))
    before = statements.totals_of(charity.unit, first=date(year - 1, 1, 1), last=date(year - 1, 12, 31))
    return Year(
        year, now[OPENING], now[RECEIVED], now[PAID], now[COST], now[statements.CLOSING], before[RECEIVED]
    )


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
        Row("participations", str(COUNT), participations(campaign), is_count=True),
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
    return [Row(name, str(words), amount) for name, words, amount in said]


def kept_table(duty: Duty, *, on: date) -> dict[str, int]:
    """Return a table as it is kept with what was published: amounts by line."""
    return {row.name: row.amount for row in table_of(duty, on=on)}
