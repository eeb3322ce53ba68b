"""Forms of programmes: what is planned, what gives points, quotas, the committee."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.urls import reverse_lazy

from bangfu.foundation.money.models import Fund
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.places.fields import PlaceField
from bangfu.foundation.rooms import both
from bangfu.foundation.rooms.forms import DayInput, Keyed, said
from bangfu.foundation.rooms.picking import UnitChoice
from bangfu.giving.grants.models import (
    FEWEST_DISPLAY_DAYS,
    HOUSEHOLD_WORDS,
)
from bangfu.giving.grants.operations import Plan

_BETWEEN = re.compile(r"[\s,，、;；]+")
PERIODS = {"spring": both("春季学期", "Spring"), "autumn": both("秋季学期", "Autumn")}


class DaysField(forms.CharField):
    """Days in a row, with commas or spaces between."""

    def clean(self, value: Any) -> tuple[date, ...]:
        """Return the days.

        Raises: forms.ValidationError: one is no day.
        """
        words = [word for word in _BETWEEN.split(super().clean(value)) if word]
        try:
            return tuple(date.fromisoformat(word) for word in words)
        except ValueError as wrong:
            sentence = both(
                "请把日期写作 2020-10-01，用空格隔开。", "Write days as 2020-10-01, with spaces between."
            )
            raise ValidationError(str(sentence)) from wrong


class PlanForm(Keyed):
    """What is said of a programme before it opens."""

    beside = (
        ("unit", "code"), ("name_zh", "name_en"), ("fund", "amount_yuan"), ("year", "half"), ("opens_on", "last_day"),
        ("display_days", "quorum"),
    )  # fmt: skip

    unit = UnitChoice(label=said("办理单位", "Run by"), queryset=Unit.objects.none())
    code = forms.CharField(
        label=said("编号", "Code"),
        max_length=40,
        help_text=said("大写字母、数字、短横。", "Capitals, digits, hyphens."),
    )
    name_zh = forms.CharField(label=said("名称", "Name"), max_length=120)
    name_en = forms.CharField(label=said("英文名称", "Name in English"), max_length=160, required=False)
    fund = forms.ModelChoiceField(label=said("限定基金", "Restricted fund"), queryset=Fund.objects.none())
    amount_yuan = forms.DecimalField(
        label=said("每人（元）", "For each pupil (yuan)"), min_value=1, decimal_places=2, max_digits=10
    )
    year = forms.IntegerField(label=said("年份", "Year"), min_value=2010, max_value=2099)
    half = forms.ChoiceField(label=said("学期", "Term"), choices=list(PERIODS.items()))
    opens_on = forms.DateField(label=said("受理第一天", "First day"), widget=DayInput())
    last_day = forms.DateField(label=said("受理最后一天", "Last day"), widget=DayInput())
    display_days = forms.IntegerField(
        label=said("公示工作日", "Working days on display"),
        min_value=FEWEST_DISPLAY_DAYS,
        max_value=60,
        initial=FEWEST_DISPLAY_DAYS,
    )
    quorum = forms.IntegerField(
        label=said("每份至少几人表决", "Votes at least"), min_value=2, max_value=30, initial=3
    )
    campaign = forms.CharField(
        label=said("募捐活动代码", "Code of the campaign"), max_length=40, required=False
    )
    rest_days = DaysField(
        label=said("公示期内的休息日", "Weekdays off"),
        required=False,
        help_text=said(
            "法定假日、学校放假的工作日：2020-10-01 2020-10-02。",
            "Public and school holidays: 2020-10-01 2020-10-02.",
        ),
    )
    made_up_days = DaysField(label=said("调休上班的周末", "Weekend days worked"), required=False)

    def __init__(
        self, *args: Any, units: QuerySet[Unit], funds: QuerySet[Fund], is_new: bool = True, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        self.fields["fund"].queryset = funds  # type: ignore[attr-defined]
        self.fields["fund"].label_from_instance = lambda one: f"{one.title} {one.code}"  # type: ignore[attr-defined]
        if not is_new:
            del self.fields["unit"], self.fields["code"]

    @staticmethod
    def plan_of(said_: dict[str, Any]) -> Plan:
        """Return the plan that a form says."""
        names = (
            "name_zh", "name_en", "fund", "opens_on", "campaign", "display_days", "quorum", "rest_days", "made_up_days",
        )  # fmt: skip
        return Plan(
            **{name: said_[name] for name in names},
            term=f"{said_['year']}-{said_['half']}",
            amount_fen=int(said_["amount_yuan"] * 100),
            closes_on=said_["last_day"] + timedelta(days=1),
        )


class CriterionForm(Keyed):
    """What gives points."""

    beside = (("code", "points"), ("title_zh", "title_en"))

    code = forms.CharField(
        label=said("编码", "Code"), max_length=20, help_text=said("表格里可以写它。", "Sheets may give it.")
    )
    points = forms.IntegerField(label=said("分值", "Points"), min_value=1, max_value=100)
    title_zh = forms.CharField(label=said("条件", "Criterion"), max_length=80)
    title_en = forms.CharField(label=said("英文", "In English"), max_length=120, required=False)
    household = forms.ChoiceField(
        label=said("按家庭情况", "By household"),
        required=False,
        choices=[("", said("—（由申请写明）", "— (the application says so)")), *HOUSEHOLD_WORDS.items()],
        help_text=said("选了的，家庭情况相符即得分。", "Chosen: met by every household of that kind."),
    )


class QuotaForm(Keyed):
    """How many pupils of a county or a school."""

    beside = (("place", "pupils"), ("school_code", "school_name"))

    place = PlaceField(offers=reverse_lazy("intake:places"), label=said("县", "County"), levels=(3,))
    pupils = forms.IntegerField(label=said("名额", "Pupils"), min_value=1, max_value=100_000)
    school_code = forms.CharField(
        label=said("学校标识码", "School code"),
        max_length=10,
        required=False,
        help_text=said("空：全县的名额。", "Empty: of the county."),
    )
    school_name = forms.CharField(label=said("学校名称", "School"), max_length=80, required=False)


class MemberForm(Keyed):
    """A member of the committee."""

    beside = (("name", "post"),)

    name = forms.CharField(label=said("姓名", "Name"), max_length=80)
    post = forms.CharField(
        label=said("职务", "Post"), max_length=80,
        help_text=said("如：学校校长、村支书、基金会代表。", "Head of the school, village secretary, the charity."),
    )  # fmt: skip
