"""Forms of the industries room: they read what was typed; what may be recorded is decided by the operations."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet

from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.places.codes import COUNTY, TOWN, VILLAGE
from bangfu.foundation.places.fields import PlaceField, place_written
from bangfu.foundation.rooms.forms import DayInput, FilesField, Keyed, said
from bangfu.foundation.rooms.picking import UnitChoice
from bangfu.livelihoods.industries.models import (
    CERTIFICATE_WORDS,
    FIRST_DAY,
    OPERATOR_WORDS,
    PART_WORDS,
    Operator,
)
from bangfu.livelihoods.industries.operations import (
    CertificateDetails,
    IndustryDetails,
    OperatorDetails,
    SeasonDetails,
)

MOST_DIGITS = 14


def _day(title: Any, *, required: bool = True) -> forms.DateField:
    return forms.DateField(label=title, required=required, widget=DayInput(min=FIRST_DAY.isoformat()))


def _number(title: Any, *, places: int = 2, required: bool = True, **more: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=title, required=required, min_value=0, max_digits=MOST_DIGITS, decimal_places=places, **more
    )


def _text(title: Any, longest: int, *, required: bool = True, help_text: Any = "") -> forms.CharField:
    return forms.CharField(label=title, max_length=longest, required=required, help_text=help_text)


def _choice(title: Any, words: dict[str, Any]) -> forms.ChoiceField:
    return forms.ChoiceField(label=title, choices=list(words.items()))


def _year(title: Any) -> forms.IntegerField:
    return forms.IntegerField(label=title, min_value=FIRST_DAY.year, max_value=2999)


def _code(title: Any, help_text: Any = "") -> forms.CharField:
    return _text(title, 40, help_text=help_text)


def _scan(title: Any, *, required: bool = True) -> FilesField:
    return FilesField(label=title, required=required)


def _written(text: str) -> str:
    return "".join(text.split()).upper()


class _Chosen(forms.ModelChoiceField):
    """One of a few records, by code and name."""

    def label_from_instance(self, obj: Any) -> str:
        """Return the code and the name."""
        return f"{obj.code} {obj.title if hasattr(obj, 'title') else obj.product}"


class UnitField(UnitChoice):
    """A unit, by its name in the reader's language."""

    def label_from_instance(self, obj: Any) -> str:
        """Return the unit's name and code."""
        return f"{obj.name} {obj.code}"


