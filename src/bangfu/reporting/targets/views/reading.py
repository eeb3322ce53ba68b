"""Pages to read: pledges, one pledge's completion, ranks, versions with their cascade, and the quality of the numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from bangfu.foundation.operations import NotPermitted, Scope, allows, granted_units
from bangfu.foundation.organisation.models import KIND_WORDS, Unit
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.places.queries import place_labels
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.lists import Origin, list_file
from bangfu.reporting.targets import listing, queries
from bangfu.reporting.targets.completion import NO_VALUE, Progress, percent, progress_of, promised
from bangfu.reporting.targets.counting import quarter_first
from bangfu.reporting.targets.engines.cascade import ranks_of
from bangfu.reporting.targets.grades import grades_of
from bangfu.reporting.targets.lights import LIGHT_WORDS, LIGHTS_IN_ORDER, lights_on
from bangfu.reporting.targets.models import QUARTER_TITLES, Pledge
from bangfu.reporting.targets.official_form.rows import OFFICIAL, OFFICIAL_CODES
from bangfu.reporting.targets.quality import quality_of
from bangfu.reporting.targets.rules import indicator_called, title_of
from bangfu.reporting.targets.withholding import as_seen

ROWS_A_PAGE = 60
COLUMNS: tuple[tuple[str | None, Words, bool], ...] = (
    ("unit", both("单位", "Unit"), False),
    ("indicator", both("指标", "Indicator"), False),
    (None, both("目标", "Target"), True),
    (None, both("完成", "So far"), True),
    ("share", both("完成率", "Share"), True),
    (None, both("时间", "Time"), True),
    ("forecast", both("预计", "Forecast"), True),
    ("light", both("灯", "Light"), False),
)
"""What sorts, its title, and whether it holds numbers."""


def reader(request: HttpRequest) -> tuple[Account, frozenset[int]]:
    """Return who reads the room's pages, and the units they may read of.

    Raises: NotPermitted: nobody, or somebody without the permission anywhere.
    """
    account = reader_of(request)
    units = granted_units(account, queries.VIEW, timezone.localdate())
    if not units:
        raise NotPermitted("out_of_scope", permission=queries.VIEW)
    return account, units


def readable_pledge(request: HttpRequest, key: int) -> tuple[Account, Pledge]:
    """Return the reader and a pledge of which the reader may see at least something.

    Raises: NotPermitted: it lies outside the reader's grants.
    """
    account, _ = reader(request)
    pledge = get_object_or_404(Pledge.objects.select_related("unit"), pk=key)
    if not queries.pledges_seen_by(account, timezone.localdate()).filter(pk=key).exists():
        raise NotPermitted("out_of_scope", permission=queries.VIEW)
    return account, pledge


def may(account: Account, operation: str, unit: int | None = None) -> bool:
    """Return whether somebody may do something for a unit, or anywhere."""
    today, permission = timezone.localdate(), f"targets.{operation}"
    if unit is None:
        return bool(granted_units(account, permission, today))
    return allows(account, permission, Scope(unit=unit), today)


def pledges_found(every: QuerySet[Pledge], request: HttpRequest) -> QuerySet[Pledge]:
    """Return pledges narrowed as the address says."""
    year = request.GET.get("year", "")
    if year.isascii() and year.isdecimal() and len(year) == 4:
        every = every.filter(year=int(year))
    for word in request.GET.get("q", "").split():
        in_name = Q(unit__name_zh__icontains=word) | Q(unit__name_en__icontains=word)
        every = every.filter(in_name | Q(title__icontains=word))
    return every


@require_safe
def pledges(request: HttpRequest) -> HttpResponse:
    """List the pledges that the reader may see, with how far each version is."""
    account, _ = reader(request)
    every = queries.pledges_seen_by(account, timezone.localdate())
    years = sorted(set(every.order_by().values_list("year", flat=True)), reverse=True)
    page = Paginator(pledges_found(every, request), ROWS_A_PAGE).get_page(request.GET.get("page"))
    listed = list(page)
    standings = queries.standings_of([one.pk for one in listed])
    on = timezone.localdate()
    lights = lights_on(on)
    context = {
        "rows": [
            {
                "pledge": one,
                "last": standings[one.pk][-1],
                "present": queries.in_force(standings[one.pk], on),
                "count": len(standings[one.pk]),
            }
            for one in listed
        ],
        "page": page,
        "years": [str(one) for one in years],
        "year": request.GET.get("year", ""),
        "q": request.GET.get("q", "").strip(),
        "query": request.GET.urlencode(),
        "lights": lights,
        "may_draft": may(account, "draft_pledge"),
        "may_rule": allows(account, "targets.lay_down_rule", Scope(), on),
    }
    return render(request, "targets/pledges.html", context)


@dataclass(frozen=True)
class Row:
    """One completion on a page, with what it was before and what is to be said of its unit's numbers."""

    one: Progress
    was: tuple[tuple[int, str, bool], ...]
    """Version, the target it had then, and whether it was lowered since."""
    place: str
    marks: tuple[Words, ...] = ()

    @property
    def share(self) -> str:
        """The share of the target, as it is written."""
        return percent(self.one.share)

    @property
    def time(self) -> str:
        """The share of the time, as it is written."""
        return percent(self.one.time_share)

    @property
    def forecast_share(self) -> str:
        """The forecast over the target, as it is written."""
        return percent(self.one.forecast_share)


