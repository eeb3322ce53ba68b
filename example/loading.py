"""Loading of the example: paper by paper, as its units would, so that a second start takes up what is left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bangfu.connectivity.network.models import Station
from bangfu.foundation.ledger.sealing import seal_pending
from bangfu.foundation.organisation.models import Unit
from example import (
    attending,
    auditing,
    books,
    building,
    buying,
    campaigns,
    charting,
    consents,
    consumption,
    county,
    coverage,
    declaring,
    displaying,
    drive,
    forming,
    grants,
    house,
    industries,
    pairing,
    payouts,
    placing,
    pledging,
    projects,
    reported,
    returning,
    schools,
    shop,
    suppliers,
    training,
    visiting,
    watching,
)
from example.distribution import PROVINCE_CODES, County, allocation
from example.house import NotTheExample
from example.oddities import with_oddities
from example.papers import Paper, bring_in, left_of
from example.paperwork import write_evidence, write_sheet
from example.stations import stations_of

__all__ = ["LoadedExample", "NotTheExample", "load_example"]

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class LoadedExample:
    """What stands after loading."""

    stations: int
    papers: int
    """How many papers this call brought in; 0 = the example was complete."""
    accounts: Path
    """Names and passwords."""


def load_example(
    scale: float = 1.0, progress: Progress | None = None, *, full: bool = False
) -> LoadedExample:
    """Load the example, or what is missing of it; a complete one is left alone at once.

    Args:
        scale: above 0 to 1; less makes fewer stations and orders of the live sale, for tests; all else is whole at any scale.
        progress: told (rows brought in, rows to bring in); an order of the live sale is a row.
        full: the live sale has its 650,000 orders, and not a fiftieth of them; of a house that has its orders nothing changes.

    Raises: NotTheExample: another house stands here; nothing was touched.
    """
    if house.is_somebody_elses():
        house.build_house()
    left = left_of(papers(scale, full=full))
    if left:
        house.build_house()
        building.open_projects()
        training.open_courses()
        placing.place_villages()
        visiting.register_leaders()
    done, all_ = 0, sum(paper.weight for paper in left) + shop.orders_to_come(scale, full=full)

    def brought(rows: int) -> None:
        nonlocal done
        done += rows
        if progress is not None:
            progress(done, all_)

    for paper in left:
        bring_in(paper)
        brought(paper.weight)
    placing.place_sites()
    building.assign_stations()
    coverage.keep_promises()
    visiting.keep_promises()
    attending.surround()
    projects.see_through()
    industries.see_through()
    shop.keep_shop(scale, full=full, brought=brought)
    buying.see_through()
    consumption.see_through()
    suppliers.see_through()
    consents.declare_pictures()
    county.confirm()
    books.keep()
    grants.keep(scale)
    payouts.keep()
    campaigns.keep()
    drive.keep()
    payouts.keep_small()
    displaying.keep()
    displaying.administer()
    pledging.pledge()
    declaring.declare()
    charting.save()
    returning.keep_rounds()
    seal_pending()
    forming.keep_forms()
    auditing.audit()
    watching.watch()
    return LoadedExample(Station.objects.count(), len(left), house.accounts_file())


def papers(scale: float = 1.0, *, full: bool = False) -> list[Paper]:
    """Return every paper of the example, in the order in which they come in.

    Raises: ValueError: the scale is not above 0 and at most 1.
    """
    return [
        *_stations(scale),
        *reported.papers(live_orders=shop.orders_at(scale, full=full)),
        *schools.papers(),
        *visiting.papers(),
        *pairing.papers(),
        *building.papers(),
        *coverage.papers(),
        *projects.papers(),
        *industries.papers(),
        *consumption.papers(),
        *training.papers(),
        *attending.papers(),
    ]


def _stations(scale: float) -> list[Paper]:
    """Return each branch's paper of stations, the largest first."""
    if not 0 < scale <= 1:
        raise ValueError("the example's scale lies above 0 and is 1 at most")

    @cache
    def counties() -> dict[int, list[County]]:
        return allocation(scale)

    def writer(province: int) -> Callable[[Path, Path], None]:
        def written(sheet: Path, evidence: Path) -> None:
            builder = Unit.objects.values_list("name_zh", flat=True).get(code=f"EX-{province}")
            made = stations_of(province, counties()[province], builder=builder)
            made = with_oddities(province, made)
            write_sheet(sheet, made, habit=province)
            write_evidence(evidence, made)

        return written

    wanted = {
        province: sum(sum(one.stations.values()) for one in members)
        for province, members in counties().items()
    }
    return [
        Paper(
            "network.stations",
            f"EX-{province}",
            house.clerk_of(province),
            f"{PROVINCE_CODES[province]}-基站验收",
            written=writer(province),
            weight=wanted[province],
        )
        for province in sorted(PROVINCE_CODES, key=lambda one: -wanted[one])
    ]
