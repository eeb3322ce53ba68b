"""Forms of targets: they read what was typed; what may be promised is decided by the operations."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms

from bangfu.foundation.organisation.models import KIND_WORDS, Line, Unit
from bangfu.foundation.places.codes import COUNTY
from bangfu.foundation.places.fields import PlaceField, place_written
from bangfu.foundation.places.models import Area
from bangfu.foundation.rooms import both
from bangfu.foundation.rooms.forms import DayInput, FilesField, Keyed, said
from bangfu.foundation.rooms.picking import UnitChoice
from bangfu.reporting.definitions import IndicatorKind
from bangfu.reporting.indicators import indicators
from bangfu.reporting.targets.models import (
    DIRECTION_WORDS,
    FIRST_YEAR,
    LAST_YEAR,
    QUARTER_TITLES,
    QUARTERS,
    Target,
)
from bangfu.reporting.targets.official_form.rows import BESIDE, OFFICIAL
from bangfu.reporting.targets.operations.splitting import By
from bangfu.reporting.targets.rules import SOME_QUARTERS, TargetDetails

SCALES = (("1", 1), ("万", 10**4), ("亿", 10**8))
SCALE_WORDS = (
    ("1", both("个（不换算）", "ones")),
    ("万", both("万", "10 000")),
    ("亿", both("亿", "100 million")),
)
LEVELS_SPLIT = (Unit.Kind.PROVINCE, Unit.Kind.PREFECTURE, Unit.Kind.COUNTY, Unit.Kind.OFFICE)
BY_WORDS = (
    (By.EVEN.value, both("平均分解", "Evenly")),
    (By.LAST_YEAR.value, both("按上年完成的比例", "By last year's shares")),
)


class NamedField(forms.ModelChoiceField):
    """A line or area, by its name in the reader's language."""

    def label_from_instance(self, obj: Any) -> str:
        """Return its name."""
        return str(obj.title if isinstance(obj, Area) else obj.name)


def document_field() -> forms.CharField:
    """Return the field of a document's number."""
    return forms.CharField(label=said("文号", "Document number"), max_length=120)


def files_field(*, required: bool = False) -> FilesField:
    """Return the field of the files that prove what is said."""
    return FilesField(
        label=said("签订的文件", "Signed document"),
        required=required,
        help_text=said(
            "扫描件或照片；提交前至少一个。", "A scan or photograph; one at least before submission."
        ),
    )


def units_field(units: Iterable[Unit], label: Any) -> UnitChoice:
    """Return the field of one of several units."""
    listed = list(units)
    return UnitChoice(
        label=label,
        queryset=Unit.objects.filter(pk__in=[unit.pk for unit in listed]).order_by("path"),
        initial=listed[0] if listed else None,
    )


