"""Pages of coverage: the counties that have a frozen list, and every village of one with its verdicts and their evidence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from bangfu.connectivity.network import coverage, telling
from bangfu.connectivity.network.kinds import BASELINES, REMOVALS, VERDICTS
from bangfu.connectivity.network.models import BRANCH_WORDS, SERVICE_WORDS, VERDICT_WORDS, Branch, Service
from bangfu.connectivity.network.views.sections import sections
from bangfu.foundation.operations import NotPermitted, Scope, allows, granted_units
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.organisation.queries import in_granted_units, within_grants
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.places.codes import COUNTY, level_of
from bangfu.foundation.places.queries import code_text, place_labels
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.lists import Cell, in_batches, list_file, not_figures, origin_of

A_PAGE = 100
READ_FIGURES = "reporting.view"
SHOWN_WORDS: dict[str, Words] = {
    "listed": both("名单内的村", "Villages on the list"),
    "covered": both("4G已覆盖", "Covered by 4G"),
    "uncovered": both("4G未覆盖", "Not covered by 4G"),
    "unjudged": both("4G未认定", "Not judged for 4G"),
    "broadband": both("通光纤", "With fibre"),
    "removed": both("已调出名单", "Left the list"),
}


def _asked_day(request: HttpRequest) -> date:
    """Return the day that is asked for; today for none and for one in the future or that cannot be read."""
    today = timezone.localdate()
    try:
        return min(date.fromisoformat(request.GET.get("on", "")), today)
    except ValueError:
        return today


def _seen(request: HttpRequest) -> Any:
    account, today = reader_of(request), timezone.localdate()
    if not granted_units(account, "network.view", today):
        raise NotPermitted("out_of_scope", permission="network.view")
    return within_grants(account, "network.view", today)


@dataclass(frozen=True)
class _Figures:
    """Where the figures of a day open for a reader: within the unit they read figures of, where that is not everything."""

    account: Account
    on: date

    def address(self, county: int, indicator: str = "network.coverage", term: str = "") -> str:
        """Return where a county's figure opens; a stock stands at its period's end. Empty: the reader reads none."""
        today, asked = timezone.localdate(), {"period": self.on.isoformat(), "place": code_text(county)}
        if not allows(self.account, READ_FIGURES, Scope(place=county), today):
            units = Unit.objects.filter(in_granted_units(self.account, READ_FIGURES, today, "pk"))
            widest = units.order_by("path").values_list("code", flat=True).first()
            if widest is None:
                return ""
            asked["unit"] = widest
        return f"/f/{indicator}/?{urlencode(asked | ({'term': term} if term else {}))}"


@require_safe
def counties(request: HttpRequest) -> HttpResponse:
    """List the counties that have a frozen list, with their villages in numbers; each number opens."""
    on = _asked_day(request)
    found = coverage.counties(_seen(request), on)
    labels = place_labels([one.county for one in found], on=on)
    figures = _Figures(reader_of(request), on)
    rows = [
        {
            "it": one,
            "label": labels[one.county],
            "address": _county_address(one.county, on),
            "figure": figures.address(one.county),
            "covered": figures.address(one.county, term="numerator"),
            "listed": figures.address(one.county, term="denominator"),
            "share": _share(one.covered, one.villages),
        }
        for one in found
    ]
    context = {"sections": sections("coverage"), "rows": rows, "on": on}
    return render(request, "network/coverage.html", context)


def _share(covered: int, villages: int) -> str:
    """Return a share in per cent, rounded down to a tenth as the figure is; a dash without a list."""
    if not villages:
        return "—"
    thousandths = covered * 1000 // villages
    return f"{thousandths // 10}%" if thousandths % 10 == 0 else f"{thousandths / 10:.1f}%"


def _county_address(county: int, on: date, **more: str) -> str:
    asked = {"on": on.isoformat(), **more}
    return f"{reverse('network:coverage_county', args=[code_text(county)])}?{urlencode(asked)}"


@require_safe
def county(request: HttpRequest, code: str) -> HttpResponse:
    """Show every village of a county's list on a day: verdicts, the branch that proved each, evidence, removals."""
    number, on, seen = int(code) * 10**6, _asked_day(request), _seen(request)
    if level_of(number) != COUNTY:
        raise Http404(code)
    found = coverage.counties(seen, on, number)
    if not found:
        raise Http404(code)
    counted = found[0]
    villages, show, branch = _villages_asked_for(request, seen, on, number)
    page = Paginator(villages, A_PAGE).get_page(request.GET.get("page"))
    listed = coverage.village_rows(page, on)
    labels = place_labels([one.baseline.place_id for one in listed], short=True, on=on)
    today, account = timezone.localdate(), reader_of(request)
    figures = _Figures(account, on)
    context = {
        "sections": sections("coverage"),
        "label": place_labels([number], on=on)[number],
        "code": code,
        "county": counted,
        "on": on,
        "page": page,
        "rows": [_row(one, labels) for one in listed],
        "show": show,
        "branch": branch,
        "counts": _counts(counted, figures),
        "branches": [
            {
                "words": BRANCH_WORDS[value],
                "count": count,
                "address": _county_address(number, on, show="covered", branch=value),
                "is_here": branch == value,
            }
            for value, count in sorted(counted.by_branch.items())
        ],
        "figure": figures.address(number),
        "share": _share(counted.covered, counted.villages),
        "may_judge": bool(granted_units(account, "network.register_verdict", today)),
        "may_remove": bool(granted_units(account, "network.remove_village", today)),
        "services": [(value, SERVICE_WORDS[value]) for value in Service.values],
        "document": listed[0].baseline if listed else None,
    }
    return render(request, "network/county.html", context)


