"""Forms of boxes, bookings and projects."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms

from bangfu.connectivity.network.forms.stations import (
    LEVELS_OF_STATIONS,
    PLACE_MISSING,
    UnitField,
    day_field,
    reason_choices,
)
from bangfu.connectivity.network.models import CATEGORY_WORDS, STAGE_WORDS, Project
from bangfu.connectivity.network.operations import BookingDetails, BoxDetails
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.places.fields import PlaceField
from bangfu.foundation.rooms.forms import FilesField, Keyed, said

LEVELS_OF_PROJECTS = (1, 2, 3, 4, 5)


class ReportedForm(Keyed):
    """What every record is asked when it is registered, mended or corrected by hand."""

    middle: tuple[str, ...] = ()
    """The fields of the kind, in order."""
    levels: tuple[int, ...] = LEVELS_OF_STATIONS
    """Of the place."""
    identity: tuple[str, ...] = ()
    """The fields that make its code and never change, beside the unit."""

    def __init__(
        self, *args: Any, units: Iterable[Unit], offers: str, reasons: Iterable[str] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        units = list(units)
        self.fields["unit"] = UnitField(
            label=said("上报单位", "Reported by"),
            queryset=Unit.objects.filter(pk__in=[unit.pk for unit in units]).order_by("path"),
            initial=units[0] if len(units) == 1 else None,
        )
        self.fields["place"] = PlaceField(
            label=said("所在地", "Place"),
            offers=offers,
            levels=self.levels,
            required=False,
            help_text=said(
                "工程只在一个县的，填了工程编码就不必再填。",
                "Not needed where the project builds in one county alone.",
            ),
        )
        if reasons:
            self.fields["reason"] = forms.ChoiceField(
                label=said("更正原因", "Reason"), choices=reason_choices(reasons)
            )
            self.fields["remark"] = forms.CharField(
                label=said("依据", "What it rests on"),
                widget=forms.Textarea(attrs={"rows": 3}),
                max_length=2000,
            )
        else:
            self.fields["evidence"] = FilesField(
                label=said("佐证", "Evidence"),
                required=False,
                help_text=said(
                    "验收单、凭证或照片；提交核验前至少一个。",
                    "Acceptance record, voucher or photograph; one at least before review.",
                ),
            )
        self.order_fields(["unit", *self.middle, "reason", "remark", "evidence"])

    def clean(self) -> dict[str, Any]:
        """Return what was said, with the place of a project that builds in one county."""
        given: dict[str, Any] = super().clean() or {}
        if not given.get("place") and "place" not in self.errors:
            code = str(given.get("project") or "").upper()
            project = Project.objects.select_related("place").filter(code=code).first() if code else None
            if project is None or project.place.level not in self.levels:
                self.add_error("place", str(PLACE_MISSING))
            else:
                given["place"] = project.place
        return given

    def details(self) -> Any:
        """Return what was said, for the operations; each kind's form says it in its own way."""
        raise NotImplementedError(type(self).__name__)  # a form of no kind was shown: a defect of ours


class BoxForm(ReportedForm):
    """What is said of one access box."""

    middle = ("code", "place", "project", "port_count", "splitter", "accepted_on", "retired_on")
    identity = ("code",)
    beside = (("port_count", "splitter"), ("accepted_on", "retired_on"))

    code = forms.CharField(label=said("箱体编码", "Box code"), max_length=60)
    project = forms.CharField(label=said("工程编码", "Project code"), max_length=60, required=False)
    port_count = forms.IntegerField(label=said("端口数", "Ports"), min_value=1, max_value=4096)
    splitter = forms.RegexField(
        r"^1:[0-9]{1,3}$", label=said("分光比", "Splitting ratio"), required=False, help_text="1:16"
    )
    accepted_on = day_field(said("验收日期", "Accepted on"), required=True)
    retired_on = day_field(said("退网日期", "Taken out on"))

    def details(self) -> BoxDetails:
        """Return what was said, for the operations."""
        given = {name: self.cleaned_data[name] for name in self.middle}
        given["code"], given["project"] = given["code"].upper(), given["project"].upper()
        return BoxDetails(**given)


class BookingForm(ReportedForm):
    """What is said of one line of a booking voucher."""

    middle = ("voucher", "line_number", "project", "place", "category", "amount", "booked_on")
    identity = ("voucher", "line_number")
    beside = (("voucher", "line_number"), ("category", "amount"))

    voucher = forms.CharField(label=said("凭证号", "Voucher"), max_length=40)
    line_number = forms.IntegerField(label=said("行号", "Line"), min_value=1)
    project = forms.CharField(label=said("工程编码", "Project code"), max_length=60)
    category = forms.ChoiceField(label=said("类别", "Category"), choices=list(CATEGORY_WORDS.items()))
    amount = forms.DecimalField(
        label=said("金额（元）", "Amount (yuan)"), max_digits=16, decimal_places=2,
        help_text=said("到分；冲账填负数。", "To the fen; negative for a correction in the books."),
    )  # fmt: skip
    booked_on = day_field(said("入账日期", "Booked on"), required=True)

    def details(self) -> BookingDetails:
        """Return what was said, for the operations."""
        given = {name: self.cleaned_data[name] for name in self.middle}
        given["voucher"], given["project"] = given["voucher"].upper(), given["project"].upper()
        return BookingDetails(amount_fen=fen(given.pop("amount")), **given)


def fen(amount: Decimal) -> int:
    """Return an amount of yuan in fen.

    >>> fen(Decimal("68865.03"))
    6886503
    """
    return int(amount.scaleb(2))


class ProjectForm(Keyed):
    """What is said of a build project when it is opened."""

    beside = (("code", "budget"),)

    code = forms.CharField(label=said("工程编码", "Project code"), max_length=60)
    budget = forms.DecimalField(
        label=said("预算（元）", "Budget (yuan)"), max_digits=16, decimal_places=2, min_value=Decimal("0.01")
    )
    name = forms.CharField(label=said("工程名称", "Name"), max_length=120)

    def __init__(self, *args: Any, units: Iterable[Unit], offers: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = list(units)
        self.fields["unit"] = UnitField(
            label=said("建设单位", "Unit"),
            queryset=Unit.objects.filter(pk__in=[unit.pk for unit in units]).order_by("path"),
            initial=units[0] if len(units) == 1 else None,
        )
        self.fields["place"] = PlaceField(
            label=said("建设范围", "Place"), offers=offers, levels=LEVELS_OF_PROJECTS
        )


class StationsForm(Keyed):
    """The days in which stations that belong to a project were accepted."""

    beside = (("first_on", "last_on"),)

    first_on = day_field(said("验收自", "Accepted from"), required=True)
    last_on = day_field(said("验收至", "Accepted to"), required=True)


class StageForm(Keyed):
    """The stage a project reached, and when."""

    beside = (("stage", "reached_on"),)

    stage = forms.ChoiceField(label=said("阶段", "Stage"), choices=list(STAGE_WORDS.items()))
    reached_on = day_field(said("到达日期", "Reached on"), required=True)
    evidence = FilesField(
        label=said("文件", "Documents"),
        required=False,
        help_text=said("批复、验收证书等。", "The approval, the acceptance certificate."),
    )
