"""Courses: opened with their modules and sessions, changed until somebody attended; and the rule which modes count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from bangfu.foundation.operations import Act, Refusal, Scope, operation, scope_of
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.places.codes import COUNTY, SIZE_OF_LEVEL
from bangfu.foundation.places.models import Place
from bangfu.foundation.rooms import both
from bangfu.livelihoods.training import register
from bangfu.livelihoods.training.models import (
    FIRST_COURSE,
    MODE_WORDS,
    Assignment,
    Attendance,
    Checkin,
    Course,
    CourseRevision,
    Desk,
    Mode,
    ModeRule,
    Module,
    Session,
    Trainees,
)


class UnableToOpen(Refusal):
    """Codes: ``code_taken``, ``not_described``, ``ends_before_start``, ``too_early``, ``no_sessions``,
    ``session_outside``, ``not_a_county``, ``requires_too_many``, ``budget_negative``, ``attended``, ``nothing_changed``."""

    sentences = {
        "code_taken": both(
            "编号「{code}」已有课程（{unit}）。一门课程只由一个单位开课、计数；合办的单位写在“合办单位”。",
            "The code {code} is a course of {unit}. One unit opens and counts a course; another organiser is named on it.",
        ),
        "not_described": both(
            "课程要有编号、名称，每个课次要有主题、承办方和地点。请补齐。",
            "A course needs a code and a title, each part a title, a provider and a venue. Fill them in.",
        ),
        "ends_before_start": both("课程的最后一天早于第一天。", "The last day lies before the first."),
        "too_early": both("日期早于 {first}，请核对年份。", "The date lies before {first}. Check the year."),
        "no_sessions": both(
            "课程没有课次。请至少填写一个。", "The course has no session. Enter at least one."
        ),
        "session_outside": both(
            "课次 {held_on} 不在课程期间内。请核对日期。",
            "The session on {held_on} lies outside the course. Check the dates.",
        ),
        "not_a_county": both(
            "「{title}」的地点不是县（市、区）。", "The place of {title} is no county; choose one."
        ),
        "requires_too_many": both(
            "结业须参加 {required} 个课次，但算作培训的课次只有 {counting} 个。请核对；全是观摩的课程填 1。",
            "{required} sessions are required, and only {counting} are of modes that count. Check it; where all are"
            " observation enter 1.",
        ),
        "budget_negative": both("预算不能为负。", "The budget cannot be negative."),
        "attended": both(
            "课程已有人参加或已开放签到，课次、期间、对象和结业要求不能再改；名称、合办单位和预算可以改。",
            "Somebody attended the course or check-in was opened, so sessions, dates, trainees and what is required stay;"
            " title, second organiser and budget may change.",
        ),
        "nothing_changed": both("没有任何改动。", "Nothing was changed."),
    }


class UnableToSetRule(Refusal):
    """Codes: ``rule_there``, ``source_missing``, ``unknown_mode``."""

    sentences = {
        "rule_there": both(
            "{mode}自 {valid_from} 起已有规则。请换一个起始日期。",
            "There is a rule for {mode} from {valid_from} already. Choose another day.",
        ),
        "source_missing": both(
            "请写明规则的依据（文件或会议）。", "Say what the rule rests on: a document or a meeting."
        ),
        "unknown_mode": both("没有「{mode}」这种形式。", "There is no mode called {mode}."),
    }


@dataclass(frozen=True)
class Part:
    """One module with the days of its sessions."""

    mode: str
    title: str
    provider: str
    venue: str
    place: Place
    """The venue's county."""
    held_on: tuple[date, ...]


@dataclass(frozen=True)
class CourseDetails:
    """What is said of a course."""

    code: str
    title: str
    trainees: str
    starts_on: date
    ends_on: date
    """The day after the last one."""
    required_sessions: int
    parts: tuple[Part, ...]
    co_organiser: str = ""
    budget_fen: int | None = None


