"""Forms of payments, receipts, call-backs and follow-ups."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from bangfu.foundation.money.models import Fund
from bangfu.foundation.rooms.forms import DayInput, FilesField, Keyed, said
from bangfu.giving.grants.models import FAILURE_WORDS, HEARD_WORDS, LAPSE_WORDS, Programme

POSITIONS = re.compile(r"^\s*(\d{1,4}(\s*[-–—]\s*\d{1,4})?\s*([,，、;；\s]\s*|$))*$")
CHOOSE = said("请选择", "Choose")
EXAMPLE = said("行号，用逗号或短横，如 1-12, 14。", "Lines, like 1-12, 14.")


def positions_in(text: str) -> list[int]:
    """Return the lines that a text names, in order, each once.

    >>> positions_in("1-3, 7，2")
    [1, 2, 3, 7]
    """
    found: set[int] = set()
    for first, last in re.findall(r"(\d+)(?:\s*[-–—]\s*(\d+))?", text):
        found.update(range(int(first), min(int(last or first), int(first) + 2000) + 1))
    return sorted(found)


class PositionsField(forms.CharField):
    """Lines of a sheet, as people write them."""

    def clean(self, value: Any) -> Any:
        """Return the lines, in order."""
        text = super().clean(value)
        if not POSITIONS.match(text):
            raise ValidationError(str(said("请写行号，如 1-12, 14。", "Write lines like 1-12, 14.")))
        return positions_in(text)


class RemarkForm(Keyed):
    """Why something is dropped."""

    remark = forms.CharField(label=said("原因", "Why"), max_length=200)


class LapseForm(Keyed):
    """Why an award is given up."""

    reason = forms.ChoiceField(label=said("原因", "Why"), choices=[("", CHOOSE), *LAPSE_WORDS.items()])
    remark = forms.CharField(
        label=said("说明", "Remark"), max_length=200, required=False,
        help_text=said("查核了什么；不写个人信息。", "What was looked into; no personal details."),
    )  # fmt: skip


class ResultForm(Keyed):
    """The bank's answer."""

    file = forms.FileField(
        label=said("银行结果文件", "The bank's file"),
        help_text=said(
            "Excel 或 CSV；有“序号”“金额”“结果”三列。", "Excel or CSV with the columns 序号, 金额, 结果."
        ),
    )


class ReturnForm(Keyed):
    """That a payment came back."""

    beside = (("on", "reason"),)

    on = forms.DateField(label=said("退汇日期", "Came back on"), widget=DayInput())
    reason = forms.ChoiceField(label=said("原因", "Why"), choices=list(FAILURE_WORDS.items()))


class DueForm(Keyed):
    """When sheets are to be back."""

    programme = forms.ModelChoiceField(label=said("项目", "Programme"), queryset=Programme.objects.none())
    due_on = forms.DateField(label=said("交回期限", "Due on"), widget=DayInput())

    def __init__(self, *args: Any, programmes: QuerySet[Programme], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["programme"].queryset = programmes  # type: ignore[attr-defined]
        self.fields["programme"].label_from_instance = lambda one: f"{one.name} {one.code}"  # type: ignore[attr-defined]


class TermForm(DueForm):
    """Of which term schools are asked."""

    beside = (("term", "due_on"),)

    term = forms.CharField(
        label=said("学期", "Term"), max_length=11, help_text=said("如 2021-spring。", "Like 2021-spring.")
    )


class SignedForm(Keyed):
    """What was signed on a sheet."""

    beside = (("signed", "kin"),)

    signed_on = forms.DateField(label=said("签收日期", "Signed on"), widget=DayInput())
    signed = PositionsField(
        label=said("监护人（或成年学生）签收的行", "Lines signed by the guardian, or the pupil of age"),
        required=False,
        help_text=EXAMPLE,
    )
    kin = PositionsField(label=said("亲属代签的行", "Lines signed by kin"), required=False, help_text=EXAMPLE)
    papers = FilesField(label=said("签收表照片", "Photograph of the sheet"), required=False)
    proofs = FilesField(
        label=said("亲属代签的户口簿、关系证明", "Household book and proof of kinship"), required=False
    )


class CallForm(Keyed):
    """What a call-back heard."""

    beside = (("called_on", "heard"),)

    called_on = forms.DateField(label=said("回访日期", "Called on"), widget=DayInput())
    heard = forms.ChoiceField(label=said("结果", "Heard"), choices=[("", CHOOSE), *HEARD_WORDS.items()])


class AnswerForm(Keyed):
    """What a school answers."""

    answered_on = forms.DateField(label=said("学校填表日期", "Day of the sheet"), widget=DayInput())
    moved = PositionsField(label=said("转学的行", "Lines that moved"), required=False, help_text=EXAMPLE)
    finished = PositionsField(
        label=said("毕业的行", "Lines that finished"), required=False, help_text=EXAMPLE
    )
    left = PositionsField(
        label=said("失学、辍学的行", "Lines that left school"), required=False, help_text=EXAMPLE
    )
    papers = FilesField(label=said("学校盖章的跟踪表", "The stamped sheet"), required=False)


class CloseForm(Keyed):
    """How a fund ends."""

    document = forms.CharField(label=said("依据（文号、决议）", "Document or resolution"), max_length=200)
    surplus_to = forms.ModelChoiceField(
        label=said("结余转入", "What is left goes to"),
        queryset=Fund.objects.none(),
        required=False,
        help_text=said(
            "同一单位、同一用途、仍开放的限定基金；没有结余不用选。",
            "An open fund of the same unit and purpose; none where nothing is left.",
        ),
    )

    def __init__(self, *args: Any, funds: QuerySet[Fund], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["surplus_to"].queryset = funds  # type: ignore[attr-defined]
        self.fields["surplus_to"].label_from_instance = lambda one: f"{one.title} {one.code}"  # type: ignore[attr-defined]
