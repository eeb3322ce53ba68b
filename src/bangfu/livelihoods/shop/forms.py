"""Forms of the shop: they read what was typed; what may be sold is decided by the operations."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet

from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.places.codes import COUNTY, TOWN, VILLAGE
from bangfu.foundation.places.fields import PlaceField, place_written
from bangfu.foundation.rooms.forms import DayInput, FilesField, Keyed, MomentInput, said
from bangfu.foundation.rooms.picking import UnitChoice
from bangfu.livelihoods.industries.neighbours import Lot
from bangfu.livelihoods.shop.models import (
    CHANNEL_KIND_WORDS,
    PRODUCT_KIND_WORDS,
    Channel,
    Product,
    Stock,
    Warehouse,
)
from bangfu.livelihoods.shop.operations import ProductDetails

MOST_PACKS = 10**9
MOST_YUAN = Decimal(10**9)


def text_field(title: Any, longest: int, *, required: bool = True, help_text: Any = "") -> forms.CharField:
    """Return a field of one line."""
    return forms.CharField(label=title, max_length=longest, required=required, help_text=help_text)


def words_field(title: Any, longest: int = 2000, *, required: bool = False, rows: int = 3) -> forms.CharField:
    """Return a field of several lines."""
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=title, max_length=longest, required=required, widget=area)


def yuan_field(title: Any, *, help_text: Any = "") -> forms.DecimalField:
    """Return a field for yuan to the fen."""
    return forms.DecimalField(
        label=title, min_value=0, max_value=MOST_YUAN, decimal_places=2, help_text=help_text
    )


def packs_field(
    title: Any, *, least: int = 1, required: bool = True, help_text: Any = ""
) -> forms.IntegerField:
    """Return a field for a number of packs."""
    return forms.IntegerField(
        label=title, min_value=least, max_value=MOST_PACKS, required=required, help_text=help_text
    )


def moment_field(title: Any, *, required: bool = True, help_text: Any = "") -> forms.DateTimeField:
    """Return a field for a moment."""
    return forms.DateTimeField(label=title, required=required, widget=MomentInput(), help_text=help_text)


def fen(yuan: Decimal) -> int:
    """Return yuan in fen.

    >>> fen(Decimal("49.90"))
    4990
    """
    return int(yuan * 100)


class Named(forms.ModelChoiceField):
    """One of a few records, by its name in the reader's language and its code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"empty_label": said("请选择", "Choose"), **kwargs})

    def label_from_instance(self, obj: Any) -> str:
        """Return name and code."""
        return f"{obj.name} {obj.code}"


class _OfLots(forms.ModelChoiceField):
    def label_from_instance(self, obj: Lot) -> str:
        return f"{obj.code} {obj.operator.title}"


class _OfStocks(forms.ModelChoiceField):
    def label_from_instance(self, obj: Stock) -> str:
        words = said("可用 {count} 件", "{count} free")
        free = str(words).format(count=obj.free)
        return f"{obj.variant.product.name} {obj.variant.spec} · {obj.warehouse.name} · {free}"


