"""Forms of courses and their attendees."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms

from bangfu.foundation.ledger.operations import REASON_WORDS
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.places.codes import COUNTY
from bangfu.foundation.places.fields import PlaceField, place_written
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.forms import DayInput, FilesField, Keyed, said
from bangfu.foundation.rooms.picking import UnitChoice
from bangfu.livelihoods.training.models import FIRST_COURSE, MODE_WORDS, RESULT_WORDS, TRAINEE_WORDS, Course
from bangfu.livelihoods.training.operations import CORRECTION_REASONS, Attendee, CourseDetails, Part

_DAYS = re.compile(r"[\s,，、;；]+")


def day_field(title: Any) -> forms.DateField:
    """Return a field for a day, with the browser's own calendar."""
    return forms.DateField(label=title, widget=DayInput(min=FIRST_COURSE.isoformat()))


def unit_field(units: Iterable[Unit], title: Any) -> UnitChoice:
    """Return a field to choose one of the units; the only one is chosen already."""
    units = list(units)
    return UnitChoice(
        label=title,
        queryset=Unit.objects.filter(pk__in=[unit.pk for unit in units]).order_by("path"),
        initial=units[0] if len(units) == 1 else None,
    )


class PartsField(forms.CharField):
    """The modules of a course, a line each: mode | title | provider | venue | county | days."""

    sentences = {
        "columns": both(
            "第 {line} 行应有六项，用竖线 | 分开：形式 | 主题 | 承办方 | 场所 | 县 | 日期。",
            "Line {line} needs six parts with | between: mode | title | provider | venue | county | days.",
        ),
        "mode": both(
            "第 {line} 行的形式「{text}」不认识，请用：{modes}。",
            "The mode {text} of line {line} is unknown; use one of {modes}.",
        ),
        "day": both(
            "第 {line} 行的日期「{text}」看不懂，请写成 2019-09-10。",
            "The day {text} of line {line} cannot be read; write it as 2019-09-10.",
        ),
    }

    def clean(self, value: Any) -> tuple[Part, ...]:
        """Return the modules that were written.

        Raises: forms.ValidationError: a line cannot be read.
        """
        lines = [line.strip() for line in super().clean(value).splitlines() if line.strip()]
        return tuple(self._part(number, line) for number, line in enumerate(lines, 1))

    def _part(self, number: int, line: str) -> Part:
        cells = [cell.strip() for cell in line.replace("｜", "|").split("|")]
        if len(cells) != 6:
            raise self._wrong("columns", line=number)
        mode, title, provider, venue, county, days = cells
        known = {name: code for code, words in MODE_WORDS.items() for name in (words.zh, words.en, code)}
        if mode not in known:
            modes = "、".join(str(words) for words in MODE_WORDS.values())
            raise self._wrong("mode", line=number, text=mode, modes=modes)
        place = PlaceField(offers="", levels=(COUNTY,)).clean(county)
        if place is None:
            raise self._wrong("columns", line=number)
        held_on = tuple(self._day(number, day) for day in _DAYS.split(days) if day)
        return Part(known[mode], title, provider, venue, place, held_on)

    def _day(self, number: int, text: str) -> date:
        try:
            return date.fromisoformat(text)
        except ValueError as unreadable:
            raise self._wrong("day", line=number, text=text) from unreadable

    def _wrong(self, code: str, **details: Any) -> forms.ValidationError:
        return forms.ValidationError(str(self.sentences[code].filled(**details)), code=code)


