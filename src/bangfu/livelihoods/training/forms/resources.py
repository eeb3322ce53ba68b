"""Forms of trainers and expenses."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms

from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.rooms.forms import FilesField, Keyed, said
from bangfu.livelihoods.training.forms.courses import day_field, unit_field
from bangfu.livelihoods.training.models import CATEGORY_WORDS, Expense
from bangfu.livelihoods.training.operations import ExpenseDetails, TrainerDetails


class TrainerRevisionForm(Keyed):
    """Whom a trainer comes from and what they teach."""

    provider = forms.CharField(label=said("来自单位", "Comes from"), max_length=120)
    topics = forms.CharField(
        label=said("能讲的题目", "Topics"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=said("用顿号分开。", "With commas between."),
    )

    def details(self) -> TrainerDetails:
        """Return what was said, for the operation."""
        return TrainerDetails(self.cleaned_data["provider"], self.cleaned_data["topics"])


class TrainerForm(TrainerRevisionForm):
    """Who teaches."""

    beside = (("name", "phone"),)

    name = forms.CharField(
        label=said("姓名", "Name"),
        max_length=80,
        help_text=said("加密保存，页面只显示姓。", "Kept encrypted; only its first character is shown."),
    )
    phone = forms.CharField(label=said("电话", "Telephone"), max_length=30, required=False)

    def __init__(self, *args: Any, units: Iterable[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"] = unit_field(units, said("登记单位", "Unit"))
        self.order_fields(["unit", "name", "phone", "provider", "topics"])


class AssignmentForm(Keyed):
    """Who teaches a module."""

    def __init__(self, *args: Any, trainers: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["trainer"] = forms.TypedChoiceField(
            label=said("师资", "Trainer"), coerce=int, choices=trainers
        )


class ExpenseForm(Keyed):
    """One voucher that a course cost."""

    beside = (("category", "amount_yuan"), ("spent_on", "voucher"))

    category = forms.ChoiceField(label=said("费用类别", "Category"), choices=list(CATEGORY_WORDS.items()))
    amount_yuan = forms.DecimalField(
        label=said("金额（元）", "Amount (yuan)"), min_value=0, max_digits=14, decimal_places=2
    )
    spent_on = day_field(said("支出日期", "Spent on"))
    voucher = forms.CharField(
        label=said("发票、凭证号", "Invoice or voucher"),
        max_length=60,
        help_text=said(
            "一张只记一次；分摊的加行号，如 0045-2。", "Each once; where it is split add the line: 0045-2."
        ),
    )
    note = forms.CharField(label=said("说明", "Note"), max_length=200, required=False)

    def __init__(self, *args: Any, is_revision: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["evidence"] = FilesField(label=said("扫描件", "Scan"), required=not is_revision)

    def details(self) -> ExpenseDetails:
        """Return what was said, for the operation."""
        written = self.cleaned_data
        return ExpenseDetails(
            category=written["category"],
            amount_fen=int(written["amount_yuan"] * 100),
            spent_on=written["spent_on"],
            voucher=written["voucher"],
            note=written["note"],
        )


def expense_said(expense: Expense) -> dict[str, Any]:
    """Return what an expense says, as the form of its revision begins."""
    return {
        "category": expense.category,
        "amount_yuan": Decimal(expense.amount_fen) / 100,
        "spent_on": expense.spent_on,
        "voucher": expense.voucher,
        "note": expense.note,
    }
