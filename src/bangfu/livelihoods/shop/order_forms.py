"""Forms of what becomes of orders: waybills one by one or from a courier's sheet, and refunds."""

from __future__ import annotations

from django import forms

from bangfu.foundation.rooms.forms import Keyed, said
from bangfu.livelihoods.shop.forms import packs_field, text_field
from bangfu.livelihoods.shop.models import REFUND_REASON_WORDS


class WaybillForm(Keyed):
    """The carrier's number of one order."""

    waybill = text_field(said("运单号", "Waybill"), 60)


class WaybillsForm(Keyed):
    """Orders and their waybills as a courier's sheet gives them."""

    lines = forms.CharField(
        label=said("订单号和运单号", "Orders and waybills"),
        max_length=200_000,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=said(
            "一行一个订单：订单号、运单号，用空格、逗号或制表符隔开；可从快递公司的表格里复制两列粘贴。",
            "A row an order: its number and the waybill, with a space, comma or tab between; paste two columns of a sheet.",
        ),
    )

    def clean_lines(self) -> dict[int, str]:
        """Return the waybill by the order's key."""
        found: dict[int, str] = {}
        for number, line in enumerate(self.cleaned_data["lines"].splitlines(), 1):
            cells = line.replace(",", " ").replace("，", " ").split()
            if not cells:
                continue
            digits = cells[0].upper().removeprefix("DD")
            if len(cells) != 2 or not (digits.isascii() and digits.isdigit()) or len(digits) > 18:
                raise forms.ValidationError(
                    str(
                        said(
                            "第 {number} 行读不出来。一行写一个订单号和一个运单号。",
                            "Row {number} cannot be read. Write one order and one waybill in a row.",
                        )
                    ).format(number=number)
                )
            if int(digits) in found:
                raise forms.ValidationError(
                    str(
                        said("第 {number} 行的订单重复了。", "The order of row {number} is there twice.")
                    ).format(number=number)
                )
            found[int(digits)] = cells[1][:60]
        return found


class RefundForm(Keyed):
    """Packs for which money goes back."""

    beside = (("quantity", "reason"),)

    quantity = packs_field(said("件数", "Packs"))
    reason = forms.ChoiceField(label=said("原因", "Why"), choices=list(REFUND_REASON_WORDS.items()))
    is_restocked = forms.BooleanField(
        label=said("货已退回，重新入库", "The goods came back and are sold again"),
        required=False,
        help_text=said("还没发货的不用勾。", "Of goods not shipped yet, leave it."),
    )
