"""Forms of control totals."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils import timezone

from bangfu.foundation.rooms.forms import DayInput, Keyed, said
from bangfu.reporting.controls.books import is_money
from bangfu.reporting.controls.models import CATEGORY_WORDS, SOURCE_WORDS
from bangfu.reporting.indicators import indicators
from bangfu.reporting.selection import Selection, read_selection

ASKED = ("period", "place", "area", "unit", "line")
"""Fields of a figure's address."""


def _remark() -> forms.CharField:
    return forms.CharField(
        label=said("说明", "Remark"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class RevisionForm(Keyed):
    """What the outside book says now."""

    beside: ClassVar[tuple[tuple[str, str], ...]] = (("amount", "taken_on"),)

    account = forms.CharField(
        label=said("科目、报表或对账单", "Account, report or statement"), max_length=120,
        help_text=said("金额取自哪里，如“6711.03 对外捐赠”。", "Where the amount is read off, such as “6711.03 donations”."),
    )  # fmt: skip
    amount = forms.DecimalField(label=said("金额（元）", "Amount (yuan)"), max_digits=16, decimal_places=2)
    taken_on = forms.DateField(
        label=said("取数日期", "Read on"), widget=DayInput(), initial=timezone.localdate
    )
    remark = _remark()


class TotalForm(RevisionForm):
    """Which figure is held against which book."""

    beside = (("period", "source"), ("place", "area"), ("unit", "line"), ("amount", "taken_on"))

    indicator = forms.ChoiceField(label=said("数字", "Figure"))
    period = forms.CharField(
        label=said("期间", "Period"),
        max_length=60,
        help_text=said("如 2019、2019-Q3。", "Such as 2019, 2019-Q3."),
    )
    source = forms.ChoiceField(label=said("对方账目", "The other book"), choices=list(SOURCE_WORDS.items()))
    place = forms.CharField(label=said("地区代码", "Place"), required=False, max_length=60)
    area = forms.CharField(label=said("片区或名单代码", "Area"), required=False, max_length=60)
    unit = forms.CharField(label=said("单位代码", "Unit"), required=False, max_length=60)
    line = forms.CharField(label=said("专业线代码", "Line"), required=False, max_length=60)

    field_order = (
        "indicator", "period", "source", "place", "area", "unit", "line", "account", "amount", "taken_on", "remark",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(one.code, f"{one.title} · {one.code}") for one in indicators() if is_money(one)]
        self.fields["indicator"].choices = choices  # type: ignore[attr-defined]

    def selection(self) -> Selection:
        """Return the question that was asked.

        Raises: UnableToOpen: a field means nothing.
        """
        return read_selection({name: self.cleaned_data[name] for name in ASKED})


class ReconcileForm(Keyed):
    """As of which block."""

    block = forms.IntegerField(
        label=said("截至区块", "As of block"), required=False, min_value=1,
        help_text=said("不填是最新的区块。", "Empty is the newest."),
    )  # fmt: skip


class ExplainForm(Keyed):
    """Where a difference comes from."""

    category = forms.ChoiceField(label=said("原因", "Reason"), choices=list(CATEGORY_WORDS.items()))
    words = forms.CharField(
        label=said("说明", "Explanation"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=said("怎么来的，何时消除；不要写个人信息。", "Where it comes from and when it will be gone; nothing personal."),
    )  # fmt: skip
    file = forms.FileField(label=said("佐证", "Evidence"), required=False)


class DecideForm(Keyed):
    """A decision on an explanation."""

    remark = forms.CharField(
        label=said("意见（退回时必填）", "Remark (needed to return it)"), required=False, max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
