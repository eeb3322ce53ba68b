"""Forms of the pairing room: they read what was typed; what may be paired is decided by the operations."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from bangfu.coordination.pairing.models import (
    FIRST_PAIRING,
    KIND_WORDS,
    LEVEL_WORDS,
    ROLE_WORDS,
    Pairing,
)
from bangfu.coordination.pairing.operations import CORRECTION_REASONS, PairingDetails
from bangfu.foundation.ledger.operations import REASON_WORDS
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.places.fields import PlaceField, place_written
from bangfu.foundation.rooms import Words
from bangfu.foundation.rooms.forms import DayInput, FilesField, Keyed, said
from bangfu.foundation.rooms.picking import UnitChoice

LEVELS_OF_PAIRINGS = (3, 5)


def _day(title: Any, *, required: bool = False, help_text: Any = "") -> forms.DateField:
    widget = DayInput(min=FIRST_PAIRING.isoformat())
    return forms.DateField(label=title, required=required, widget=widget, help_text=help_text)


def _units(units: Iterable[Unit]) -> UnitChoice:
    units = list(units)
    return UnitChoice(
        label=said("帮扶单位", "Supporter"),
        queryset=Unit.objects.filter(pk__in=[unit.pk for unit in units]).order_by("path"),
        initial=units[0] if len(units) == 1 else None,
    )


class PairingForm(Keyed):
    """What is said of one pairing when it is proposed or mended."""

    beside = (
        ("kind", "role"),
        ("level", "assigned_by"),
        ("document", "leader_post"),
        ("ends_on", "agreed_until"),
    )

    kind = forms.ChoiceField(
        label=said("结对类型", "Kind"), choices=list(KIND_WORDS.items()), initial="VILLAGE"
    )
    role = forms.ChoiceField(label=said("角色", "Role"), choices=list(ROLE_WORDS.items()))
    level = forms.ChoiceField(
        label=said("指派层级", "Level"), choices=list(LEVEL_WORDS.items()), initial="COUNTY"
    )
    assigned_by = forms.CharField(label=said("指派单位", "Assigned by"), max_length=120)
    document = forms.CharField(label=said("文号", "Document number"), max_length=120)
    leader_post = forms.CharField(
        label=said("责任领导职务", "Responsible leader's post"),
        max_length=80,
        required=False,
        help_text=said("只写职务，不写姓名。", "The post only, never a name."),
    )
    starts_on = _day(said("开始日期", "From"), required=True)
    ends_on = _day(
        said("结束日期", "To"), help_text=said("自该日起不再负责。", "The first day without responsibility.")
    )
    agreed_until = _day(said("约定至", "Agreed until"))
    evidence = FilesField(
        label=said("指派文件", "Assigning document"),
        required=False,
        help_text=said("提交核验前至少一个。", "One at least before review."),
    )

    def __init__(self, *args: Any, units: Iterable[Unit], offers: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"] = _units(units)
        self.fields["place"] = PlaceField(
            label=said("结对县或村", "County or village"),
            offers=offers,
            levels=LEVELS_OF_PAIRINGS,
            help_text=said("输入名称、拼音或代码。", "By name, pinyin or code."),
        )
        self.order_fields(
            ["unit", "place", "kind", "role", "level", "assigned_by", "document", "leader_post", "starts_on", "ends_on",
             "agreed_until", "evidence"]
        )  # fmt: skip

    def details(self) -> PairingDetails:
        """Return what was said, for the operations."""
        written = {
            name: value
            for name, value in self.cleaned_data.items()
            if name not in ("key", "unit", "evidence")
        }
        return PairingDetails(**written)


def initial_of(pairing: Pairing) -> dict[str, Any]:
    """Return a pairing as the form's first content."""
    names = (
        "kind", "role", "level", "assigned_by", "document", "leader_post", "starts_on", "ends_on", "agreed_until",
    )  # fmt: skip
    written = {name: getattr(pairing, name) for name in names}
    return written | {"place": place_written(pairing.place_id), "unit": pairing.unit_id}


class EndForm(Keyed):
    """From when a unit is responsible no more, and what that rests on."""

    on = _day(said("自何日起不再负责", "Not responsible from"), required=True)
    document = forms.CharField(label=said("依据的文号或会议", "Document or meeting"), max_length=120)
    evidence = FilesField(label=said("依据文件", "Its file"), required=False)


class HandOverForm(EndForm):
    """To whom a pairing goes, on which day, and by which document."""

    assigned_by = forms.CharField(
        label=said("指派单位", "Assigned by"),
        max_length=120,
        required=False,
        help_text=said("留空则与原结对相同。", "Empty: as before."),
    )
    leader_post = forms.CharField(
        label=said("责任领导职务", "Responsible leader's post"), max_length=80, required=False
    )

    def __init__(self, *args: Any, units: Iterable[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"] = _units(units)
        self.fields["to"].label = said("接任单位", "Successor")
        self.order_fields(["to", "on", "document", "assigned_by", "leader_post", "evidence"])


def _reasons(reasons: Iterable[str]) -> list[tuple[str, Words]]:
    return [(str(reason), REASON_WORDS[reason]) for reason in reasons]  # type: ignore[index]


class CorrectionForm(Keyed):
    """What is true instead of what was counted, and how that is known."""

    beside = (("starts_on", "ends_on"),)

    starts_on = _day(said("开始日期", "From"), required=True)
    ends_on = _day(said("结束日期", "To"))
    reason = forms.ChoiceField(label=said("更正原因", "Reason"), choices=_reasons(CORRECTION_REASONS))
    remark = forms.CharField(
        label=said("依据", "What it rests on"), widget=forms.Textarea(attrs={"rows": 3}), max_length=2000
    )

    def __init__(self, *args: Any, offers: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"] = PlaceField(
            label=said("结对县或村", "County or village"), offers=offers, levels=LEVELS_OF_PAIRINGS
        )
        self.order_fields(["place", "starts_on", "ends_on", "reason", "remark"])


class PeriodForm(forms.Form):
    """The period in which days without an owner are sought; both days belong to it."""

    first = forms.DateField(label=said("自", "From"), widget=DayInput())
    last = forms.DateField(label=said("至", "To"), widget=DayInput())
