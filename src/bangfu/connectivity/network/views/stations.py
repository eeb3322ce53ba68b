"""Pages of stations: the list, one station, and the forms that lead to the room's operations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bangfu.connectivity.network import exports, history, operations, queries
from bangfu.connectivity.network.forms import stations as forms
from bangfu.connectivity.network.models import STATE_WORDS, Station, StationState, Technology
from bangfu.connectivity.network.operations import StationDetails
from bangfu.connectivity.network.views.sections import sections
from bangfu.foundation.operations import Act, NotPermitted, allows, granted_units
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.organisation.prefilling import prefill
from bangfu.foundation.organisation.queries import within_grants
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.places.fields import place_written
from bangfu.foundation.places.queries import code_text, place_labels, search
from bangfu.foundation.records import life_shown, reason_words, review_of
from bangfu.foundation.records.carrying import carried_out
from bangfu.foundation.records.forms import RemarkForm, WithdrawalForm
from bangfu.foundation.records.pressing import pressed
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.forms import Keyed
from bangfu.foundation.rooms.lists import Origin, list_file, not_figures

STATIONS_A_PAGE = 50
YEARS = range(timezone.localdate().year, 2014, -1)
SHEET_ADDRESS = "/intake/network.stations/new"


def _reader(request: HttpRequest) -> Account:
    account = reader_of(request)
    if not granted_units(account, "network.view", timezone.localdate()):
        raise NotPermitted("out_of_scope", permission="network.view")
    return account


def _may(account: Account, operation: str, station: Station | None = None) -> bool:
    today, permission = timezone.localdate(), f"network.{operation}"
    if station is None:
        return bool(granted_units(account, permission, today))
    return allows(account, permission, station.scope, today)


def _asked(request: HttpRequest) -> queries.StationFilter:
    """Return what the query string narrows the list to; what cannot be read is left out."""
    said = {
        name: request.GET.get(name, "").strip()
        for name in ("place", "year", "state", "technology", "q", "sort")
    }
    place = int(said["place"]) if said["place"].isascii() and said["place"].isdigit() else None
    sort = said["sort"].lstrip("-")
    return queries.StationFilter(
        place=place if place is not None and 10**11 <= place < 10**12 else None,
        year=int(said["year"]) if said["year"] in map(str, YEARS) else None,
        state=said["state"] if said["state"] in StationState.values else "",
        technology=said["technology"] if said["technology"] in Technology.values else "",
        code=said["q"].upper(),
        sort=sort if sort in queries.SORTS else "accepted",
        descending=said["sort"].startswith("-") or not sort,
    )


@require_safe
def stations(request: HttpRequest) -> HttpResponse:
    """List the stations that the reader may see, narrowed, sorted and paged."""
    account = _reader(request)
    asked = _asked(request)
    visible = queries.stations().filter(within_grants(account, "network.view", timezone.localdate()))
    paginator = Paginator(asked.apply(visible), STATIONS_A_PAGE)
    page = paginator.get_page(request.GET.get("page"))
    rows = list(page)
    labels = place_labels({station.place_id for station in rows})
    context = {
        "page": page,
        "rows": [(station, labels[station.place_id], STATE_WORDS[station.state]) for station in rows],  # type: ignore[attr-defined]
        "asked": asked,
        "is_narrowed": asked != queries.StationFilter(sort=asked.sort, descending=asked.descending),
        "provinces": queries.provinces_with_stations(),
        "counties": queries.counties_with_stations(asked.place) if asked.place else [],
        "province": asked.place // 10**10 * 10**10 if asked.place else None,
        "years": YEARS,
        "states": STATE_WORDS.items(),
        "technologies": Technology.choices,
        "columns": _columns(asked),
        "may_register": _may(account, "register_station"),
        "may_import": _may(account, "import_stations"),
        "sheet_address": SHEET_ADDRESS,
        "sections": sections("stations"),
    }
    return render(request, "network/stations.html", context)


COLUMNS: tuple[tuple[str | None, Words], ...] = (
    ("code", both("基站编码", "Station")),
    ("place", both("所在地", "Place")),
    ("unit", both("上报单位", "Unit")),
    ("technology", both("制式", "Technology")),
    ("accepted", both("验收", "Accepted")),
    (None, both("状态", "State")),
)


def _columns(asked: queries.StationFilter) -> list[dict[str, Any]]:
    """Return the list's headings: what a click sorts by, and which way it is sorted now."""
    found = []
    for sort, title in COLUMNS:
        is_sorted = sort == asked.sort
        towards = f"-{sort}" if is_sorted and not asked.descending else sort
        direction = ("descending" if asked.descending else "ascending") if is_sorted else None
        found.append({"title": title, "sort": towards, "direction": direction})
    return found


