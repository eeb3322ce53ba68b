"""Forms of grades: how a unit grades its own year, and what the evaluation returned."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.rooms.forms import DayInput, Keyed, said
from bangfu.reporting.targets.forms import document_field, files_field, units_field
from bangfu.reporting.targets.models import FIRST_YEAR, LAST_YEAR, MARK_WORDS


class _GradeForm(Keyed):
    """A grade, the document that says it, and why it corrects an earlier one."""

    beside = (("year", "mark"), ("document", "given_on"))
    year = forms.IntegerField(label=said("年度", "Year"), min_value=FIRST_YEAR, max_value=LAST_YEAR)
    mark = forms.ChoiceField(label=said("等次", "Grade"), choices=list(MARK_WORDS.items()))
    document = document_field()
    given_on = forms.DateField(label=said("日期", "Given on"), widget=DayInput())
    reason = forms.CharField(
        label=said("为什么更正", "Why it is corrected"),
        max_length=500,
        required=False,
        help_text=said(
            "只在更正原有等次时填写；原来的保留。", "Only when it corrects an earlier grade, which stays."
        ),
    )

    def __init__(self, *args: Any, units: Iterable[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"] = units_field(units, said("单位", "Unit"))
        self.order_fields(["unit", "year", "mark", "given_by", "statement"])


class SelfForm(_GradeForm):
    """How a unit grades its own year."""

    statement = forms.CharField(
        label=said("依据，以及与上年的不同", "What it rests on, and what differs from last year"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    evidence = files_field()


class ReturnedForm(_GradeForm):
    """What the evaluation returned."""

    given_by = forms.CharField(label=said("由谁评定", "Given by"), max_length=120)
    statement = forms.CharField(
        label=said("评语", "What it said"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    evidence = files_field(required=True)
