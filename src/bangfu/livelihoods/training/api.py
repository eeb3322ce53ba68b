"""What trainings say to programs: attendees and expenses are read by the unit of their course, as at the pages."""

from __future__ import annotations

from datetime import date

from django.db.models import F, QuerySet

from bangfu.foundation.api.declaring import RoomApi
from bangfu.foundation.organisation.queries import in_granted_units, within_grants
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import both
from bangfu.livelihoods.training.models import Course, Enrolment, Expense, Module

VIEW = "training.view"


def _courses(account: Account, on: date) -> QuerySet[Course]:
    return Course.objects.filter(in_granted_units(account, VIEW, on))


def _enrolments(account: Account, on: date) -> QuerySet[Enrolment]:
    within = within_grants(account, VIEW, on)
    return Enrolment.objects.annotate(unit_id=F("course__unit_id")).filter(within)


def _modules(account: Account, on: date) -> QuerySet[Module]:
    return Module.objects.filter(course__in=_courses(account, on))


def _expenses(account: Account, on: date) -> QuerySet[Expense]:
    return Expense.objects.filter(course__in=_courses(account, on))


_AT_A_DESK = both(
    "这是学员在签到台凭自己的代码办的事", "Attendees do it themselves at a desk, by codes of their own"
)

API = RoomApi(
    seen={
        "training.course": _courses,
        "training.enrolment": _enrolments,
        "training.module": _modules,
        "training.expense": _expenses,
    },
    not_offered={"training.check_in": _AT_A_DESK, "training.give_feedback": _AT_A_DESK},
)