@dataclass(frozen=True)
class Shown:
    """A pledge as a page shows it on a day."""

    pledge: Pledge
    standing: queries.Standing
    standings: list[queries.Standing]
    progress: list[Progress]
    quarter: int | None = None
    has_quarters: bool = False
    """Whether any of its targets is given by quarter."""


def shown_pledge(
    account: Account, pledge: Pledge, on: date, as_of: int | None = None, quarter: int | None = None
) -> Shown | None:
    """Return a pledge with the completions that an account may see on a day; null before anything was approved.

    Args:
        as_of: as the ledger stood at this block; null is now.
        quarter: targets that have quarters, by the end of this one; null: all targets, by their deadlines.
    """
    standings = queries.versions_of(pledge.pk)
    standing = queries.in_force(standings, on)
    if standing is None:
        return None
    seen = queries.seen_by(account, list(queries.targets_of(standing.version.pk)), timezone.localdate())
    declared = [one for one in seen if indicator_called(one.indicator)]
    asked = [one for one in declared if quarter is None or one.quarters is not None]
    progress = progress_of(
        asked,
        year=pledge.year,
        signatory=pledge.unit,
        on=on,
        lights=lights_on(on),
        as_of=as_of,
        quarter=quarter,
    )
    progress = as_seen(account, progress, timezone.localdate())
    return Shown(
        pledge, standing, standings, progress, quarter, any(one.quarters is not None for one in declared)
    )


def _marks_of(found: list[Progress], shown: Shown) -> dict[int, tuple[Words, ...]]:  # by unit
    """Return what stands beside the completions of units, asked for all of them at once."""
    if not found:
        return {}
    on = found[0].on
    units = list({one.unit.pk: one.unit for one in found}.values())
    checked = quality_of(units, year=shown.pledge.year, on=on, lights=lights_on(on))
    return {one.unit.pk: tuple(one.marks) for one in checked}


def _rows(
    found: list[Progress], shown: Shown, marks: Mapping[int, tuple[Words, ...]] = MappingProxyType({})
) -> list[Row]:
    earlier = queries.earlier_quantities(shown.standings, shown.standing.version, shown.quarter)
    labels = place_labels({one.target.place_id for one in found if one.target.place_id})
    return [
        Row(
            one,
            tuple(
                (was.number, one.text_of(was.quantity), was.is_lower_now)
                for was in earlier.get(one.target.matter, [])
            ),
            labels[one.target.place_id] if one.target.place_id else "",
            marks.get(one.unit.pk, ()),
        )
        for one in found
    ]


@require_safe
def pledge(request: HttpRequest, key: int) -> HttpResponse:
    """Show how far a pledge is on a day: the signatory's own targets first, then those of all units, narrowed and sorted."""
    account, found = readable_pledge(request, key)
    asked = listing.asked_in(request, timezone.localdate())
    shown = shown_pledge(account, found, asked.on, asked.as_of, asked.quarter)
    if shown is None:
        versions = queries.versions_of(key)
        if any(one.is_approved for one in versions):
            context = {"pledge": found, "asked": asked, "versions": versions}
            return render(request, "targets/not_yet.html", context)
        return redirect("targets:version", key=versions[-1].version.pk)
    own = [one for one in shown.progress if one.target.unit_id == found.unit_id]
    below = [one for one in shown.progress if one.target.unit_id != found.unit_id]
    page = Paginator(listing.narrowed(below, asked), ROWS_A_PAGE).get_page(request.GET.get("page"))
    order = {one.indicator: at for at, one in enumerate(OFFICIAL)}
    own.sort(key=lambda one: (order.get(one.target.indicator, len(order)), one.target.indicator))
    dropped = queries.dropped_targets(shown.standings, shown.standing.version, account, timezone.localdate())
    marks = _marks_of([*own, *page], shown)
    context = {
        "pledge": found,
        "shown": shown,
        "asked": asked,
        "today": timezone.localdate(),
        "own": _rows(own, shown, marks),
        "quarters": _by_quarter(own, shown, asked) if asked.quarter is None else [],
        "quarter_titles": list(enumerate(QUARTER_TITLES, start=1)),
        "county": place_labels([found.county_id])[found.county_id] if found.county_id else "",
        "graded": next(iter(grades_of([found.unit_id], year=found.year)), None),
        "page": page,
        "rows": _rows(list(page), shown, marks),
        "columns": [
            {
                "title": title,
                "query": asked.other_way(sort) if sort else "",
                "direction": ("descending" if asked.descending else "ascending") if sort == asked.sort else None,
                "is_number": is_number,
            }
            for sort, title, is_number in COLUMNS
        ],
        "indicators": [(code, title_of(code)) for code in sorted({one.target.indicator for one in below})],
        "levels": [(kind, KIND_WORDS[kind]) for kind in Unit.Kind.values if kind in {one.unit.kind for one in below}],
        "lines": sorted({(one.target.line.code, one.target.line.name) for one in below if one.target.line}),
        "light_choices": [
            (light.value, LIGHT_WORDS[light], sum(one.light == light for one in shown.progress))
            for light in LIGHTS_IN_ORDER
        ],
        "lights": lights_on(asked.on),
        "has_below": bool(below),
        "dropped": [(one, title_of(one.indicator)) for one in dropped],
        "query": asked.query(),
        "newest_block": max((one.figure.latest_block for one in shown.progress), default=0),
        "has_official": any(one.target.indicator in OFFICIAL_CODES for one in own),
        "may_revise": may(account, "revise_pledge", found.unit_id)
        and shown.standings[-1].is_approved,
    }  # fmt: skip
    return render(request, "targets/pledge.html", context)


