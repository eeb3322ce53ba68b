"""What others may read of courses and attendees."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars
from django.db import connection
from django.db.models import Case, CharField, Count, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse

from bangfu.foundation.places.queries import place_labels, subtree_range
from bangfu.foundation.review.models import Review
from bangfu.foundation.rooms import RecordSummary, both
from bangfu.livelihoods.training.models import (
    MODE_WORDS,
    RESULT_WORDS,
    STATE_WORDS,
    TRAINEE_WORDS,
    Attendance,
    Course,
    Enrolment,
    EnrolmentState,
    Module,
    Result,
)
from bangfu.livelihoods.training.register import ENROLMENT_TYPE, sessions_of
from bangfu.livelihoods.training.rules import Plan, plans_of


def courses() -> QuerySet[Course]:
    """Return every course with ``people`` (living enrolments) and ``counted`` (verified completions)."""
    living = Q(enrolments__withdrawn_at__isnull=True)
    counted = Q(enrolments__confirmed_at__isnull=False, enrolments__result=Result.COMPLETED)
    return Course.objects.annotate(
        people=Count("enrolments", filter=living), counted=Count("enrolments", filter=counted)
    ).select_related("unit")


def enrolments() -> QuerySet[Enrolment]:
    """Return every enrolment, withdrawn ones too, with its ``state`` and how many sessions were ``attended``."""
    review = Review.objects.filter(record_type=ENROLMENT_TYPE, record_id=OuterRef("pk"))
    reviewed = Subquery(review.values("state")[:1], output_field=CharField())
    return Enrolment.objects.annotate(
        state=Case(
            When(withdrawn_at__isnull=False, then=Value(EnrolmentState.WITHDRAWN.value)),
            default=Coalesce(reviewed, Value(EnrolmentState.DRAFT.value)),
        ),
        attended=Count("attendances"),
    ).select_related("course__unit")


def state_of(enrolment: Enrolment) -> EnrolmentState:
    """Return how far an enrolment is."""
    return EnrolmentState(enrolments().values_list("state", flat=True).get(pk=enrolment.pk))  # type: ignore[misc]


def open_enrolments(course: Course) -> list[Enrolment]:
    """Return the enrolments of a course that are not submitted yet or were returned, in the order enrolled."""
    is_open = [EnrolmentState.DRAFT, EnrolmentState.RETURNED]
    return list(enrolments().filter(course=course, state__in=is_open).order_by("pk"))  # type: ignore[misc]


def plan_of(course: Course) -> Plan:
    """Return what a course asks for and offers."""
    return plans_of(sessions_of([course.code]))[course.code]


def attended_text(enrolment: Enrolment) -> str:
    """Return the numbers of the sessions that an attendee was at, with commas between."""
    rows = Attendance.objects.filter(enrolment=enrolment).order_by("session__number")
    return ",".join(str(number) for number in rows.values_list("session__number", flat=True))


def faults_of(keys: list[int]) -> dict[int, tuple[str, dict[str, Any]]]:
    """Return why attendees cannot have their result: ``dict[enrolment, (code, details)]``, absent = they can."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT enrolment.id, course.code, enrolment.result,"
            "       coalesce(string_agg(session.number::text, ',' ORDER BY session.number), '')"
            "  FROM training_enrolment enrolment JOIN training_course course ON course.id = enrolment.course_id"
            "  LEFT JOIN training_attendance attendance ON attendance.enrolment_id = enrolment.id"
            "  LEFT JOIN training_session session ON session.id = attendance.session_id"
            " WHERE enrolment.id = ANY(%s) GROUP BY enrolment.id, course.code ORDER BY enrolment.id",
            [keys],
        )
        rows = cursor.fetchall()
    plans = plans_of(sessions_of(sorted({code for _, code, _, _ in rows})))
    found = {key: plans[code].fault_of(attended, result) for key, code, result, attended in rows}
    return {key: fault for key, fault in found.items() if fault is not None}


def sessions_attended(course: Course) -> dict[int, set[int]]:
    """Return the numbers of the sessions that each attendee of a course was at: ``dict[enrolment, numbers]``."""
    found: dict[int, set[int]] = defaultdict(set)
    rows = Attendance.objects.filter(session__course=course)
    for enrolment, number in rows.values_list("enrolment_id", "session__number"):
        found[enrolment].add(number)
    return dict(found)


def facets_of_enrolments(keys: list[int]) -> polars.DataFrame:
    """Return ``record``, ``happened_on`` and ``place`` of enrolments, by key, for whoever reviews them."""
    schema = {"record": polars.Int64, "happened_on": polars.Date, "place": polars.Int64}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT enrolment.id, course.ends_on - 1, enrolment.place_id FROM training_enrolment enrolment"
            " JOIN training_course course ON course.id = enrolment.course_id WHERE enrolment.id = ANY(%s)"
            " ORDER BY enrolment.id",
            [keys],
        )
        return polars.DataFrame(cursor.fetchall(), schema=schema, orient="row")


SORTS = {
    "starts": ("starts_on", "pk"),
    "code": ("code",),
    "title": ("title", "pk"),
    "unit": ("unit__path", "starts_on", "pk"),
    "people": ("people", "pk"),
    "counted": ("counted", "pk"),
}


@dataclass(frozen=True)
class CourseFilter:
    """What a list of courses is narrowed to; null or empty = not narrowed."""

    text: str = ""
    """Part of a code, a title, a provider, or a unit's name."""
    trainees: str = ""
    mode: str = ""
    year: int | None = None
    """In which the course began."""
    place: int | None = None
    """With a module there, or in anything in it."""
    sort: str = "starts"
    descending: bool = True

    def apply(self, rows: QuerySet[Course]) -> QuerySet[Course]:
        """Return the courses that pass, in order."""
        modules = Module.objects.all()
        if self.mode:
            modules = modules.filter(mode=self.mode)
        if self.place is not None:
            first, end = subtree_range(self.place)
            modules = modules.filter(place_id__gte=first, place_id__lt=end)
        if self.mode or self.place is not None:
            rows = rows.filter(pk__in=modules.values("course"))
        if self.trainees:
            rows = rows.filter(trainees=self.trainees)
        if self.year is not None:
            rows = rows.filter(starts_on__gte=date(self.year, 1, 1), starts_on__lt=date(self.year + 1, 1, 1))
        if self.text:
            provided = Module.objects.filter(provider__icontains=self.text).values("course")
            rows = rows.filter(
                Q(code__icontains=self.text)
                | Q(title__icontains=self.text)
                | Q(unit__name_zh__icontains=self.text)
                | Q(unit__name_en__icontains=self.text)
                | Q(pk__in=provided)
            )
        keys = SORTS.get(self.sort, SORTS["starts"])
        return rows.order_by(*(F(key).desc() if self.descending else F(key).asc() for key in keys))


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
