"""The whole dashboard of a unit and a year, gathered with the same questions however many units, counties and facts there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.rooms import Words
from bangfu.reporting.dashboard.asking import Asked
from bangfu.reporting.dashboard.counties import Counties, County
from bangfu.reporting.dashboard.live import Live, live_of
from bangfu.reporting.dashboard.pledged import Completions, targets_in_force
from bangfu.reporting.dashboard.standing import UnitStanding, standings_of_units
from bangfu.reporting.dashboard.together import Together
from bangfu.reporting.dashboard.trends import Advantage, Trends
from bangfu.reporting.figures import Figure
from bangfu.reporting.selection import Selection
from bangfu.reporting.targets.completion import Progress, percent
from bangfu.reporting.targets.counting import of_unit, period_until
from bangfu.reporting.targets.engines.cascade import ranks_of
from bangfu.reporting.targets.lights import Lights, lights_on
from bangfu.reporting.targets.official_form.rows import OFFICIAL, OfficialRow
from bangfu.reporting.targets.rules import indicator_called, title_of


@dataclass(frozen=True)
class PledgeTile:
    """One of the official numbers: how far it is, or the figure alone where nothing was promised."""

    row: OfficialRow
    figure: Figure
    progress: Progress | None

    @property
    def share(self) -> str:
        """The share of the target, as it is written."""
        return percent(self.progress.share) if self.progress else ""

    @property
    def forecast_share(self) -> str:
        """The forecast over the target, as it is written."""
        return percent(self.progress.forecast_share) if self.progress else ""

    @property
    def time_share(self) -> str:
        """The share of the time that is over, as it is written."""
        return percent(self.progress.time_share) if self.progress else ""

    @property
    def bar(self) -> int:
        """How long the bar of the share is, in percent of its place; what is more than reached fills it."""
        share = self.progress.share if self.progress else None
        return 0 if share is None else max(0, min(100, int(share * 100)))

    @property
    def time_at(self) -> int:
        """Where the mark of the time stands, in percent."""
        return min(100, int(self.progress.time_share * 100)) if self.progress else 0


@dataclass(frozen=True)
class Rank:
    """One unit among those of its parent, by how far it is with one indicator."""

    rank: int | None
    unit: Unit
    progress: Progress

    @property
    def share(self) -> str:
        """The share, as it is written."""
        return percent(self.progress.merit)

    @property
    def bar(self) -> int:
        """How long its bar is, in percent of its place."""
        merit = self.progress.merit
        return 0 if merit is None else max(0, min(100, int(merit * 100)))


@dataclass(frozen=True)
class Dashboard:
    """Everything on the page."""

    asked: Asked
    lights: Lights
    pledges: tuple[PledgeTile, ...]
    pledge: int | None
    """The pledge of which the unit's targets are; null without any."""
    advantages: tuple[Advantage, ...]
    units: tuple[UnitStanding, ...]
    """The unit itself first."""
    ranked_by: str
    """The indicator's code by which units are ranked; empty when they have no targets."""
    rank_choices: tuple[tuple[str, Words], ...]
    ranks: tuple[Rank, ...]
    counties: tuple[County, ...]
    """Those in which something is amiss."""
    county_count: int
    live: Live

    @property
    def own(self) -> UnitStanding:
        """How the unit itself stands, with all below it."""
        return self.units[0]


def dashboard_of(asked: Asked) -> Dashboard:
    """Return the dashboard of a unit and a year."""
    lights, together = lights_on(asked.on), Together()
    targets = targets_in_force(
        asked.account, asked.unit, asked.below, year=asked.year, on=asked.on, today=asked.today
    )
    completions = Completions(together, targets, year=asked.year, on=asked.on, lights=lights)
    official = {
        row: together.want(row.indicator, _own(asked)) for row in OFFICIAL if indicator_called(row.indicator)
    }
    trends, counties = Trends(together, asked), Counties(together, asked, lights)
    together.ask()
    progress = completions.read()
    promised = _promised(asked, progress)
    ranked_by, choices, ranks = _ranked(asked, progress)
    first = next((one for one in progress if one.unit.pk == asked.unit.pk), None)
    return Dashboard(
        asked=asked,
        lights=lights,
        pledges=tuple(
            PledgeTile(
                row,
                promised[row.indicator].figure if row.indicator in promised else together.figure(cell),
                promised.get(row.indicator),
            )
            for row, cell in official.items()
        ),
        pledge=first.target.version.pledge_id if first else None,
        advantages=tuple(trends.read()),
        units=tuple(
            standings_of_units(
                asked.account, asked.unit, asked.below, year=asked.year, on=asked.on, today=asked.today,
                progress=progress, lights=lights,
            )
        ),
        ranked_by=ranked_by,
        rank_choices=choices,
        ranks=ranks,
        counties=tuple(counties.read()),
        county_count=counties.count,
        live=live_of(asked.unit, asked.today),
    )  # fmt: skip


def _own(asked: Asked) -> Selection:
    return of_unit(Selection(period_until(asked.year, asked.on)), asked.unit)


def _promised(asked: Asked, progress: Sequence[Progress]) -> dict[str, Progress]:  # by indicator
    """Return the unit's own targets that are about all of it: of no place, area or line alone."""
    return {
        one.target.indicator: one
        for one in progress
        if one.unit.pk == asked.unit.pk
        and (one.target.place_id, one.target.area_id, one.target.line_id) == (None, None, None)
    }


def _ranked(
    asked: Asked, progress: Sequence[Progress]
) -> tuple[str, tuple[tuple[str, Words], ...], tuple[Rank, ...]]:
    """Return by what units are ranked, by what they could be, and the ranks: units, never persons."""
    rivals: dict[str, list[Progress]] = {}
    for one in progress:
        target = one.target
        if one.unit.pk != asked.unit.pk and (target.place_id, target.area_id, target.line_id) == (
            None,
            None,
            None,
        ):
            rivals.setdefault(target.indicator, []).append(one)
    order = {row.indicator: at for at, row in enumerate(OFFICIAL)}
    codes = sorted(rivals, key=lambda code: (order.get(code, len(order)), code))
    if not codes:
        return "", (), ()
    chosen = asked.ranked_by if asked.ranked_by in rivals else codes[0]
    listed = sorted(
        rivals[chosen], key=lambda one: (one.merit is None, -(one.merit or Decimal(0)), one.unit.path)
    )
    ranks = ranks_of([one.merit for one in listed])
    found = tuple(Rank(rank, one.unit, one) for rank, one in zip(ranks, listed, strict=True))
    return chosen, tuple((code, title_of(code)) for code in codes), found