class CourseForm(Keyed):
    """What is said of a course when it is opened."""

    beside = (("code", "trainees"), ("first_day", "last_day"), ("required_sessions", "budget_yuan"))

    code = forms.CharField(label=said("编号", "Code"), max_length=40)
    title = forms.CharField(label=said("课程名称", "Title"), max_length=120)
    trainees = forms.ChoiceField(label=said("对象", "Trainees"), choices=list(TRAINEE_WORDS.items()))
    first_day = day_field(said("第一天", "First day"))
    last_day = day_field(said("最后一天", "Last day"))
    required_sessions = forms.IntegerField(
        label=said("结业须参加的课次", "Sessions needed to complete"),
        min_value=1,
        max_value=999,
        help_text=said("只数算作培训的形式。", "Of modes that count only."),
    )
    budget_yuan = forms.DecimalField(
        label=said("预算（元）", "Budget (yuan)"),
        required=False,
        min_value=0,
        max_digits=14,
        decimal_places=2,
    )
    co_organiser = forms.CharField(
        label=said("合办单位", "Second organiser"),
        max_length=120,
        required=False,
        help_text=said("只记名，不计数。", "Named, counts nothing."),
    )
    parts = PartsField(
        label=said("模块", "Modules"),
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=said(
            "一行一个模块，用竖线分开：讲授 | 主题 | 承办方 | 场所 | 县 | 2019-09-10、2019-09-11。每个日期一个课次。",
            "A module a line with | between: Lecture | title | provider | venue | county | 2019-09-10, 2019-09-11. Each day"
            " is a session.",
        ),
    )

    def __init__(self, *args: Any, units: Iterable[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"] = unit_field(units, said("开课单位", "Unit"))
        self.order_fields(["unit"])

    def details(self, code: str = "") -> CourseDetails:
        """Return what was said, for the operation.

        Args:
            code: the course's, where the form does not ask for it.
        """
        written = {"code": code, **self.cleaned_data}
        budget: Decimal | None = written["budget_yuan"]
        return CourseDetails(
            code=written["code"].strip().upper(),
            title=written["title"],
            trainees=written["trainees"],
            starts_on=written["first_day"],
            ends_on=written["last_day"] + timedelta(days=1),
            required_sessions=written["required_sessions"],
            parts=written["parts"],
            co_organiser=written["co_organiser"],
            budget_fen=None if budget is None else int(budget * 100),
        )


def revision_of(course: Course) -> dict[str, Any]:
    """Return what a course says, as the form of its revision begins."""
    sessions = course.sessions.select_related("module").order_by("number")
    days: dict[int, list[str]] = {}
    modules = {}
    for one in sessions:
        modules[one.module_id] = one.module
        days.setdefault(one.module_id, []).append(one.held_on.isoformat())
    lines = [
        " | ".join(
            (
                str(MODE_WORDS[module.mode]), module.title, module.provider, module.venue,
                place_written(module.place_id), "、".join(days[key]),
            )
        )
        for key, module in modules.items()
    ]  # fmt: skip
    return {
        "title": course.title,
        "trainees": course.trainees,
        "first_day": course.starts_on,
        "last_day": course.last_day,
        "required_sessions": course.required_sessions,
        "budget_yuan": None if course.budget_fen is None else Decimal(course.budget_fen) / 100,
        "co_organiser": course.co_organiser,
        "parts": "\n".join(lines),
    }


class RevisionForm(CourseForm):
    """What a course says from now on; its code and unit stay."""

    beside = (("first_day", "last_day"), ("trainees", "required_sessions"), ("budget_yuan", "co_organiser"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, units=(), **kwargs)
        del self.fields["unit"], self.fields["code"]


class ModeRuleForm(Keyed):
    """Whether a mode makes a person trained, from a day on."""

    beside = (("mode", "valid_from"),)

    mode = forms.ChoiceField(label=said("形式", "Mode"), choices=list(MODE_WORDS.items()))
    valid_from = day_field(said("起始日期", "From"))
    counts = forms.ChoiceField(
        label=said("是否算培训", "Does it make trained?"),
        choices=[("yes", said("算", "Yes")), ("no", said("不算", "No"))],
    )
    source = forms.CharField(
        label=said("依据", "What it rests on"),
        max_length=200,
        help_text=said("文件号或会议。", "The number of a document, or a meeting."),
    )


def sessions_field(*, required: bool) -> forms.CharField:
    """Return a field for the sessions that somebody attended, as text."""
    return forms.CharField(
        label=said("参加的课次", "Sessions attended"),
        max_length=400,
        required=required,
        help_text=said(
            "如 1、2、4 或 1-3；全程填“全部”。", "Such as 1, 2, 4 or 1-3; “all” for every session."
        ),
    )


def _result() -> forms.ChoiceField:
    return forms.ChoiceField(label=said("结果", "Result"), choices=list(RESULT_WORDS.items()))


def _county(offers: str) -> PlaceField:
    return PlaceField(label=said("学员所在县", "The attendee's county"), offers=offers, levels=(COUNTY,))


class AttendeeForm(Keyed):
    """Who is enrolled in a course."""

    beside = (("name", "identity_number"), ("place", "post"), ("sessions", "result"))

    name = forms.CharField(
        label=said("姓名", "Name"),
        max_length=80,
        required=False,
        help_text=said(
            "身份证号码已登记过的，不必再写。", "Not needed of somebody whose identity number is known."
        ),
    )
    identity_number = forms.CharField(
        label=said("身份证号码", "Identity number"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=said("加密保存，页面只显示末四位。", "Kept encrypted; only its last four are shown."),
    )
    post = forms.CharField(label=said("职务", "Post"), max_length=80)
    sessions = sessions_field(required=False)
    result = _result()
    evidence = FilesField(label=said("签到表", "Sign-in sheet"), required=False)

    def __init__(self, *args: Any, offers: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"] = _county(offers)
        self.order_fields(["name", "identity_number", "place", "post", "sessions", "result", "evidence"])

    def attendee(self) -> Attendee:
        """Return what was said, for the operation."""
        names = ("name", "identity_number", "place", "post", "sessions", "result")
        return Attendee(**{name: self.cleaned_data[name] for name in names})


class EvidenceForm(Keyed):
    """The sign-in sheet of a course."""

    evidence = FilesField(label=said("签到表或照片", "Sign-in sheet or photographs"))


class AttendanceForm(Keyed):
    """At which sessions an attendee was."""

    beside = (("sessions", "result"),)

    sessions = sessions_field(required=False)
    result = _result()


def _reasons(reasons: Iterable[str]) -> list[tuple[str, Words]]:
    return [(str(reason), REASON_WORDS[reason]) for reason in reasons]  # type: ignore[index]


class CorrectionForm(Keyed):
    """What is true instead of what was counted, and how that is known."""

    beside = (("sessions", "result"),)

    sessions = sessions_field(required=True)
    result = _result()
    reason = forms.ChoiceField(label=said("更正原因", "Reason"), choices=_reasons(CORRECTION_REASONS))
    remark = forms.CharField(
        label=said("依据", "What it rests on"), widget=forms.Textarea(attrs={"rows": 3}), max_length=2000
    )

    def __init__(self, *args: Any, offers: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"] = _county(offers)
        self.order_fields(["place", "sessions", "result", "reason", "remark"])