def _refuse(details: CourseDetails) -> None:
    said = [
        details.code, details.title,
        *(text for part in details.parts for text in (part.title, part.provider, part.venue)),
    ]  # fmt: skip
    if not all(text.strip() for text in said) or details.trainees not in Trainees.values:
        raise UnableToOpen("not_described")
    if details.ends_on <= details.starts_on:
        raise UnableToOpen("ends_before_start")
    if details.starts_on < FIRST_COURSE:
        raise UnableToOpen("too_early", first=FIRST_COURSE.isoformat())
    if details.budget_fen is not None and details.budget_fen < 0:
        raise UnableToOpen("budget_negative")
    days = [(part, day) for part in details.parts for day in part.held_on]
    if not days or not all(part.held_on and part.mode in Mode.values for part in details.parts):
        raise UnableToOpen("no_sessions")
    for part, day in days:
        if not details.starts_on <= day < details.ends_on:
            raise UnableToOpen("session_outside", held_on=day.isoformat())
        if part.place.pk % SIZE_OF_LEVEL[COUNTY] or part.place.level != COUNTY:
            raise UnableToOpen("not_a_county", title=part.title)
    counting = sum(part.mode in register.modes_that_count(day) for part, day in days)
    if not 1 <= details.required_sessions <= max(counting, 1):
        raise UnableToOpen("requires_too_many", required=details.required_sessions, counting=counting)


def _write_parts(course: Course, parts: tuple[Part, ...]) -> None:
    days: list[tuple[date, int, Module]] = []
    for order, part in enumerate(parts):
        module = Module.objects.create(
            course=course,
            mode=part.mode,
            title=part.title.strip(),
            provider=part.provider.strip(),
            venue=part.venue.strip(),
            place=part.place,
        )
        days += [(day, order, module) for day in part.held_on]
    days.sort(key=lambda one: one[:2])
    Session.objects.bulk_create(
        Session(course=course, module=module, number=number, held_on=day)
        for number, (day, _, module) in enumerate(days, 1)
    )


def _scope_of_unit(*, unit: Unit, **arguments: object) -> Scope:
    return Scope(unit=unit.pk)


@operation("training.open_course", scope=_scope_of_unit)
def open_course(*, details: CourseDetails, unit: Unit, act: Act) -> Course:
    """Open a course with its modules; its sessions are numbered by day.

    Raises: UnableToOpen: see its codes; nothing was written.
    """
    _refuse(details)
    taken = Course.objects.select_related("unit").filter(code=details.code.strip()).first()
    if taken is not None:
        owner = both(taken.unit.name_zh, taken.unit.name_en)
        raise UnableToOpen("code_taken", code=taken.code, unit=owner)
    course = Course.objects.create(
        code=details.code.strip(),
        title=details.title.strip(),
        unit=unit,
        co_organiser=details.co_organiser.strip(),
        trainees=details.trainees,
        starts_on=details.starts_on,
        ends_on=details.ends_on,
        required_sessions=details.required_sessions,
        budget_fen=details.budget_fen,
        opened_at=act.at,
        opened_by=act.actor,
    )
    _write_parts(course, details.parts)
    return course


def as_said(course: Course) -> dict[str, Any]:
    """Return what a course says, as plain JSON: for the record of what it said before it was changed."""
    sessions = course.sessions.select_related("module").order_by("number")
    return {
        "title": course.title,
        "co_organiser": course.co_organiser,
        "trainees": course.trainees,
        "starts_on": course.starts_on.isoformat(),
        "last_day": course.last_day.isoformat(),
        "required_sessions": course.required_sessions,
        "budget_fen": course.budget_fen,
        "sessions": [
            [
                one.held_on.isoformat(), one.module.mode, one.module.title, one.module.provider, one.module.venue,
                one.module.place_id,
            ]
            for one in sessions
        ],
    }  # fmt: skip


def _assigned(course: Course) -> dict[tuple[str, str], list[Assignment]]:
    """Return who teaches what, by mode and title of the module."""
    found: dict[tuple[str, str], list[Assignment]] = {}
    for one in Assignment.objects.filter(module__course=course).select_related("module").order_by("pk"):
        found.setdefault((one.module.mode, one.module.title), []).append(one)
    return found


