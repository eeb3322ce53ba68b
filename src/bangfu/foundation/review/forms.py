"""What is filled in to decide a paper."""

from __future__ import annotations

from django import forms
from django.utils.functional import lazystr

from bangfu.foundation.places.models import Place
from bangfu.foundation.places.queries import place_for_code
from bangfu.foundation.review.operations import UnableToReview
from bangfu.foundation.rooms import both
from bangfu.foundation.rooms.forms import DayInput

LONGEST_REMARK = 400


class VerifyForm(forms.Form):
    """A signature: nothing but the request key."""

    key = forms.UUIDField(widget=forms.HiddenInput)


class LookForm(VerifyForm):
    """A look at a sample: the request key, and a remark where there is a doubt."""

    remark = forms.CharField(max_length=LONGEST_REMARK, required=False)


class ReturnForm(VerifyForm):
    """A signature and the reason for returning."""

    remark = forms.CharField(
        max_length=LONGEST_REMARK,
        label=lazystr(both("退回原因", "Why it is returned")),
        help_text=lazystr(
            both(
                "提交人会看到这段话，请写明要补正什么。",
                "The submitter reads this: say what is to be mended.",
            )
        ),
        error_messages={"required": lazystr(UnableToReview.sentences["remark_missing"])},
        widget=forms.Textarea(attrs={"rows": 4, "autofocus": True}),
    )


class CountyForm(VerifyForm):
    """What an official of a county says of one line; the operations refuse what is not enough."""

    quantity = forms.DecimalField(
        max_digits=20,
        decimal_places=4,
        required=False,
        label=lazystr(both("应为数量", "Quantity it should be")),
    )
    happened_on = forms.DateField(
        required=False,
        label=lazystr(both("应为日期", "Day it should be")),
        widget=DayInput(),
    )
    place = forms.CharField(
        max_length=12,
        required=False,
        label=lazystr(both("应为地点（区划代码）", "Place it should be (division code)")),
    )
    remark = forms.CharField(
        max_length=LONGEST_REMARK,
        required=False,
        label=lazystr(both("依据", "On what ground")),
        help_text=lazystr(
            both(
                "公司按这段话去核对，不要写个人信息。", "The company checks by this; write nothing personal."
            )
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean_place(self) -> Place | None:
        """Return the place that bears the code; null for none."""
        code = self.cleaned_data["place"].strip()
        try:
            return place_for_code(code) if code else None
        except Place.DoesNotExist as unknown:
            words = both(
                "没有代码为「{code}」的地点。请从“地点”页查到代码。",
                "No place has the code {code}. Look the code up on the page of places.",
            )
            raise forms.ValidationError(words.format(code=code)) from unknown
