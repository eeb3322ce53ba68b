"""This year beside the last, as page and file."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import both
from bangfu.foundation.rooms.lists import Origin, list_file
from bangfu.reporting.targets.differences import HEADINGS, Difference, cells, differences_of
from bangfu.reporting.targets.grades import grades_of
from bangfu.reporting.targets.listing import asked_in
from bangfu.reporting.targets.models import Pledge
from bangfu.reporting.targets.views.reading import readable_pledge
from bangfu.reporting.targets.withholding import WITHHELD


def _found(request: HttpRequest, key: int) -> tuple[Account, Pledge, date, list[Difference]]:
    account, pledge = readable_pledge(request, key)
    today = timezone.localdate()
    on = asked_in(request, today).on
    return account, pledge, on, differences_of(account, pledge, on, today)


@require_safe
def differences(request: HttpRequest, key: int) -> HttpResponse:
    """Show what the year has otherwise than the last: targets, values by the same day, and both grades."""
    _, pledge, on, found = _found(request, key)
    language = get_language() or "zh"

    def shown(one: Difference, value: object) -> str:
        return "—" if value is None else str(one.now.shown_as(value, language))  # type: ignore[arg-type]

    rows = [
        {
            "one": one,
            "before": shown(one, one.before and one.before.quantity),
            "target": shown(one, one.target and one.target.quantity),
            "raised": one.raised,
            "change": shown(one, one.change),
        }
        for one in found
    ]
    graded = {
        one.year: one for one in grades_of([pledge.unit_id]) if one.year in (pledge.year, pledge.year - 1)
    }
    context = {
        "pledge": pledge,
        "withheld": WITHHELD,
        "on": on,
        "rows": rows,
        "year": pledge.year,
        "last_year": pledge.year - 1,
        "graded": [(year, graded.get(year)) for year in (pledge.year - 1, pledge.year)],
    }
    return render(request, "targets/differences.html", context)


@require_safe
def differences_file(request: HttpRequest, key: int, form: str) -> HttpResponseBase:
    """Send the comparison as a file that says where it comes from."""
    account, pledge, on, found = _found(request, key)
    origin = Origin(
        what=both(
            "{title}：{year} 年与上年相比，截至 {day}",
            "{title}: {year} beside the year before, at the end of {day}",
        ).filled(title=pledge.title, year=pledge.year, day=on.isoformat()),
        sheet=both("与上年相比", "Beside last year"),
        taken_by=account.display_name,
        taken_at=timezone.localtime(),
        address=request.build_absolute_uri(
            f"{reverse('targets:differences', args=[key])}?on={on.isoformat()}"
        ),
    )
    rows = cells(found, request.build_absolute_uri("/").rstrip("/"))
    return list_file(f"differences-{pledge.year}", form, HEADINGS, rows, origin)
