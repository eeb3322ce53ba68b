"""What is read: the courses, one course with its attendees and who was at which session, one attendee."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.paginator import Paginator
from django.db.models import F, QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from bangfu.foundation.evidence.queries import attachments_of
from bangfu.foundation.operations import NotPermitted, allows, granted_units
from bangfu.foundation.organisation.queries import within_grants
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.queries import masked_persons
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.places.queries import place_labels
from bangfu.foundation.review.queries import review_of
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.forms import Keyed
from bangfu.livelihoods.training import exports, forms, history, queries
from bangfu.livelihoods.training.certificates import is_certified
from bangfu.livelihoods.training.models import (
    MODE_WORDS,
    RESULT_WORDS,
    STATE_WORDS,
    TRAINEE_WORDS,
    Course,
    Enrolment,
    EnrolmentState,
)
from bangfu.livelihoods.training.register import ENROLMENT_TYPE

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


def attendee_rows(enrolments: Iterable[Enrolment]) -> list[dict[str, Any]]:
    """Return what a list shows of attendees: the person masked."""
    found = list(enrolments)
    people = masked_persons({one.person_id for one in found})
    labels = place_labels({one.place_id for one in found})
    return [
        {
            "enrolment": one,
            "person": people[one.person_id],
            "place": labels[one.place_id],
            "result": RESULT_WORDS[one.result],
            "state": STATE_WORDS[one.state],  # type: ignore[attr-defined]
            "look": LOOKS[one.state],  # type: ignore[attr-defined]
        }
        for one in found
    ]


def living_attendees(account: Account, found: Course) -> QuerySet[Enrolment]:
    """Return the attendees of a course who are not withdrawn and lie in the reader's scope, in the order enrolled."""
    living = queries.enrolments().filter(course=found, withdrawn_at__isnull=True)
    within = within_grants(account, "training.view", timezone.localdate())
    return living.annotate(unit_id=F("course__unit_id")).filter(within).order_by("pk")


@require_safe
def course(request: HttpRequest, key: int) -> HttpResponse:
    """Show one course: its modules, attendees with who was at which session, and what may be done next."""
    account, found = readable_course(request, key)
    return render(request, "training/course.html", course_context(account, found, request.GET.get("page")))


def course_context(account: Account, found: Course, page_number: str | None = None) -> dict[str, Any]:
    """Return what a course's page shows; attendees outside the reader's places are left out."""
    today = timezone.localdate()
    page = Paginator(living_attendees(account, found), ROWS_A_PAGE).get_page(page_number)
    sessions = list(found.sessions.select_related("module").order_by("number"))
    labels = place_labels({one.module.place_id for one in sessions})
    there = queries.sessions_attended(found)
    rows = attendee_rows(page)
    for row in rows:
        numbers = there.get(row["enrolment"].pk, set())
        row["marks"] = [one.number in numbers for one in sessions]
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
        "cost_yuan": found.cost_fen / 100 if found.cost_fen is not None else None,
        "keyed": Keyed(),
    }


@require_safe
def attendee(request: HttpRequest, key: int) -> HttpResponse:
    """Show one attendee of a course: masked, with sessions, evidence, history and facts."""
    account, found = readable_attendee(request, key)
    return render(request, "training/attendee.html", attendee_context(account, found))


def attendee_context(account: Account, found: Enrolment) -> dict[str, Any]:
    """Return what an attendee's page shows."""
    state = found.state  # type: ignore[attr-defined]
    review = review_of(ENROLMENT_TYPE, found.pk)
    is_submitter = review is not None and review.submitted_by_id == account.pk
    waits = state == EnrolmentState.SUBMITTED
    may_decide = waits and not is_submitter and may(account, "verify_completion", found)
    return {
        **attendee_rows([found])[0],
        "course": found.course,
        "attended": queries.attended_text(found).replace(",", ", "),
        "is_returned": state == EnrolmentState.RETURNED,
        "is_withdrawn": state == EnrolmentState.WITHDRAWN,
        "evidence": attachments_of(ENROLMENT_TYPE, [found.pk]),
        "trail": history.trail_of(found),
        "facts": history.facts_of_enrolment(found),
        "reason": history.reason_words(found.withdrawal_reason),
        "review": review,
        "may_decide": may_decide,
        "waits_for_another": waits and is_submitter,
        "may_record": state in (EnrolmentState.DRAFT, EnrolmentState.RETURNED)
        and may(account, "record_attendance", found),
        "may_correct": state == EnrolmentState.VERIFIED and may(account, "correct_completion", found),
        "may_withdraw": state not in (EnrolmentState.SUBMITTED, EnrolmentState.WITHDRAWN)
        and may(account, "withdraw_enrolment", found),
        "is_certified": is_certified(found),
        "return_form": forms.RemarkForm() if may_decide else None,
        "keyed": Keyed(),
    }


def _file(
    request: HttpRequest,
    account: Account,
    what: Words,
    name: str,
    headings: tuple[Words, ...],
    rows: Iterable[list[str]],
) -> HttpResponse | FileResponse:
    origin = exports.Origin(
        what=what,
        taken_by=account.display_name,
        taken_at=timezone.localtime(),
        address=request.build_absolute_uri(),
    )
    stem, form = name.rsplit(".", 1)
    name = f"{stem}-{origin.taken_at:%Y%m%d-%H%M}.{form}"
    if form == "csv":
        response = HttpResponse(
            exports.as_csv(headings, rows, origin), content_type="text/csv; charset=utf-8"
        )
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return response
    return FileResponse(exports.as_xlsx(headings, rows, origin), as_attachment=True, filename=name)


@require_safe
def export_courses(request: HttpRequest, form: str) -> HttpResponse | FileResponse:
    """Send the narrowed list of courses as a file that says where it comes from."""
    account = reader(request)
    found = asked_for(request).apply(_visible(account))
    what = both("培训课程（记录，不是数字）", "Courses (records, not figures)")
    rows = exports.course_rows(found)
    return _file(request, account, what, f"courses.{form}", exports.COURSE_HEADINGS, rows)


@require_safe
def export_attendees(request: HttpRequest, key: int, form: str) -> HttpResponse | FileResponse:
    """Send the attendees of a course, masked, as a file that says where it comes from."""
    account, found = readable_course(request, key)
    what = both("{code} 学员（遮盖）", "Attendees of {code}, masked").filled(code=found.code)
    rows = exports.attendee_cells(attendee_rows(living_attendees(account, found)))
    return _file(request, account, what, f"attendees.{form}", exports.ATTENDEE_HEADINGS, rows)
