"""What others may read of courses and attendees."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import polars
from django.db import connection
from django.db.models import Case, CharField, Count, F, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from bangfu.foundation.places.queries import subtree_range
from bangfu.foundation.review.models import Review
from bangfu.livelihoods.training.following import last_day_due
from bangfu.livelihoods.training.models import (
    FEWEST_SHOWN,
    HIGHEST,
    LOWEST,
    QUESTIONS,
    Attendance,
    Checkin,
    Course,
    Desk,
    Enrolment,
    EnrolmentState,
    Expense,
    Feedback,
    FollowUp,
    Module,
    Result,
)
from bangfu.livelihoods.training.register import ENROLMENT_TYPE, EXPENSE_TYPE, sessions_of
from bangfu.livelihoods.training.rules import Plan, plans_of
from bangfu.livelihoods.training.signing import attendee_code


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


def open_desks(at: datetime) -> QuerySet[Desk]:
    """Return the desks that are open at a moment, the newest first."""
    return Desk.objects.filter(opened_at__lte=at, closes_at__gt=at).order_by("-pk")


def enrolment_with_code(course: int, code: str) -> Enrolment | None:
    """Return the living enrolment of a course that has this code; null when none has, or two have by rare chance."""
    living = Enrolment.objects.filter(course=course, withdrawn_at__isnull=True).order_by("pk")
    found = [key for key in living.values_list("pk", flat=True) if attendee_code(course, key) == code]
    return Enrolment.objects.get(pk=found[0]) if len(found) == 1 else None


def checkins_of(course: Course) -> dict[tuple[int, int], Checkin]:
    """Return who was let in where: ``dict[(enrolment, session), check-in]``."""
    rows = Checkin.objects.filter(session__course=course)
    return {(one.enrolment_id, one.session_id): one for one in rows}


@dataclass(frozen=True)
class Opinions:
    """What attendees think of a course, all together; marks only where enough answered."""

    answers: int
    asked: int
    """Living enrolments."""
    marks: dict[str, Decimal]
    """Question → mean mark to one decimal; empty while fewer than ``FEWEST_SHOWN`` answered."""
    spread: dict[str, list[int]]
    """Question → how many gave 1, 2, 3, 4, 5; absent where too few answered, or few gave the same mark."""
    comments: list[str]
    """In alphabetical order, so that the order tells nothing; empty while too few answered."""


def opinions_of(course: Course) -> Opinions:
    """Return the feedback on a course; cells below ``FEWEST_SHOWN`` are suppressed, with the row they stand in."""
    rows = list(Feedback.objects.filter(enrolment__course=course))
    asked = Enrolment.objects.filter(course=course, withdrawn_at__isnull=True).count()
    if len(rows) < FEWEST_SHOWN:
        return Opinions(len(rows), asked, {}, {}, [])
    spread = {
        name: [sum(getattr(one, name) == mark for one in rows) for mark in range(LOWEST, HIGHEST + 1)]
        for name in QUESTIONS
    }
    marks = {
        name: (Decimal(sum(getattr(one, name) for one in rows)) / len(rows)).quantize(
            Decimal("0.1"), ROUND_HALF_UP
        )
        for name in QUESTIONS
    }
    shown = {
        name: counts
        for name, counts in spread.items()
        if all(count == 0 or count >= FEWEST_SHOWN for count in counts)
    }
    return Opinions(len(rows), asked, marks, shown, sorted(one.comment for one in rows if one.comment))


def spent_fen(course: Course) -> int:
    """Return what a course cost so far by verified vouchers, in fen."""
    counted = Expense.objects.filter(course=course, confirmed_at__isnull=False)
    return counted.aggregate(sum=Sum("amount_fen"))["sum"] or 0


def expenses_of(course: Course) -> QuerySet[Expense]:
    """Return the expenses of a course, withdrawn ones too, each with the ``state`` of its review."""
    review = Review.objects.filter(record_type=EXPENSE_TYPE, record_id=OuterRef("pk"))
    reviewed = Subquery(review.values("state")[:1], output_field=CharField())
    rows = Expense.objects.filter(course=course).annotate(
        state=Case(
            When(withdrawn_at__isnull=False, then=Value(EnrolmentState.WITHDRAWN.value)),
            default=Coalesce(reviewed, Value(EnrolmentState.DRAFT.value)),
        )
    )
    return rows.select_related("course__unit").order_by("spent_on", "pk")


def asked_after(within: Q, today: date) -> QuerySet[Enrolment]:
    """Return the completions that are due to be followed up by a day, of some units, the longest due first.

    Each has ``answered``: the revision of what was heard, null = nothing yet.

    Args:
        within: of which units, as a condition on ``course__unit_id``.
    """
    latest = FollowUp.objects.filter(enrolment=OuterRef("pk")).order_by("-revision")
    return (
        Enrolment.objects.filter(
            within,
            course__ends_on__lte=last_day_due(today) + timedelta(days=1),
            confirmed_at__isnull=False,
            withdrawn_at__isnull=True,
            result=Result.COMPLETED,
        )
        .annotate(answered=Subquery(latest.values("revision")[:1]))
        .select_related("course__unit")
        .order_by("course__ends_on", "pk")
    )


def follow_ups_of(keys: list[int]) -> dict[int, FollowUp]:
    """Return what was heard last of each attendee, by enrolment; absent = nothing."""
    rows = FollowUp.objects.filter(enrolment__in=keys).order_by("revision").select_related("recorded_by")
    return {one.enrolment_id: one for one in rows}


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


def facets_of_expenses(keys: list[int]) -> polars.DataFrame:
    """Return ``record``, ``happened_on``, ``place`` and ``quantity`` (yuan) of expenses, by key, for whoever reviews them."""
    schema = {
        "record": polars.Int64, "happened_on": polars.Date, "place": polars.Int64, "quantity": polars.Float64,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT expense.id, expense.spent_on,"
            "       (SELECT module.place_id FROM training_module module WHERE module.course_id = expense.course_id"
            "         ORDER BY module.id LIMIT 1), (expense.amount_fen / 100.0)::float8"
            "  FROM training_expense expense WHERE expense.id = ANY(%s) ORDER BY expense.id",
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
