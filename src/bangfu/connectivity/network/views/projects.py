"""Pages of build projects: the list, one project with its stages, stations, boxes and bookings, and its forms."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Max, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bangfu.connectivity.network import operations, queries, telling
from bangfu.connectivity.network import projects as reading
from bangfu.connectivity.network.forms.building import ProjectForm, StageForm, StationsForm, fen
from bangfu.connectivity.network.kinds import yuan
from bangfu.connectivity.network.models import STAGE_WORDS, Project, Stage
from bangfu.connectivity.network.views.sections import sections
from bangfu.foundation.operations import Act, NotPermitted, Refusal, allows, granted_units
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.organisation.prefilling import prefill
from bangfu.foundation.organisation.queries import within_grants
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.places.queries import place_labels
from bangfu.foundation.records import evidence_of
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.lists import Origin, list_file, not_figures

A_PAGE = 50
SORTS = {"code": "code", "name": "name", "unit": "unit__path", "budget": "budget_fen", "stage": "reached"}
COLUMNS: tuple[tuple[str | None, Words], ...] = (
    ("code", both("工程编码", "Project")),
    ("name", both("名称", "Name")),
    (None, both("建设范围", "Place")),
    ("unit", both("建设单位", "Unit")),
    ("budget", both("预算（元）", "Budget (yuan)")),
    ("stage", both("阶段", "Stage")),
)


def _found(request: HttpRequest) -> tuple[Account, QuerySet[Any], str, str, str]:
    """Return the reader and the projects that the query string asks for, in order."""
    account, today = reader_of(request), timezone.localdate()
    if not granted_units(account, "network.view", today):
        raise NotPermitted("out_of_scope", permission="network.view")
    text, stage = request.GET.get("q", "").strip(), request.GET.get("stage", "")
    sort = request.GET.get("sort", "")
    rows: QuerySet[Any] = Project.objects.filter(within_grants(account, "network.view", today))
    rows = rows.select_related("unit").annotate(reached=Max("stages__number"))
    if text:
        rows = rows.filter(Q(code__startswith=text.upper()) | Q(name__contains=text))
    if stage in Stage.values:
        rows = rows.filter(reached=Stage.values.index(stage) + 1)
    key = SORTS.get(sort.lstrip("-"), "code")
    rows = rows.order_by(f"-{key}" if sort.startswith("-") else key, "pk")
    return account, rows, text, stage, sort


def _stage_words(project: Any) -> str:
    return str(STAGE_WORDS[Stage.values[project.reached - 1]]) if project.reached else "—"


@require_safe
def projects(request: HttpRequest) -> HttpResponse:
    """List the projects that the reader may see, narrowed, sorted and paged."""
    account, rows, text, stage, sort = _found(request)
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    labels = place_labels({project.place_id for project in page})
    columns = []
    for key, title in COLUMNS:
        here = key is not None and sort.lstrip("-") == key
        direction = ("descending" if sort.startswith("-") else "ascending") if here else None
        columns.append(
            {"title": title, "sort": f"-{key}" if here and sort == key else key, "direction": direction}
        )
    context = {
        "sections": sections("projects"),
        "page": page,
        "rows": [
            (
                project,
                labels[project.place_id],
                telling.money(yuan(project.budget_fen)),
                _stage_words(project),
            )
            for project in page
        ],
        "text": text,
        "stage": stage,
        "is_narrowed": bool(text or stage),
        "columns": columns,
        "stages": STAGE_WORDS.items(),
        "may_open": bool(granted_units(account, "network.open_project", timezone.localdate())),
    }
    return render(request, "network/projects.html", context)


@require_safe
def export(request: HttpRequest, form: str) -> HttpResponseBase:
    """Send the whole narrowed list as a file that says where it comes from."""
    account, rows, text, stage, _ = _found(request)
    said = [text, str(STAGE_WORDS[stage]) if stage in Stage.values else ""]
    origin = Origin(
        what=not_figures(both("建设工程", "Build projects")),
        sheet=both("建设工程", "Build projects"),
        taken_by=account.display_name,
        taken_at=timezone.localtime(),
        narrowed_to=" · ".join(part for part in said if part),
        address=request.build_absolute_uri(f"{reverse('network:projects')}?{request.GET.urlencode()}"),
    )

    def cells() -> Iterator[list[str]]:
        found = list(rows)
        labels = place_labels({project.place_id for project in found})
        for project in found:
            budget = str(yuan(project.budget_fen))
            place = labels[project.place_id]
            yield [project.code, project.name, place, project.unit.name, budget, _stage_words(project)]

    return list_file("projects", form, [title for _, title in COLUMNS], cells(), origin)


def _readable(request: HttpRequest, key: int) -> tuple[Account, Project]:
    account = reader_of(request)
    found = get_object_or_404(Project.objects.select_related("unit", "opened_by__person__key"), pk=key)
    if not allows(account, "network.view", found.scope, timezone.localdate()):
        raise NotPermitted("out_of_scope", permission="network.view")
    return account, found


@require_safe
def project(request: HttpRequest, key: int) -> HttpResponse:
    """Show one project: its stages, and the stations, boxes and bookings that belong to it."""
    account, found = _readable(request, key)
    return render(request, "network/project.html", _context(account, found))


def _context(account: Account, found: Project) -> dict[str, Any]:
    content = reading.content_of(found)
    today = timezone.localdate()
    return {
        "project": found,
        "place": place_labels([found.place_id])[found.place_id],
        "budget": telling.money(yuan(found.budget_fen)),
        "booked": telling.money(yuan(content.booked_fen)),
        "content": content,
        "stages": [(STAGE_WORDS[stage], content.stages.get(stage)) for stage in Stage],
        "evidence": evidence_of(found),
        "stage_form": StageForm() if allows(account, "network.reach_stage", found.scope, today) else None,
        "stations_form": StationsForm()
        if allows(account, "network.assign_stations", found.scope, today)
        else None,
    }


@require_http_methods(["GET", "HEAD", "POST"])
def open_(request: HttpRequest) -> HttpResponse:
    """Open a build project."""
    account = reader_of(request)
    allowed = granted_units(account, "network.open_project", timezone.localdate())
    if not allowed:
        raise NotPermitted("out_of_scope", permission="network.open_project")
    units = Unit.objects.filter(pk__in=allowed).order_by("path")
    form = ProjectForm(request.POST or None, units=units, offers=reverse("network:places"))
    prefill(form, request, account, timezone.localdate())
    refusal: Refusal | None = None
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        try:
            done = operations.open_project(
                code=said["code"], name=said["name"], unit=said["unit"], place=said["place"],
                budget_fen=fen(said["budget"]), act=Act.now(account, key=said["key"]),
            )  # fmt: skip
        except Refusal as answer:
            refusal = answer
        else:
            messages.success(request, str(both("已设立。", "Opened.")))
            return redirect("network:project", key=done.pk)
    context = {
        "form": form,
        "refusal": refusal,
        "title": both("设立建设工程", "Open a build project"),
        "above": both("工程", "Projects"),
        "above_address": reverse("network:projects"),
        "back": reverse("network:projects"),
    }
    status = 200 if not form.is_bound else 409 if refusal else 422
    return render(request, "network/form.html", context, status=status)


@require_POST
def reach(request: HttpRequest, key: int) -> HttpResponse:
    """Note a stage that a project reached; what is wrong is shown on its page."""
    account, found = _readable(request, key)
    form = StageForm(request.POST, request.FILES)
    refusal: Refusal | None = None
    if form.is_valid():
        said = form.cleaned_data
        try:
            operations.reach_stage(
                project=found, stage=said["stage"], reached_on=said["reached_on"], files=said["evidence"],
                act=Act.now(account, key=said["key"]),
            )  # fmt: skip
        except NotPermitted:
            raise
        except Refusal as answer:
            refusal = answer
        else:
            messages.success(request, str(both("已登记。", "Noted.")))
            return redirect("network:project", key=key)
    context = {**_context(account, found), "stage_form": form, "refusal": refusal}
    return render(request, "network/project.html", context, status=409 if refusal else 422)


@require_POST
def assign_many(request: HttpRequest, key: int) -> HttpResponse:
    """Let the stations that were accepted in some days belong to a project; what is wrong is shown on its page."""
    account, found = _readable(request, key)
    form = StationsForm(request.POST)
    refusal: Refusal | None = None
    if form.is_valid():
        said = form.cleaned_data
        try:
            count = operations.assign_stations(
                project=found,
                first_on=said["first_on"],
                last_on=said["last_on"],
                act=Act.now(account, key=said["key"]),
            )
        except NotPermitted:
            raise
        except Refusal as answer:
            refusal = answer
        else:
            done = both("归入{count}个基站。", "{count} stations assigned.").filled(count=count)
            messages.success(request, str(done))
            return redirect("network:project", key=key)
    context = {**_context(account, found), "stations_form": form, "refusal": refusal}
    return render(request, "network/project.html", context, status=409 if refusal else 422)


@require_POST
def assign(request: HttpRequest, key: int) -> HttpResponse:
    """Let a station belong to the project whose code was typed."""
    account = reader_of(request)
    station = get_object_or_404(queries.stations(), pk=key)
    code = request.POST.get("project", "").strip().upper()
    found = Project.objects.filter(code=code).first()
    if found is None:
        words = both("没有编码为「{code}」的工程。", "There is no project {code}.").filled(code=code)
        messages.error(request, str(words))
        return redirect("network:station", key=key)
    try:
        operations.assign_station(
            station=station, project=found, act=Act.now(account, key=request.POST.get("key") or None)
        )
    except NotPermitted:
        raise
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, str(both("已归入工程。", "Assigned.")))
    return redirect("network:station", key=key)