class _OfUnit(Keyed):
    """A form that asks which unit enters it."""

    def __init__(self, *args: Any, units: Iterable[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = list(units)
        self.fields["unit"] = UnitField(
            label=said("登记单位", "Unit"),
            queryset=Unit.objects.filter(pk__in=[unit.pk for unit in units]).order_by("path"),
            initial=units[0] if len(units) == 1 else None,
        )
        self.order_fields(["unit"])


class IndustryForm(_OfUnit):
    """A county's leading product."""

    beside = (
        ("unit", "code"),
        ("product_zh", "product_en"),
        ("place", "base_year"),
        ("recognised_on", "document"),
    )

    code = _code(said("产业编号", "Code"))
    product_zh = _text(said("产品", "Product in Chinese"), 60)
    product_en = _text(said("产品英文名", "Product in English"), 80, required=False)
    base_year = _year(said("基准年", "Base year"))
    recognised_on = _day(said("县里认定日期", "Recognised on"))
    document = _text(said("认定文号", "Number of the document"), 120)
    evidence = _scan(said("认定文件扫描件", "Scan of the document"))

    def __init__(self, *args: Any, offers: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"] = PlaceField(label=said("县", "County"), offers=offers, levels=(COUNTY,))
        self.order_fields(["unit", "code", "product_zh", "product_en", "place"])

    def details(self) -> IndustryDetails:
        """Return what was said, for the operation."""
        said_ = self.cleaned_data
        return IndustryDetails(
            code=_written(said_["code"]),
            county=said_["place"],
            product_zh=said_["product_zh"],
            product_en=said_["product_en"],
            recognised_on=said_["recognised_on"],
            document=said_["document"],
            base_year=said_["base_year"],
        )


class EndForm(Keyed):
    """From when on an industry is supported no more."""

    beside = (("on", "document"),)

    on = _day(said("自何日起停止扶持", "From when on"))
    document = _text(said("文号", "Number of the document"), 120)
    reason = forms.CharField(
        label=said("原因", "Why"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )


class SeasonForm(Keyed):
    """What an industry came to in a season that is over."""

    beside = (
        ("year", "part"), ("starts_on", "last_day"), ("base_mu", "capacity_tonnes"), ("output_tonnes", "sales_yuan"),
    )  # fmt: skip

    year = _year(said("年份", "Year"))
    part = _choice(said("季节", "Part of the year"), PART_WORDS)
    starts_on = _day(said("第一天", "First day"))
    last_day = _day(said("最后一天", "Last day"))
    base_mu = _number(said("基地面积（亩）", "Base area (mu)"))
    capacity_tonnes = _number(
        said("加工能力（吨）", "Capacity (tonnes)"),
        places=3,
        help_text=said("能力不是产量。", "Capacity is not output."),
    )
    output_tonnes = _number(said("产量（吨）", "Output (tonnes)"), places=3)
    sales_yuan = _number(
        said("销售额（元）", "Sales (yuan)"),
        help_text=said(
            "实际卖出的；商品价值量不是销售额。", "What was sold; the value of goods declared is no sale."
        ),
    )
    source = _text(said("数字出处", "Source"), 160)
    evidence = _scan(said("统计表或结算单", "Statistics or settlement"))

    def details(self) -> SeasonDetails:
        """Return what was said, for the operation."""
        said_ = self.cleaned_data
        return SeasonDetails(
            year=said_["year"],
            part=said_["part"],
            starts_on=said_["starts_on"],
            ends_on=said_["last_day"] + timedelta(days=1),
            base_mu=said_["base_mu"],
            capacity_tonnes=said_["capacity_tonnes"],
            output_tonnes=said_["output_tonnes"],
            sales_fen=int(said_["sales_yuan"] * 100),
            source=said_["source"],
        )


class OperatorRevisionForm(Keyed):
    """What is kept of an operator; its licence and unit stay."""

    beside: ClassVar[tuple[tuple[str, str], ...]] = (("name_zh", "name_en"), ("kind", "member_count"))

    name_zh = _text(said("名称", "Name in Chinese"), 80)
    name_en = _text(said("英文名称", "Name in English"), 120, required=False)
    kind = _choice(said("类别", "Kind"), OPERATOR_WORDS)
    member_count = forms.IntegerField(
        label=said("成员户数", "Member households"), min_value=0, max_value=10**6
    )

    def __init__(self, *args: Any, offers: str, is_new: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        levels = (COUNTY, TOWN, VILLAGE)
        self.fields["place"] = PlaceField(label=said("所在村", "Village"), offers=offers, levels=levels)
        self.fields["evidence"] = _scan(said("执照扫描件", "Scan of the licence"), required=is_new)

    def details(self, code: str = "") -> OperatorDetails:
        """Return what was said, for the operation.

        Args:
            code: the licence, where the form does not ask for it.
        """
        said_ = {"code": code, **self.cleaned_data}
        return OperatorDetails(
            code=_written(said_["code"]),
            kind=said_["kind"],
            name_zh=said_["name_zh"],
            name_en=said_["name_en"],
            place=said_["place"],
            member_count=said_["member_count"],
        )


class OperatorForm(OperatorRevisionForm, _OfUnit):
    """A co-operative, firm or village collective."""

    beside = (("unit", "code"), *OperatorRevisionForm.beside)

    code = _code(
        said("执照号", "Licence"),
        said(
            "统一社会信用代码，或本单位给它的编号。", "Its unified social credit code, or your number for it."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, is_new=True, **kwargs)
        self.order_fields(["unit", "code"])


def operator_said(operator: Operator) -> dict[str, Any]:
    """Return what is kept of an operator, as the form of its revision begins."""
    names = ("kind", "name_zh", "name_en", "member_count")
    return {**{name: getattr(operator, name) for name in names}, "place": place_written(operator.place_id)}


class CertificateForm(Keyed):
    """A certificate of an operator's product."""

    beside = (("kind", "number"), ("starts_on", "last_day"))

    kind = _choice(said("证书", "Certificate"), CERTIFICATE_WORDS)
    number = _text(said("证书编号", "Number"), 60)
    starts_on = _day(said("自", "From"))
    last_day = _day(said("至", "To"), required=False)
    evidence = _scan(said("证书扫描件", "Scan"))

    def details(self) -> CertificateDetails:
        """Return what was said, for the operation."""
        said_ = self.cleaned_data
        return CertificateDetails(
            kind=said_["kind"],
            number=said_["number"],
            starts_on=said_["starts_on"],
            ends_on=said_["last_day"] and said_["last_day"] + timedelta(days=1),
        )


class CitationForm(Keyed):
    """A project of the county."""

    def __init__(self, *args: Any, projects: QuerySet[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["project"] = _Chosen(label=said("项目", "Project"), queryset=projects)