@require_safe
def export(request: HttpRequest, form: str) -> HttpResponseBase:
    """Send the whole narrowed list as a file that says where it comes from."""
    account = _reader(request)
    asked = _asked(request)
    found = asked.apply(
        queries.stations().filter(within_grants(account, "network.view", timezone.localdate()))
    )
    origin = Origin(
        what=not_figures(both("基站", "Stations")),
        sheet=both("基站", "Stations"),
        taken_by=account.display_name,
        taken_at=timezone.localtime(),
        narrowed_to=queries.filter_words(asked),
        address=request.build_absolute_uri(f"{reverse('network:stations')}?{request.GET.urlencode()}"),
    )
    return list_file("stations", form, exports.HEADINGS, exports.station_rows(found), origin)


def _readable(request: HttpRequest, key: int) -> tuple[Account, Station]:
    account = reader_of(request)
    station = get_object_or_404(queries.stations(), pk=key)
    if not _may(account, "view", station):
        raise NotPermitted("out_of_scope", permission="network.view")
    return account, station


@require_safe
def station(request: HttpRequest, key: int) -> HttpResponse:
    """Show one station: its dates, site, evidence, history, facts, and what may be done next."""
    account, found = _readable(request, key)
    return render(request, "network/station.html", _station_context(account, found))


def _station_context(account: Account, found: Station) -> dict[str, Any]:
    state = found.state  # type: ignore[attr-defined]
    review = review_of(found)
    is_submitter = review is not None and review.submitted_by_id == account.pk
    waits = state == StationState.SUBMITTED
    is_open = state in (StationState.DRAFT, StationState.RETURNED)
    may_decide = waits and not is_submitter and _may(account, "verify_station", found)
    return {
        "station": found,
        "opens_project": found.project is not None
        and allows(account, "network.view", found.project.scope, timezone.localdate()),
        "state": state,
        "state_words": STATE_WORDS[state],
        "place": place_labels([found.place_id])[found.place_id],
        "place_code": code_text(found.place_id),
        "technology": Technology(found.technology).label,
        "neighbours": queries.stations_on(found.site).exclude(pk=found.pk)[:20],
        **life_shown(found, history.trail_of(found), reader=account, on=timezone.localdate()),
        "reason": reason_words(found.withdrawal_reason),
        "review": review,
        "may_assign": state != StationState.WITHDRAWN and _may(account, "assign_station", found),
        "may_revise": is_open and _may(account, "revise_station", found),
        "may_submit": is_open and _may(account, "submit_station", found),
        "may_verify": may_decide,
        "waits_for_another": waits and is_submitter,
        "may_correct": state == StationState.VERIFIED and _may(account, "correct_station", found),
        "may_withdraw": state not in (StationState.SUBMITTED, StationState.WITHDRAWN)
        and _may(account, "withdraw_station", found),
        "keyed": Keyed(),
        "return_form": RemarkForm() if may_decide else None,
    }


@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """Offer places for what was typed, as options of a list."""
    text = next((request.GET[name] for name in ("place", "q") if request.GET.get(name)), "").strip()
    found = search(text, levels=forms.LEVELS_OF_STATIONS, limit=12) if text else []
    return render(request, "network/places.html", {"found": found})


@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """Register one station."""
    account = reader_of(request)
    allowed = granted_units(account, "network.register_station", timezone.localdate())
    if not allowed:
        raise NotPermitted("out_of_scope", permission="network.register_station")
    units = Unit.objects.filter(pk__in=allowed).order_by("path")
    form = forms.StationForm(
        request.POST or None, request.FILES or None, units=units, offers=reverse("network:places")
    )
    prefill(form, request, account, timezone.localdate())
    context = {"title": both("登记基站", "Register a station")}

    def carry_out(said: dict[str, Any], act: Act) -> Station:
        return operations.register_station(
            details=form.details(), unit=said["unit"], files=said["evidence"], act=act
        )

    done = both(
        "已登记。附上佐证后即可提交核验。", "Registered. With evidence it can be submitted for review."
    )
    return _carried_out(request, form, carry_out, done, context)