class OfUnit(Keyed):
    """A form that asks which unit enters it."""

    def __init__(self, *args: Any, units: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        only = units[0] if len(units[:2]) == 1 else None
        self.fields["unit"] = UnitChoice(label=said("单位", "Unit"), queryset=units, initial=only)
        self.order_fields(["unit"])


class NamedForm(Keyed):
    """A form that asks for names in both languages."""

    beside: ClassVar[tuple[tuple[str, str], ...]] = (("name_zh", "name_en"),)

    name_zh = text_field(said("名称", "Name in Chinese"), 120)
    name_en = text_field(said("英文名称", "Name in English"), 160)


class Coded(Keyed):
    """A form that asks for a code."""

    code = text_field(said("编码", "Code"), 40, help_text=said("不与别的重复。", "No other bears it."))

    def clean_code(self) -> str:
        """Return the code as sheets write it: without spaces, in capitals."""
        return "".join(self.cleaned_data["code"].split()).upper()


class ProductRevisionForm(NamedForm):
    """What is said of a product; its code and unit stay."""

    beside = (*NamedForm.beside, ("kind", "place"), ("certificate", "certified_by"))

    kind = forms.ChoiceField(
        label=said("类别", "Kind"),
        choices=list(PRODUCT_KIND_WORDS.items()),
        help_text=said("生鲜不适用七天无理由退货。", "Fresh produce is not given back without a reason."),
    )
    certificate = text_field(said("产地证明文号", "Certificate of origin"), 80, required=False)
    certified_by = text_field(said("出具单位", "Issued by"), 120, required=False)
    about_zh = words_field(said("介绍", "About it, in Chinese"))
    about_en = words_field(said("英文介绍", "About it, in English"))
    is_shown = forms.BooleanField(
        label=said("在公开商品页展示", "Show it in the public catalogue"), required=False, initial=True
    )

    def __init__(self, *args: Any, offers: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"] = PlaceField(
            label=said("产地县", "County of origin"), offers=offers, levels=(COUNTY,)
        )
        self.order_fields(["unit", "code", "name_zh", "name_en", "kind", "place"])

    def details(self, code: str = "") -> ProductDetails:
        """Return what was said, for the operation.

        Args:
            code: the product's, where the form does not ask for it.
        """
        names = (
            "name_zh", "name_en", "kind", "place", "about_zh", "about_en", "certificate", "certified_by", "is_shown",
        )  # fmt: skip
        given = {name: self.cleaned_data[name] for name in names}
        return ProductDetails(code=self.cleaned_data.get("code", code), **given)


class ProductForm(ProductRevisionForm, OfUnit, Coded):
    """A product with its county of origin."""

    beside = (("unit", "code"), *ProductRevisionForm.beside)


def product_said(product: Product) -> dict[str, Any]:
    """Return what is kept of a product, as the form of its revision begins."""
    names = ("name_zh", "name_en", "kind", "about_zh", "about_en", "certificate", "certified_by", "is_shown")
    return {**{name: getattr(product, name) for name in names}, "place": place_written(product.place_id)}


class VariantRevisionForm(Keyed):
    """How a pack is described."""

    beside: ClassVar[tuple[tuple[str, str], ...]] = (("spec_zh", "spec_en"),)

    spec_zh = text_field(
        said("规格", "Pack in Chinese"), 80, help_text=said("如：5 千克装。", "As 5 千克装.")
    )
    spec_en = text_field(said("英文规格", "Pack in English"), 120)


class VariantForm(VariantRevisionForm, Coded):
    """In which pack a product is sold."""

    beside = (*VariantRevisionForm.beside, ("net_weight_g", "pack"))

    net_weight_g = forms.IntegerField(
        label=said("一件净重（克）", "Net weight of a pack (g)"), min_value=1, max_value=10**7
    )
    pack = forms.IntegerField(
        label=said("一件里有几个", "Pieces in a pack"), min_value=1, max_value=9999, initial=1
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["code"])


class PriceForm(Keyed):
    """What a pack costs from a moment on."""

    beside = (("price_yuan", "floor_yuan"), ("valid_from", "channel"))

    price_yuan = yuan_field(said("价格（元）", "Price (yuan)"))
    floor_yuan = yuan_field(
        said("归农户不低于（元）", "To the grower at least (yuan)"),
        help_text=said("每卖一件付给种养户的底价。", "What the grower is promised of each pack."),
    )
    valid_from = moment_field(
        said("生效时间", "From"), required=False, help_text=said("不填就是现在。", "Empty is now.")
    )

    def __init__(self, *args: Any, channels: QuerySet[Channel], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["channel"] = Named(
            label=said("只用于渠道", "For one channel only"),
            queryset=channels,
            required=False,
            empty_label=str(said("所有渠道", "Every channel")),
        )


class ReceiptForm(Keyed):
    """Packs that came into a warehouse."""

    beside = (("warehouse", "quantity"), ("lot", "document"))

    quantity = packs_field(said("件数", "Packs"))
    document = text_field(said("送货单号", "Delivery note"), 80, required=False)

    def __init__(
        self, *args: Any, warehouses: QuerySet[Warehouse], lots: QuerySet[Lot], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        only = warehouses[0] if len(warehouses[:2]) == 1 else None
        self.fields["warehouse"] = Named(
            label=said("仓库", "Warehouse"),
            queryset=warehouses,
            initial=only,
            help_text=said("没有的，先登记仓库。", "Enter the warehouse first if it is missing."),
        )
        self.fields["lot"] = _OfLots(
            label=said("批次", "Lot"),
            queryset=lots,
            required=False,
            empty_label=str(said("不知道批次", "No lot is known")),
            help_text=said(
                "按净重从批次里扣，不能多过收获。",
                "Its weight is taken from the lot, never more than was harvested.",
            ),
        )
        self.order_fields(["warehouse", "quantity", "lot", "document"])


class ChannelRevisionForm(NamedForm):
    """What a channel is called, where it is and who runs it, and how long its orders wait."""

    beside: ClassVar[tuple[tuple[str, str], ...]] = (
        ("name_zh", "name_en"), ("platform", "shop"), ("team", "pay_within_min"),
    )  # fmt: skip

    platform = text_field(
        said("平台", "Platform"),
        60,
        required=False,
        help_text=said(
            "例如京东、脱贫地区农副产品网络销售平台；自有的不填。",
            "Such as JD, or the 832 platform; empty for one's own.",
        ),
    )
    shop = text_field(said("店铺", "Shop there"), 120, required=False)
    team = text_field(
        said("运营团队", "Team"), 120, required=False, help_text=said("写团队，不写个人。", "The team, no person's name.")
    )  # fmt: skip
    pay_within_min = forms.IntegerField(
        label=said("限时支付（分钟）", "Minutes to pay"),
        min_value=1,
        max_value=10_000,
        required=False,
        help_text=said(
            "过时未付的订单自动取消，释放库存。不填：记账后付，不取消。",
            "Orders that are not paid by then lapse and free their stock. Empty: on account, they never lapse.",
        ),
    )


class ChannelForm(ChannelRevisionForm, OfUnit, Coded):
    """Where a unit sells."""

    beside = (("unit", "code"), *ChannelRevisionForm.beside, ("kind", "opened_on"))

    kind = forms.ChoiceField(label=said("类别", "Kind"), choices=list(CHANNEL_KIND_WORDS.items()))
    opened_on = forms.DateField(label=said("开设日期", "Opened on"), widget=DayInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pay_within_min"].initial = 30
        self.order_fields(["unit", "code", "name_zh", "name_en", "kind", "opened_on"])


class DayForm(Keyed):
    """A day."""

    on = forms.DateField(label=said("自何日起", "From when on"), widget=DayInput())


class WarehouseRevisionForm(NamedForm):
    """What a warehouse is called, and where it stands."""

    def __init__(self, *args: Any, offers: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        levels = (COUNTY, TOWN, VILLAGE)
        self.fields["place"] = PlaceField(label=said("所在地", "Where"), offers=offers, levels=levels)


class WarehouseForm(WarehouseRevisionForm, OfUnit, Coded):
    """Where goods lie."""

    beside = (("unit", "code"), ("name_zh", "name_en"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["unit", "code", "name_zh", "name_en"])


class CountForm(Keyed):
    """What was counted."""

    physical = packs_field(said("实际在库件数", "Packs that lie there"), least=0)


class OfferForm(Keyed):
    """Where a stock is sold, from when, and how many to each buyer."""

    beside = (("channel", "per_buyer"), ("opens_at", "closes_at"))

    per_buyer = packs_field(said("每人限购", "Limit for a buyer"), required=False)

    def __init__(self, *args: Any, channels: QuerySet[Channel], is_of_sale: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        only = channels[0] if len(channels[:2]) == 1 else None
        self.fields["channel"] = Named(label=said("渠道", "Channel"), queryset=channels, initial=only)
        if not is_of_sale:
            self.fields["opens_at"] = moment_field(
                said("开售", "Opens"), required=False, help_text=said("不填就是现在。", "Empty is now.")
            )
            self.fields["closes_at"] = moment_field(
                said("停售", "Closes"),
                required=False,
                help_text=said("不填就一直卖。", "Empty is until it is closed."),
            )
        self.order_fields(["channel", "per_buyer"])


class PicturesForm(Keyed):
    """Photographs of a product."""

    pictures = FilesField(
        label=said("照片", "Photographs"),
        help_text=said(
            "JPEG、PNG 或 HEIC，可一次选几张；排在已有的后面。",
            "JPEG, PNG or HEIC, several at once; they stand behind those there are.",
        ),
    )


class ConfirmForm(Keyed):
    """Nothing but that it is meant."""


class SetApartForm(Keyed):
    """Packs set apart for a live sale."""

    quantity = packs_field(said("预留件数", "Packs to set apart"))

    def __init__(self, *args: Any, stocks: QuerySet[Stock], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["stock"] = _OfStocks(
            label=said("从哪里留", "From which stock"),
            queryset=stocks,
            help_text=said("没有的，先入库。", "Receive it first if it is missing."),
        )
        self.order_fields(["stock", "quantity"])


class BringBackForm(Keyed):
    """Packs that a live sale did not sell."""

    quantity = packs_field(said("退回件数", "Packs to bring back"))
