"""What the room's files say, row by row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.db.models import QuerySet

from bangfu.foundation.places.queries import place_labels
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.lists import in_batches
from bangfu.livelihoods.amounts import plain_yuan
from bangfu.livelihoods.industries import queries
from bangfu.livelihoods.industries.models import MECHANISM_WORDS, OPERATOR_WORDS, PART_WORDS, STATE_WORDS

Headings = tuple[Words, ...]


INDUSTRY_HEADINGS: Headings = (
    both("编号", "Code"), both("产品", "Product"), both("县", "County"), both("单位", "Unit"), both("认定日期", "Recognised on"),
    both("认定文号", "Document"), both("基准年", "Base year"), both("停止扶持", "Support ended"), both("状态", "State"),
)  # fmt: skip
OPERATOR_HEADINGS: Headings = (
    both("执照号", "Licence"), both("名称", "Name"), both("类别", "Kind"), both("所在地", "Place"),
    both("成员户数", "Member households"), both("单位", "Unit"),
)  # fmt: skip
CONTRACT_HEADINGS: Headings = (
    both("合同号", "Contract"), both("产业", "Industry"), both("联结方式", "How they share"), both("户编号", "Household"),
    both("村", "Village"), both("经营主体", "Operator"), both("自", "From"), both("至", "To"),
    both("每年承诺（元）", "Promised a year (yuan)"), both("面积（亩）", "Area (mu)"), both("已付（元）", "Paid (yuan)"),
    both("状态", "State"),
)  # fmt: skip
PAYMENT_HEADINGS: Headings = (
    both("合同号", "Contract"), both("联结方式", "How they share"), both("户编号", "Household"), both("村", "Village"),
    both("付款日期", "Paid on"), both("金额（元）", "Amount (yuan)"), both("银行凭证号", "Bank's proof"),
    both("收购重量（千克）", "Weight bought (kg)"), both("收购单价（元/千克）", "Price (yuan a kg)"),
    both("当日市价（元/千克）", "Market price (yuan a kg)"), both("状态", "State"),
)  # fmt: skip
LOT_HEADINGS: Headings = (
    both("批次号", "Lot"), both("产业", "Industry"), both("经营主体", "Operator"), both("村", "Village"), both("季节", "Season"),
    both("收获日期", "Harvested on"), both("收获（千克）", "Harvest (kg)"), both("可售（千克）", "Can be sold (kg)"),
    both("已售（千克）", "Sold (kg)"), both("检验报告", "Inspection"), both("状态", "State"),
)  # fmt: skip


def _rows(
    found: QuerySet[Any], place: Callable[[Any], int], cells: Callable[[Any, str], list[str]]
) -> Iterator[list[str]]:
    for batch in in_batches(found):
        labels = place_labels({place(one) for one in batch})
        for one in batch:
            yield cells(one, labels[place(one)])


def _state(one: Any) -> str:
    return str(STATE_WORDS[one.state]) if one.state else ""


def _day(day: Any) -> str:
    return day.isoformat() if day else ""


def industry_rows(found: QuerySet[Any]) -> Iterator[list[str]]:
    """Return the cells of each industry."""
    return _rows(
        found,
        lambda one: one.place_id,
        lambda one, place: [
            one.code, one.product, place, one.unit.name, _day(one.recognised_on), one.document, str(one.base_year),
            _day(one.ended_on), _state(one),
        ],
    )  # fmt: skip


def operator_rows(found: QuerySet[Any]) -> Iterator[list[str]]:
    """Return the cells of each operator."""
    return _rows(
        found,
        lambda one: one.place_id,
        lambda one, place: [
            one.code, one.title, str(OPERATOR_WORDS[one.kind]), place, str(one.member_count), one.unit.name,
        ],
    )  # fmt: skip


def contract_rows(found: QuerySet[Any]) -> Iterator[list[str]]:
    """Return the cells of each contract."""
    return _rows(
        found,
        lambda one: one.village_id,
        lambda one, place: [
            one.number, one.industry.code, str(MECHANISM_WORDS[one.mechanism]), one.household.number, place,
            one.operator.title, _day(one.starts_on), _day(one.last_day), plain_yuan(one.promised_fen), str(one.mu or ""),
            plain_yuan(one.paid_fen), _state(one),
        ],
    )  # fmt: skip


def payment_rows(found: QuerySet[Any]) -> Iterator[list[str]]:
    """Return the cells of each payment."""
    return _rows(
        found,
        lambda one: one.contract.village_id,
        lambda one, place: [
            one.contract.number, str(MECHANISM_WORDS[one.contract.mechanism]), one.contract.household.number, place,
            _day(one.paid_on), plain_yuan(one.amount_fen), one.receipt,
            str(one.kg or ""), plain_yuan(one.fen_a_kg), plain_yuan(one.market_fen),
            _state(one),
        ],
    )  # fmt: skip


def lot_rows(found: QuerySet[Any]) -> Iterator[list[str]]:
    """Return the cells of each lot, with what can be sold and what was."""
    for batch in in_batches(found):
        labels = place_labels({one.village_id for one in batch})
        balances = queries.balances_of([one.pk for one in batch])
        for one in batch:
            balance = balances[one.pk]
            yield [
                one.code, one.industry.code, one.operator.title, labels[one.village_id], f"{one.year} {PART_WORDS[one.part]}",
                _day(one.harvested_on), str(one.harvest_kg), str(balance.sellable_kg), str(balance.sold_kg),
                f"{one.inspection} {one.inspector}", _state(one),
            ]  # fmt: skip
