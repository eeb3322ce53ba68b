"""What a pledge's year has otherwise than the year before: targets and values of both, by the same day and to the end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.lists import Cell
from bangfu.reporting import queries as figures
from bangfu.reporting.figures import Figure
from bangfu.reporting.selection import Selection
from bangfu.reporting.targets import queries
from bangfu.reporting.targets.completion import NO_VALUE
from bangfu.reporting.targets.counting import of_unit, period_until
from bangfu.reporting.targets.models import Pledge, Target
from bangfu.reporting.targets.official_form.rows import OFFICIAL
from bangfu.reporting.targets.rules import indicator_called
from bangfu.reporting.targets.withholding import WITHHELD, is_withheld, without_value


@dataclass(frozen=True)
class Difference:
    """One indicator of a signatory in two years."""

    target: Target | None
    """This year's; null where nothing is promised any more."""
    before: Target | None
    """Last year's, in force at that year's end; null where nothing was promised."""
    now: Figure
    """From the year's first day up to the day that is looked at."""
    by_then: Figure
    """Last year up to the same day."""
    whole: Figure
    """Last year as a whole."""
    is_withheld: bool
    """Whether the reader may not see what it is a share of."""

    @property
    def title(self) -> Words:
        """What is counted."""
        return self.now.indicator.title

    @property
    def change(self) -> Decimal | None:
        """How much more there is than last year by the same day; null where either has no value."""
        if self.now.value is None or self.by_then.value is None:
            return None
        return self.now.value - self.by_then.value

    @property
    def growth_pct(self) -> Decimal | None:
        """The change over last year's value by the same day, in percent; null where that is nothing or less."""
        if self.change is None or not self.by_then.value or self.by_then.value < 0:
            return None
        return (self.change / self.by_then.value * 100).quantize(Decimal("0.1"), ROUND_HALF_UP)

    @property
    def growth(self) -> str:
        """The change in percent with its sign, as it is written."""
        if self.growth_pct is None:
            return NO_VALUE
        sign = "+" if self.growth_pct > 0 else "−" if self.growth_pct < 0 else ""
        return f"{sign}{abs(self.growth_pct)}%"

    @property
    def raised(self) -> Decimal | None:
        """How much more is promised than last year; null where either year promised nothing."""
        if self.target is None or self.before is None:
            return None
        return self.target.quantity - self.before.quantity


def differences_of(account: Account, pledge: Pledge, on: date, today: date) -> list[Difference]:
    """Return this year beside the last for every indicator that the signatory promised in either, the official ones first.

    Only targets of the whole unit are compared, and only those that the account may see.

    Args:
        on: up to which day of the year is counted.
    """
    year = pledge.year
    last = min(max(on, date(year, 1, 1)), date(year, 12, 31))
    now = _own(account, [pledge], last, today)
    earlier = Pledge.objects.filter(unit=pledge.unit_id, year=year - 1)
    if pledge.county_id is not None:
        earlier = earlier.filter(county=pledge.county_id)
    before = _own(account, list(earlier), date(year - 1, 12, 31), today)
    order = {row.indicator: at for at, row in enumerate(OFFICIAL)}
    matters = sorted({*now, *before}, key=lambda one: (order.get(str(one[0]), len(order)), str(one)))
    same_day = last.replace(year=year - 1, day=min(last.day, 28) if last.month == 2 else last.day)
    shown = [(now.get(matter), before.get(matter)) for matter in matters]
    named = [
        (pair, target)
        for pair in shown
        if (target := pair[0] or pair[1]) and indicator_called(target.indicator)
    ]
    periods = (
        period_until(year, last),
        period_until(year - 1, same_day),
        period_until(year - 1, date(year - 1, 12, 31)),
    )
    asked = [
        (
            one.indicator,
            of_unit(Selection(period, place=one.place_id, area=one.area, line=one.line), pledge.unit),
        )
        for _, one in named
        for period in periods
    ]
    counted = iter(figures.figures_together(asked))
    found = []
    for (target, then), _ in named:
        this, by_then, whole = next(counted), next(counted), next(counted)
        is_hidden = any(is_withheld(account, one, today) for one in (this, by_then, whole))
        if is_hidden:
            this, by_then, whole = (without_value(one) for one in (this, by_then, whole))
        found.append(Difference(target, then, this, by_then, whole, is_hidden))
    return found


def _own(
    account: Account, pledges: Sequence[Pledge], on: date, today: date
) -> dict[tuple[object, ...], Target]:  # by what is counted, of the signatory alone
    standings = queries.standings_of([one.pk for one in pledges])
    found: dict[tuple[object, ...], Target] = {}
    for one in pledges:
        standing = queries.in_force(standings[one.pk], on)
        if standing is not None:
            own = queries.targets_of(standing.version.pk).filter(unit=one.unit_id)
            found.update({target.measured: target for target in queries.seen_by(account, list(own), today)})
    return found


HEADINGS: tuple[Words, ...] = (
    both("指标", "Indicator"),
    both("指标代码", "Indicator's code"),
    both("计量单位", "Unit of measure"),
    both("上年目标", "Last year's target"),
    both("今年目标", "This year's target"),
    both("上年全年", "Last year, whole"),
    both("上年同日", "Last year by the same day"),
    both("今年", "This year"),
    both("增减", "Change"),
    both("增减率（%）", "Change, %"),
    both("今年的数打开", "This year's figure opens at"),
    both("上年的数打开", "Last year's figure opens at"),
)


def cells(found: Sequence[Difference], origin: str) -> Iterator[list[Cell]]:
    """Return differences as rows of a file: quantities are numbers, what is not known is empty.

    Args:
        origin: where this house answers, without a slash at the end.
    """
    for one in found:
        yield [
            str(one.title),
            one.now.indicator.code,
            str(one.now.indicator.unit),
            one.before.quantity if one.before else "",
            one.target.quantity if one.target else "",
            *(
                "" if value is None else value
                for value in (one.whole.value, one.by_then.value, one.now.value, one.change)
            ),
            str(WITHHELD) if one.is_withheld else "" if one.growth_pct is None else one.growth_pct,
            origin + one.now.address,
            origin + one.whole.address,
        ]
