"""The form of a batch of coupons."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet

from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.rooms.forms import Keyed, said
from bangfu.livelihoods.shop.forms import (
    MOST_YUAN,
    Named,
    fen,
    moment_field,
    packs_field,
    text_field,
    yuan_field,
)
from bangfu.livelihoods.shop.models import COUPON_KIND_WORDS, Channel, LiveSale, Product
from bangfu.livelihoods.shop.operations import CouponDetails


def optional_yuan(title: Any, help_text: Any = "") -> forms.DecimalField:
    """Return a field for yuan that may stay empty."""
    return forms.DecimalField(
        label=title, min_value=0, max_value=MOST_YUAN, decimal_places=2, required=False, help_text=help_text
    )


class _Products(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Product) -> str:
        return f"{obj.name} {obj.code}"


class CouponForm(Keyed):
    """What coupons take off, of what, when and for how many."""

    beside = (
        ("name_zh", "name_en"), ("code", "channel"), ("kind", "from_yuan"), ("off_yuan", "off_pct"),
        ("starts_at", "ends_at"), ("number", "per_buyer"),
    )  # fmt: skip

    name_zh = text_field(said("名称（中文）", "Name (Chinese)"), 80)
    name_en = text_field(said("名称（英文）", "Name (English)"), 120)
    code = text_field(said("编码", "Code"), 40)
    channel = Named(queryset=Channel.objects.none(), label=said("渠道", "Channel"))
    sale = Named(
        queryset=LiveSale.objects.none(), required=False, label=said("直播", "Live sale"),
        help_text=said("只用于这一场；不选则整个渠道可用。", "For this one alone; none: for the whole channel."),
    )  # fmt: skip
    kind = forms.ChoiceField(label=said("种类", "Kind"), choices=list(COUPON_KIND_WORDS.items()))
    from_yuan = yuan_field(said("满多少元可用", "From how many yuan"))
    off_yuan = optional_yuan(said("满减：减多少元", "Amount: yuan off"))
    off_pct = forms.IntegerField(
        label=said("折扣：减百分之几", "Percentage: per cent off"), min_value=1, max_value=99, required=False
    )
    cap_yuan = optional_yuan(said("折扣：最多减多少元", "Percentage: at most how many yuan"))
    starts_at = moment_field(said("开始", "From"))
    ends_at = moment_field(said("结束", "To"))
    number = packs_field(said("张数", "How many"))
    per_buyer = packs_field(said("每人可领", "To each buyer"))
    products = _Products(
        queryset=Product.objects.none(), required=False, label=said("只用于这些商品", "For these products alone"),
        help_text=said("不选则所有商品可用。", "None: for every product."),
    )  # fmt: skip

    def __init__(self, *args: Any, units: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        channels = Channel.objects.filter(unit__in=units, closed_on=None).order_by("code")
        self.fields["channel"].queryset = channels  # type: ignore[attr-defined]
        sales = LiveSale.objects.filter(channel__unit__in=units).order_by("-starts_at")
        self.fields["sale"].queryset = sales  # type: ignore[attr-defined]
        products = Product.objects.filter(unit__in=units).order_by("code")
        self.fields["products"].queryset = products  # type: ignore[attr-defined]
        self.fields["per_buyer"].initial = 1

    def details(self) -> CouponDetails:
        """Return what was typed, of a form that is valid."""
        one = self.cleaned_data

        def in_fen(amount: Decimal | None) -> int | None:
            return None if amount is None else fen(amount)

        return CouponDetails(
            code=one["code"], name_zh=one["name_zh"], name_en=one["name_en"], kind=one["kind"],
            from_fen=fen(one["from_yuan"]), off_fen=in_fen(one["off_yuan"]), off_pct=one["off_pct"],
            cap_fen=in_fen(one["cap_yuan"]), starts_at=one["starts_at"], ends_at=one["ends_at"], number=one["number"],
            per_buyer=one["per_buyer"],
        )  # fmt: skip
