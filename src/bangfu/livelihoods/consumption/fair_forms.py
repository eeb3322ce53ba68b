"""Forms of product fairs: the fair, its stalls, and a receipt, which is filled in on a phone at the stall."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django import forms

from bangfu.foundation.rooms.forms import DayInput, FilesField, Keyed, said
from bangfu.livelihoods.consumption.forms import county_field
from bangfu.livelihoods.consumption.models import Stall
from bangfu.livelihoods.consumption.operations import FairDetails, SoldLine, StallDetails
from bangfu.livelihoods.fields import UnitField, party_field, yuan_field
from bangfu.livelihoods.shop.neighbours import PAYER_WORDS


class FairForm(Keyed):
    """A fair that a unit holds."""

    beside = (("code", "title"), ("county", "venue"), ("starts_on", "last_day"))

    code = forms.CharField(
        label=said("编号", "Code"), max_length=30, help_text=said("如 ZX-2020-05", "Such as ZX-2020-05")
    )
    title = forms.CharField(label=said("名称", "Name"), max_length=120)
    venue = forms.CharField(label=said("场地", "Venue"), max_length=120)
    starts_on = forms.DateField(label=said("第一天", "First day"), widget=DayInput())
    last_day = forms.DateField(label=said("最后一天", "Last day"), widget=DayInput())
    document = forms.CharField(
        label=said("依据", "Rests on"),
        max_length=80,
        help_text=said("通知或方案的文号", "Number of the notice"),
    )
    apart = forms.CharField(
        label=said("另一场的说明", "Why it is another"),
        max_length=300,
        required=False,
        help_text=said(
            "只在本单位或上下级已报送同几天的一场，而这确是另一场时填写。",
            "Only where a fair of these days was reported, and this is another.",
        ),
    )
    evidence = FilesField(label=said("通知或现场照片", "The notice, or photographs"))

    def __init__(self, *args: Any, units: Any, offers: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"] = UnitField(queryset=units, label=said("主办单位", "Held by"))
        self.fields["county"] = county_field(offers, said("所在县（区）", "County or district"))
        self.order_fields(
            ["unit", "code", "title", "county", "venue", "starts_on", "last_day", "document", "apart", "evidence"]
        )  # fmt: skip

    def details(self) -> FairDetails:
        """Return what was said, for the operation."""
        written = self.cleaned_data
        return FairDetails(
            code=written["code"].strip().upper(), title=written["title"], place=written["county"],
            venue=written["venue"], starts_on=written["starts_on"], ends_on=written["last_day"] + timedelta(days=1),
            document=written["document"], apart=written["apart"],
        )  # fmt: skip


class StallForm(Keyed):
    """A stall at a fair, with what it sells."""

    beside = (("code", "county"), ("exhibitor", "exhibitor_name"))

    code = forms.CharField(label=said("展位号", "Stall"), max_length=10)
    exhibitor = party_field(said("参展商代码", "Code of the exhibitor"), required=True)
    exhibitor_name = forms.CharField(label=said("参展商", "Exhibitor"), max_length=120)
    proof = forms.CharField(
        label=said("产地依据", "What the origin rests on"),
        max_length=200,
        help_text=said("产地证明文号、批次号。", "A certificate of origin, a lot."),
    )
    products = forms.CharField(
        label=said("商品，一行一个", "Products, one a line"),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=4000,
    )

    def __init__(self, *args: Any, offers: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["county"] = county_field(offers)
        self.order_fields(["code", "county", "exhibitor", "exhibitor_name", "proof", "products"])

    def details(self) -> StallDetails:
        """Return what was said, for the operation."""
        written = self.cleaned_data
        return StallDetails(
            code=written["code"].strip().upper(), exhibitor=written["exhibitor"].strip().upper(),
            exhibitor_name=written["exhibitor_name"], place=written["county"], proof=written["proof"],
            products=tuple(line[:200] for line in written["products"].splitlines()),
        )  # fmt: skip


class ReceiptForm(Keyed):
    """A receipt of a stall: who pays, and how much of what for how much."""

    beside = (("receipt", "sold_on"),)

    receipt = forms.CharField(label=said("收据号", "Receipt"), max_length=40)
    sold_on = forms.DateField(label=said("日期", "Day"), widget=DayInput())
    payer = forms.ChoiceField(label=said("付款方", "Payer"), choices=list(PAYER_WORDS.items()))

    def __init__(self, *args: Any, stall: Stall, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.exhibits = list(stall.exhibits.select_related("good").order_by("pk"))
        beside = list(self.beside)
        for one in self.exhibits:
            names = (f"quantity_{one.pk}", f"amount_{one.pk}")
            self.fields[names[0]] = forms.DecimalField(
                label=said(f"{one.good.title}：数量", f"{one.good.title}: quantity"),
                required=False, max_digits=12, decimal_places=3, min_value=0,
                widget=forms.NumberInput(attrs={"inputmode": "decimal"}),
            )  # fmt: skip
            self.fields[names[1]] = yuan_field(said("金额（元）", "Amount (yuan)"))
            beside.append(names)
        self.beside = tuple(beside)  # type: ignore[misc, assignment]
        self.fields["apart"] = forms.CharField(
            label=said("另一笔的说明", "Why it is another"), max_length=300, required=False,
            help_text=said("只在已报送同县、同日、同额的一笔时填写。", "Only where the same county, day and sum was reported."),
        )  # fmt: skip
        self.fields["evidence"] = FilesField(label=said("收据的照片", "Photograph of the receipt"))

    def lines(self) -> list[SoldLine]:
        """Return the products for which something was filled in, for the operation."""
        written = self.cleaned_data
        found = []
        for one in self.exhibits:
            quantity, yuan = written[f"quantity_{one.pk}"], written[f"amount_{one.pk}"]
            if quantity or yuan:
                found.append(SoldLine(one.good, quantity or Decimal(0), int((yuan or 0) * 100)))
        return found
