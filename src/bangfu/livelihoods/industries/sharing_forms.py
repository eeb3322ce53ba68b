"""Forms of contracts, payments and lots."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet

from bangfu.foundation.people.households.models import Household
from bangfu.foundation.places.codes import COUNTY, TOWN, VILLAGE
from bangfu.foundation.places.fields import PlaceField
from bangfu.foundation.rooms.forms import Keyed, said
from bangfu.livelihoods.industries.forms import (
    _choice,
    _Chosen,
    _code,
    _day,
    _number,
    _scan,
    _text,
    _written,
    _year,
)
from bangfu.livelihoods.industries.models import MECHANISM_WORDS, PART_WORDS, Industry, Operator
from bangfu.livelihoods.industries.operations import ContractDetails, LotDetails, PaymentDetails


class _OfOperator(Keyed):
    """A form that asks which operator."""

    def __init__(self, *args: Any, operators: QuerySet[Operator], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["operator"] = _Chosen(
            label=said("经营主体", "Operator"),
            queryset=operators,
            help_text=said("没有的，先登记经营主体。", "Register the operator first if it is missing."),
        )


class ContractForm(_OfOperator):
    """How a household shares."""

    beside = (
        ("number", "operator"), ("household", "mechanism"), ("starts_on", "last_day"), ("promised_yuan", "mu"),
    )  # fmt: skip

    number = _code(said("合同号", "Contract"))
    household = _text(
        said("户编号", "Household"),
        40,
        help_text=said("登记册里的编号；不写姓名。", "The number of the register; no names."),
    )
    mechanism = _choice(said("联结方式", "How they share"), MECHANISM_WORDS)
    starts_on = _day(said("自", "From"))
    last_day = _day(said("至", "To"), required=False)
    promised_yuan = _number(
        said("每年承诺（元）", "Promised a year (yuan)"),
        required=False,
        help_text=said("分红、土地流转必填。", "Needed of dividends and leases."),
    )
    mu = _number(said("面积（亩）", "Area (mu)"), required=False)
    evidence = _scan(said("签字的合同", "Signed contract"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["number", "operator", "household"])

    def clean_household(self) -> Household:
        """Return the household that was meant."""
        number = _written(self.cleaned_data["household"])
        found = Household.objects.filter(number=number).first()
        if found is None:
            raise forms.ValidationError(
                said(
                    "登记册里没有这个户编号。请先登记农户。",
                    "The register has no such number. Register the household first.",
                )
            )
        return found

    def details(self) -> ContractDetails:
        """Return what was said, for the operation."""
        said_ = self.cleaned_data
        promised: Decimal | None = said_["promised_yuan"]
        return ContractDetails(
            number=_written(said_["number"]),
            operator=said_["operator"],
            household=said_["household"],
            mechanism=said_["mechanism"],
            starts_on=said_["starts_on"],
            ends_on=said_["last_day"] and said_["last_day"] + timedelta(days=1),
            promised_fen=None if promised is None else int(promised * 100),
            mu=said_["mu"],
        )


class ContractEndForm(Keyed):
    """The last day of a contract."""

    last_day = _day(said("最后一天", "Last day"))


class PaymentForm(Keyed):
    """Money that a household was paid."""

    beside = (("paid_on", "amount_yuan"), ("kg", "market_yuan"))

    paid_on = _day(said("付款日期", "Paid on"))
    amount_yuan = _number(said("金额（元）", "Amount (yuan)"))
    receipt = _text(
        said("银行凭证号", "Bank's proof"),
        60,
        help_text=said("集中代发的填代发单号。", "Of a collective transfer its number."),
    )
    kg = _number(
        said("收购重量（千克）", "Weight bought (kg)"),
        required=False,
        help_text=said("订单收购必填，其他不填。", "Needed of contract purchases, of nothing else."),
    )
    market_yuan = _number(said("当日市价（元/千克）", "Market price that day (yuan a kg)"), required=False)
    evidence = _scan(said("银行凭证", "Bank's proof, scanned"))

    def __init__(self, *args: Any, is_weighed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_weighed:
            del self.fields["kg"], self.fields["market_yuan"]

    def details(self) -> PaymentDetails:
        """Return what was said, for the operation."""
        said_ = self.cleaned_data
        market: Decimal | None = said_.get("market_yuan")
        return PaymentDetails(
            said_["paid_on"],
            int(said_["amount_yuan"] * 100),
            said_["receipt"],
            kg=said_.get("kg"),
            market_fen=None if market is None else int(market * 100),
        )


class LotForm(_OfOperator):
    """A harvest of an operator, with its inspection report."""

    beside = (
        ("code", "operator"), ("place", "harvested_on"), ("year", "part"), ("harvest_kg", "yield_share"),
        ("inspection", "inspected_on"),
    )  # fmt: skip

    code = _code(said("批次号", "Lot"), said("印在标签上。", "It is printed on the label."))
    harvested_on = _day(said("收获日期", "Harvested on"))
    year = _year(said("年份", "Year"))
    part = _choice(said("季节", "Part of the year"), PART_WORDS)
    harvest_kg = _number(said("收获重量（千克）", "Harvest (kg)"))
    yield_share = _number(
        said("出品率（0 到 1）", "Yield (0 to 1)"),
        places=4,
        initial=1,
        help_text=said(
            "加工后剩下的份额：稻谷出米 0.68，胡麻出油 0.35。",
            "What processing leaves: of paddy 0.68, of flaxseed 0.35.",
        ),
    )
    inspection = _text(said("检验报告编号", "Inspection report"), 80)
    inspected_on = _day(said("检验日期", "Inspected on"))
    inspector = _text(said("检验机构", "Inspected by"), 120)
    evidence = _scan(said("检验报告和照片", "Report and photographs"))

    def __init__(self, *args: Any, offers: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        levels = (COUNTY, TOWN, VILLAGE)
        self.fields["place"] = PlaceField(label=said("产地村", "Village"), offers=offers, levels=levels)
        self.order_fields(["code", "operator", "place"])

    def details(self) -> LotDetails:
        """Return what was said, for the operation."""
        said_ = self.cleaned_data
        return LotDetails(
            code=_written(said_["code"]),
            village=said_["place"],
            year=said_["year"],
            part=said_["part"],
            harvested_on=said_["harvested_on"],
            harvest_kg=said_["harvest_kg"],
            yield_share=said_["yield_share"],
            inspection=said_["inspection"],
            inspector=said_["inspector"],
            inspected_on=said_["inspected_on"],
        )


class SaleForm(Keyed):
    """What was sold of a lot elsewhere."""

    beside = (("kg", "on"),)

    kg = forms.DecimalField(
        label=said("重量（千克）", "Weight (kg)"),
        max_digits=12,
        decimal_places=2,
        help_text=said("退回的填负数。", "Negative where goods came back."),
    )
    on = _day(said("日期", "Day"))
    document = _text(said("销售单据编号", "Document of the sale"), 80)


def operators_of(industry: Industry) -> QuerySet[Operator]:
    """Return the operators of an industry's county, by code."""
    county = industry.place_id
    return Operator.objects.filter(place_id__gte=county, place_id__lt=county + 10**6).order_by("code")