def _villages_asked_for(
    request: HttpRequest, seen: Any, on: date, number: int
) -> tuple[QuerySet[Any], str, str]:
    """Return the villages of a county's list that are asked for, with what is shown of them and by which branch."""
    show, branch = request.GET.get("show", ""), request.GET.get("branch", "")
    show = show if show in coverage.SHOWN else "listed"
    villages = coverage.listed_villages(seen, on, number).filter(coverage.SHOWN[show])
    if branch in Branch.values:
        villages = villages.filter(branch=branch)
    return villages.order_by("place_id"), show, branch


@require_safe
def county_file(request: HttpRequest, code: str, form: str) -> HttpResponseBase:
    """Send the narrowed villages of a county's list, as they stand on a day, as a file that says where it comes from."""
    number, on, seen = int(code) * 10**6, _asked_day(request), _seen(request)
    if level_of(number) != COUNTY or not coverage.counties(seen, on, number):
        raise Http404(code)
    villages, show, branch = _villages_asked_for(request, seen, on, number)
    origin = origin_of(
        request,
        reverse("network:coverage_county", args=[code]),
        not_figures(both("行政村覆盖", "Coverage of villages")),
        taken_by=reader_of(request).display_name,
        narrowed_to=(
            place_labels([number], on=on)[number],
            on.isoformat(),
            SHOWN_WORDS[show],
            BRANCH_WORDS.get(branch, ""),
        ),
    )
    headings = [both("村", "Village"), both("区划代码", "Place code")]
    for value in Service.values:
        headings += [
            SERVICE_WORDS[value],
            both("认定日期", "Judged on"),
            both("情形", "Branch"),
            both("佐证", "Files"),
        ]
    headings += [both("调出日期", "Left the list on"), both("文号", "Document")]
    return list_file("villages", form, headings, _village_cells(villages, on), origin)


def _village_cells(villages: QuerySet[Any], on: date) -> Iterator[list[Cell]]:
    for batch in in_batches(villages):
        listed = coverage.village_rows(batch, on)
        labels = place_labels([one.baseline.place_id for one in listed], short=True, on=on)
        for one in listed:
            row = _row(one, labels)
            cells: list[Cell] = [row["label"], one.baseline.code]
            for said in row["verdicts"]:
                verdict = said.get("it")
                cells += (
                    [
                        str(said["words"]),
                        verdict.judged_on.isoformat(),
                        str(said["branch"]),
                        str(said["files"]),
                    ]
                    if verdict
                    else [""] * 4
                )
            left = one.removal
            yield [*cells, left.removed_on.isoformat() if left else "", left.document_number if left else ""]


def _counts(one: coverage.CountyCoverage, figures: _Figures) -> list[dict[str, Any]]:
    """Return the numbers above the list: each leads to its villages, and those of the ledger to their figure too."""
    opened = {
        "listed": figures.address(one.county, term="denominator"),
        "covered": figures.address(one.county, term="numerator"),
        "broadband": figures.address(one.county, "network.broadband_target", "numerator"),
    }
    numbers = {
        "listed": one.villages,
        "covered": one.covered,
        "uncovered": one.uncovered,
        "unjudged": one.unjudged,
        "broadband": one.broadband,
        "removed": one.removed,
    }
    return [
        {
            "show": show,
            "words": words,
            "count": numbers[show],
            "address": _county_address(one.county, figures.on, show=show),
            "figure": opened.get(show),
        }
        for show, words in SHOWN_WORDS.items()
    ]


def _row(one: coverage.VillageCoverage, labels: dict[int, str]) -> dict[str, Any]:
    village, removal = one.baseline, one.removal
    return {
        "village": village,
        "label": labels.get(village.place_id, village.code),
        "address": telling.record_address(BASELINES, village.pk),
        "verdicts": [
            {
                "service": SERVICE_WORDS[service],
                "it": verdict,
                "words": VERDICT_WORDS[verdict.verdict],
                "branch": BRANCH_WORDS[verdict.branch] if verdict.branch else "",
                "address": telling.record_address(VERDICTS, verdict.pk),
                "files": one.evidence.get(verdict.pk, 0),
            }
            if (verdict := one.verdicts.get(service)) is not None
            else {"service": SERVICE_WORDS[service]}
            for service in Service.values
        ],
        "removal": removal,
        "removal_address": telling.record_address(REMOVALS, removal.pk) if removal is not None else "",
        "waiting": one.waiting,
        "judge_address": f"{reverse('network:verdicts_register')}?{urlencode({'place': village.code})}",
        "remove_address": f"{reverse('network:removals_register')}?{urlencode({'place': village.code})}",
    }