class DraftForm(Keyed):
    """What is said of a pledge when it is drafted."""

    beside = (("year", "signed_on"),)
    year = forms.IntegerField(label=said("年度", "Year"), min_value=FIRST_YEAR, max_value=LAST_YEAR)
    title = forms.CharField(label=said("名称", "Title"), max_length=120)
    document = document_field()
    signed_on = forms.DateField(label=said("签订日期", "Signed on"), widget=DayInput())
    evidence = files_field()

    def __init__(self, *args: Any, units: Iterable[Unit], offers: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"] = units_field(units, said("签订单位", "Signed by"))
        self.fields["county"] = PlaceField(
            label=said("写给哪个县", "Pledged to the county"),
            offers=offers,
            levels=[COUNTY],
            required=False,
            help_text=said(
                "写给一个县的，批准前须登记县方会签；写给许多县的空着。",
                "One that is pledged to a county needs its agreement before approval. Empty: to many counties.",
            ),
        )
        self.order_fields(["unit", "year", "title", "county", "document", "signed_on", "evidence"])


class AgreeForm(Keyed):
    """Which body of a county signed what was submitted, and when."""

    beside = (("document", "agreed_on"),)
    signed_by = forms.CharField(label=said("县方会签机构", "Signed by"), max_length=120)
    document = document_field()
    agreed_on = forms.DateField(label=said("会签日期", "Agreed on"), widget=DayInput())
    evidence = files_field(required=True)


class ReviseForm(Keyed):
    """Why a pledge is revised, by which document, and from when on."""

    beside = (("signed_on", "effective_on"),)
    document = document_field()
    signed_on = forms.DateField(label=said("签订日期", "Signed on"), widget=DayInput())
    effective_on = forms.DateField(label=said("自何日起生效", "In force from"), widget=DayInput())
    reason = forms.CharField(
        label=said("为什么修订", "Why it is revised"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=said(
            "修订前的目标值一直保留，和修订后的并列显示。",
            "The targets before stay for ever and are shown beside the new ones.",
        ),
    )
    evidence = files_field()


class AttachForm(Keyed):
    """Files to a draft."""

    evidence = files_field(required=True)


def indicator_choices() -> list[tuple[Any, Any]]:
    """Return what a target may be set for: the official six first, then all others by their titles."""
    known = {one.code: one for one in indicators() if one.kind is not IndicatorKind.TARGET}
    official = [one.indicator for one in (*OFFICIAL, *BESIDE) if one.indicator in known]
    others = [code for code in known if code not in official]

    def named(codes: list[str]) -> list[tuple[str, str]]:
        return [
            (
                code,
                f"{known[code].title}（{unit}）"
                if (unit := str(known[code].unit))
                else str(known[code].title),
            )
            for code in codes
        ]

    return [
        (str(both("责任书六项及并列项", "Of the official form")), named(official)),
        (str(both("其他指标", "Others")), named(others)),
    ]


class TargetForm(Keyed):
    """What is said of one target."""

    beside = (
        ("direction", "due_on"), ("quantity", "scale"), ("line", "area"),
        (QUARTERS[0], QUARTERS[1]), (QUARTERS[2], QUARTERS[3]),
    )  # fmt: skip
    indicator = forms.ChoiceField(label=said("指标", "Indicator"))
    quantity = forms.DecimalField(
        label=said("目标值", "Target"), min_value=0, max_digits=19, decimal_places=4
    )
    scale = forms.ChoiceField(
        label=said("计数单位", "Scale"),
        choices=SCALE_WORDS,
        help_text=said("“万”即按万元、万个填写。", "10 000: written in tens of thousands."),
    )
    direction = forms.ChoiceField(label=said("方向", "Direction"), choices=list(DIRECTION_WORDS.items()))
    due_on = forms.DateField(label=said("期限", "Deadline"), widget=DayInput())
    reserve = forms.DecimalField(
        label=said("预留", "Reserve"),
        required=False,
        min_value=0,
        max_digits=19,
        decimal_places=4,
        help_text=said(
            "各下级合计有意多于本级的数，写明才算相符；与目标值同一计数单位。",
            "By how much the parts of units below exceed this one on purpose; in the same scale.",
        ),
    )

    def __init__(self, *args: Any, units: Iterable[Unit], offers: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, title in zip(QUARTERS, QUARTER_TITLES, strict=True):
            self.fields[name] = forms.DecimalField(
                label=said(title.zh, title.en), required=False, min_value=0, max_digits=19, decimal_places=4
            )
        self.fields[QUARTERS[0]].help_text = said(
            "分季度的，四个季度都填，合计等于目标值；不分的空着。",
            "By quarter: fill all four, which make the target; leave all empty otherwise.",
        )
        self.fields["indicator"].choices = indicator_choices()  # type: ignore[attr-defined]
        self.fields["unit"] = units_field(units, said("单位", "Unit"))
        self.fields["place"] = PlaceField(
            label=said("限于地区", "Only in a place"),
            offers=offers,
            required=False,
            help_text=said("空着即不限。", "Empty is everywhere."),
        )
        self.fields["line"] = NamedField(
            label=said("限于专业线", "Only of a line"),
            queryset=Line.objects.order_by("pk"),
            required=False,
            empty_label="—",
        )
        self.fields["area"] = NamedField(
            label=said("限于片区或名单", "Only of an area or list"),
            queryset=Area.objects.order_by("pk"),
            required=False,
            empty_label="—",
        )
        self.order_fields(
            [
                "indicator",
                "unit",
                "quantity",
                "scale",
                "direction",
                "due_on",
                *QUARTERS,
                "place",
                "line",
                "area",
                "reserve",
            ]
        )

    def clean(self) -> dict[str, Any]:
        """Ask for all four quarters or none."""
        given = super().clean() or self.cleaned_data
        filled = [name for name in QUARTERS if given.get(name) is not None]
        if filled and len(filled) < len(QUARTERS):
            missing = next(name for name in QUARTERS if name not in filled)
            self.add_error(missing, str(SOME_QUARTERS))
        return given

    def details(self) -> TargetDetails:
        """Return what was said, for the operations."""
        given, times = self.cleaned_data, dict(SCALES)[self.cleaned_data["scale"]]
        names = ("indicator", "unit", "direction", "due_on", "place", "area", "line")
        quarters = [given[name] * times for name in QUARTERS if given[name] is not None]
        return TargetDetails(
            quarters=(quarters[0], quarters[1], quarters[2], quarters[3]) if quarters else None,
            quantity=given["quantity"] * times,
            reserve=(given["reserve"] or Decimal(0)) * times,
            **{name: given[name] for name in names},
        )


def initial_of(target: Target | None, year: int) -> dict[str, Any]:
    """Return a target as the form's first content; of a new one only the year's end."""
    if target is None:
        return {"due_on": date(year, 12, 31)}
    scale, times = next(
        (sign, many)
        for sign, many in reversed(SCALES)
        if many == 1 or target.quantity % many == 0 < target.quantity
    )
    return {
        "indicator": target.indicator,
        "unit": target.unit_id,
        "quantity": plain(target.quantity / times),
        "scale": scale,
        "direction": target.direction,
        "due_on": target.due_on,
        "place": place_written(target.place_id) if target.place_id else "",
        "area": target.area_id,
        "line": target.line_id,
        "reserve": plain(target.reserve / times) if target.reserve else None,
        **{name: plain(one / times) for name, one in zip(QUARTERS, target.quarters or (), strict=False)},
    }


def plain(value: Decimal) -> str:
    """Return a number as somebody would type it."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


class SplitForm(Keyed):
    """To which units a target is divided, and how."""

    level = forms.ChoiceField(
        label=said("分解到", "To"), choices=[(kind.value, KIND_WORDS[kind]) for kind in LEVELS_SPLIT]
    )
    by = forms.ChoiceField(label=said("方法", "How"), choices=BY_WORDS)


class RemarkForm(Keyed):
    """Why a version is returned."""

    remark = forms.CharField(
        label=said("退回原因", "Why it is returned"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


class RuleForm(Keyed):
    """From when on which lights show, and what is late."""

    beside = (("green_pct", "amber_pct"), ("submitted_within", "verified_within"))
    starts_on = forms.DateField(label=said("自何日起", "From"), widget=DayInput())
    green_pct = forms.DecimalField(
        label=said("绿灯：预计达到目标的 %", "Green: forecast at least, % of the target"),
        min_value=1, max_value=200, decimal_places=2,
    )  # fmt: skip
    amber_pct = forms.DecimalField(
        label=said("黄灯：预计达到目标的 %", "Amber: forecast at least, % of the target"),
        min_value=1, max_value=200, decimal_places=2,
    )  # fmt: skip
    judged_pct = forms.DecimalField(
        label=said("时间过去 % 之后才判定", "Not judged before this % of the time has passed"),
        min_value=0, max_value=99, decimal_places=2,
    )  # fmt: skip
    submitted_within = forms.IntegerField(
        label=said("发生后几天内报送不算迟", "Days to submit after it happened"), min_value=1, max_value=1000
    )
    verified_within = forms.IntegerField(
        label=said("报送后几天内核验不算迟", "Days to decide after submission"), min_value=1, max_value=1000
    )
    source = forms.CharField(label=said("依据", "Laid down by"), max_length=200)

    def said_rule(self) -> dict[str, Any]:
        """Return what was said, for the operation."""
        given = self.cleaned_data
        shares = {
            "green_from": given["green_pct"] / 100,
            "amber_from": given["amber_pct"] / 100,
            "judged_from": given["judged_pct"] / 100,
        }
        names = ("starts_on", "submitted_within", "verified_within", "source")
        return {**shares, **{name: given[name] for name in names}}


class NilForm(Keyed):
    """That a unit has nothing of an indicator in a year."""

    year = forms.IntegerField(label=said("年度", "Year"), min_value=FIRST_YEAR, max_value=LAST_YEAR)
    indicator = forms.ChoiceField(label=said("指标", "Indicator"))
    remark = forms.CharField(
        label=said("为什么没有", "Why there is nothing"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, units: Iterable[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["indicator"].choices = indicator_choices()  # type: ignore[attr-defined]
        self.fields["unit"] = units_field(units, said("单位", "Unit"))
        self.order_fields(["unit", "year", "indicator", "remark"])
