"""Forms of live sales."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from bangfu.foundation.rooms.forms import said
from bangfu.livelihoods.shop.forms import Coded, Named, NamedForm, moment_field
from bangfu.livelihoods.shop.models import Channel


class SaleRevisionForm(NamedForm):
    """What a live sale is called, and when it is."""

    beside = (*NamedForm.beside, ("starts_at", "ends_at"))

    starts_at = moment_field(said("开始", "Begins"))
    ends_at = moment_field(said("结束", "Ends"))


class SaleForm(SaleRevisionForm, Coded):
    """A live sale of a channel."""

    beside = (("channel", "code"), *SaleRevisionForm.beside)

    def __init__(self, *args: Any, channels: QuerySet[Channel], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        only = channels[0] if len(channels[:2]) == 1 else None
        self.fields["channel"] = Named(
            label=said("渠道", "Channel"),
            queryset=channels,
            initial=only,
            help_text=said("没有的，先开设渠道。", "Open a channel first if it is missing."),
        )
        self.order_fields(["channel", "code", "name_zh", "name_en"])
