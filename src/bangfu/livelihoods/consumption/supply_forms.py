"""Forms of agreements, deliveries and welfare schemes."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Exists, OuterRef

from bangfu.foundation.rooms import both
from bangfu.foundation.rooms.forms import DayInput, FilesField, Keyed, said
from bangfu.livelihoods.amounts import plain, yuan
from bangfu.livelihoods.consumption.models import (
    KITCHENS,
    OUTCOME_WORDS,
    CallOff,
    Delivery,
    Good,
    GoodsReturn,
    Platform,
    Scheme,
)
from bangfu.livelihoods.consumption.operations import Accepted, AgreementDetails, Ordered, SchemeDetails
from bangfu.livelihoods.fields import UnitField, party_field, yuan_field
from bangfu.livelihoods.shop.neighbours import PAYER_WORDS

LINES = 6
"""Products that one form takes; what is more goes onto a second order."""


def _day(zh: str, en: str) -> forms.DateField:
    return forms.DateField(label=said(zh, en), widget=DayInput())


def _text(zh: str, en: str, longest: int, **more: Any) -> forms.CharField:
    return forms.CharField(label=said(zh, en), max_length=longest, **more)


def _quantity(label: Any, **more: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, required=False, max_digits=12, decimal_places=3, min_value=0, **more
    )


class _Goods(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.title)


class AgreementForm(Keyed):
    """A framework agreement of a canteen or union."""

    beside = (
        ("code", "title"), ("payer", "document"), ("supplier", "supplier_name"), ("starts_on", "last_day"),
    )  # fmt: skip

    code = _text("协议编号", "Code", 40)
    title = _text("名称", "Title", 120)
    payer = forms.ChoiceField(
        label=said("付款方", "Payer"), choices=[(one.value, PAYER_WORDS[one]) for one in KITCHENS]
    )
    document = _text("合同编号", "Number of the contract", 80)
    supplier = party_field(said("供应商代码", "Code of the supplier"), required=True)
    supplier_name = _text("供应商名称", "Supplier", 120)
    starts_on = _day("开始", "From")
    last_day = _day("最后一天", "Last day")
    target_yuan = yuan_field(said("全期目标（元）", "Target of the whole period (yuan)"), required=True)
    evidence = FilesField(label=said("签字的合同", "The signed contract"))

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"] = UnitField(queryset=units, label=said("单位", "Unit"))
        self.order_fields(["unit", *(name for name in self.fields if name != "unit")])

    def details(self) -> AgreementDetails:
        """Return what was said, for the operation."""
        written = self.cleaned_data
        return AgreementDetails(
            code=written["code"].strip().upper(), title=written["title"], payer=written["payer"],
            supplier=written["supplier"].strip().upper(), supplier_name=written["supplier_name"],
            document=written["document"], starts_on=written["starts_on"],
            ends_on=written["last_day"] + timedelta(days=1), target_fen=int(written["target_yuan"] * 100),
        )  # fmt: skip


class QuotaForm(Keyed):
    """What is to be bought in a part of an agreement's period."""

    beside = (("starts_on", "last_day"),)

    starts_on = _day("开始", "From")
    last_day = _day("最后一天", "Last day")
    amount_yuan = yuan_field(said("指标（元）", "Quota (yuan)"), required=True)


class _LinesForm(Keyed):
    """Up to six products with quantity and price."""

    platform = Platform.AGREEMENT

    def add_lines(self, *, with_quantity: bool = True) -> None:
        goods = Good.objects.filter(platform=self.platform).order_by("title")
        beside = list(self.beside)
        for number in range(1, LINES + 1):
            self.fields[f"good_{number}"] = _Goods(
                queryset=goods,
                required=False,
                empty_label=said("（不选）", "(none)"),
                label=said(f"商品 {number}", f"Product {number}"),
            )
            names = [f"price_{number}"]
            self.fields[f"price_{number}"] = yuan_field(said("单价（元）", "Price (yuan)"))
            if with_quantity:
                names.insert(0, f"quantity_{number}")
                self.fields[f"quantity_{number}"] = _quantity(said("数量", "Quantity"))
                beside.append((names[0], names[1]))
                self.order_fields([*(name for name in self.fields if name != names[1]), names[1]])
            else:
                beside.append((f"good_{number}", names[0]))
        self.beside = tuple(beside)  # type: ignore[misc]

    def goods(self) -> list[tuple[Good, Decimal, int]]:
        """Return the lines in which a product was chosen: product, quantity, price in fen."""
        written = self.cleaned_data
        return [
            (
                written[f"good_{number}"],
                written.get(f"quantity_{number}") or Decimal(0),
                int((written[f"price_{number}"] or 0) * 100),
            )
            for number in range(1, LINES + 1)
            if written[f"good_{number}"] is not None
        ]


