"""Pages that read: the list, one indicator with its history, one version with its preview, and two versions compared."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from bangfu.foundation.operations import Scope, allows, granted_units
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.rooms import both
from bangfu.foundation.rooms.lists import Cell, Origin, list_file
from bangfu.reporting.access import own_corner
from bangfu.reporting.declarations import WrongIndicator
from bangfu.reporting.definitions import Indicator
from bangfu.reporting.own import queries
from bangfu.reporting.own.checking import UnableToDeclare
from bangfu.reporting.own.models import DRAFTS, STATE_WORDS, OwnIndicator, StepKind, Version
from bangfu.reporting.own.previewing import preview_of
from bangfu.reporting.own.saying import KIND_TITLES, differences, said
from bangfu.reporting.queries import usual_period
from bangfu.reporting.selection import Selection, UnableToOpen

ROWS_A_PAGE = 40
YEAR = re.compile(r"(19|20)[0-9]{2}")
STATES = (
    ("DRAFT", STATE_WORDS[""]),
    *(
        (kind.value, STATE_WORDS[kind])
        for kind in (StepKind.SUBMITTED, StepKind.RETURNED, StepKind.APPROVED, StepKind.ABANDONED)
    ),
    ("WITHDRAWN", both("已停用", "Withdrawn")),
)
SORTS = {
    "code": lambda row: row.own.code,
    "title": lambda row: str(row.title),
    "unit": lambda row: row.own.unit.path,
}
COLUMNS = (
    both("代码", "Code"), both("名称", "Title"), both("单位", "Unit"), both("类型", "Kind"),
    both("版本", "Version"), both("状态", "State"), both("生效日期", "In force from"), both("停用日期", "Withdrawn from"),
)  # fmt: skip


def reader(request: HttpRequest) -> Account:
    """Return who reads. Raises: NotPermitted: they see no figures anywhere."""
    account = reader_of(request)
    own_corner(account, timezone.localdate())
    return account


def may(account: Account, operation: str, unit: int) -> bool:
    """Return whether an account may do something with what a unit answers for."""
    return allows(account, f"own.{operation}", Scope(unit=unit), timezone.localdate())


def _found(request: HttpRequest) -> tuple[list[queries.Listed], dict[str, str]]:
    asked = {name: request.GET.get(name, "").strip() for name in ("q", "state", "sort")}
    rows = queries.listed(asked["q"], asked["state"])
    return sorted(rows, key=SORTS.get(asked["sort"], SORTS["code"])), asked


@require_safe
def indicators(request: HttpRequest) -> HttpResponse:
    """List own indicators."""
    account = reader(request)
    rows, asked = _found(request)
    page = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": list(page),
        "kinds": KIND_TITLES,
        **asked,
        "states": STATES,
        "query": request.GET.urlencode(),
        "may_declare": bool(granted_units(account, "own.declare_indicator", timezone.localdate())),
    }
    return render(request, "own/indicators.html", context)


@require_safe
def export(request: HttpRequest, form: str) -> HttpResponseBase:
    """Send the list as a file."""
    account = reader(request)
    rows, asked = _found(request)
    origin = Origin(
        what=both("自定指标清单", "List of own indicators"),
        taken_by=account.display_name,
        taken_at=timezone.localtime(),
        address=request.build_absolute_uri(reverse("own:indicators")),
        narrowed_to=" · ".join(asked[name] for name in ("q", "state") if asked[name]),
    )
    return list_file("own-indicators", form, COLUMNS, _cells(rows), origin)


def _cells(rows: list[queries.Listed]) -> Iterator[list[Cell]]:
    for row in rows:
        stood = row.in_force
        yield [
            row.own.code,
            str(row.title),
            str(row.own.unit.name),
            str(KIND_TITLES[stood.kind]) if stood else "",
            str(row.newest.version.number),
            str(row.newest.state_words),
            stood.valid_from.isoformat() if stood else "",
            stood.withdrawn_from.isoformat() if stood and stood.withdrawn_from else "",
        ]


def _figure_address(account: Account, own: OwnIndicator) -> str:
    """Return where the reader's own figure of an indicator opens."""
    unit, place = own_corner(account, timezone.localdate())
    corner = Selection(usual_period(own.code), place=place, unit=unit)
    return f"/f/{own.code}/?{corner.query()}"


def indicator_context(account: Account, own: OwnIndicator) -> dict[str, Any]:
    """Return what an indicator's page shows to an account."""
    spoken = queries.spoken_versions(own)
    newest = spoken[-1]
    in_force = next((one.indicator for one in reversed(spoken) if one.indicator), None)
    is_settled, waiting = newest.state == StepKind.APPROVED, queries.waiting_withdrawal(own.pk)
    declared = queries.declared(queries.text_of(newest.version.pk))
    return {
        "own": own,
        "title": declared.get("title", {}),
        "spoken": list(reversed(spoken)),
        "newest": newest,
        "in_force": in_force,
        "said": said(in_force) if in_force else [],
        "figure_address": _figure_address(account, own) if in_force else "",
        "history": list(reversed(queries.history(own))),
        "may_revise": is_settled and may(account, "revise_indicator", own.unit_id),
        "may_withdraw": (is_settled or newest.state == StepKind.ABANDONED)
        and in_force is not None
        and in_force.withdrawn_from is None
        and waiting is None
        and may(account, "propose_withdrawal", own.unit_id),
        "withdrawal": waiting,
        "may_approve_withdrawal": waiting is not None
        and waiting.proposed_by_id != account.pk
        and may(account, "approve_withdrawal", own.unit_id),
        "may_refuse_withdrawal": waiting is not None and may(account, "refuse_withdrawal", own.unit_id),
        "is_own_proposal": waiting is not None and waiting.proposed_by_id == account.pk,
        "today": timezone.localdate().isoformat(),
        "key": str(uuid.uuid4()),
    }


