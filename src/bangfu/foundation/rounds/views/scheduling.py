"""Pages of schedules: what is asked of whom, a form to make one, one with its rounds."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bangfu.foundation.operations import Act, NotPermitted, Refusal, allows, granted_units
from bangfu.foundation.organisation.models import RoleGrant, Unit
from bangfu.foundation.organisation.queries import in_force, unit_names
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import Words, both, roles
from bangfu.foundation.rooms.forms import Keyed
from bangfu.foundation.rounds import operations, queries
from bangfu.foundation.rounds.forms import LEVEL_WORDS, ScheduleForm
from bangfu.foundation.rounds.models import Schedule
from bangfu.foundation.rounds.periods import EVERY_WORDS, before, period_at, period_words
from bangfu.foundation.rounds.rows import measure_called
from bangfu.foundation.rounds.sheets import sheet_titles
from bangfu.foundation.rounds.views.reading import reader

PERIODS_OFFERED = 4
MAKE = "rounds.make_schedule"


def _asked_for(schedule: Schedule) -> list[Words]:
    return [*(measure_called(code).title for code in schedule.measures), *sheet_titles(schedule.layouts)]


@require_safe
def schedules(request: HttpRequest) -> HttpResponse:
    """List what is asked of whom."""
    account, today = reader(request), timezone.localdate()
    found = list(queries.schedules_seen_by(account, today))
    context = {
        "rows": [
            {
                "it": one,
                "every": EVERY_WORDS[one.every],
                "measures": _asked_for(one),
                "level": LEVEL_WORDS.get(one.level),
            }
            for one in found
        ],
        "may_make": bool(granted_units(account, MAKE, today)),
    }
    return render(request, "rounds/schedules.html", context)


def _acceptors(unit: Unit, on: date) -> list[Account]:
    """Return the persons who may accept returns in a unit on a day."""
    carrying = [code for code, role in roles().items() if "rounds.accept_returns" in role.permissions]
    above = [int(key) for key in unit.path.split(".") if key]
    grants = RoleGrant.objects.filter(in_force(on), role__in=carrying, unit__in=above, place=None, line=None)
    found = Account.objects.filter(
        Q(pk__in=grants.values("account")), is_active=True, kind=Account.Kind.PERSON
    )
    return list(found.select_related("person__key").order_by("username"))


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Ask what is asked of whom, or make the schedule."""
    account, today = reader(request), timezone.localdate()
    allowed = granted_units(account, MAKE, today)
    if not allowed:
        raise NotPermitted("out_of_scope", permission=MAKE)
    units = list(Unit.objects.filter(in_force(today), pk__in=allowed).order_by("path"))
    asked = request.POST.get("unit") or request.GET.get("unit", "")
    asking = next((unit for unit in units if str(unit.pk) == asked), units[0])
    first, _ = period_at("MONTH", today)
    form = ScheduleForm(
        request.POST or None,
        units=units,
        asking=asking,
        accounts=_acceptors(asking, today),
        initial={"starts_on": first, "responsible": account.pk},
    )
    refusal: Refusal | None = None
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        act = Act.now(account, key=said["key"])
        try:
            made = operations.make_schedule(
                details=form.details(), unit=said["unit"], responsible=said["responsible"], act=act
            )
        except NotPermitted:
            raise
        except Refusal as answer:
            refusal = answer
        else:
            messages.success(
                request, str(both("已规定。期满后自动开启。", "Made. Its rounds open by themselves."))
            )
            return redirect("rounds:schedule", key=made.pk)
    status = 200 if not form.is_bound else 409 if refusal else 422
    return render(request, "rounds/new.html", {"form": form, "refusal": refusal}, status=status)


def _seen(request: HttpRequest, key: int) -> tuple[Account, Schedule]:
    account = reader(request)
    return account, get_object_or_404(queries.schedules_seen_by(account, timezone.localdate()), pk=key)


def _shown(request: HttpRequest, account: Account, found: Schedule, refusal: Refusal | None) -> HttpResponse:
    today = timezone.localdate()
    rounds = list(found.rounds.select_related("schedule", "unit").order_by("-starts_on")[:24])
    units = granted_units(account, queries.VIEW, today)
    progress = queries.progress_of(rounds, today, units=units)
    opened = set(found.rounds.values_list("starts_on", flat=True))
    first, _ = period_at(found.every, today)
    offered = []
    for _ in range(PERIODS_OFFERED):
        if (
            first not in opened
            and first >= found.starts_on
            and (found.ends_on is None or first < found.ends_on)
        ):
            offered.append((first, period_words(found.every, first)))
        first = before(found.every, first)
    context = {
        "schedule": found,
        "every": EVERY_WORDS[found.every],
        "measures": _asked_for(found),
        "level": LEVEL_WORDS.get(found.level),
        "chosen": list(unit_names(found.chosen).values()),
        "rows": [(one, progress.get(one.pk, queries.Progress())) for one in rounds],
        "offered": offered,
        "may_open": found.stopped_at is None and allows(account, "rounds.open_round", found.scope, today),
        "may_stop": found.stopped_at is None and allows(account, "rounds.stop_schedule", found.scope, today),
        "keyed": Keyed(),
        "refusal": refusal,
    }
    return render(request, "rounds/schedule.html", context, status=409 if refusal else 200)


@require_safe
def schedule(request: HttpRequest, key: int) -> HttpResponse:
    """Show a schedule with its rounds."""
    account, found = _seen(request, key)
    return _shown(request, account, found, None)


@require_POST
def open_one(request: HttpRequest, key: int) -> HttpResponse:
    """Open the round of a period by hand."""
    account, found = _seen(request, key)
    try:
        starts_on = date.fromisoformat(request.POST.get("starts_on", ""))
    except ValueError:
        return redirect("rounds:schedule", key=key)
    act = Act.now(account, key=request.POST.get("key") or None)
    try:
        opened = operations.open_round(schedule=found, starts_on=starts_on, act=act)
    except NotPermitted:
        raise
    except Refusal as refusal:
        return _shown(request, account, found, refusal)
    messages.success(request, str(both("已开启。", "Opened.")))
    return redirect("rounds:round", key=opened.pk)


@require_POST
def stop(request: HttpRequest, key: int) -> HttpResponse:
    """Stop a schedule."""
    account, found = _seen(request, key)
    act = Act.now(account, key=request.POST.get("key") or None)
    try:
        operations.stop_schedule(schedule=found, act=act)
    except NotPermitted:
        raise
    except Refusal as refusal:
        return _shown(request, account, found, refusal)
    messages.success(request, str(both("已停止。", "Stopped.")))
    return redirect("rounds:schedule", key=key)
