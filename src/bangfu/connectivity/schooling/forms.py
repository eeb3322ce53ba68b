"""Forms of the schooling room: they read what was typed; what may be registered is decided by the operations."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from bangfu.connectivity.schooling.models import FIRST_LESSON, KIND_WORDS, School
from bangfu.connectivity.schooling.operations import SchoolDetails
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.places.fields import PlaceField, place_written
from bangfu.foundation.places.positions.datums import DATUMS
from bangfu.foundation.rooms.forms import DayInput, FilesField, Keyed, said
from bangfu.foundation.rooms.picking import UnitChoice

LEVELS = (3, 4, 5)


def _day(title: Any, *, required: bool = True) -> forms.DateField:
    return forms.DateField(label=title, required=required, widget=DayInput(min=FIRST_LESSON.isoformat()))


def _count(title: Any, most: int) -> forms.IntegerField:
    return forms.IntegerField(label=title, required=False, min_value=0, max_value=most)


def _degrees(title: Any) -> forms.DecimalField:
    return forms.DecimalField(label=title, required=False, max_digits=10, decimal_places=7)


class SchoolForm(Keyed):
    """What is said of one school when it is registered or mended."""

    beside = (
        ("code", "kind"),
        ("pupils", "classes"),
        ("counted_on", "bandwidth_mbps"),
        ("longitude", "latitude"),
    )

    code = forms.CharField(
        label=said("学校标识码", "School code"), max_length=10, help_text=said("十位数字。", "Ten digits.")
    )
    name = forms.CharField(label=said("学校名称", "School"), max_length=80)
    kind = forms.ChoiceField(label=said("类别", "Kind"), choices=list(KIND_WORDS.items()), initial="PRIMARY")
    accepted_on = _day(said("验收启用日期", "Accepted on"))
    pupils = _count(said("学生数", "Pupils"), 100_000)
    classes = _count(said("班级数", "Classes"), 1_000)
    counted_on = _day(said("统计日期", "Counted on"), required=False)
    bandwidth_mbps = _count(said("带宽（Mbps）", "Bandwidth (Mbps)"), 1_000_000)
    longitude = _degrees(said("经度", "Longitude"))
    latitude = _degrees(said("纬度", "Latitude"))
    datum = forms.ChoiceField(
        label=said("坐标系", "Datum"),
        required=False,
        choices=[("", "—"), *((one, one) for one in DATUMS)],
        help_text=said("按测量的来源选，不要猜。", "As its source states, never a guess."),
    )
    evidence = FilesField(
        label=said("验收单", "Acceptance record"),
        required=False,
        help_text=said("提交核验前至少一个。", "One at least before review."),
    )

    def __init__(self, *args: Any, units: Iterable[Unit], offers: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = list(units)
        self.fields["unit"] = UnitChoice(
            label=said("负责单位", "In charge"),
            queryset=Unit.objects.filter(pk__in=[unit.pk for unit in units]).order_by("path"),
            initial=units[0] if len(units) == 1 else None,
        )
        self.fields["place"] = PlaceField(
            label=said("所在县、乡镇或村", "County, town or village"),
            offers=offers,
            levels=LEVELS,
            help_text=said("输入名称、拼音或代码。", "By name, pinyin or code."),
        )
        self.order_fields(["unit", "code", "kind", "name", "place", "accepted_on"])

    def details(self) -> SchoolDetails:
        """Return what was said, for the operations."""
        written = {
            name: value
            for name, value in self.cleaned_data.items()
            if name not in ("key", "unit", "evidence")
        }
        return SchoolDetails(**written)


def initial_of(school: School) -> dict[str, Any]:
    """Return a school as the form's first content."""
    names = (
        "code", "name", "kind", "accepted_on", "pupils", "classes", "counted_on", "bandwidth_mbps", "longitude",
        "latitude", "datum",
    )  # fmt: skip
    written = {name: getattr(school, name) for name in names}
    return written | {"place": place_written(school.place_id), "unit": school.unit_id}


class PupilsForm(Keyed):
    """How many pupils and classes there are now."""

    beside = (("pupils", "classes"),)

    pupils = _count(said("学生数", "Pupils"), 100_000)
    classes = _count(said("班级数", "Classes"), 1_000)
    on = _day(said("统计日期", "Counted on"))


class StopForm(Keyed):
    """From when a school has no lessons over the line, and what that rests on."""

    on = _day(said("自何日起停用", "Stopped from"))
    document = forms.CharField(label=said("依据的文件或通知", "Document or notice"), max_length=120)
    evidence = FilesField(label=said("依据文件", "Its file"), required=False)
