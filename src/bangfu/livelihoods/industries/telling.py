"""What the register of records is told of the room's: where each is shown, whose it is, and what the drawer says of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse

from bangfu.foundation.places.queries import place_labels
from bangfu.foundation.rooms import RecordSummary, RecordType, Words, both
from bangfu.livelihoods.amounts import plain, yuan
from bangfu.livelihoods.industries import queries
from bangfu.livelihoods.industries.models import (
    MECHANISM_WORDS,
    OPERATOR_WORDS,
    PART_WORDS,
    STATE_WORDS,
    Industry,
    Operator,
)
from bangfu.livelihoods.industries.register import (
    CONTRACT_TYPE,
    INDUSTRY_TYPE,
    LOT_TYPE,
    OPERATOR_TYPE,
    PAYMENT_TYPE,
    SEASON_TYPE,
)

Rows = tuple[tuple[Any, str], ...]


def bought(payment: Any) -> Words | None:
    """Return what a payment bought: weight, price and what the market gave that day; null: nothing was bought."""
    if payment.kg is None:
        return None
    said = {"kg": plain(payment.kg), "price": yuan(payment.fen_a_kg)}
    if payment.market_fen is None:
        return both("{kg} 千克，每千克 {price} 元", "{kg} kg at {price} yuan").filled(**said)
    words = both(
        "{kg} 千克，每千克 {price} 元（当日市价 {market} 元）",
        "{kg} kg at {price} yuan (market that day: {market})",
    )
    return words.filled(**said, market=yuan(payment.market_fen))


def address(page: str) -> Callable[[int], str]:
    """Return what gives the page of the record with a key."""

    def of(key: int) -> str:
        return reverse(f"industries:{page}", args=[key])

    return of


def _scopes(found: Callable[[], Any], unit: str) -> Callable[[list[int]], dict[int, int]]:
    """Return what gives the owning unit of each record, by key; keys that do not exist are absent."""

    def of(keys: list[int]) -> dict[int, int]:
        return dict(found().filter(pk__in=keys).values_list("pk", unit))

    return of


def _summaries(
    found: Callable[[], Any],
    place: Callable[[Any], int],
    title: Callable[[Any], str],
    rows: Callable[[Any, str], Rows],
) -> Callable[[list[int]], dict[int, RecordSummary]]:
    """Return what gives what the drawer shows of each record, by key; keys that do not exist are absent."""

    def of(keys: list[int]) -> dict[int, RecordSummary]:
        listed = list(found().filter(pk__in=keys))
        labels = place_labels({place(one) for one in listed})
        return {one.pk: RecordSummary(title=title(one), rows=rows(one, labels[place(one)])) for one in listed}

    return of


def _of_industry(one: Industry) -> Rows:
    return ((both("产业", "Industry"), f"{one.code} {one.product}"), (both("单位", "Unit"), one.unit.name))


def _state(one: Any) -> Rows:
    return ((both("状态", "State"), str(STATE_WORDS[one.state]) if one.state else "—"),)


def _industry(one: Any, place: str) -> Rows:
    return (
        (both("县", "County"), place),
        (both("认定", "Recognised"), f"{one.recognised_on} {one.document}"),
        (both("基准年", "Base year"), str(one.base_year)),
        *_of_industry(one),
        *_state(one),
    )


def _season(one: Any, place: str) -> Rows:
    return (
        (both("县", "County"), place),
        (both("起止", "From, to"), f"{one.starts_on} – {one.last_day}"),
        (both("基地面积（亩）", "Base area (mu)"), plain(one.base_mu)),
        (both("加工能力（吨）", "Capacity (tonnes)"), plain(one.capacity_tonnes)),
        (both("产量（吨）", "Output (tonnes)"), plain(one.output_tonnes)),
        (both("销售额（元）", "Sales (yuan)"), yuan(one.sales_fen)),
        (both("出处", "Source"), one.source),
        *_of_industry(one.industry),
        *_state(one),
    )


def _operator(one: Any, place: str) -> Rows:
    return (
        (both("执照号", "Licence"), one.code),
        (both("类别", "Kind"), str(OPERATOR_WORDS[one.kind])),
        (both("所在地", "Place"), place),
        (both("成员户数", "Member households"), str(one.member_count)),
        (both("登记单位", "Unit"), one.unit.name),
    )


def _contract(one: Any, place: str) -> Rows:
    return (
        (both("联结方式", "How they share"), str(MECHANISM_WORDS[one.mechanism])),
        (both("户编号", "Household"), one.household.number),
        (both("村", "Village"), place),
        (both("经营主体", "Operator"), one.operator.title),
        (both("起止", "From, to"), f"{one.starts_on} – {one.last_day or ''}"),
        (
            both("每年承诺（元）", "Promised a year (yuan)"),
            yuan(one.promised_fen) if one.promised_fen else "—",
        ),
        *_of_industry(one.industry),
        *_state(one),
    )


def _payment(one: Any, place: str) -> Rows:
    return (
        (both("金额（元）", "Amount (yuan)"), yuan(one.amount_fen)),
        (both("付款日期", "Paid on"), one.paid_on.isoformat()),
        (both("银行凭证", "Bank's proof"), one.receipt),
        *([(both("收购", "Bought"), str(bought(one)))] if one.kg is not None else []),
        (both("合同", "Contract"), f"{one.contract.number} {MECHANISM_WORDS[one.contract.mechanism]}"),
        (both("户编号", "Household"), one.contract.household.number),
        (both("村", "Village"), place),
        *_of_industry(one.contract.industry),
        *_state(one),
    )


def _lot(one: Any, place: str) -> Rows:
    return (
        (both("村", "Village"), place),
        (both("经营主体", "Operator"), one.operator.title),
        (both("季节", "Season"), f"{one.year} {PART_WORDS[one.part]}"),
        (both("收获", "Harvested"), f"{one.harvested_on} {plain(one.harvest_kg)} kg"),
        (both("检验报告", "Inspection"), f"{one.inspection} {one.inspector} {one.inspected_on}"),
        *_of_industry(one.industry),
        *_state(one),
    )


def _kept(
    number: int,
    code: str,
    title: Words,
    *,
    found: Callable[[], Any],
    unit: str,
    place: Callable[[Any], int],
    name: Callable[[Any], str],
    rows: Callable[[Any, str], Rows],
) -> RecordType:
    noun = code.partition(".")[2]
    return RecordType(
        number=number,
        code=code,
        title=title,
        model=f"industries.{noun.capitalize()}",
        address=address(noun),
        summaries=_summaries(found, place, name, rows),
        review_scope=_scopes(found, unit),
    )


def _operators() -> Any:
    return Operator.objects.select_related("unit")


RECORD_TYPES = (
    _kept(
        INDUSTRY_TYPE, "industries.industry", both("产业", "Industry"), found=queries.industries, unit="unit_id",
        place=lambda one: one.place_id, name=lambda one: one.product, rows=_industry,
    ),
    _kept(
        SEASON_TYPE, "industries.season", both("产业季度数", "Season of an industry"), found=queries.seasons,
        unit="industry__unit_id", place=lambda one: one.industry.place_id,
        name=lambda one: f"{one.industry.product} {one.name}", rows=_season,
    ),
    _kept(
        OPERATOR_TYPE, "industries.operator", both("经营主体", "Operator"), found=_operators, unit="unit_id",
        place=lambda one: one.place_id, name=lambda one: one.title, rows=_operator,
    ),
    _kept(
        CONTRACT_TYPE, "industries.contract", both("联结合同", "Contract with a household"), found=queries.contracts,
        unit="industry__unit_id", place=lambda one: one.village_id, name=lambda one: one.number, rows=_contract,
    ),
    _kept(
        PAYMENT_TYPE, "industries.payment", both("联结户付款", "Payment to a household"), found=queries.payments,
        unit="contract__industry__unit_id", place=lambda one: one.contract.village_id,
        name=lambda one: f"{one.contract.number} {yuan(one.amount_fen)}", rows=_payment,
    ),
    _kept(
        LOT_TYPE, "industries.lot", both("产品批次", "Lot"), found=queries.lots, unit="industry__unit_id",
        place=lambda one: one.village_id, name=lambda one: one.code, rows=_lot,
    ),
)  # fmt: skip
