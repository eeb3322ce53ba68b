"""What the register of records is told of the room's: where each is shown, whose it is, and what the drawer says of it."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from bangfu.foundation.places.queries import place_labels
from bangfu.foundation.rooms import RecordSummary, both
from bangfu.livelihoods.training.models import (
    CATEGORY_WORDS,
    HOW_WORDS,
    INCOME_WORDS,
    MODE_WORDS,
    RESULT_WORDS,
    STATE_WORDS,
    TRAINEE_WORDS,
    USE_WORDS,
    WORK_WORDS,
    Course,
    Enrolment,
    Expense,
    FollowUp,
    Module,
)
from bangfu.livelihoods.training.queries import enrolments
from bangfu.livelihoods.training.register import ENROLMENT_TYPE


def yuan(fen: int) -> str:
    """Return an amount in yuan to the fen, thousands apart.

    >>> yuan(123_456_705)
    '1,234,567.05'
    """
    return f"{fen // 100:,}.{fen % 100:02d}"


def course_address(key: int) -> str:
    """Return the page of the course with this key."""
    return reverse("training:course", args=[key])


def enrolment_address(key: int) -> str:
    """Return the page of the enrolment with this key."""
    return reverse("training:attendee", args=[key])


def module_address(key: int) -> str:
    """Return the page of the course to which the module with this key belongs."""
    return course_address(Module.objects.values_list("course_id", flat=True).get(pk=key))


def course_scope(keys: list[int]) -> dict[int, int]:
    """Return the owning unit of each course, by key; keys that do not exist are absent."""
    return dict(Course.objects.filter(pk__in=keys).values_list("pk", "unit_id"))


def enrolment_scope(keys: list[int]) -> dict[int, int]:
    """Return the owning unit of each enrolment's course, by key; keys that do not exist are absent."""
    return dict(Enrolment.objects.filter(pk__in=keys).values_list("pk", "course__unit_id"))


def module_scope(keys: list[int]) -> dict[int, int]:
    """Return the owning unit of each module's course, by key; keys that do not exist are absent."""
    return dict(Module.objects.filter(pk__in=keys).values_list("pk", "course__unit_id"))


def module_proof(keys: list[int]) -> dict[int, tuple[int, list[int]]]:
    """Return the confirmed attendees on whose strength each module counts as a trip, by the module's key."""
    found: dict[int, list[int]] = {}
    attended = Enrolment.objects.filter(attendances__session__module__in=keys, confirmed_at__isnull=False)
    for module, enrolment in attended.values_list("attendances__session__module", "pk").distinct():
        if module in keys:
            found.setdefault(module, []).append(enrolment)
    return {module: (ENROLMENT_TYPE, enrolments) for module, enrolments in found.items()}


def said_words(one: FollowUp) -> dict[str, Any]:
    """Return what a follow-up says in words."""
    return {
        "how": HOW_WORDS[one.how],
        "use": USE_WORDS[one.use],
        "work": WORK_WORDS[one.work],
        "income": INCOME_WORDS[one.income],
    }


def _course_rows(course: Course) -> tuple[tuple[Any, str], ...]:
    return (
        (both("课程", "Course"), f"{course.code} {course.title}"),
        (both("对象", "Trainees"), str(TRAINEE_WORDS[course.trainees])),
        (both("单位", "Unit"), course.unit.name),
        (both("开始", "From"), course.starts_on.isoformat()),
        (both("最后一天", "Last day"), course.last_day.isoformat()),
    )


def course_summaries(keys: list[int]) -> dict[int, RecordSummary]:
    """Return what the drawer shows of each course, by key; keys that do not exist are absent."""
    found = Course.objects.filter(pk__in=keys).select_related("unit")
    return {one.pk: RecordSummary(title=one.title, rows=_course_rows(one)) for one in found}


def enrolment_summaries(keys: list[int]) -> dict[int, RecordSummary]:
    """Return what the drawer shows of each enrolment, by key, nothing of the person; absent keys do not exist."""
    found = list(enrolments().filter(pk__in=keys))
    labels = place_labels({one.place_id for one in found})
    return {
        one.pk: RecordSummary(
            title=str(both("学员 {key}", "Attendee {key}").filled(key=one.pk)),
            rows=(
                *_course_rows(one.course),
                (both("所在县", "County"), labels[one.place_id]),
                (both("职务", "Post"), one.post),
                (both("参加课次", "Sessions attended"), str(one.attended)),  # type: ignore[attr-defined]
                (both("结果", "Result"), str(RESULT_WORDS[one.result])),
                (both("状态", "State"), str(STATE_WORDS[one.state])),  # type: ignore[attr-defined]
            ),
        )
        for one in found
    }


def module_summaries(keys: list[int]) -> dict[int, RecordSummary]:
    """Return what the drawer shows of each module, by key; keys that do not exist are absent."""
    found = list(Module.objects.filter(pk__in=keys).select_related("course__unit"))
    labels = place_labels({one.place_id for one in found})
    return {
        one.pk: RecordSummary(
            title=one.title,
            rows=(
                (both("形式", "Mode"), str(MODE_WORDS[one.mode])),
                (both("承办方", "Provider"), one.provider),
                (both("地点", "Venue"), f"{labels[one.place_id]} {one.venue}"),
                *_course_rows(one.course),
            ),
        )
        for one in found
    }


def expense_address(key: int) -> str:
    """Return the page of the expense with this key."""
    return reverse("training:expense", args=[key])


def expense_scope(keys: list[int]) -> dict[int, int]:
    """Return the owning unit of each expense's course, by key; keys that do not exist are absent."""
    return dict(Expense.objects.filter(pk__in=keys).values_list("pk", "course__unit_id"))


def expense_summaries(keys: list[int]) -> dict[int, RecordSummary]:
    """Return what the drawer shows of each expense, by key; keys that do not exist are absent."""
    found = Expense.objects.filter(pk__in=keys).select_related("course__unit")
    return {
        one.pk: RecordSummary(
            title=one.voucher,
            rows=(
                (both("费用", "Expense"), str(CATEGORY_WORDS[one.category])),
                (both("金额（元）", "Amount (yuan)"), yuan(one.amount_fen)),
                (both("支出日期", "Spent on"), one.spent_on.isoformat()),
                *_course_rows(one.course),
            ),
        )
        for one in found
    }
