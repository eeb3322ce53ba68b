"""What came of projects: forms of milestones, acceptance, assets and the end, and the checks of the years after."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from bangfu.foundation.operations import Act
from bangfu.foundation.people.models import Account
from bangfu.foundation.places.queries import place_labels
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.lists import list_file, not_figures
from bangfu.livelihoods.projects import exports, forms, operations, queries, telling
from bangfu.livelihoods.projects.checking import Due
from bangfu.livelihoods.projects.models import USED_WORDS, Milestone, Project, Used
from bangfu.livelihoods.projects.views.acting import READ_AND_WRITE, of_project
from bangfu.livelihoods.projects.views.carrying import carried_out
from bangfu.livelihoods.projects.views.reading import (
    ROWS_A_PAGE,
    may,
    origin,
    readable_project,
    reader,
    sections,
    visible,
)

SHOWN = {
    "due": both("待检查", "Due"),
    "overdue": both("已逾期", "Overdue"),
    "done": both("已检查", "Done"),
}
LOOKS = {Used.YES: "verified", Used.PARTLY: "returned", Used.NO: "returned"}


CHECK_SORTS: dict[str, Callable[[Due], Any]] = {
    "project": lambda one: one.acceptance.project.title_zh,
    "place": lambda one: one.acceptance.project.place_id,
    "check": lambda one: one.year,
    "due": lambda one: one.due_on,
}


def _lists(account: Account, request: HttpRequest) -> dict[str, list[Due]]:
    """Return the checks that are due by today in the reader's scope, narrowed and sorted: not made, overdue, and made."""
    today, text = timezone.localdate(), request.GET.get("q", "").strip()[:60]
    projects = visible(account)
    if text:
        named = Q(title_zh__icontains=text) | Q(title_en__icontains=text) | Q(code__istartswith=text)
        projects = projects.filter(named)
    found = queries.checks_of(projects, today)
    said = request.GET.get("sort", "")
    by = CHECK_SORTS.get(said.removeprefix("-"))
    if by is not None:
        found = sorted(found, key=by, reverse=said.startswith("-"))
    waiting = [one for one in found if one.check is None]
    return {
        "due": waiting,
        "overdue": [one for one in waiting if one.days_late(today)],
        "done": [one for one in found if one.check is not None],
    }


def _shown(request: HttpRequest) -> str:
    shown = request.GET.get("show", "due")
    return shown if shown in SHOWN else "due"


@require_safe
def checks(request: HttpRequest) -> HttpResponse:
    """List the checks of what was built that are due, overdue, or made, in the reader's scope."""
    account, shown, today = reader(request), _shown(request), timezone.localdate()
    lists = _lists(account, request)
    page = Paginator(lists[shown], ROWS_A_PAGE).get_page(request.GET.get("page"))
    labels = place_labels({one.acceptance.project.place_id for one in page}, short=True)
    rows = [
        {
            "project": one.acceptance.project,
            "place": labels[one.acceptance.project.place_id],
            "year": forms.YEAR_WORDS[one.year],
            "number": one.year,
            "due_on": one.due_on,
            "days_late": one.days_late(today),
            "check": one.check,
            "used": USED_WORDS[one.check.used] if one.check else "",
            "look": LOOKS[Used(one.check.used)] if one.check else "",
            "may_record": may(account, "record_check", one.acceptance.project),
        }
        for one in page
    ]
    context = {
        "sections": sections("checks"),
        "shown": shown,
        "text": request.GET.get("q", "").strip()[:60],
        "tabs": [{"show": name, "title": SHOWN[name], "count": len(found)} for name, found in lists.items()],
        "page": page,
        "rows": rows,
    }
    return render(request, "projects/checks.html", context)


@require_safe
def export_checks(request: HttpRequest, form: str) -> HttpResponseBase:
    """Send the checks as a file that says where it comes from."""
    account = reader(request)
    rows = exports.check_rows(_lists(account, request)[_shown(request)])
    what = not_figures(both("使用检查", "Checks of what was built"))
    return list_file("checks", form, exports.CHECK_HEADINGS, rows, origin(request, account, what))


def _milestone(request: HttpRequest, key: int) -> tuple[Milestone, Project]:
    found = get_object_or_404(Milestone.objects.select_related("project__unit"), pk=key)
    _, project = readable_project(request, found.project_id)
    return found, project


