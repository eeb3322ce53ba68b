"""Forms of what comes after a sale, as the seller fills them in."""

from __future__ import annotations

from django import forms
from django.utils import timezone

from bangfu.foundation.rooms.forms import DayInput, Keyed, said
from bangfu.livelihoods.shop.forms import text_field, words_field


class AgreeForm(Keyed):
    """Whether goods are to come back, and what the buyer reads."""

    needs_goods = forms.BooleanField(
        label=said("货要寄回", "The goods are to come back"), required=False, initial=True,
        help_text=said("没发货的、丢失的，不用寄回。", "What was not shipped, or lost, does not."),
    )  # fmt: skip
    answer = words_field(
        said("告诉买家（如寄到哪里）", "What the buyer reads, such as where to send them"), 500
    )


class DeclineForm(Keyed):
    """Why a request is declined."""

    answer = words_field(said("为什么不同意", "Why it is declined"), 500, required=True)


class ReceiveForm(Keyed):
    """Whether goods that came back are sold again."""

    is_restocked = forms.BooleanField(label=said("重新入库", "They are sold again"), required=False)


class IssueForm(Keyed):
    """Under which number an invoice was issued."""

    beside = (("number", "issued_on"),)

    number = text_field(said("发票号码", "Invoice number"), 40)
    issued_on = forms.DateField(
        label=said("开票日期", "Issued on"), widget=DayInput(), initial=timezone.localdate
    )


class RefuseForm(Keyed):
    """Why a review is not shown."""

    reason = text_field(said("为什么不公开", "Why it is not shown"), 200)


class AnswerForm(Keyed):
    """What the seller says to a review."""

    answer = words_field(said("答复", "Answer"), 500, required=True)