class CallOffForm(_LinesForm):
    """An order under an agreement."""

    beside = (("number", "ordered_on"),)

    number = _text("订单号", "Order", 40)
    ordered_on = _day("下单日期", "Ordered on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add_lines()

    def lines(self) -> list[Ordered]:
        """Return what is ordered, for the operation."""
        return [Ordered(good, quantity, price) for good, quantity, price in self.goods()]


class DeliveryForm(Keyed):
    """What was weighed in and accepted of an order."""

    beside = (("note", "delivered_on"),)

    note = _text("送货单号", "Delivery note", 40)
    delivered_on = _day("送货日期", "Delivered on")

    def __init__(self, *args: Any, order: CallOff, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines_of = list(order.lines.select_related("good").order_by("pk"))
        for one in self.lines_of:
            ordered = said(f"订 {plain(one.quantity)}", f"{plain(one.quantity)} ordered")
            self.fields[f"line_{one.pk}"] = _quantity(one.good.title, help_text=ordered)
        self.fields["evidence"] = FilesField(label=said("送货单或过磅单", "Delivery note or weighing slip"))

    def accepted(self) -> list[Accepted]:
        """Return what was accepted, for the operation."""
        written = self.cleaned_data
        return [
            Accepted(one, written[f"line_{one.pk}"]) for one in self.lines_of if written[f"line_{one.pk}"]
        ]


class _DeliveredChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.call_line.good.title} {plain(obj.quantity)}"


class ReturnForm(Keyed):
    """Goods of a delivery that go back."""

    beside = (("quantity", "on"),)

    quantity = forms.DecimalField(label=said("退货数量", "Quantity"), max_digits=12, decimal_places=3)
    on = _day("退货日期", "Given back on")
    reason = _text("原因", "Why", 200)

    def __init__(self, *args: Any, delivery: Delivery, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lines = delivery.lines.select_related("call_line__good").order_by("pk")
        self.fields["line"] = _DeliveredChoice(queryset=lines, label=said("商品", "Product"))
        self.order_fields(["line", "quantity", "on", "reason"])


class OutcomeForm(Keyed):
    """How a return ended."""

    beside = (("outcome", "on"),)

    outcome = forms.ChoiceField(label=said("结果", "How it ended"), choices=list(OUTCOME_WORDS.items()))
    on = _day("日期", "Day")


class _Deliveries(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        waits = both(
            "有未了结的退货，了结以后才能结算", "a return is open: it can be settled once that has ended"
        )
        return f"{obj.note}（{obj.delivered_on}）" + (f" {waits}" if obj.returns_open else "")


class _InvoiceForm(Keyed):
    beside = (("paid_on", "amount_yuan"), ("invoice_code", "invoice_number"))

    paid_on = _day("付款日期", "Paid on")
    amount_yuan = yuan_field(said("发票金额（元）", "Sum of the invoice (yuan)"), required=True)
    invoice_code = _text("发票代码", "Invoice code", 20, required=False)
    invoice_number = _text("发票号码", "Invoice number", 30)
    evidence = FilesField(label=said("发票", "The invoice"))

    def paid(self) -> dict[str, Any]:
        """Return what was said of the invoice, for the operation."""
        written = self.cleaned_data
        return {
            "paid_on": written["paid_on"],
            "amount_fen": int(written["amount_yuan"] * 100),
            "invoice_code": written["invoice_code"],
            "invoice_number": written["invoice_number"],
            "files": written["evidence"],
        }


class SettlementForm(_InvoiceForm):
    """Deliveries paid by one invoice."""

    number = _text("结算单号", "Number of the settlement", 40)

    def __init__(self, *args: Any, deliveries: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        still = GoodsReturn.objects.filter(delivery=OuterRef("pk"), outcome="")
        self.fields["deliveries"] = _Deliveries(
            queryset=deliveries.annotate(returns_open=Exists(still)),
            label=said("送货单", "Deliveries"),
            widget=forms.CheckboxSelectMultiple,
        )
        self.order_fields(["number", "deliveries"])


class SchemeSettlementForm(_InvoiceForm):
    """A welfare scheme paid by one invoice."""


class SchemeForm(_LinesForm):
    """A welfare scheme of a unit's staff."""

    platform = Platform.WELFARE
    beside = (("code", "title"), ("opens_on", "last_day"), ("allowance_yuan", "document"))

    code = _text("编号", "Code", 40)
    title = _text("名称", "Title", 120)
    opens_on = _day("开始选", "Open from")
    last_day = _day("最后一天", "Last day")
    allowance_yuan = yuan_field(said("每人可选金额（元）", "What each may choose for (yuan)"), required=True)
    document = _text("工会决议文号", "The union's resolution", 80)
    is_voluntary = forms.BooleanField(
        label=said("自愿：不选的人不受任何影响", "Voluntary: whoever does not choose is not worse off"),
        error_messages={
            "required": said("职工福利须自愿，请勾选。", "A welfare scheme is voluntary: say so.")
        },
    )
    evidence = FilesField(label=said("工会决议", "The resolution"))

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"] = UnitField(queryset=units, label=said("单位", "Unit"))
        self.add_lines(with_quantity=False)
        last = ("is_voluntary", "evidence")
        self.order_fields(["unit", *(name for name in self.fields if name not in ("unit", *last)), *last])

    def details(self) -> SchemeDetails:
        """Return what was said, for the operation."""
        written = self.cleaned_data
        return SchemeDetails(
            code=written["code"].strip().upper(), title=written["title"], opens_on=written["opens_on"],
            closes_on=written["last_day"] + timedelta(days=1), allowance_fen=int(written["allowance_yuan"] * 100),
            document=written["document"], is_voluntary=written["is_voluntary"],
        )  # fmt: skip


class ChoiceForm(Keyed):
    """What somebody chooses for themselves."""

    def __init__(self, *args: Any, scheme: Scheme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = list(scheme.offered.select_related("good").order_by("pk"))
        for one in self.offered:
            each = said(f"每份 {yuan(one.price_fen)} 元", f"{yuan(one.price_fen)} yuan each")
            self.fields[f"packs_{one.pk}"] = forms.IntegerField(
                label=one.good.title, required=False, min_value=0, max_value=1000, help_text=each
            )

    def packs(self) -> dict[int, int]:
        """Return how many packs of each, for the operation."""
        return {one.pk: self.cleaned_data[f"packs_{one.pk}"] or 0 for one in self.offered}