@require_http_methods(READ_AND_WRITE)
def plan_milestone(request: HttpRequest, key: int) -> HttpResponse:
    """Plan a milestone of a project."""
    _, project = readable_project(request, key)
    form = forms.MilestoneForm(request.POST or None)

    def carry_out(said: dict[str, Any], act: Act) -> str:
        operations.plan_milestone(project=project, title=said["title"], due_on=said["due_on"], act=act)
        return telling.project_address(key)

    context = of_project(project, both("加节点", "Plan a milestone"))
    return carried_out(request, form, carry_out, both("已加。", "Planned."), context)


@require_http_methods(READ_AND_WRITE)
def revise_milestone(request: HttpRequest, key: int) -> HttpResponse:
    """Change a milestone that is not reached."""
    found, project = _milestone(request, key)
    form = forms.MilestoneForm(request.POST or None, initial={"title": found.title, "due_on": found.due_on})

    def carry_out(said: dict[str, Any], act: Act) -> str:
        operations.revise_milestone(milestone=found, title=said["title"], due_on=said["due_on"], act=act)
        return telling.project_address(project.pk)

    context = of_project(project, both("修改节点", "Change the milestone"))
    return carried_out(request, form, carry_out, both("已修改。", "Changed."), context)


@require_http_methods(READ_AND_WRITE)
def reach_milestone(request: HttpRequest, key: int) -> HttpResponse:
    """Note that a milestone was reached."""
    found, project = _milestone(request, key)
    form = forms.ReachedForm(
        request.POST or None, request.FILES or None, initial={"on": timezone.localdate()}
    )

    def carry_out(said: dict[str, Any], act: Act) -> str:
        operations.reach_milestone(
            milestone=found, on=said["on"], note=said["note"], files=said["evidence"], act=act
        )
        return telling.project_address(project.pk)

    title: Words = both("完成“{title}”", "Reached: {title}").filled(title=found.title)
    return carried_out(request, form, carry_out, both("已完成。", "Reached."), of_project(project, title))


@require_http_methods(READ_AND_WRITE)
def accept(request: HttpRequest, key: int) -> HttpResponse:
    """Note that a project was accepted."""
    _, project = readable_project(request, key)
    form = forms.AcceptanceForm(
        request.POST or None, request.FILES or None, initial={"on": timezone.localdate()}
    )

    def carry_out(said: dict[str, Any], act: Act) -> str:
        operations.accept_project(
            project=project,
            on=said["on"],
            acceptors=said["acceptors"],
            document=said["document"],
            note=said["note"],
            files=said["evidence"],
            act=act,
        )
        return telling.project_address(key)

    done = both(
        "已验收；一年、两年后检查是否在用。",
        "Accepted; in one and two years somebody looks whether it is used.",
    )
    return carried_out(
        request, form, carry_out, done, of_project(project, both("登记验收", "Record the acceptance"))
    )


@require_http_methods(READ_AND_WRITE)
def register_asset(request: HttpRequest, key: int) -> HttpResponse:
    """Keep whose something is that a project built."""
    _, project = readable_project(request, key)
    form = forms.AssetForm(request.POST or None, request.FILES or None)

    def carry_out(said: dict[str, Any], act: Act) -> str:
        operations.register_asset(project=project, details=form.details(), files=said["evidence"], act=act)
        return telling.project_address(key)

    context = of_project(project, both("登记资产", "Register an asset"))
    return carried_out(request, form, carry_out, both("已登记。", "Registered."), context)


@require_http_methods(READ_AND_WRITE)
def close(request: HttpRequest, key: int) -> HttpResponse:
    """Note that a project is settled."""
    _, project = readable_project(request, key)
    form = forms.ClosingForm(request.POST or None, initial={"on": timezone.localdate()})

    def carry_out(said: dict[str, Any], act: Act) -> str:
        said.pop("key")
        operations.close_project(project=project, act=act, **said)
        return telling.project_address(key)

    context = of_project(project, both("办结项目", "Close the project"))
    return carried_out(request, form, carry_out, both("已办结。", "Closed."), context)


@require_http_methods(READ_AND_WRITE)
def record_check(request: HttpRequest, key: int) -> HttpResponse:
    """Record whether what was built is still used."""
    _, project = readable_project(request, key)
    year = request.GET.get("year", "")
    first = {"on": timezone.localdate(), "year": int(year) if year in ("1", "2") else 1}
    form = forms.CheckForm(request.POST or None, request.FILES or None, initial=first)

    def carry_out(said: dict[str, Any], act: Act) -> str:
        operations.record_check(project=project, files=said["evidence"], act=act, **form.said_words())
        return telling.project_address(key)

    context = of_project(project, both("登记使用检查", "Record the check"))
    return carried_out(request, form, carry_out, both("已登记检查。", "Recorded."), context)
