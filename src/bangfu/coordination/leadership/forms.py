"""Forms of the leadership room: they read what was typed; what may be registered is decided by the operations."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms

from bangfu.coordination.leadership.models import (
    FIRST_VISIT,
    OUTCOME_WORDS,
    RANK_WORDS,
    Leader,
    PointKind,
    Visit,
    VisitPoint,
)
from bangfu.coordination.leadership.operations import Commitment, VisitDetails
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.places.fields import PlaceField, place_written
from bangfu.foundation.rooms.forms import DayInput, FilesField, Keyed, said
from bangfu.foundation.rooms.picking import UnitChoice

LEVELS = (3, 4, 5)


def _day(title: Any, *, required: bool = True) -> forms.DateField:
    return forms.DateField(label=title, required=required, widget=DayInput(min=FIRST_VISIT.isoformat()))


def _lines(title: Any, help_text: Any) -> forms.CharField:
    return forms.CharField(
        label=title,
        required=False,
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=help_text,
    )


class _Leaders(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.post} · {obj.unit.name} · {obj.code}"


class LeaderForm(Keyed):
    """Who a leader is."""

    beside = (("code", "name"), ("post", "rank"))

    code = forms.CharField(
        label=said("领导编号", "Number"),
        max_length=40,
        help_text=said(
            "以本单位简码开头；表格里用它，不写姓名。",
            "Begin with your unit's code; sheets use it, not the name.",
        ),
    )
    name = forms.CharField(label=said("姓名", "Name"), max_length=60)
    post = forms.CharField(label=said("职务", "Post"), max_length=80)
    rank = forms.ChoiceField(label=said("类别", "Rank"), choices=list(RANK_WORDS.items()))

    def __init__(self, *args: Any, units: Iterable[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = list(units)
        self.fields["unit"] = UnitChoice(
            label=said("单位", "Unit"),
            queryset=Unit.objects.filter(pk__in=[unit.pk for unit in units]).order_by("path"),
            initial=units[0] if len(units) == 1 else None,
        )


class LeaderChangeForm(Keyed):
    """What a leader is now."""

    beside = (("post", "rank"),)

    post = forms.CharField(label=said("职务", "Post"), max_length=80)
    rank = forms.ChoiceField(label=said("类别", "Rank"), choices=list(RANK_WORDS.items()))
    ended_on = _day(said("自何日起不再任职", "Leads no more from"), required=False)


class VisitForm(Keyed):
    """What is said of one visit when it is registered or mended."""

    beside = (("reference", "leader"), ("arrived_on", "left_on"))

    reference = forms.CharField(label=said("到访编号", "Visit's number"), max_length=60)
    arrived_on = _day(said("到达日期", "Arrived on"))
    left_on = _day(said("离开日期", "Last day there"))
    purpose = forms.CharField(label=said("事由", "Purpose"), max_length=200)
    trip = forms.CharField(
        label=said("行程编号", "Trip"),
        required=False,
        max_length=60,
        help_text=said(
            "一次行程到几个县，或几位领导同行，填同一个编号，只计一次；空着就是单独一趟。",
            "The same number where one trip goes to several counties or leaders travel together: it counts once. Empty is a trip"
            " of its own.",
        ),
    )
    problems = _lines(said("发现的问题", "Problems found"), said("一行一条。", "One a line."))
    commitments = _lines(
        said("作出的承诺", "Commitments"),
        said(
            "一行一条；有期限的在末尾写日期，如“换好水泵 2020-08-31”。",
            "One a line; with its day at the end where it has one: “mend the pump 2020-08-31”.",
        ),
    )
    evidence = FilesField(
        label=said("通知、纪要、照片", "Notice, minutes, photographs"),
        required=False,
        help_text=said("提交核验前至少一个。", "One at least before review."),
    )

    def __init__(self, *args: Any, leaders: Iterable[Leader], offers: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["leader"] = _Leaders(
            label=said("领导", "Leader"),
            queryset=Leader.objects.filter(pk__in=[one.pk for one in leaders])
            .select_related("unit")
            .order_by("code"),
        )
        self.fields["place"] = PlaceField(
            label=said("到访的县、乡镇或村", "County, town or village"),
            offers=offers,
            levels=LEVELS,
            help_text=said("输入名称、拼音或代码。", "By name, pinyin or code."),
        )
        self.order_fields(["reference", "leader", "place", "arrived_on", "left_on", "trip", "purpose"])

    def details(self) -> VisitDetails:
        """Return what was said, for the operations."""
        written = self.cleaned_data
        return VisitDetails(
            reference=written["reference"],
            leader=written["leader"],
            place=written["place"],
            arrived_on=written["arrived_on"],
            left_on=written["left_on"],
            purpose=written["purpose"],
            trip=written["trip"],
            problems=tuple(_written(written["problems"])),
            commitments=tuple(commitment_in(line) for line in _written(written["commitments"])),
        )


def _written(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def commitment_in(line: str) -> Commitment:
    """Return what a line promises, and by when if a day stands at its end.

    >>> commitment_in("换好水泵 2020-08-31").due_on
    datetime.date(2020, 8, 31)
    """
    text, _, end = line.rpartition(" ")
    try:
        return Commitment(text.strip(), date.fromisoformat(end)) if text.strip() else Commitment(line)
    except ValueError:
        return Commitment(line)


def initial_of(visit: Visit) -> dict[str, Any]:
    """Return a visit as the form's first content."""
    points = list(visit.points.order_by("number"))
    return {
        "reference": visit.reference,
        "leader": visit.leader_id,
        "place": place_written(visit.place_id),
        "arrived_on": visit.arrived_on,
        "left_on": visit.left_on,
        "purpose": visit.purpose,
        "trip": visit.trip,
        "problems": "\n".join(one.text for one in points if one.kind == PointKind.PROBLEM),
        "commitments": "\n".join(
            f"{one.text} {one.due_on}" if one.due_on else one.text
            for one in points
            if one.kind == PointKind.COMMITMENT
        ),
    }


class SettlementForm(Keyed):
    """How a problem or a commitment ended."""

    beside = (("outcome", "on"),)

    outcome = forms.ChoiceField(label=said("结果", "Outcome"))
    on = _day(said("日期", "Day"))
    remark = forms.CharField(
        label=said("凭什么", "What it rests on"), widget=forms.Textarea(attrs={"rows": 2}), max_length=300
    )
    evidence = FilesField(label=said("佐证", "Evidence"), required=False)

    def __init__(self, *args: Any, point: VisitPoint, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["outcome"].choices = list(OUTCOME_WORDS[point.kind].items())  # type: ignore[attr-defined]
