"""Forms of rounds: they read what was typed; what may be done is decided by the operations."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from bangfu.foundation.intake.reported.reportable import rooms_with_measures
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.forms import DayInput, Keyed, said
from bangfu.foundation.rooms.picking import UnitChoice, UnitsChoice
from bangfu.foundation.rounds.operations import ScheduleDetails
from bangfu.foundation.rounds.periods import EVERY_WORDS
from bangfu.foundation.rounds.sheets import rooms_with_sheets

LEVEL_WORDS: dict[str, Words] = {
    Unit.Kind.PROVINCE.value: both("所有省级分公司", "All provincial branches"),
    Unit.Kind.PREFECTURE.value: both("所有市级公司", "All city companies"),
    Unit.Kind.COUNTY.value: both("所有县级公司", "All county companies"),
    Unit.Kind.OFFICE.value: both("所有处室", "All offices"),
    Unit.Kind.SUPPORTED.value: both("所有受帮扶县帮扶办", "All offices of assisted counties"),
}


class _Person(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        """Return whose account it is."""
        return str(obj.display_name)


class ScheduleForm(Keyed):
    """What is asked of whom, how often and by when."""

    beside = (("every", "due_days"), ("grace_days", "remind_days"), ("starts_on", "ends_on"))

    title = forms.CharField(label=said("名称", "What it is called"), max_length=120)
    measures = forms.MultipleChoiceField(
        label=said("报什么", "What is asked for"),
        widget=forms.SelectMultiple(attrs={"size": 8}),
        required=False,
        help_text=said("可以选几张表。", "Several sheets may be chosen."),
    )
    layouts = forms.MultipleChoiceField(
        label=said("各室的表格", "Sheets of rooms"),
        widget=forms.SelectMultiple(attrs={"size": 6}),
        required=False,
        help_text=said(
            "各单位按这张表导入，再把导入的表格计入这一期。",
            "Units import the sheet, and count what they imported into the round.",
        ),
    )
    level = forms.ChoiceField(
        label=said("报送范围", "Who is asked"),
        required=False,
        help_text=said(
            "选一个级别；要逐个选单位时留空。", "A level; leave it empty to choose units one by one."
        ),
    )
    every = forms.ChoiceField(label=said("多久一次", "How often"), choices=list(EVERY_WORDS.items()))
    due_days = forms.IntegerField(
        label=said("期后第几天截止", "Due so many days after the period"),
        min_value=1,
        max_value=60,
        initial=5,
    )
    grace_days = forms.IntegerField(
        label=said("宽限（天）", "Grace (days)"), min_value=0, max_value=30, initial=0
    )
    remind_days = forms.IntegerField(
        label=said("提前几天提醒", "Reminded so many days before"), min_value=0, max_value=30, initial=3
    )
    starts_on = forms.DateField(label=said("从哪天起", "From"), widget=DayInput())
    ends_on = forms.DateField(
        label=said("到哪天止", "Until"),
        widget=DayInput(),
        required=False,
        help_text=said("留空表示一直报。", "Left empty it goes on."),
    )

    def __init__(
        self, *args: Any, units: Iterable[Unit], asking: Unit, accounts: Iterable[Account], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"] = UnitChoice(
            label=said("布置单位", "Asked by"),
            queryset=Unit.objects.filter(pk__in=[one.pk for one in units]).order_by("path"),
            initial=asking.pk,
        )
        self.fields["chosen"] = UnitsChoice(
            label=said("或逐个选单位", "Or units one by one"),
            queryset=Unit.objects.filter(path__startswith=asking.path).exclude(pk=asking.pk).order_by("path"),
            below=asking.pk,
            required=False,
            help_text=said(
                "代码之间用逗号；代码后加 /* 表示连同以下全部单位。",
                "Codes with commas between; /* after a code takes all below it too.",
            ),
        )
        people = list(accounts)
        self.fields["responsible"] = _Person(
            label=said("负责人", "Responsible"),
            queryset=Account.objects.filter(pk__in=[one.pk for one in people]).select_related("person__key"),
        )
        self.fields["measures"].choices = [  # type: ignore[attr-defined]
            (str(room.title), [(one.code, one.title) for one in measures])
            for room, measures in rooms_with_measures()
        ]
        self.fields["level"].choices = [("", "—"), *LEVEL_WORDS.items()]  # type: ignore[attr-defined]
        self.fields["layouts"].choices = [  # type: ignore[attr-defined]
            (str(room.title), [(one.code, one.title) for one in sheets])
            for room, sheets in rooms_with_sheets()
        ]
        self.order_fields(
            [
                "title", "measures", "layouts", "unit", "level", "chosen", "every", "due_days", "grace_days", "remind_days",
                "starts_on", "ends_on", "responsible",
            ]
        )  # fmt: skip

    def details(self) -> ScheduleDetails:
        """Return what was said, for the operation."""
        given = self.cleaned_data
        names = ("title", "every", "due_days", "starts_on", "ends_on", "level", "grace_days", "remind_days")
        return ScheduleDetails(
            measures=tuple(given["measures"]),
            layouts=tuple(given["layouts"]),
            chosen=tuple(unit.pk for unit in given["chosen"]),
            **{name: given[name] for name in names},
        )


class ReasonForm(Keyed):
    """Why something is done."""

    reason = forms.CharField(
        label=said("原因", "Reason"), widget=forms.Textarea(attrs={"rows": 2}), max_length=500
    )


class SendBackForm(Keyed):
    """Why a return is sent back."""

    remark = forms.CharField(
        label=said("退回原因", "Why it is sent back"),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=2000,
    )


class ExtensionForm(Keyed):
    """Until when a unit has more time, and why."""

    beside = (("due_on", "reason"),)
    due_on = forms.DateField(label=said("新的期限", "New day"), widget=DayInput())
    reason = forms.CharField(label=said("原因", "Reason"), max_length=500)