@dataclass(frozen=True)
class QuarterRow:
    """One quarter of one target of the signatory."""

    title: Words
    quarter: Words
    adds: str
    """What the quarter adds, as it is written."""
    promised: str
    """What is promised by its end."""
    one: Progress | None
    """Null before the quarter begins."""

    @property
    def share(self) -> str:
        """The share of what is promised by then, as it is written."""
        return NO_VALUE if self.one is None else percent(self.one.share)


def _by_quarter(own: list[Progress], shown: Shown, asked: listing.Asked) -> list[QuarterRow]:
    """Return the quarters of the signatory's targets that have some, each up to its end or the day that is looked at."""
    given = [one for one in own if one.target.quarters is not None]
    if not given:
        return []
    year, begun = shown.pledge.year, {}
    for quarter in range(1, len(QUARTER_TITLES) + 1):
        if asked.on >= quarter_first(year, quarter):
            found = progress_of(
                [one.target for one in given], year=year, signatory=shown.pledge.unit, on=asked.on,
                lights=lights_on(asked.on), as_of=asked.as_of, quarter=quarter,
            )  # fmt: skip
            begun.update({(one.target.pk, quarter): one for one in found})
    return [
        QuarterRow(
            one.indicator.title,
            title,
            one.text_of((one.target.quarters or ())[quarter - 1]),
            one.text_of(promised(one.target, quarter)),
            begun.get((one.target.pk, quarter)),
        )
        for one in given
        for quarter, title in enumerate(QUARTER_TITLES, start=1)
    ]


@require_safe
def completion_file(request: HttpRequest, key: int, form: str) -> HttpResponseBase:
    """Send the narrowed list of completions as a file that says where it comes from."""
    account, found = readable_pledge(request, key)
    asked = listing.asked_in(request, timezone.localdate())
    shown = shown_pledge(account, found, asked.on, asked.as_of, asked.quarter)
    if shown is None:
        raise Http404(key)
    origin = Origin(
        what=both("{title}：截至 {day} 的完成情况", "{title}: completion at the end of {day}").filled(
            title=found.title, day=asked.on.isoformat()
        ),
        sheet=both("完成情况", "Completion"),
        taken_by=account.display_name,
        taken_at=timezone.localtime(),
        narrowed_to=asked.words,
        address=request.build_absolute_uri(f"{reverse('targets:pledge', args=[key])}?{asked.query()}"),
    )
    rows = listing.cells(listing.narrowed(shown.progress, asked), request.build_absolute_uri("/").rstrip("/"))
    return list_file(f"completion-{found.year}", form, listing.HEADINGS, rows, origin)


@require_safe
def ranking(request: HttpRequest, key: int) -> HttpResponse:
    """Rank the units of one level by how far they are with one indicator; units, never persons."""
    account, found = readable_pledge(request, key)
    asked = listing.asked_in(request, timezone.localdate())
    shown = shown_pledge(account, found, asked.on, asked.as_of, asked.quarter)
    if shown is None:
        raise Http404(key)
    below = [one for one in shown.progress if one.target.unit_id != found.unit_id]
    codes = sorted({one.target.indicator for one in below})
    chosen = asked.indicator if asked.indicator in codes else (codes[0] if codes else "")
    levels = [kind for kind in Unit.Kind.values if kind in {one.unit.kind for one in below}]
    level = asked.level if asked.level in levels else (levels[0] if levels else "")
    rivals = [
        one
        for one in below
        if one.target.indicator == chosen
        and one.unit.kind == level
        and (not asked.line or (one.target.line is not None and one.target.line.code == asked.line))
    ]
    rivals.sort(key=lambda one: (one.merit is None, -(one.merit or 0), one.unit.path))
    ranks = ranks_of([one.merit for one in rivals])
    rows = _rows(rivals, shown)
    context = {
        "pledge": found,
        "asked": asked,
        "chosen": chosen,
        "level": level,
        "title": title_of(chosen),
        "indicators": [(code, title_of(code)) for code in codes],
        "levels": [(kind, KIND_WORDS[kind]) for kind in levels],
        "lines": sorted({(one.target.line.code, one.target.line.name) for one in below if one.target.line}),
        "rows": list(zip(ranks, rows, strict=True)),
    }
    return render(request, "targets/ranking.html", context)