@require_http_methods(["GET", "HEAD", "POST"])
def revise(request: HttpRequest, key: int) -> HttpResponse:
    """Change a draft or a returned station."""
    _, found = _readable(request, key)
    form = forms.StationForm(
        request.POST or None,
        request.FILES or None,
        units=[found.unit],
        offers=reverse("network:places"),
        initial=forms.initial_of(found),
    )
    for name in ("code", "unit"):
        form.fields[name].disabled = True

    def carry_out(said: dict[str, Any], act: Act) -> Station:
        details: StationDetails = replace(form.details(), code=found.code)
        return operations.revise_station(station=found, details=details, files=said["evidence"], act=act)

    context = {"title": both("修改基站", "Change the station"), "record": found}
    return _carried_out(request, form, carry_out, both("已修改。", "Changed."), context)


@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, key: int) -> HttpResponse:
    """Correct a counted station."""
    _, found = _readable(request, key)
    first = {
        "place": place_written(found.place_id),
        "site_code": found.site.code,
        "accepted_on": found.accepted_on,
    }
    form = forms.CorrectionForm(request.POST or None, offers=reverse("network:places"), initial=first)

    def carry_out(said: dict[str, Any], act: Act) -> Station:
        said.pop("key")
        return operations.correct_station(station=found, act=act, **said)

    context = {
        "title": both("更正基站", "Correct the station"),
        "record": found,
        "warning": both(
            "更正会冲正已计入的事实，数字随即减少；更正后的内容须由另一人重新核验，才再次计入。",
            "The fact that counts it is reversed at once; what you enter is counted again when another person verifies it.",
        ),
        "is_reversal": True,
    }
    return _carried_out(
        request, form, carry_out, both("已更正，等待核验。", "Corrected; it waits for review."), context
    )


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, key: int) -> HttpResponse:
    """Withdraw a station."""
    _, found = _readable(request, key)
    form = WithdrawalForm(request.POST or None)

    def carry_out(said: dict[str, Any], act: Act) -> Station:
        return operations.withdraw_station(
            station=found, reason=said["reason"], remark=said["remark"], act=act
        )

    context = {
        "title": both("撤回基站", "Withdraw the station"),
        "record": found,
        "warning": both(
            "撤回后不再计数，已计入的事实被冲正；记录、佐证和您写的说明都会保留。",
            "It counts no more and its fact is reversed; the record, its evidence and your words stay.",
        ),
        "is_reversal": True,
    }
    return _carried_out(request, form, carry_out, both("已撤回。", "Withdrawn."), context)


def _carried_out(
    request: HttpRequest,
    form: Keyed,
    carry_out: Callable[[dict[str, Any], Act], Station],
    done: Words,
    context: dict[str, Any],
) -> HttpResponse:
    """Show a form, or carry it out and go to the station; a refusal is shown above the form."""
    one, above = context.get("record"), reverse("network:stations")
    context |= {
        "above": both("基站", "Stations"),
        "above_address": above,
        "back": reverse("network:station", args=[one.pk]) if one else above,
    }
    return carried_out(
        request,
        form,
        lambda said, act: reverse("network:station", args=[carry_out(said, act).pk]),
        done,
        context,
        template="network/form.html",
    )


@require_POST
def submit(request: HttpRequest, key: int) -> HttpResponse:
    """Submit a station for review."""
    return _pressed(request, key, operations.submit_station, both("已提交核验。", "Submitted for review."))


@require_POST
def verify(request: HttpRequest, key: int) -> HttpResponse:
    """Verify a station."""
    return _pressed(request, key, operations.verify_station, both("已核验并计入。", "Verified and counted."))


@require_POST
def give_back(request: HttpRequest, key: int) -> HttpResponse:
    """Give a station back to its unit."""
    remark = request.POST.get("remark", "")
    return _pressed(request, key, operations.return_station, both("已退回。", "Returned."), remark=remark)


def _pressed(
    request: HttpRequest, key: int, operation: Callable[..., Station], done: Words, **said: str
) -> HttpResponse:
    """Carry out what a button on a station's page stands for; a refusal is shown on that page."""
    account, found = _readable(request, key)
    return pressed(
        request,
        account,
        lambda act: operation(station=found, act=act, **said),
        done,
        back=("network:station", key),
        template="network/station.html",
        context=lambda: _station_context(account, queries.stations().get(pk=key)),
    )
