"""Forms of the household register: they read what was typed; what may be done is decided by the operations."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse_lazy
from django.utils import timezone

from bangfu.foundation.people.households.models import KIND_WORDS, MONITORED_WORDS, RELATION_WORDS, Relation
from bangfu.foundation.places.fields import PlaceField
from bangfu.foundation.rooms.forms import DayInput, Keyed, said
from bangfu.foundation.rooms.picking import UnitChoice

_OTHERS = [(code, words) for code, words in RELATION_WORDS.items() if code != Relation.HEAD]


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=DayInput(), initial=timezone.localdate)


class _Named(Keyed):
    """Somebody by name, number and telephone."""

    name = forms.CharField(
        label=said("姓名", "Name"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=said(
            "身份证号码已登记过的，不必再写。", "Not needed of somebody whose identity number is known."
        ),
    )
    identity_number = forms.CharField(
        label=said("身份证号码", "Identity number"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=said(
            "用来认出同一个人，加密保存，页面只显示末四位。没有号码的可以空着，但以后认不出是同一人。",
            "It tells one person from another, is kept encrypted, and only its last four are shown. Without it nobody can"
            " tell later that it is the same person.",
        ),
    )
    phone = forms.CharField(
        label=said("电话", "Telephone"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
    )


class _Standing(forms.Form):
    kind = forms.ChoiceField(label=said("户类型", "Kind"), choices=list(KIND_WORDS.items()))
    monitored = forms.ChoiceField(
        label=said("监测类别", "Monitored as"), choices=list(MONITORED_WORDS.items()), required=False
    )


class HouseholdForm(_Named, _Standing):
    """A new household and its head."""

    beside = (("number", "unit"), ("kind", "monitored"), ("place", "starts_on"), ("name", "phone"))

    number = forms.CharField(
        label=said("户编号", "Number"),
        max_length=40,
        help_text=said("县里登记册的编号。", "As the county's register gives it."),
    )
    starts_on = _day(said("自何日起", "From"))

    def __init__(self, *args: Any, units: QuerySet[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"] = UnitChoice(
            label=said("登记单位", "Kept by"), queryset=units, initial=units.first(), empty_label=None
        )
        self.fields["place"] = PlaceField(
            label=said("所在地", "Place"),
            offers=reverse_lazy("people:places"),
            help_text=said("到村最好：名称、拼音或代码。", "The village if known: by name, pinyin or code."),
        )
        self.fields["name"].label = said("户主姓名", "Head's name")
        self.fields["identity_number"].label = said("户主身份证号码", "Head's identity number")
        self.fields["phone"].label = said("户主电话", "Head's telephone")
        self.order_fields(
            [
                "number", "unit", "place", "starts_on", "kind", "monitored", "name", "phone", "identity_number",
            ]
        )  # fmt: skip


class JoiningForm(_Named):
    """Somebody who joins a household."""

    beside = (("name", "phone"), ("relation", "starts_on"))

    relation = forms.ChoiceField(
        label=said("与户主关系", "Relation to the head"),
        choices=[*_OTHERS, (Relation.HEAD, RELATION_WORDS[Relation.HEAD])],
    )
    starts_on = _day(said("迁入日期", "Joins on"))
    field_order = ("name", "phone", "identity_number", "relation", "starts_on")


class LeavingForm(Keyed):
    """One of the members who leaves a household."""

    beside = (("person", "ends_on"),)

    ends_on = _day(said("迁出日期", "Leaves on"))

    def __init__(self, *args: Any, members: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"] = forms.ChoiceField(label=said("成员", "Member"), choices=members)
        self.fields["ends_on"].help_text = said(
            "这一天起不再是这一户的成员；以前的日期不变。",
            "From this day on they belong to it no longer; earlier days stay as they were.",
        )
        self.order_fields(["person", "ends_on"])


class StandingForm(Keyed, _Standing):
    """What a household is registered and monitored as from a day on."""

    beside = (("kind", "monitored"),)

    starts_on = _day(said("自何日起", "From"))
    field_order = ("kind", "monitored", "starts_on")
