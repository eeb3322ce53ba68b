"""What is read: the courses, one course with its attendees and who was at which session, one attendee."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from bangfu.foundation.operations import NotPermitted, allows, granted_units
from bangfu.foundation.people.exports.files import masked_file
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.queries import masked_persons
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.places.queries import place_labels
from bangfu.foundation.records import life_shown, reason_words, review_of
from bangfu.foundation.records.forms import RemarkForm
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.forms import Keyed
from bangfu.foundation.rooms.lists import Origin, list_file
from bangfu.livelihoods.training import exports, history, lists, queries, telling
from bangfu.livelihoods.training.certificates import is_certified
from bangfu.livelihoods.training.following import due_on
from bangfu.livelihoods.training.models import (
    MODE_WORDS,
    RESULT_WORDS,
    STATE_WORDS,
    TRAINEE_WORDS,
    Assignment,
    Course,
    Enrolment,
    EnrolmentState,
)
from bangfu.livelihoods.training.signing import attendee_code
from bangfu.livelihoods.training.telling import said_words

ROWS_A_PAGE = 50
LOOKS = {
    EnrolmentState.DRAFT: "draft",
    EnrolmentState.SUBMITTED: "submitted",
    EnrolmentState.RETURNED: "returned",
    EnrolmentState.VERIFIED: "verified",
    EnrolmentState.WITHDRAWN: "withdrawn",
}
"""How each state looks; see docs/look."""

COLUMNS: tuple[tuple[str | None, Words], ...] = (
    ("code", both("编号", "Code")),
    ("title", both("课程", "Course")),
    (None, both("对象", "Trainees")),
    ("unit", both("开课单位", "Unit")),
    ("starts", both("开始", "From")),
    ("people", both("学员", "Attendees")),
    ("counted", both("已核验结业", "Verified completions")),
)


def reader(request: HttpRequest) -> Account:
    """Return who reads the room's pages.

    Raises: NotPermitted: nobody, or somebody without the permission anywhere.
    """
    account = reader_of(request)
    if not granted_units(account, "training.view", timezone.localdate()):
        raise NotPermitted("out_of_scope", permission="training.view")
    return account


def may(account: Account, operation: str, record: Course | Enrolment | None = None) -> bool:
    """Return whether somebody may do something to a course or an attendee, or anywhere."""
    today, permission = timezone.localdate(), f"training.{operation}"
    if record is None:
        return bool(granted_units(account, permission, today))
    return allows(account, permission, record.scope, today)


def readable_course(request: HttpRequest, key: int) -> tuple[Account, Course]:
    """Return who reads and the course.

    Raises: Http404: there is none; NotPermitted: it lies outside the reader's scope.
    """
    account = reader_of(request)
    found = get_object_or_404(queries.courses(), pk=key)
    if not may(account, "view", found):
        raise NotPermitted("out_of_scope", permission="training.view")
    return account, found


def readable_attendee(request: HttpRequest, key: int) -> tuple[Account, Enrolment]:
    """Return who reads and the enrolment.

    Raises: Http404: there is none; NotPermitted: it lies outside the reader's scope.
    """
    account = reader_of(request)
    found = get_object_or_404(queries.enrolments(), pk=key)
    if not may(account, "view", found):
        raise NotPermitted("out_of_scope", permission="training.view")
    return account, found


def _visible(account: Account) -> QuerySet[Course]:
    units = granted_units(account, "training.view", timezone.localdate())
    return queries.courses().filter(unit__in=units)


def asked_for(request: HttpRequest) -> queries.CourseFilter:
    """Return what the query string narrows the list to; what cannot be read is left out."""
    names = ("q", "trainees", "mode", "year", "place", "sort")
    said = {name: request.GET.get(name, "").strip() for name in names}
    sort = said["sort"].lstrip("-")
    year, place = said["year"], said["place"]
    return queries.CourseFilter(
        text=said["q"][:60],
        trainees=said["trainees"] if said["trainees"] in TRAINEE_WORDS else "",
        mode=said["mode"] if said["mode"] in MODE_WORDS else "",
        year=int(year) if year.isascii() and year.isdigit() and 1986 <= int(year) <= 2999 else None,
        place=int(place) if place.isascii() and place.isdigit() and len(place) == 12 else None,
        sort=sort if sort in queries.SORTS else "starts",
        descending=said["sort"].startswith("-") or not said["sort"],
    )


@require_safe
def courses(request: HttpRequest) -> HttpResponse:
    """List the courses that the reader may see, narrowed, sorted and paged."""
    account = reader(request)
    asked = asked_for(request)
    page = Paginator(asked.apply(_visible(account)), ROWS_A_PAGE).get_page(request.GET.get("page"))
    plain = queries.CourseFilter(sort=asked.sort, descending=asked.descending)
    columns = []
    for sort, title in COLUMNS:
        is_sorted = sort == asked.sort
        towards = f"-{sort}" if is_sorted and not asked.descending else sort
        direction = ("descending" if asked.descending else "ascending") if is_sorted else None
        columns.append({"title": title, "sort": towards if sort else None, "direction": direction})
    context = {
        "sections": sections("courses"),
        "page": page,
        "rows": [{"course": one, "trainees": TRAINEE_WORDS[one.trainees]} for one in page],
        "asked": asked,
        "is_narrowed": asked != plain,
        "within": place_labels([asked.place]).get(asked.place, "") if asked.place else "",
        "trainees": TRAINEE_WORDS.items(),
        "modes": MODE_WORDS.items(),
        "columns": columns,
        "may_import": may(account, "import_attendees"),
        "may_open": may(account, "open_course"),
    }
    return render(request, "training/courses.html", context)


TITLES: dict[str, Words] = {
    "courses": both("课程", "Courses"),
    "follow_ups": both("回访", "Follow-ups"),
    "trainers": both("师资", "Trainers"),
    "mode_rules": both("形式规则", "Rules"),
}


def sections(here: str) -> list[dict[str, Any]]:
    """Return the parts of the room, of which one is shown."""
    return [
        {"title": title, "address": reverse(f"training:{name}"), "is_here": name == here}
        for name, title in TITLES.items()
    ]


def masked_rows(enrolments: Iterable[Enrolment]) -> list[dict[str, Any]]:
    """Return who enrolments are of, masked, with the county of each."""
    found = list(enrolments)
    people = masked_persons({one.person_id for one in found})
    labels = place_labels({one.place_id for one in found})
    return [
        {"enrolment": one, "person": people[one.person_id], "place": labels[one.place_id]} for one in found
    ]


def attendee_rows(enrolments: Iterable[Enrolment]) -> list[dict[str, Any]]:
    """Return what a list shows of attendees: the person masked."""
    return [
        {
            **row,
            "result": RESULT_WORDS[row["enrolment"].result],
            "state": STATE_WORDS[row["enrolment"].state],
            "look": LOOKS[row["enrolment"].state],
        }
        for row in masked_rows(enrolments)
    ]


@require_safe
def course(request: HttpRequest, key: int) -> HttpResponse:
    """Show one course: its modules, attendees with who was at which session, and what may be done next."""
    account, found = readable_course(request, key)
    return render(request, "training/course.html", course_context(account, found, request.GET.get("page")))


def course_context(account: Account, found: Course, page_number: str | None = None) -> dict[str, Any]:
    """Return what a course's page shows; attendees outside the reader's places are left out."""
    today = timezone.localdate()
    page = Paginator(lists.living_attendees(account, found, today), ROWS_A_PAGE).get_page(page_number)
    sessions = list(found.sessions.select_related("module").order_by("number"))
    labels = place_labels({one.module.place_id for one in sessions})
    there = queries.sessions_attended(found)
    let_in = queries.checkins_of(found)
    rows = attendee_rows(page)
    may_tick = may(account, "tick_attendance", found)
    for row in rows:
        key = row["enrolment"].pk
        row["may_tick"] = may_tick and row["enrolment"].state in (
            EnrolmentState.DRAFT,
            EnrolmentState.RETURNED,
        )
        numbers = there.get(key, set())
        row["marks"] = [
            {
                "session": one.pk,
                "there": one.number in numbers,
                "checkin": let_in.get((key, one.pk)),
                "is_past": one.held_on <= today,
            }
            for one in sessions
        ]
    teachers = _teachers(found)
    counting = queries.plan_of(found).counts
    waits = len(queries.open_enrolments(found))
    return {
        "course": found,
        "trainees": TRAINEE_WORDS[found.trainees],
        "sessions": [
            {
                "session": one,
                "mode": MODE_WORDS[one.module.mode],
                "place": labels[one.module.place_id],
                "counts": counting[one.number],
                "trainers": teachers.get(one.module_id, []),
                "is_today": one.held_on == today,
                "present": sum(one.number in numbers for numbers in there.values()),
            }
            for one in sessions
        ],
        "page": page,
        "rows": rows,
        "waits": waits,
        "may_import": may(account, "import_attendees", found),
        "may_enrol": may(account, "enrol_attendee", found),
        "may_attach": bool(waits) and may(account, "attach_evidence", found),
        "may_submit": bool(waits) and today >= found.ends_on and may(account, "submit_completions", found),
        "budget": None if found.budget_fen is None else telling.yuan(found.budget_fen),
        "spent": telling.yuan(queries.spent_fen(found)),
        "may_open_desk": may(account, "open_desk", found),
        "may_assign": may(account, "assign_trainer", found),
        "may_revise": may(account, "revise_course", found),
        "may_print": bool(found.counted) and may(account, "print_certificates", found),  # type: ignore[attr-defined]
        "here": "course",
        "keyed": Keyed(),
    }


def _teachers(found: Course) -> dict[int, list[dict[str, Any]]]:
    """Return who teaches each module, masked: ``dict[module, trainers]``."""
    assigned = list(Assignment.objects.filter(module__course=found).select_related("trainer").order_by("pk"))
    people = masked_persons({one.trainer.person_id for one in assigned})
    teachers: dict[int, list[dict[str, Any]]] = {}
    for one in assigned:
        row = {"trainer": one.trainer, "person": people[one.trainer.person_id]}
        teachers.setdefault(one.module_id, []).append(row)
    return teachers


@require_safe
def attendee(request: HttpRequest, key: int) -> HttpResponse:
    """Show one attendee of a course: masked, with sessions, evidence, history and facts."""
    account, found = readable_attendee(request, key)
    return render(request, "training/attendee.html", attendee_context(account, found))


def attendee_context(account: Account, found: Enrolment) -> dict[str, Any]:
    """Return what an attendee's page shows."""
    state = found.state  # type: ignore[attr-defined]
    review = review_of(found)
    is_submitter = review is not None and review.submitted_by_id == account.pk
    waits = state == EnrolmentState.SUBMITTED
    heard = queries.follow_ups_of([found.pk]).get(found.pk)
    may_decide = waits and not is_submitter and may(account, "verify_completion", found)
    return {
        **attendee_rows([found])[0],
        "course": found.course,
        "attended": queries.attended_text(found).replace(",", ", "),
        "is_returned": state == EnrolmentState.RETURNED,
        "is_withdrawn": state == EnrolmentState.WITHDRAWN,
        **life_shown(found, history.trail_of(found), reader=account, on=timezone.localdate()),
        "reason": reason_words(found.withdrawal_reason),
        "review": review,
        "may_decide": may_decide,
        "waits_for_another": waits and is_submitter,
        "may_record": state in (EnrolmentState.DRAFT, EnrolmentState.RETURNED)
        and may(account, "record_attendance", found),
        "may_correct": state == EnrolmentState.VERIFIED and may(account, "correct_completion", found),
        "may_withdraw": state not in (EnrolmentState.SUBMITTED, EnrolmentState.WITHDRAWN)
        and may(account, "withdraw_enrolment", found),
        "is_certified": is_certified(found),
        "code": attendee_code(found.course_id, found.pk) if may(account, "open_desk", found.course) else "",
        "may_tick": state in (EnrolmentState.DRAFT, EnrolmentState.RETURNED)
        and may(account, "tick_attendance", found),
        "follow_up": heard,
        "heard": said_words(heard) if heard else {},
        "due_on": due_on(found.course.last_day),
        "may_follow_up": is_certified(found)
        and due_on(found.course.last_day) <= timezone.localdate()
        and may(account, "record_follow_up", found),
        "return_form": RemarkForm() if may_decide else None,
        "keyed": Keyed(),
    }


def _origin(request: HttpRequest, account: Account, what: Words) -> Origin:
    return Origin(
        what=what,
        taken_by=account.display_name,
        taken_at=timezone.localtime(),
        address=request.build_absolute_uri(),
    )


@require_safe
def export_courses(request: HttpRequest, form: str) -> HttpResponseBase:
    """Send the narrowed list of courses as a file that says where it comes from."""
    account = reader(request)
    found = asked_for(request).apply(_visible(account))
    what = both("培训课程（记录，不是数字）", "Courses (records, not figures)")
    rows = exports.course_rows(found)
    return list_file("courses", form, exports.COURSE_HEADINGS, rows, _origin(request, account, what))


@require_safe
def export_attendees(request: HttpRequest, key: int, form: str) -> HttpResponseBase:
    """Send the attendees of a course, masked, as a file that says where it comes from."""
    account, _ = readable_course(request, key)
    return masked_file(request, account, lists.ATTENDEES, {"course": str(key)}, form)
