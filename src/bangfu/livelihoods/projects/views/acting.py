"""Forms that lead to the room's operations on projects and their steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from bangfu.foundation.operations import Act, NotPermitted, granted_units
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.records.forms import WithdrawalForm
from bangfu.foundation.rooms import Words, both
from bangfu.livelihoods.projects import forms, operations, telling
from bangfu.livelihoods.projects.views.carrying import carried_out
from bangfu.livelihoods.projects.views.reading import readable_movement, readable_project

READ_AND_WRITE = ["GET", "HEAD", "POST"]


@require_http_methods(READ_AND_WRITE)
def enter(request: HttpRequest) -> HttpResponse:
    """Enter a project."""
    allowed = granted_units(reader_of(request), "projects.enter_project", timezone.localdate())
    if not allowed:
        raise NotPermitted("out_of_scope", permission="projects.enter_project")
    units = Unit.objects.filter(pk__in=allowed).exclude(kind=Unit.Kind.SUPPORTED).order_by("path")
    form = forms.ProjectForm(request.POST or None, units=units, offers=reverse("projects:places"))

    def carry_out(said: dict[str, Any], act: Act) -> str:
        found = operations.enter_project(details=form.details(), unit=said["unit"], act=act)
        return telling.project_address(found.pk)

    context = {"title": both("登记项目", "Enter a project"), "back": reverse("projects:projects")}
    return carried_out(request, form, carry_out, both("已登记。", "Entered."), context)


@require_http_methods(READ_AND_WRITE)
def revise(request: HttpRequest, key: int) -> HttpResponse:
    """Change what a project says."""
    _, project = readable_project(request, key)
    form = forms.RevisionForm(
        request.POST or None, offers=reverse("projects:places"), initial=forms.project_said(project)
    )

    def carry_out(said: dict[str, Any], act: Act) -> str:
        operations.revise_project(project=project, details=form.details(project.code), act=act)
        return telling.project_address(key)

    context = of_project(project, both("修改项目", "Change the project"))
    return carried_out(request, form, carry_out, both("已修改。", "Changed."), context)


def of_project(project: Any, title: Words, **more: Any) -> dict[str, Any]:
    """Return what a form about a project shows around itself."""
    return {"title": title, "project": project, "back": telling.project_address(project.pk), **more}


def _step(
    request: HttpRequest,
    key: int,
    *,
    operation: Callable[..., object],
    title: Words,
    done: Words,
    needs_document: bool = True,
) -> HttpResponse:
    """Show or carry out one step of a project that rests on a day and a document."""
    _, project = readable_project(request, key)
    form = forms.StepForm(
        request.POST or None,
        request.FILES or None,
        needs_document=needs_document,
        initial={"on": timezone.localdate()},
    )

    def carry_out(said: dict[str, Any], act: Act) -> str:
        files = {"files": said["evidence"]} if needs_document else {}
        operation(project=project, document=said["document"], on=said["on"], act=act, **files)
        return telling.project_address(key)

    return carried_out(request, form, carry_out, done, of_project(project, title))


@require_http_methods(READ_AND_WRITE)
def admit(request: HttpRequest, key: int) -> HttpResponse:
    """Note that the county took a project into its library."""
    title, done = both("入库", "Into the library"), both("已入库。", "It is in the library.")
    return _step(request, key, operation=operations.admit_project, title=title, done=done)


@require_http_methods(READ_AND_WRITE)
def approve(request: HttpRequest, key: int) -> HttpResponse:
    """Note that a project was approved."""
    title, done = both("批复", "Approve"), both("已批复，可以登记资金。", "Approved: its money may move.")
    return _step(request, key, operation=operations.approve_project, title=title, done=done)


@require_http_methods(READ_AND_WRITE)
def begin(request: HttpRequest, key: int) -> HttpResponse:
    """Note that the work of a project began."""
    title, done = both("开工", "Begin the work"), both("已开工。", "The work began.")
    return _step(
        request, key, operation=operations.begin_project, title=title, done=done, needs_document=False
    )


@require_http_methods(READ_AND_WRITE)
def abandon(request: HttpRequest, key: int) -> HttpResponse:
    """Note that a project will not be built."""
    _, project = readable_project(request, key)
    form = forms.AbandonForm(request.POST or None, initial={"on": timezone.localdate()})

    def carry_out(said: dict[str, Any], act: Act) -> str:
        operations.abandon_project(
            project=project, on=said["on"], reason=said["reason"], document=said["document"], act=act
        )
        return telling.project_address(key)

    warning = both(
        "终止以后不能恢复。已到账的资金仍然计入，退回的请逐笔撤回。",
        "There is no way back. What arrived still counts: withdraw, one by one, what was paid back.",
    )
    context = of_project(project, both("终止项目", "Abandon the project"), warning=warning, is_reversal=True)
    return carried_out(request, form, carry_out, both("已终止。", "Abandoned."), context)


@require_http_methods(READ_AND_WRITE)
def change_budget(request: HttpRequest, key: int) -> HttpResponse:
    """Change the budget of an approved project."""
    _, project = readable_project(request, key)
    first = {"on": timezone.localdate(), **forms.budget_said(project)}
    form = forms.BudgetForm(request.POST or None, request.FILES or None, initial=first)

    def carry_out(said: dict[str, Any], act: Act) -> str:
        operations.change_budget(
            project=project,
            budgets=form.budgets(),
            document=said["document"],
            on=said["on"],
            files=said["evidence"],
            act=act,
        )
        return telling.project_address(key)

    context = of_project(project, both("调整预算", "Change the budget"))
    return carried_out(request, form, carry_out, both("已调整。", "Changed."), context)


@require_http_methods(READ_AND_WRITE)
def move(request: HttpRequest, key: int) -> HttpResponse:
    """Enter money of a project that reached a stage."""
    _, project = readable_project(request, key)
    first = {name: request.GET.get(name, "") for name in ("kind", "source")}
    form = forms.MovementForm(request.POST or None, request.FILES or None, initial=first)

    def carry_out(said: dict[str, Any], act: Act) -> str:
        found = operations.enter_movement(
            project=project, details=form.details(), files=said["evidence"], act=act
        )
        return telling.movement_address(found.pk)

    context = of_project(project, both("登记资金", "Enter money"))
    done = both("已登记并提交核验。", "Entered, and submitted for review.")
    return carried_out(request, form, carry_out, done, context)


@require_http_methods(READ_AND_WRITE)
def revise_movement(request: HttpRequest, key: int) -> HttpResponse:
    """Change a movement that was returned, and submit it again."""
    _, found = readable_movement(request, key)
    form = forms.MovementForm(
        request.POST or None, request.FILES or None, initial=forms.movement_said(found), is_revision=True
    )

    def carry_out(said: dict[str, Any], act: Act) -> str:
        operations.revise_movement(movement=found, details=form.details(), files=said["evidence"], act=act)
        return telling.movement_address(key)

    context = of_project(found.project, both("修改并再次提交", "Change and submit again"))
    context["back"] = telling.movement_address(key)
    return carried_out(request, form, carry_out, both("已再次提交。", "Submitted again."), context)


@require_http_methods(READ_AND_WRITE)
def withdraw_movement(request: HttpRequest, key: int) -> HttpResponse:
    """Withdraw a movement."""
    _, found = readable_movement(request, key)
    form = WithdrawalForm(request.POST or None)

    def carry_out(said: dict[str, Any], act: Act) -> str:
        operations.withdraw_movement(movement=found, reason=said["reason"], remark=said["remark"], act=act)
        return telling.movement_address(key)

    warning = both(
        "撤回后不再计数，已计入的事实被冲正。",
        "The record counts no more, and the facts that counted it are reversed.",
    )
    context = of_project(
        found.project, both("撤回资金", "Withdraw the movement"), warning=warning, is_reversal=True
    )
    context["back"] = telling.movement_address(key)
    return carried_out(request, form, carry_out, both("已撤回。", "Withdrawn."), context)
