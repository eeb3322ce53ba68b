"""The form that subscribes to events."""

from __future__ import annotations

from django import forms

from bangfu.foundation.rooms.forms import Keyed, said
from bangfu.foundation.webhooks.addresses import LONGEST
from bangfu.foundation.webhooks.kinds import KINDS


class SubscriptionForm(Keyed):
    """Where to send what."""

    url = forms.CharField(
        label=said("地址", "Address"),
        max_length=LONGEST,
        widget=forms.URLInput(attrs={"placeholder": "https://", "inputmode": "url"}),
        help_text=said(
            "https:// 开头；主机须由系统管理员允许。",
            "It begins with https://; your administrator allows its host.",
        ),
    )
    kinds = forms.MultipleChoiceField(
        label=said("事件", "Events"),
        widget=forms.CheckboxSelectMultiple,
        choices=[
            (kind, said(f"{words.zh}（{kind}）", f"{words.en} ({kind})")) for kind, words in KINDS.items()
        ],
    )
