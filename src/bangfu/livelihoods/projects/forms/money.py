"""The form of a movement of money."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms

from bangfu.foundation.rooms.forms import FilesField, Keyed, said
from bangfu.livelihoods.fields import party_field, yuan_field
from bangfu.livelihoods.projects.forms.projects import day_field
from bangfu.livelihoods.projects.models import KIND_WORDS, SOURCE_WORDS, Movement
from bangfu.livelihoods.projects.money_rules import MovementDetails


class MovementForm(Keyed):
    """Money of one source that reached a stage."""

    beside = (("kind", "source"), ("amount_yuan", "happened_on"), ("payer", "payee"), ("receipt", "note"))

    kind = forms.ChoiceField(
        label=said("环节", "Stage"),
        choices=list(KIND_WORDS.items()),
        help_text=said(
            "下达、拨付、到账、支出各记各的；同一张回单可在拨付和到账各记一次。",
            "Each stage by itself; one receipt may stand once under paid and once under received.",
        ),
    )
    source = forms.ChoiceField(label=said("来源", "Source"), choices=list(SOURCE_WORDS.items()))
    amount_yuan = yuan_field(said("金额（元）", "Amount (yuan)"), required=True)
    happened_on = day_field(said("日期", "Day"))
    payer = party_field(said("付款单位代码", "Code of the payer"), required=True)
    payee = party_field(said("收款单位代码", "Code of the payee"), required=True)
    receipt = forms.CharField(
        label=said("银行回单号", "Number of the bank receipt"),
        max_length=60,
        help_text=said(
            "下达的填资金文件文号；一笔分给几个项目的加行号，如 0045-2。",
            "Of an allocation that of its document; where one payment is split add the line: 0045-2.",
        ),
    )
    note = forms.CharField(label=said("说明", "Note"), max_length=200, required=False)
    apart = forms.CharField(
        label=said("另一笔的说明", "Why it is another"),
        max_length=300,
        required=False,
        help_text=said(
            "只在同县、同日、同额已有报送记录、而这确是另一笔时填写。",
            "Only where money of the same county, day and sum was reported, and this is other money.",
        ),
    )

    def __init__(self, *args: Any, is_revision: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["evidence"] = FilesField(label=said("银行回单", "Bank receipt"), required=not is_revision)

    def details(self) -> MovementDetails:
        """Return what was said, for the operation."""
        written = self.cleaned_data
        return MovementDetails(
            kind=written["kind"],
            source=written["source"],
            amount_fen=int(written["amount_yuan"] * 100),
            happened_on=written["happened_on"],
            payer=written["payer"].strip().upper(),
            payee=written["payee"].strip().upper(),
            receipt=written["receipt"],
            note=written["note"],
            apart=written["apart"],
        )


def movement_said(movement: Movement) -> dict[str, Any]:
    """Return what a movement says, as the form of its revision begins."""
    names = ("kind", "source", "happened_on", "payer", "payee", "receipt", "note", "apart")
    return {
        **{name: getattr(movement, name) for name in names},
        "amount_yuan": Decimal(movement.amount_fen) / 100,
    }
