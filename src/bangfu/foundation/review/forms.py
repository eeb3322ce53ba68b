"""What is filled in to decide a paper."""

from __future__ import annotations

from django import forms
from django.utils.functional import lazystr

from bangfu.foundation.review.operations import UnableToReview
from bangfu.foundation.rooms import both

LONGEST_REMARK = 400


class VerifyForm(forms.Form):
    """A signature: nothing but the request key."""

    key = forms.UUIDField(widget=forms.HiddenInput)


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
