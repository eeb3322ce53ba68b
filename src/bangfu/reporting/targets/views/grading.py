"""Grades: what units say of their own years and what the evaluation returned, as page, file and forms."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from bangfu.foundation.operations import Act
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.lists import Cell, Origin, list_file
from bangfu.reporting.targets import operations
from bangfu.reporting.targets.grade_forms import ReturnedForm, SelfForm
from bangfu.reporting.targets.grades import Graded, evidence_of_grades, grades_of
from bangfu.reporting.targets.views.acting import READS_AND_WRITES, carried_out, units_for
from bangfu.reporting.targets.views.reading import ROWS_A_PAGE, may, reader

HEADINGS: tuple[Words, ...] = (
    both("年度", "Year"),
    both("单位编码", "Unit's code"),
    both("单位", "Unit"),
    both("自评", "Self-assessment"),
    both("自评文号", "Its document"),
    both("自评日期", "Its day"),
    both("自评依据", "What it rests on"),
    both("考核等次", "Returned grade"),
    both("评定机构", "Given by"),
    both("考核文号", "Its document"),
    both("考核日期", "Its day"),
    both("评语", "What it said"),
    both("更正次数", "Corrections"),
)


def _asked(request: HttpRequest) -> tuple[Account, list[Graded], dict[str, Any]]:
    account, units = reader(request)
    text, word = request.GET.get("year", ""), request.GET.get("q", "").strip()
    year = int(text) if text.isascii() and text.isdecimal() and len(text) == 4 else None
    every = grades_of(units)
    found = [
        one
        for one in every
        if (year is None or one.year == year)
        and all(
            part in f"{one.unit.name_zh} {one.unit.name_en} {one.unit.code}".casefold()
            for part in word.casefold().split()
        )
    ]
    years = sorted({one.year for one in every}, reverse=True)
    return account, found, {"q": word, "year": year, "years": years, "query": request.GET.urlencode()}


@require_safe
def grades(request: HttpRequest) -> HttpResponse:
    """List grades by year and unit, with their documents and what they corrected."""
    account, found, shared = _asked(request)
    page = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    attached = evidence_of_grades(page)
    rows = [
        {
            "one": one,
            "sides": [
                {
                    "grade": held,
                    "earlier": earlier,
                    "evidence": attached[held.pk] if held else [],
                    "title": title,
                }
                for held, earlier, title in (
                    (one.own, one.by_itself[:-1], both("自评", "Self-assessment")),
                    (one.given, one.returned[:-1], both("考核", "Returned")),
                )
            ],
        }
        for one in page
    ]
    context = {
        **shared,
        "page": page,
        "rows": rows,
        "may_assess": may(account, "assess_self"),
        "may_record": may(account, "record_grade"),
    }
    return render(request, "targets/grades.html", context)


def _cells(found: list[Graded]) -> list[list[Cell]]:
    rows: list[list[Cell]] = []
    for one in found:
        own, given = one.own, one.given
        rows.append(
            [
                str(one.year),
                one.unit.code,
                one.unit.name,
                *(
                    (str(own.words), own.document, own.given_on.isoformat(), own.statement)
                    if own
                    else ("",) * 4
                ),
                *(
                    (
                        str(given.words),
                        given.given_by,
                        given.document,
                        given.given_on.isoformat(),
                        given.statement,
                    )
                    if given
                    else ("",) * 5
                ),
                Decimal(max(len(one.by_itself) - 1, 0) + max(len(one.returned) - 1, 0)),
            ]
        )
    return rows


@require_safe
def grades_file(request: HttpRequest, form: str) -> HttpResponseBase:
    """Send the list of grades as a file that says where it comes from."""
    account, found, shared = _asked(request)
    origin = Origin(
        what=both("年度自评和考核等次", "Self-assessments and returned grades"),
        sheet=both("等次", "Grades"),
        taken_by=account.display_name,
        taken_at=timezone.localtime(),
        narrowed_to=" · ".join(str(one) for one in (shared["year"], shared["q"]) if one),
        address=request.build_absolute_uri(f"{reverse('targets:grades')}?{shared['query']}"),
    )
    return list_file("grades", form, HEADINGS, _cells(found), origin)


def _graded(unit: Unit, year: int) -> str:
    return f"{reverse('targets:grades')}?year={year}#unit-{unit.pk}"


@READS_AND_WRITES
def assess(request: HttpRequest) -> HttpResponse:
    """Grade a unit's own year."""
    account = reader_of(request)
    form = SelfForm(
        request.POST or None,
        request.FILES or None,
        units=units_for(account, "targets.assess_self"),
        initial={"year": timezone.localdate().year},
    )

    def carry(given: dict[str, Any], act: Act) -> str:
        operations.assess_self(files=given.pop("evidence"), **given, act=act)
        return _graded(given["unit"], given["year"])

    context = {"title": both("年度自评", "Assess one's own year"), "back": reverse("targets:grades")}
    return carried_out(
        request, form, carry, both("已登记自评。", "The self-assessment is recorded."), context
    )


@READS_AND_WRITES
def record(request: HttpRequest) -> HttpResponse:
    """Record the grade that the evaluation returned."""
    account = reader_of(request)
    form = ReturnedForm(
        request.POST or None,
        request.FILES or None,
        units=units_for(account, "targets.record_grade"),
        initial={"year": timezone.localdate().year - 1},
    )

    def carry(given: dict[str, Any], act: Act) -> str:
        operations.record_grade(files=given.pop("evidence"), **given, act=act)
        return _graded(given["unit"], given["year"])

    context = {"title": both("登记考核等次", "Record the returned grade"), "back": reverse("targets:grades")}
    return carried_out(request, form, carry, both("已登记考核等次。", "The grade is recorded."), context)
