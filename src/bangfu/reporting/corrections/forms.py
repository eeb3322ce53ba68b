"""Forms of corrections."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms

from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.forms import DayInput, Keyed, said
from bangfu.foundation.rooms.picking import UnitChoice
from bangfu.reporting.corrections.models import (
    CASE_OUTCOME_WORDS,
    MEDIUM_WORDS,
    SETTLEMENT_WORDS,
    Printing,
)
from bangfu.reporting.corrections.operations.asking import LONGEST_CONTACT, LONGEST_WORDS
from bangfu.reporting.corrections.printings import PrintingDetails


def _area(label: Any, longest: int, *, required: bool = True, rows: int = 3, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=longest,
        required=required,
        widget=forms.Textarea(attrs={"rows": rows, "maxlength": longest}),
        **more,
    )


class ProposalForm(Keyed):
    """Why figures are corrected; which, is ticked in the list."""

    explanation_zh = _area(said("更正原因（中文）", "Why, in Chinese"), 1000)
    explanation_en = _area(said("更正原因（英文）", "Why, in English"), 2000)


class ReasonForm(Keyed):
    """A reason."""

    remark = _area(said("原因", "Reason"), 500, rows=2)


class PrintingForm(Keyed):
    """Where figures were printed; which, is ticked."""

    beside = (("medium", "printed_on"), ("title", "issue"))

    medium = forms.ChoiceField(label=said("载体", "Medium"), choices=list(MEDIUM_WORDS.items()))
    printed_on = forms.DateField(label=said("日期", "Day"), widget=DayInput())
    title = forms.CharField(
        label=said("名称", "Title"),
        max_length=200,
        help_text=said("报刊、网站、公文或讲话的名称。", "Of the paper, site, document or speech."),
    )
    issue = forms.CharField(
        label=said("期号、文号", "Issue or document number"), max_length=80, required=False
    )
    place = forms.CharField(label=said("版面或网址", "Page or address"), max_length=400, required=False)
    figures = forms.TypedMultipleChoiceField(
        label=said("登了哪些数字", "Figures that stand there"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=said("登了全文的，一个也不选。", "Tick none where the whole report stands there."),
    )
    wording = _area(said("原文", "Wording"), 2000, required=False)
    errata_known = forms.TypedChoiceField(
        label=said("登的是哪时的数", "As corrected by"),
        coerce=int,
        empty_value=None,
        required=False,
        help_text=said("不选，按日期算。", "Left open, it goes by the day."),
    )

    def __init__(self, *args: Any, labels: dict[int, Words], errata: Sequence[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["figures"].choices = list(labels.items())  # type: ignore[attr-defined]
        known = [
            (number, both("更正第 {number} 号之后", "after erratum no. {number}").filled(number=number))
            for number in errata
        ]
        self.fields["errata_known"].choices = [  # type: ignore[attr-defined]
            ("", both("按日期", "by the day")), (0, both("发布时的数", "as published")), *known,
        ]  # fmt: skip

    @property
    def details(self) -> PrintingDetails:
        """What was said."""
        given = self.cleaned_data
        return PrintingDetails(
            medium=given["medium"],
            title=given["title"],
            printed_on=given["printed_on"],
            issue=given["issue"],
            place=given["place"],
            positions=tuple(given["figures"]),
            wording=given["wording"],
            errata_known=given["errata_known"],
        )

    @staticmethod
    def first(printing: Printing) -> dict[str, Any]:
        """Return what the form begins with for a printing that is changed."""
        names = ("medium", "title", "issue", "printed_on", "place", "wording", "errata_known")
        return {**{name: getattr(printing, name) for name in names}, "figures": printing.positions}


class SettlementForm(Keyed):
    """What became of a printing."""

    beside = (("kind", "settled_on"),)

    kind = forms.ChoiceField(label=said("结果", "Result"), choices=list(SETTLEMENT_WORDS.items()))
    settled_on = forms.DateField(label=said("日期", "Day"), widget=DayInput())
    told = forms.CharField(
        label=said("去函给", "Written to"),
        max_length=200,
        required=False,
        help_text=said("单位名称，不写人名。", "The office; no person's name."),
    )
    reference = forms.CharField(
        label=said("函号，或登更正的期号、版面、网址", "Letter, or issue and page of the correction"),
        max_length=200,
        required=False,
    )
    remark = forms.CharField(
        label=said("说明（无法更正时必填）", "Remark (needed where it cannot be corrected)"),
        max_length=500,
        required=False,
    )


class AnswerForm(Keyed):
    """An answer, with the question as everybody may read it."""

    outcome = forms.ChoiceField(label=said("结论", "Outcome"), choices=list(CASE_OUTCOME_WORDS.items()))
    erratum = forms.TypedChoiceField(
        label=said("更正", "Erratum"),
        coerce=int,
        empty_value=None,
        required=False,
        help_text=said("结论是“已更正”时选。", "Where the outcome is “corrected”."),
    )
    question_zh = _area(
        said("公开的问题（中文）", "Public question, in Chinese"),
        1000,
        help_text=said("概括来信，不写姓名和联系方式。", "What was asked, without names and contacts."),
    )
    question_en = _area(said("公开的问题（英文）", "Public question, in English"), 2000)
    answer_zh = _area(said("答复（中文）", "Answer, in Chinese"), 2000)
    answer_en = _area(said("答复（英文）", "Answer, in English"), 4000)

    def __init__(self, *args: Any, errata: Sequence[tuple[int, Words]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["erratum"].choices = [("", "—"), *errata]  # type: ignore[attr-defined]


class ReferForm(Keyed):
    """Which unit looks into a letter."""

    unit = UnitChoice(label=said("由哪个单位查核", "Unit that looks into it"), queryset=Unit.objects.none())

    def __init__(self, *args: Any, units: Sequence[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = Unit.objects.filter(pk__in=units).order_by("path")  # type: ignore[attr-defined]


class _Days(forms.CharField):
    """Days, one after the other."""

    def __init__(self, **more: Any) -> None:
        super().__init__(required=False, max_length=2000, **more)

    def clean(self, value: Any) -> list[date]:
        """Return the days, or refuse what is none."""
        found = []
        for text in filter(None, re.split(r"[\s,，、;；]+", super().clean(value))):
            try:
                found.append(date.fromisoformat(text))
            except ValueError:
                words = both("「{text}」不是日期，请写 2026-10-01。", "{text} is no day; write 2026-10-01.")
                raise forms.ValidationError(str(words.filled(text=text))) from None
        return sorted(set(found))


class RuleForm(Keyed):
    """Within how many working days a case is answered."""

    beside = (("working_days", "starts_on"),)

    working_days = forms.IntegerField(label=said("工作日", "Working days"), min_value=1, max_value=60)
    starts_on = forms.DateField(label=said("自何日起", "From"), widget=DayInput())
    rest_days = _Days(
        label=said("放假的工作日", "Weekdays off"),
        help_text=said("如 2026-10-01、2026-10-02。", "Such as 2026-10-01, 2026-10-02."),
    )
    made_up_days = _Days(label=said("调休上班的周末", "Weekends worked"))
    source = forms.CharField(label=said("依据", "Laid down by"), max_length=200)


class AskForm(Keyed):
    """What a stranger says of a figure."""

    wrong = _area(said("哪里不对？", "What is wrong?"), LONGEST_WORDS, rows=4)
    knows = _area(
        said("您知道什么？", "What do you know?"),
        LONGEST_WORDS,
        required=False,
        help_text=said(
            "例如正确的数、您看到的情况、可以查证的地方。请不要写别人的个人信息。",
            "Such as the right number, what you saw, where it can be checked. Please write nothing personal about others.",
        ),
    )
    contact = forms.CharField(
        label=said("联系方式", "How to reach you"),
        max_length=LONGEST_CONTACT,
        required=False,
        help_text=said(
            "加密保存，不公开；不留也能凭链接看到答复。",
            "Kept encrypted, never public; without it the link shows the answer all the same.",
        ),
    )  # fmt: skip
    website = forms.CharField(required=False, max_length=200, label="", widget=forms.HiddenInput)
    """A trap for programs that fill in whatever they find; it stays empty."""


class AgainForm(Keyed):
    """Why an answer does not do."""

    wrong = _area(said("还有什么不对？", "What is still wrong?"), LONGEST_WORDS, rows=4)
