"""Forms that stand on every record's page: why it is given back, and why it is withdrawn."""

from __future__ import annotations

from django import forms

from bangfu.foundation.ledger.operations import REASON_WORDS
from bangfu.foundation.rooms.forms import Keyed, said


class RemarkForm(Keyed):
    """Why a record is given back."""

    remark = forms.CharField(
        label=said("退回原因", "Why it is returned"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
    )


class WithdrawalForm(Keyed):
    """Why a record is withdrawn."""

    reason = forms.ChoiceField(
        label=said("撤回原因", "Reason"), choices=[(str(key), words) for key, words in REASON_WORDS.items()]
    )
    remark = forms.CharField(
        label=said("说明", "In words"), widget=forms.Textarea(attrs={"rows": 3}), max_length=2000
    )
