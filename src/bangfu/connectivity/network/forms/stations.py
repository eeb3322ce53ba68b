"""Forms of stations: they read what was typed; what may be registered is decided by the operations."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from bangfu.connectivity.network.models import FIRST_MOBILE_NETWORK, Site, Station, Technology
from bangfu.connectivity.network.operations import CORRECTION_REASONS, StationDetails
from bangfu.foundation.ledger.operations import REASON_WORDS
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.places.fields import PlaceField, place_written
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.forms import DayInput, FilesField, Keyed, said
from bangfu.foundation.rooms.picking import UnitChoice

LEVELS_OF_STATIONS = (3, 4, 5)
PLACE_MISSING = both(
    "请填写所在地：输入名称、拼音或代码，从提示中选择。",
    "Enter the place: type a name, pinyin or code and choose.",
)


def day_field(title: Any, *, required: bool = False) -> forms.DateField:
    """Return a field for a day of a network record."""
    return forms.DateField(
        label=title, required=required, widget=DayInput(min=FIRST_MOBILE_NETWORK.isoformat())
    )


class UnitField(UnitChoice):
    """A unit, by its name in the reader's language."""

    def label_from_instance(self, obj: Any) -> str:
        """Return the unit's name."""
        return str(obj.name)


class StationForm(Keyed):
    """What is said of one station when it is registered or mended."""

    beside = (
        ("site_code", "site_name"),
        ("technology", "band"),
        ("builder", "sharer"),
        ("on_air_on", "accepted_on"),
        ("capitalised_on", "paid_on"),
    )

    code = forms.CharField(label=said("基站编码", "Station code"), max_length=60)
    site_code = forms.CharField(label=said("站址编码", "Site code"), max_length=60)
    site_name = forms.CharField(label=said("站址名称", "Site name"), max_length=120, required=False)
    technology = forms.ChoiceField(label=said("制式", "Technology"), choices=Technology.choices, initial="4G")
    band = forms.CharField(label=said("频段", "Band"), max_length=40, required=False)
    builder = forms.CharField(
        label=said("承建方", "Builder"),
        max_length=80,
        help_text=said(
            "出资建设的一方；只有承建方计数。", "Who paid for it; only the builder counts the station."
        ),
    )
    sharer = forms.CharField(label=said("共享方", "Sharer"), max_length=80, required=False)
    on_air_on = day_field(said("开通日期", "On air on"))
    accepted_on = day_field(said("验收日期", "Accepted on"), required=True)
    capitalised_on = day_field(said("转固日期", "Capitalised on"))
    paid_on = day_field(said("付款日期", "Paid on"))
    evidence = FilesField(
        label=said("佐证", "Evidence"),
        required=False,
        help_text=said(
            "单站测试记录或现场照片；提交核验前至少一个。",
            "Test log or photograph; one at least before review.",
        ),
    )

    def __init__(self, *args: Any, units: Iterable[Unit], offers: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = list(units)
        self.fields["place"] = PlaceField(
            label=said("所在地", "Place"),
            offers=offers,
            levels=LEVELS_OF_STATIONS,
            required=False,
            help_text=said(
                "县、乡或村；输入名称、拼音或代码。站址登记过的不必再填。",
                "County, town or village; by name, pinyin or code. A site that is known needs none.",
            ),
        )
        self.fields["unit"] = UnitField(
            label=said("上报单位", "Reported by"),
            queryset=Unit.objects.filter(pk__in=[unit.pk for unit in units]).order_by("path"),
            initial=units[0] if len(units) == 1 else None,
        )
        self.order_fields(
            ["unit", "code", "site_code", "site_name", "place", "technology", "band", "builder", "sharer",
             "on_air_on", "accepted_on", "capitalised_on", "paid_on", "evidence"]
        )  # fmt: skip

    def clean_code(self) -> str:
        """Return the code as it is stored: upper-case."""
        return str(self.cleaned_data["code"]).upper()

    def clean_site_code(self) -> str:
        """Return the site's code as it is stored: upper-case."""
        return str(self.cleaned_data["site_code"]).upper()

    def clean(self) -> dict[str, Any]:
        """Return what was said, with the place and name of a site that is known."""
        given: dict[str, Any] = super().clean() or {}
        site = Site.objects.select_related("place").filter(code=given.get("site_code", "")).first()
        if site is not None:
            given["site_name"] = given.get("site_name") or site.name
        if not given.get("place") and "place" not in self.errors:
            if site is None:
                self.add_error("place", str(PLACE_MISSING))
            else:
                given["place"] = site.place
        return given

    def details(self) -> StationDetails:
        """Return what was said, for the operations."""
        written = {
            name: value
            for name, value in self.cleaned_data.items()
            if name not in ("key", "unit", "evidence")
        }
        return StationDetails(**written)


def initial_of(station: Station) -> dict[str, Any]:
    """Return a station as the form's first content."""
    names = (
        "code", "technology", "band", "builder", "sharer", "accepted_on", "on_air_on", "capitalised_on", "paid_on",
    )  # fmt: skip
    written = {name: getattr(station, name) for name in names}
    return written | {
        "site_code": station.site.code,
        "site_name": station.site.name,
        "place": place_written(station.place_id),
        "unit": station.unit_id,
    }


def reason_choices(reasons: Iterable[str]) -> list[tuple[str, Words]]:
    """Return why a fact may be taken back, as a form offers it."""
    return [(str(reason), REASON_WORDS[reason]) for reason in reasons]  # type: ignore[index]


class CorrectionForm(Keyed):
    """What is true instead of what was counted, and how that is known."""

    accepted_on = day_field(said("验收日期", "Accepted on"), required=True)
    site_code = forms.CharField(
        label=said("站址编码", "Site code"),
        max_length=60,
        help_text=said(
            "站址上还有别的基站时，换县须填写新的站址编码。",
            "When other stations stand on the site, another county needs another site.",
        ),
    )
    reason = forms.ChoiceField(label=said("更正原因", "Reason"), choices=reason_choices(CORRECTION_REASONS))
    remark = forms.CharField(
        label=said("依据", "What it rests on"), widget=forms.Textarea(attrs={"rows": 3}), max_length=2000
    )

    def __init__(self, *args: Any, offers: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"] = PlaceField(
            label=said("所在地", "Place"), offers=offers, levels=LEVELS_OF_STATIONS
        )
        self.order_fields(["place", "site_code", "accepted_on", "reason", "remark"])

    def clean_site_code(self) -> str:
        """Return the site's code as it is stored: upper-case."""
        return str(self.cleaned_data["site_code"]).upper()
