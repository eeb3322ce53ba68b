"""Forms of buyers: where goods go, what goes back, invoices, reviews."""

from __future__ import annotations

from typing import Any

from django import forms
from django.urls import reverse_lazy

from bangfu.foundation.places.codes import COUNTY, PROVINCE, ancestor_id
from bangfu.foundation.places.models import Place
from bangfu.foundation.places.queries import children, places_at
from bangfu.foundation.rooms import both
from bangfu.foundation.rooms.forms import Keyed, said
from bangfu.livelihoods.shop.forms import packs_field, text_field, words_field
from bangfu.livelihoods.shop.models import (
    INVOICE_TO_WORDS,
    REFUND_REASON_WORDS,
    ProductKind,
    RefundReason,
)
from bangfu.livelihoods.shop.operations.storing import StandingLine

CHOOSE = both("请选择", "Choose")


def provinces() -> list[tuple[str, str]]:
    """Return the provinces as choices, an empty one first."""
    return [("", str(CHOOSE)), *((str(one.pk), one.name) for one in children(None))]


def counties(province: int) -> list[Any]:
    """Return the counties of a province as choices, grouped by prefecture, an empty one first."""
    found = list(places_at(COUNTY, within=province))
    above = {ancestor_id(one.pk, 2) or one.pk for one in found}
    names = dict(Place.objects.filter(pk__in=above).values_list("pk", "name"))
    groups: dict[str, list[tuple[str, str]]] = {}
    for one in found:
        group = names.get(ancestor_id(one.pk, 2) or one.pk, "")
        groups.setdefault(group, []).append((str(one.pk), one.name))
    return [("", str(CHOOSE)), *groups.items()]


def _number(text: object) -> int | None:
    said_text = str(text or "")
    return int(said_text) if said_text.isascii() and said_text.isdigit() and len(said_text) == 12 else None


class RecipientForm(Keyed):
    """Who receives goods, and where; the province is chosen first, then its county."""

    beside = (("name", "phone"), ("province", "county"))

    name = forms.CharField(label=said("收件人", "Recipient"), max_length=40)
    phone = forms.RegexField(
        r"^\+?[\d\s\-]{7,20}$", label=said("电话", "Phone"), max_length=20,
        error_messages={"invalid": said("请填写电话号码。", "Enter a phone number.")},
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )  # fmt: skip
    province = forms.ChoiceField(label=said("省", "Province"))
    county = forms.ChoiceField(label=said("县", "County"))
    address = forms.CharField(
        label=said("街道门牌", "Street and house"), max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        province = self.fields["province"]
        province.choices = provinces()  # type: ignore[attr-defined]
        province.widget.attrs |= {
            "hx-get": reverse_lazy("shop:counties"), "hx-target": "#id_county", "hx-trigger": "change",
        }  # fmt: skip
        chosen = _number(self.data.get("province") if self.is_bound else self.initial.get("province"))
        self.fields["county"].choices = (  # type: ignore[attr-defined]
            counties(chosen) if chosen is not None and chosen % 10**10 == 0 else [("", str(CHOOSE))]
        )
        self.fields["name"].widget.attrs["autocomplete"] = "name"

    def chosen_county(self) -> int | None:
        """Return the county that is chosen, whatever else is missing yet."""
        found = _number(self.data.get("county"))
        province = _number(self.data.get("province"))
        return found if found is not None and ancestor_id(found, PROVINCE) == province else None

    def place(self) -> Place:
        """Return the county of a form that is valid."""
        return Place.objects.get(pk=int(self.cleaned_data["county"]))


def reasons_for(standing: StandingLine, kind: str) -> tuple[str, ...]:
    """Return for which reasons packs of a line of a kind of goods may go back: of those that left, and of those that did not."""
    of_sent = [RefundReason.NO_REASON] if kind != ProductKind.FRESH else []
    of_sent += [RefundReason.QUALITY, RefundReason.LOST]
    of_unsent = [RefundReason.NOT_SHIPPED] if standing.unsent or not standing.went else []
    return (*(of_sent if standing.went else ()), *of_unsent)


class ReturnForm(Keyed):
    """Packs whose money a buyer wants back, and why."""

    beside = (("quantity", "reason"),)

    quantity = packs_field(said("件数", "Packs"))
    reason = forms.ChoiceField(label=said("原因", "Why"))
    words = words_field(said("说明", "What is wrong"), 500)

    def __init__(self, *args: Any, reasons: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = [  # type: ignore[attr-defined]
            (value, REFUND_REASON_WORDS[value]) for value in reasons
        ]
        self.fields["words"].help_text = str(both("不要写电话等号码。", "Leave out phone and other numbers."))


class SentBackForm(Keyed):
    """The carrier's number of goods that were sent back."""

    waybill = text_field(said("退货运单号", "Waybill of the return"), 60)


class InvoiceForm(Keyed):
    """To whom an invoice is made out, and where it is sent."""

    beside = (("made_out_to", "email"), ("title", "tax_number"))

    made_out_to = forms.ChoiceField(label=said("开给", "Made out to"), choices=list(INVOICE_TO_WORDS.items()))
    title = text_field(said("抬头", "Name"), 120)
    tax_number = text_field(
        said("税号", "Tax number"), 18, required=False,
        help_text=said(
            "单位填 18 位统一社会信用代码；个人不填。", "Of an organisation: its code of 18 characters; of a person none."
        ),
    )  # fmt: skip
    email = forms.EmailField(label=said("收票邮箱", "E-mail for the invoice"), max_length=120)


class ReviewForm(Keyed):
    """Stars and words of whoever received goods."""

    stars = forms.TypedChoiceField(
        label=said("几颗星", "Stars"), coerce=int, initial=5,
        choices=[(number, "★" * number + "☆" * (5 - number)) for number in range(5, 0, -1)],
    )  # fmt: skip
    words = words_field(said("评价", "What are the goods like?"), 500, required=True, rows=4)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].help_text = str(
            both(
                "审核后公开，不显示买家。不要写电话等号码。",
                "Shown once it was looked at, without a name. Leave out phone numbers.",
            )
        )
