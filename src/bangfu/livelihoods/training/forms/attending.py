"""Forms of check-in, feedback and follow-up."""

from __future__ import annotations

from typing import Any

from django import forms

from bangfu.foundation.rooms.forms import Keyed, said
from bangfu.livelihoods.training.following import SAID, Answer
from bangfu.livelihoods.training.forms.courses import day_field
from bangfu.livelihoods.training.models import (
    HIGHEST,
    HOW_WORDS,
    INCOME_WORDS,
    LOWEST,
    QUESTIONS,
    USE_WORDS,
    WORK_WORDS,
)
from bangfu.livelihoods.training.operations import Opinion
from bangfu.livelihoods.training.operations.desks import LONGEST_COMMENT


def _code() -> forms.CharField:
    return forms.CharField(
        label=said("学员码", "Attendee code"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
        help_text=said(
            "通知上的六位字母和数字，如 K7M-2QX。", "Six characters on your invitation, such as K7M-2QX."
        ),
    )


class CheckInForm(Keyed):
    """An attendee's own code, from a phone in the room."""

    ticket = forms.CharField(widget=forms.HiddenInput, max_length=120)
    code = _code()


class FeedbackForm(Keyed):
    """What an attendee thinks of a course."""

    code = _code()
    comment = forms.CharField(
        label=said("还想说什么", "Anything else"),
        required=False,
        max_length=LONGEST_COMMENT,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=said("不要写姓名等个人信息。", "No names or other personal details, please."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, words in QUESTIONS.items():
            self.fields[name] = forms.TypedChoiceField(
                label=said(words.zh, words.en),
                coerce=int,
                choices=[(mark, str(mark)) for mark in range(LOWEST, HIGHEST + 1)],
                widget=forms.RadioSelect,
            )
        self.order_fields(["code", *QUESTIONS, "comment"])

    def questions(self) -> list[forms.BoundField]:
        """Return the fields that are answered by a mark."""
        return [self[name] for name in QUESTIONS]

    def opinion(self) -> Opinion:
        """Return what was said, for the operation."""
        return Opinion(**{name: self.cleaned_data[name] for name in (*QUESTIONS, "comment")})


class SessionField(forms.ModelChoiceField):
    """A session, by its number and day."""

    def label_from_instance(self, obj: Any) -> str:
        """Return number, day and title."""
        return f"{obj.number} · {obj.held_on:%Y-%m-%d} · {obj.module.title}"


class TickForm(Keyed):
    """At which session an attendee was, and why they did not check in themselves."""

    reason = forms.CharField(
        label=said("补签原因", "Why it is ticked by hand"),
        max_length=200,
        help_text=said("如手机没电。不要写个人信息。", "A flat battery, say. No personal details."),
    )

    def __init__(self, *args: Any, sessions: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["session"] = SessionField(
            label=said("课次", "Session"), queryset=sessions, empty_label=None
        )
        self.order_fields(["session", "reason"])


class FollowUpForm(Keyed):
    """What was heard of an attendee."""

    beside = (("reached_on", "how"), ("work", "income"))

    reached_on = day_field(said("回访日期", "Followed up on"))
    how = forms.ChoiceField(label=said("回访方式", "How"), choices=list(HOW_WORDS.items()))
    use = forms.ChoiceField(label=said("所学运用", "What was learnt"), choices=list(USE_WORDS.items()))
    work = forms.ChoiceField(
        label=said("就业变化", "Work"), choices=list(WORK_WORDS.items()), initial="UNCHANGED"
    )
    income = forms.ChoiceField(
        label=said("收入变化", "Income"), choices=list(INCOME_WORDS.items()), initial="UNKNOWN"
    )
    remark = forms.CharField(
        label=said("情况说明", "Remark"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def answer(self) -> Answer:
        """Return what was said, for the operation."""
        return Answer(**{name: self.cleaned_data[name] for name in SAID})


def answered(said_before: Any) -> dict[str, Any]:
    """Return what a follow-up says, as the form to say it anew begins; null: nothing yet."""
    return {} if said_before is None else {name: getattr(said_before, name) for name in SAID}
