"""Forms of the consumption room: they read what was typed; what may be recorded is decided by the operations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest

from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.places.codes import COUNTY
from bangfu.foundation.places.fields import PlaceField, place_written
from bangfu.foundation.places.models import Place
from bangfu.foundation.rooms.forms import DayInput, FilesField, Keyed, said
from bangfu.livelihoods.consumption.models import PLATFORM_WORDS, Good
from bangfu.livelihoods.consumption.operations import GoodDetails
from bangfu.livelihoods.fields import UnitField, yuan_field

PROOF = said("产地依据", "What the origin rests on")
PROOF_HELP = said(
    "如平台商品页的产地、产地证明文号、批次号。", "The platform's listing, a certificate of origin, a lot."
)


class RefundForm(Keyed):
    """Money that went back for a sale."""

    beside = (("amount_yuan", "on"),)

    amount_yuan = yuan_field(said("退款金额（元）", "Refund (yuan)"), required=True)
    on = forms.DateField(label=said("退款日期", "Refunded on"), widget=DayInput())
    document = forms.CharField(label=said("退款凭证号", "Number of the refund's document"), max_length=80)
    evidence = FilesField(label=said("退款凭证", "The refund's document"))


class GoodForm(Keyed):
    """From which county a product comes."""

    beside = (("platform", "number"), ("county", "proof"))

    platform = forms.ChoiceField(label=said("平台", "Platform"), choices=list(PLATFORM_WORDS.items()))
    number = forms.CharField(
        label=said("商品编号", "Product number"),
        max_length=60,
        required=False,
        help_text=said(
            "平台导出里的商品ID；没有的留空，按名称认。",
            "As the platform exports it; empty: known by its title.",
        ),
    )
    title = forms.CharField(label=said("商品名称", "Product"), max_length=200)
    proof = forms.CharField(label=PROOF, max_length=200, help_text=PROOF_HELP)

    def __init__(self, *args: Any, units: Any, offers: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["county"] = county_field(offers)
        self.fields["unit"] = UnitField(queryset=units, label=said("登记单位", "Unit"))
        self.order_fields(["platform", "number", "title", "county", "proof", "unit"])

    def details(self) -> GoodDetails:
        """Return what was said, for the operation."""
        written = self.cleaned_data
        return GoodDetails(
            written["platform"], written["title"], written["county"], written["proof"], written["number"]
        )


class OriginForm(Keyed):
    """Another county for a product that is known."""

    proof = forms.CharField(label=PROOF, max_length=200, help_text=PROOF_HELP)

    def __init__(self, *args: Any, units: Any, offers: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["county"] = county_field(offers)
        self.fields["unit"] = UnitField(queryset=units, label=said("登记单位", "Unit"))
        self.order_fields(["county", "proof", "unit"])


def county_field(offers: str, label: Any = None) -> PlaceField:
    """Return the field of a county, by default that of origin."""
    return PlaceField(
        label=label or said("产地县", "County of origin"), levels=(COUNTY,), offers=offers
    )  # fmt: skip


def origin_said(good: Good) -> dict[str, Any]:
    """Return what is known of a product's origin, as the form of its revision begins."""
    return {"county": place_written(good.place_id), "proof": good.proof}


def unit_alone(units: Any) -> dict[str, Unit]:
    """Return the unit as a form begins where there is but one."""
    found = list(units[:2])
    return {"unit": found[0]} if len(found) == 1 else {}


@dataclass(frozen=True)
class CountyCell:
    """A county as it was typed in a row of several."""

    name: str
    text: str
    place: Place | None = None
    error: str = ""


def origin_field(request: HttpRequest, name: str, suggested: str) -> CountyCell:
    """Return the county of a row: as it was typed, or as it is suggested at first."""
    if request.method != "POST":
        return CountyCell(name, suggested)
    text = request.POST.get(name, "").strip()
    field = PlaceField(levels=(COUNTY,), offers="", required=False)
    try:
        return CountyCell(name, text, field.clean(text))
    except forms.ValidationError as wrong:
        return CountyCell(name, text, error=" ".join(wrong.messages))
