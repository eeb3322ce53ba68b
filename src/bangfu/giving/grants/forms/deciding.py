"""Forms of the committee's meetings, of display and of objections."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone

from bangfu.foundation.rooms import both
from bangfu.foundation.rooms.forms import DayInput, FilesField, Keyed, said
from bangfu.giving.grants.models import (
    NAMESAKE,
    NAMESAKE_WORDS,
    RECUSAL_WORDS,
    WAY_WORDS,
    Member,
)

_BETWEEN = re.compile(r"[\s,，、;；]+")


class MeetingForm(Keyed):
    """A meeting and who was there."""

    held_on = forms.DateField(label=said("会议日期", "Held on"), widget=DayInput())
    present = forms.ModelMultipleChoiceField(
        label=said("到会成员", "Present"), queryset=Member.objects.none(), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, members: QuerySet[Member], names: dict[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["held_on"].initial = timezone.localdate()
        self.fields["present"].queryset = members  # type: ignore[attr-defined]
        self.fields["present"].label_from_instance = lambda one: names[one.pk]  # type: ignore[attr-defined]


class RecusalForm(Keyed):
    """Who steps aside from what."""

    beside = (("member", "number"),)

    member = forms.ModelChoiceField(label=said("成员", "Member"), queryset=Member.objects.none())
    number = forms.CharField(label=said("申请编号", "Number of the application"), max_length=48)
    why = forms.ChoiceField(
        label=said("原因", "Reason"), choices=[*RECUSAL_WORDS.items(), (NAMESAKE, NAMESAKE_WORDS)]
    )

    def __init__(self, *args: Any, members: QuerySet[Member], names: dict[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["member"].queryset = members  # type: ignore[attr-defined]
        self.fields["member"].label_from_instance = lambda one: names[one.pk]  # type: ignore[attr-defined]


class VotesForm(Keyed):
    """Votes against, where there were any."""

    against = forms.CharField(
        label=said("反对（含弃权）票", "Votes against, with abstentions"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=said(
            "一行一份：申请编号 票数。没有写的都是全票同意。",
            "One a line: the application's number and the votes. All others are unanimous.",
        ),
    )

    def clean_against(self) -> dict[str, int]:
        """Return votes against by number.

        Raises: forms.ValidationError: a line is not a number and its votes.
        """
        found: dict[str, int] = {}
        for line in self.cleaned_data["against"].splitlines():
            words = [word for word in _BETWEEN.split(line.strip()) if word]
            if not words:
                continue
            if len(words) != 2 or not words[1].isdigit():
                sentence = both(
                    "第“{line}”行写不明白，请写成：编号 票数。", "“{line}” is not a number and its votes."
                )
                raise ValidationError(str(sentence.filled(line=line)))
            found[words[0].upper()] = int(words[1])
        return found


class PostingForm(Keyed):
    """Since when lists are up."""

    posted_on = forms.DateField(label=said("张贴日期", "Up since"), widget=DayInput())
    papers = FilesField(
        label=said("公示栏照片", "Photograph of the board"), required=False,
        help_text=said("拍到张贴位置即可，不要拍清姓名。", "Show where it hangs; names need not be readable."),
    )  # fmt: skip


class ObjectionForm(Keyed):
    """What somebody objects to."""

    beside = (("received_on", "way"),)

    received_on = forms.DateField(label=said("收到日期", "Received on"), widget=DayInput())
    way = forms.ChoiceField(label=said("方式", "How"), choices=list(WAY_WORDS.items()))
    text = forms.CharField(
        label=said("内容", "What is said"),
        widget=forms.Textarea,
        max_length=2000,
        help_text=said("加密保存；不记反映人是谁。", "Kept encrypted; who said it is not kept."),
    )


class AnswerForm(Keyed):
    """What was found."""

    is_upheld = forms.ChoiceField(
        label=said("结论", "Outcome"),
        choices=[("", said("请选择", "Choose")), ("no", said("不成立，继续办理", "Dismissed: it goes on")),
                 ("yes", said("成立，取消拟资助", "Upheld: struck from the list"))],
    )  # fmt: skip
    answer = forms.CharField(
        label=said("查核情况和答复", "What was found and answered"), widget=forms.Textarea, max_length=2000
    )
