"""Forms of carriage: templates, and their versions with a row a province."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.db.models import QuerySet

from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.places.models import Place
from bangfu.foundation.places.queries import children
from bangfu.foundation.rooms.forms import Keyed, said
from bangfu.livelihoods.shop.coupon_forms import optional_yuan
from bangfu.livelihoods.shop.forms import Named, fen, moment_field, text_field, yuan_field
from bangfu.livelihoods.shop.models import FREIGHT_BASIS_WORDS, Channel, FreightTemplate, Product, Variant
from bangfu.livelihoods.shop.operations import ProvinceRate

NOT_SERVED = ("不送", "no", "-", "—")
MOST_GRAMS = 10**7


class FreightForm(Keyed):
    """What a template is called, and whether it is the channel's usual one."""

    beside = (("name_zh", "name_en"), ("code", "channel"))

    name_zh = text_field(said("名称（中文）", "Name (Chinese)"), 120)
    name_en = text_field(said("名称（英文）", "Name (English)"), 160)
    code = text_field(said("编码", "Code"), 40)
    channel = Named(queryset=Channel.objects.none(), label=said("渠道", "Channel"))
    is_usual = forms.BooleanField(
        label=said("渠道的常用模板", "The channel's usual one"), required=False,
        help_text=said("没有另选模板的商品都按它。", "It holds for all goods without one of their own."),
    )  # fmt: skip

    def __init__(self, *args: Any, units: QuerySet[Unit] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if units is None:
            del self.fields["code"], self.fields["channel"]
        else:
            channels = Channel.objects.filter(unit__in=units, closed_on=None).order_by("code")
            self.fields["channel"].queryset = channels  # type: ignore[attr-defined]


class FreightVersionForm(Keyed):
    """How a template charges from a moment on."""

    beside = (("basis", "valid_from"), ("first", "further"), ("first_yuan", "further_yuan"))

    basis = forms.ChoiceField(label=said("计费方式", "Reckoned"), choices=list(FREIGHT_BASIS_WORDS.items()))
    valid_from = moment_field(said("从何时起", "From"))
    first = forms.IntegerField(
        label=said("首重（克）或首件（件）", "First: grams or packs"), min_value=1, max_value=MOST_GRAMS
    )
    further = forms.IntegerField(
        label=said("续重（克）或续件（件）", "Each further: grams or packs"),
        min_value=1,
        max_value=MOST_GRAMS,
    )
    first_yuan = yuan_field(said("首重或首件费用（元）", "First charge (yuan)"))
    further_yuan = yuan_field(said("每续费用（元）", "Each further charge (yuan)"))
    free_yuan = optional_yuan(
        said("满多少元包邮", "Free from how many yuan"),
        said("按用券前的商品金额；不填则不包邮。", "Of goods before coupons; empty: never."),
    )
    rates = forms.CharField(
        label=said("另计的省", "Provinces with other charges"), required=False, max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=said(
            "一行一个省：省名、首费、续费（元），如“新疆 20 9”；不送的写“西藏 不送”。没写的省按上面的费用。",
            "A province a row: its name, first and further charge in yuan, as “新疆 20 9”; “西藏 no” where goods do not go. "
            "Others pay the charges above.",
        ),
    )  # fmt: skip

    def clean_rates(self) -> list[ProvinceRate]:
        """Return the rates of the provinces that are written."""
        provinces = list(children(None))
        found = []
        for number, line in enumerate(self.cleaned_data["rates"].splitlines(), 1):
            cells = line.replace(",", " ").replace("，", " ").split()
            if not cells:
                continue
            named = [one for one in provinces if one.name.startswith(cells[0])]
            rate = _rate(named[0], cells[1:]) if len(named) == 1 else None
            if rate is None:
                words = said(
                    "第 {number} 行读不出来。一行写省名、首费和续费，或省名和“不送”。",
                    "Row {number} cannot be read. Write a province, first and further charge, or a province and “no”.",
                )
                raise forms.ValidationError(str(words).format(number=number))
            found.append(rate)
        return found

    def all_rates(self) -> list[ProvinceRate]:
        """Return every rate of a form that is valid, that of all other provinces first."""
        one = self.cleaned_data
        return [ProvinceRate(None, fen(one["first_yuan"]), fen(one["further_yuan"])), *one["rates"]]


def _rate(province: Place, cells: list[str]) -> ProvinceRate | None:
    if len(cells) == 1 and cells[0].lower() in NOT_SERVED:
        return ProvinceRate(province, is_served=False)
    try:
        first, further = (Decimal(one) for one in cells)
    except (InvalidOperation, ValueError):
        return None
    exact = all(
        one.is_finite() and 0 <= one < 10**7 and one == one.quantize(Decimal("0.01"))
        for one in (first, further)
    )
    return ProvinceRate(province, fen(first), fen(further)) if exact else None


class FreightPickForm(Keyed):
    """Which goods a template holds for."""

    beside = (("product", "variant"),)

    product = Named(queryset=Product.objects.none(), label=said("商品", "Product"))
    variant = forms.ModelChoiceField(
        queryset=Variant.objects.none(), required=False, label=said("规格", "Pack"),
        help_text=said("不选则整个商品。", "None: all its packs."),
    )  # fmt: skip
    is_off = forms.BooleanField(label=said("不再用这个模板", "No longer this template"), required=False)

    def __init__(self, *args: Any, template: FreightTemplate, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sold = (
            Product.objects.filter(variants__stocks__offers__channel=template.channel_id)
            .distinct()
            .order_by("code")
        )
        self.fields["product"].queryset = sold  # type: ignore[attr-defined]
        self.fields["variant"].queryset = Variant.objects.filter(product__in=sold).order_by("code")  # type: ignore[attr-defined]
