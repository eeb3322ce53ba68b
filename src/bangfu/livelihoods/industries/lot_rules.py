"""What makes a lot acceptable. Reads, never writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bangfu.foundation.operations import Refusal
from bangfu.foundation.places.codes import COUNTY, SIZE_OF_LEVEL
from bangfu.foundation.places.models import Place
from bangfu.foundation.places.queries import place_label
from bangfu.foundation.rooms import both
from bangfu.livelihoods.industries.models import FIRST_DAY, Industry, Lot, Part
from bangfu.livelihoods.industries.rules import (
    AHEAD,
    CODE_FORM,
    DESCRIBED,
    EARLY,
    IDENTITY,
    NOT_IN_FORCE,
    besides,
    is_in_force,
    refuse_words,
)
from bangfu.livelihoods.reviewed import LIVING


class UnableToTrace(Refusal):
    """Codes: ``code_form``, ``not_described``, ``identity_number``, ``code_taken``, ``unknown_part``, ``outside_county``,
    ``harvest``, ``yield``, ``inspected_before``, ``in_the_future``, ``too_early``, ``evidence_missing``, ``not_in_force``,
    ``not_verified``, ``nothing_drawn``, ``drawn_already``, ``before_harvest``, ``lot_short``."""

    sentences = {
        "code_form": CODE_FORM,
        "not_described": DESCRIBED,
        "identity_number": IDENTITY,
        "code_taken": both("批次号「{code}」已经登记。", "The lot {code} is entered already."),
        "unknown_part": both("没有「{text}」这一季。", "There is no part of the year called {text}."),
        "outside_county": both(
            "{place}不在产业所在的县。外地收来的货不能登记为本县批次。",
            "{place} lies outside the industry's county. Goods from elsewhere are no lot of this county.",
        ),
        "harvest": both("收获重量须大于零。", "The harvest must be above zero."),
        "yield": both("出品率须大于 0、不超过 1。", "What processing leaves is above 0 and at most 1."),
        "inspected_before": both(
            "检验日期早于收获日期。请核对。", "It was inspected before it was harvested. Check the days."
        ),
        "in_the_future": AHEAD,
        "too_early": EARLY,
        "evidence_missing": both("请附上检验报告。", "Attach the inspection report."),
        "not_in_force": NOT_IN_FORCE,
        "not_verified": both(
            "批次「{code}」还没有核验，不能出库。", "The lot {code} is not verified, so nothing leaves it."
        ),
        "nothing_drawn": both("重量不能为零。", "The weight cannot be zero."),
        "drawn_already": both(
            "「{reference}」已在这个批次记过一次。", "{reference} stands under this lot already."
        ),
        "before_harvest": both(
            "批次「{code}」{day} 才收获，此前不能有货。请核对日期和批次。",
            "The lot {code} was harvested on {day}, so nothing left it before. Check the day and the lot.",
        ),
        "lot_short": both(
            "批次「{code}」只剩 {left} 千克，不够 {kg} 千克。请换一个批次。",
            "The lot {code} has {left} kg left, which is less than {kg} kg. Take another lot.",
        ),
    }


@dataclass(frozen=True)
class LotDetails:
    """What is said of a lot."""

    code: str
    village: Place
    year: int
    part: str
    harvested_on: date
    harvest_kg: Decimal
    inspection: str
    inspector: str
    inspected_on: date
    yield_share: Decimal = Decimal(1)


def refuse_lot(said: LotDetails, industry: Industry, *, today: date, but: Lot | None = None) -> None:
    """Refuse a lot that cannot be entered.

    Args:
        but: the record that is revised, which stands in nobody's way.

    Raises: UnableToTrace: see its codes.
    """
    refuse_words(UnableToTrace, said.code, said.inspection, said.inspector)
    if said.part not in Part.values:
        raise UnableToTrace("unknown_part", text=said.part)
    if not is_in_force(industry):
        raise UnableToTrace("not_in_force")
    size = SIZE_OF_LEVEL[COUNTY]
    if said.village.pk // size != industry.place_id // size:
        raise UnableToTrace("outside_county", place=place_label(said.village.pk))
    if said.harvest_kg <= 0:
        raise UnableToTrace("harvest")
    if not 0 < said.yield_share <= 1:
        raise UnableToTrace("yield")
    if said.harvested_on < FIRST_DAY:
        raise UnableToTrace("too_early", first=FIRST_DAY.isoformat())
    if said.inspected_on < said.harvested_on:
        raise UnableToTrace("inspected_before")
    if said.inspected_on > today:
        raise UnableToTrace("in_the_future")
    if besides(Lot.objects.filter(LIVING, code=said.code), but).exists():
        raise UnableToTrace("code_taken", code=said.code)
