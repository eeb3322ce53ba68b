"""A small ledger from which the whole programme's report comes out: for each measure the fewest facts that satisfy its words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bangfu.foundation.ledger import catalogue
from tests.cast import CEHENG, GUYUAN
from tests.reporting.kinds import party
from tests.reporting.story import Story

RAOHE, KANGBAO, GEJI, BEIJING = 230524000000, 130723000000, 542525000000, 110102000000
DESIGNATED = (RAOHE, GUYUAN, KANGBAO, CEHENG)
IN_2019, IN_2020 = date(2019, 6, 30), date(2020, 3, 31)
LIVE = date(2020, 5, 17)


@dataclass(frozen=True)
class Posting:
    """Facts of one measure at one place on one day."""

    measure: str
    quantities: tuple[int | Decimal, ...]
    on: date
    place: int = CEHENG
    parties: int = 0
    """How many different parties bring the quantity one by one; 0 = nobody."""
    each: int = 1
    """What a party brings."""


def _each_county(measure: str, quantity: int, on: date = IN_2020) -> tuple[Posting, ...]:
    return tuple(Posting(measure, (quantity,), on, place) for place in DESIGNATED)


POSTINGS = (
    Posting("network.investment", (Decimal("2245312345.67"),), IN_2019),
    Posting("network.base_stations", (32_604,), IN_2019),
    Posting("network.broadband_ports", (608_037,), IN_2019),
    *_each_county("network.baseline_villages", 9, IN_2019),
    *_each_county("network.covered_villages", 9, IN_2019),
    Posting("network.covered_villages", (20,), IN_2019, GEJI),
    Posting("network.broadband_villages", (20,), IN_2019, GEJI),
    Posting("network.target_broadband_villages", (20,), IN_2019, GEJI),
    Posting("network.target_wireless_villages", (20,), IN_2019, GEJI),
    Posting("network.target_area_villages", (8,), IN_2019, GUYUAN),
    Posting("tariffs.relief", (Decimal("119612345.60"),), IN_2019),
    *_each_county("schooling.schools", 2),
    *_each_county("telemedicine.hospitals", 1),
    Posting("resettlement.free_months", (), IN_2019, parties=3, each=36),
    Posting("pairing.designated_counties", (), IN_2020, parties=4),
    Posting("pairing.aided_counties", (), IN_2020, GEJI, parties=1),
    Posting("pairing.units", (), IN_2020, parties=501),
    Posting("pairing.villages", (), IN_2020, parties=1901),
    Posting("pairing.counties", (), IN_2020, parties=917),
    Posting("leadership.lines_before", (5,), IN_2019),
    Posting("leadership.lines", (5, 11), IN_2020),
    Posting("leadership.provincial_groups", (31,), IN_2020),
    Posting("fieldwork.office_cadres", (), IN_2020, BEIJING, parties=3),
    *_each_county("fieldwork.teams", 1),
    Posting("policies.issued", (19,), IN_2020, BEIJING),
    *_each_county("industries.products", 1),
    Posting("training.cadres", (), IN_2020, parties=379),
    Posting("training.attendances", (614,), IN_2020),
    Posting("training.observation_trips", (1,), IN_2019),
    Posting("shop.channels", (1,), IN_2020, BEIJING),
    Posting("shop.fairs", (1,), date(2019, 12, 11), BEIJING),
    Posting("shop.livestream_ordered", (65_000_000, Decimal("0.01")), LIVE, BEIJING),
    Posting("shop.livestream_hosts", (), LIVE, BEIJING, parties=31),
    Posting("campaigns.participations", (325_210,), IN_2020, BEIJING),
    Posting("campaigns.raised", (Decimal("3670421.35"),), IN_2020, BEIJING),
    Posting("grants.students", (), IN_2020, parties=3349),
    Posting("grants.paid", (3_349_000,), IN_2020),
    Posting("grants.fund_left", (Decimal("3670421.35"), -3_349_000), IN_2020, BEIJING),
    Posting("campaigns.red_scarf_raised", (280_117,), IN_2020, BEIJING),
    Posting("goods.children", (), IN_2020, GEJI, parties=3001),
)


def post_programme(story: Story) -> dict[str, list[int]]:
    """Post everything that is declared and return the facts by measure, in the order posted."""
    declared = catalogue.declared_measures()
    found: dict[str, list[int]] = {}
    for one in POSTINGS:
        if one.measure not in declared:
            continue
        people = [party(number) for number in range(1, one.parties + 1)]
        quantities = list(one.quantities) or [one.each] * one.parties
        found.setdefault(one.measure, []).extend(
            story.post(
                declared[one.measure],
                quantities,
                unit=story.cast.group.pk,
                place=one.place,
                on=one.on,
                parties=list(people) or None,
            )
        )
    return found