@require_safe
def indicator(request: HttpRequest, key: int) -> HttpResponse:
    """Show an indicator: which version counts which periods, what it says, and all that was done with it."""
    account = reader(request)
    own = get_object_or_404(OwnIndicator.objects.select_related("unit"), pk=key)
    return render(request, "own/indicator.html", indicator_context(account, own))


def readable_version(key: int) -> Version:
    """Return a version. Raises: Http404: there is none."""
    return get_object_or_404(
        Version.objects.select_related("indicator__unit", "prepared_by__person__key"), pk=key
    )


def version_context(account: Account, found: Version, *, year: str = "") -> dict[str, Any]:
    """Return what a version's page shows to an account, with what it may do next.

    Args: year: the later year of the preview, as it was typed; what is no year counts as none.
    """
    own = found.indicator
    spoken = queries.spoken_versions(own)
    mine = next(one for one in spoken if one.version.pk == found.pk)
    before = next(
        (one for one in reversed(spoken) if one.version.number < found.number and one.indicator), None
    )
    fault, now, preview = None, mine.indicator, None
    if now is None:
        try:
            now = queries.read_again(found)
            chosen = int(year) if YEAR.fullmatch(year) else None
            preview = preview_of(found, account, timezone.localdate(), year=chosen)
        except (UnableToDeclare, UnableToOpen) as refusal:
            fault = refusal
    is_draft, waits = mine.state in DRAFTS, mine.state == StepKind.SUBMITTED
    is_open_to = account.pk not in queries.hands_in(found)
    returned = found.steps.filter(kind=StepKind.RETURNED).order_by("-pk").first() if is_draft else None
    return {
        "version": found,
        "own": own,
        "mine": mine,
        "returned": returned,
        "said": said(now) if now else [],
        "title": now.title if now else own.code,
        "before": before,
        "differences": differences(before.indicator, now) if before and before.indicator and now else [],
        "preview": preview,
        "fault": fault,
        "text": queries.text_of(found.pk),
        "may_word": is_draft and may(account, "word_version", own.unit_id),
        "abandoned": found.steps.filter(kind=StepKind.ABANDONED)
        .select_related("taken_by__person__key")
        .last()
        if mine.state == StepKind.ABANDONED
        else None,
        "may_abandon": is_draft and may(account, "abandon_version", own.unit_id),
        "may_restore": mine.state == StepKind.ABANDONED and may(account, "restore_version", own.unit_id),
        "may_submit": is_draft and not fault and may(account, "submit_version", own.unit_id),
        "may_decide": waits and is_open_to and may(account, "approve_version", own.unit_id),
        "waits_for_another": waits and not is_open_to,
        "key": str(uuid.uuid4()),
    }


@require_safe
def version(request: HttpRequest, key: int) -> HttpResponse:
    """Show a version: what it says, how it differs from the one before, and what a draft comes to."""
    account = reader(request)
    context = version_context(account, readable_version(key), year=request.GET.get("year", ""))
    return render(request, "own/version.html", context)


@require_safe
def declaration(request: HttpRequest, key: int) -> HttpResponse:
    """Send a version as TOML text, in the form of the files that ship with rooms."""
    reader(request)
    found = readable_version(key)
    name = f"{found.indicator.code.removeprefix('own.')}-v{found.number}.toml"
    response = HttpResponse(queries.text_of(found.pk), content_type="application/toml; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_safe
def compare(request: HttpRequest, key: int) -> HttpResponse:
    """Show how any two versions of an indicator differ, field by field."""
    reader(request)
    own = get_object_or_404(OwnIndicator.objects.select_related("unit"), pk=key)
    spoken = queries.spoken_versions(own)
    numbers = [str(one.version.number) for one in spoken]
    chosen = [
        request.GET.get("before", numbers[max(len(numbers) - 2, 0)]),
        request.GET.get("after", numbers[-1]),
    ]
    if any(number not in numbers for number in chosen):
        raise Http404(key)
    one, other = (_declared(spoken[numbers.index(number)]) for number in chosen)
    context = {
        "own": own,
        "spoken": spoken,
        "before": chosen[0],
        "after": chosen[1],
        "differences": differences(one, other) if one and other else [],
        "is_readable": one is not None and other is not None,
        "title": other.title if other else own.code,
    }
    return render(request, "own/compare.html", context)


def _declared(spoken: queries.Spoken) -> Indicator | None:
    """Return what a version puts in force, or declares as it reads now; null when it no longer declares anything."""
    if spoken.indicator is not None:
        return spoken.indicator
    try:
        return queries.read_again(spoken.version)
    except (UnableToDeclare, WrongIndicator):
        return None