def _rewrite_parts(course: Course, parts: tuple[Part, ...]) -> None:
    """Write the parts of a course instead of those it had; trainers stay with a module of the same mode and title."""
    assigned = _assigned(course)
    course.sessions.all().delete()
    course.modules.all().delete()
    _write_parts(course, parts)
    Assignment.objects.bulk_create(
        Assignment(
            module=module,
            trainer_id=one.trainer_id,
            assigned_at=one.assigned_at,
            assigned_by_id=one.assigned_by_id,
        )
        for module in course.modules.order_by("pk")
        for one in assigned.pop((module.mode, module.title), [])
    )


def _is_attended(course: Course) -> bool:
    """Return whether somebody was at the course, was let in once, or could have been."""
    return any(kind.objects.filter(session__course=course).exists() for kind in (Attendance, Checkin, Desk))


def _plan(course: Course) -> tuple[object, ...]:
    """Return what an attendance rests on: it stays once somebody attended."""
    sessions = course.sessions.select_related("module").order_by("number")
    parts = [
        (one.held_on, one.module.mode, one.module.title, one.module.provider, one.module.venue, one.module.place_id)
        for one in sessions
    ]  # fmt: skip
    return (course.trainees, course.starts_on, course.ends_on, course.required_sessions, parts)


def _plan_said(details: CourseDetails) -> tuple[object, ...]:
    days = sorted(
        ((day, order, part) for order, part in enumerate(details.parts) for day in part.held_on),
        key=lambda one: one[:2],
    )
    parts = [
        (day, part.mode, part.title.strip(), part.provider.strip(), part.venue.strip(), part.place.pk)
        for day, _, part in days
    ]
    return (details.trainees, details.starts_on, details.ends_on, details.required_sessions, parts)


@operation("training.revise_course", scope=scope_of("course"))
def revise_course(*, course: Course, details: CourseDetails, act: Act) -> Course:
    """Change a course; its code and unit stay, and so does its plan once somebody attended.

    Raises: UnableToOpen: see its codes; nothing was written.
    Locks: the course.
    """
    course = Course.objects.select_for_update(of=("self",)).select_related("unit").get(pk=course.pk)
    _refuse(details)
    plan_changes = _plan(course) != _plan_said(details)
    said = (details.title.strip(), details.co_organiser.strip(), details.budget_fen)
    if not plan_changes and said == (course.title, course.co_organiser, course.budget_fen):
        raise UnableToOpen("nothing_changed")
    if plan_changes and _is_attended(course):
        raise UnableToOpen("attended")
    before = as_said(course)
    if plan_changes:
        _rewrite_parts(course, details.parts)
    CourseRevision.objects.create(course=course, said=before, revised_at=act.at, revised_by=act.actor)
    course.title, course.co_organiser, course.budget_fen = said
    course.trainees, course.required_sessions = details.trainees, details.required_sessions
    course.starts_on, course.ends_on = details.starts_on, details.ends_on
    course.save(
        update_fields=[
            "title", "co_organiser", "budget_fen", "trainees", "required_sessions", "starts_on", "ends_on",
        ]
    )  # fmt: skip
    return course


def _whole_house(**arguments: object) -> Scope:
    return Scope()


@operation("training.set_mode_rule", scope=_whole_house)
def set_mode_rule(*, mode: str, valid_from: date, counts: bool, source: str, act: Act) -> ModeRule:
    """Lay down whether sessions of a mode make a person trained, from a day on; what was verified stays as it is.

    Raises: UnableToSetRule: see its codes; nothing was written.
    """
    if mode not in Mode.values:
        raise UnableToSetRule("unknown_mode", mode=mode)
    if not source.strip():
        raise UnableToSetRule("source_missing")
    if ModeRule.objects.filter(mode=mode, valid_from=valid_from).exists():
        raise UnableToSetRule("rule_there", mode=MODE_WORDS[mode], valid_from=valid_from.isoformat())
    return ModeRule.objects.create(mode=mode, valid_from=valid_from, counts=counts, source=source.strip())
