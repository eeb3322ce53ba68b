"""Forms of points."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.rooms.forms import DayInput, Keyed, said
from bangfu.foundation.rooms.picking import UnitChoice


class OfUnit(Keyed):
    """Something of one unit."""

    unit = UnitChoice(label=said("单位", "Unit"), queryset=Unit.objects.none())

    def __init__(self, *args: Any, units: Iterable[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = Unit.objects.filter(pk__in=units)  # type: ignore[attr-defined]


class RateForm(OfUnit):
    """A new version of what points are worth."""

    beside = (("points", "yuan"), ("valid_from", "last_day"), ("least_points", "grace_days"))

    points = forms.IntegerField(label=said("积分", "Points"), min_value=1, initial=100)
    yuan = forms.DecimalField(
        label=said("折合（元）", "Worth (yuan)"), min_value=0, decimal_places=2, max_digits=12
    )
    valid_from = forms.DateField(label=said("生效日期", "From"), widget=DayInput())
    last_day = forms.DateField(
        label=said("最后一天", "Last day"),
        widget=DayInput(),
        required=False,
        help_text=said("空：直到下一个比率生效。", "Empty: until another begins."),
    )
    least_points = forms.IntegerField(label=said("起折积分", "Least points"), min_value=1, initial=100)
    grace_days = forms.IntegerField(
        label=said("退回宽限（天）", "Days of grace"),
        min_value=0,
        max_value=366,
        initial=30,
        help_text=said(
            "退回时批次已到期的，再给这么多天；0 即失效。",
            "For points that come back after their lot expired; 0: they lapse.",
        ),
    )
    document = forms.CharField(label=said("依据文件", "Rests on"), max_length=120)


class ConfirmationForm(OfUnit):
    """A file of what was spent and given back since the last."""


class AnswerForm(Keyed):
    """What the operator's points system answered to a file."""

    digest = forms.CharField(
        label=said("摘要（SHA-256）", "Digest (SHA-256)"),
        min_length=64,
        max_length=64,
        help_text=said("积分系统对所收文件算出的摘要。", "Of the file as the points system received it."),
    )
    reference = forms.CharField(label=said("受理号", "Reference"), max_length=80)
