"""Projects entered and mended, and the steps they take: into the library, approved, begun, abandoned, their budget changed."""

from __future__ import annotations

from datetime import date

from bangfu.foundation.evidence.operations import hang
from bangfu.foundation.operations import Act, Refusal, Scope, operation, scope_of
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.rooms import both, record_type
from bangfu.livelihoods.projects import queries
from bangfu.livelihoods.projects.models import SOURCE_WORDS, STATE_WORDS, Budget, Project, State
from bangfu.livelihoods.projects.money_rules import RUNNING_STATES
from bangfu.livelihoods.projects.operations import storing
from bangfu.livelihoods.projects.operations.storing import Files
from bangfu.livelihoods.projects.rules import (
    BudgetLine,
    ProjectDetails,
    UnableToEnter,
    budgets_wrong,
    project_faults,
)
from bangfu.livelihoods.projects.telling import yuan

OPEN_STATES = (State.IDEA, State.LIBRARY)
"""States in which what a project says may still change."""


class UnableToStep(Refusal):
    """Codes: ``wrong_state``, ``document_missing``, ``reason_missing``, ``in_the_future``, ``before_the_last``, ``same_person``,
    ``no_budget``, ``budget_below``, ``money_waits``, ``nothing_changed``."""

    sentences = {
        "wrong_state": both(
            "项目目前是“{state}”，不能这样做。请刷新后查看。",
            "The project is “{state}”, so this cannot be done. Reload to see what happened.",
        ),
        "document_missing": both("请写明文件的文号。", "Enter the number of the document."),
        "reason_missing": both("请写明原因。", "Say why."),
        "in_the_future": both(
            "日期在今天之后。请填实际发生的日期。",
            "The day lies ahead of today. Enter the day it happened.",
        ),
        "before_the_last": both(
            "日期早于上一步（{last}）。请核对。", "The day lies before the step before ({last}). Check it."
        ),
        "same_person": both(
            "项目由您登记，须由另一人批复。请转交核验员。",
            "You entered this project, so another person approves it. Pass it to a verifier.",
        ),
        "no_budget": both(
            "项目还没有预算。请先修改项目，写明各来源的预算。",
            "The project has no budget yet. Change it and enter the budget by source first.",
        ),
        "budget_below": both(
            "{source}已下达 {total} 元，预算不能低于它。请先撤回多下达的资金。",
            "{total} yuan of {source} are allocated, so the budget cannot be lower. Withdraw what was allocated too much first.",
        ),
        "money_waits": both(
            "项目还有 {count} 笔资金等待核验。请先核验或退回并撤回，再终止。",
            "{count} movements of the project's money wait for review. Have them verified, or returned and withdrawn, first.",
        ),
        "nothing_changed": both("没有任何改动。", "Nothing was changed."),
    }


def _scope_of_details(*, details: ProjectDetails, unit: Unit, **arguments: object) -> Scope:
    return Scope(unit=unit.pk, place=details.place.pk)


def _scope_of_revision(*, project: Project, details: ProjectDetails, **arguments: object) -> list[Scope]:
    return [project.scope, Scope(unit=project.unit_id, place=details.place.pk)]


def write_details(project: Project, said: ProjectDetails) -> None:
    """Write what is said over a project, its code, unit and budget apart."""
    project.title_zh, project.title_en = said.title_zh.strip(), said.title_en.strip()
    project.place, project.revitalisation = said.place, said.revitalisation
    project.plan_title, project.plan_number = said.plan_title.strip(), said.plan_number.strip()
    project.starts_on, project.ends_on = said.starts_on, said.ends_on
    project.save()


def _said(project: Project) -> tuple[object, ...]:
    return (
        project.title_zh, project.title_en, project.place_id, project.revitalisation, project.plan_title, project.plan_number,
        project.starts_on, project.ends_on,
    )  # fmt: skip


def write_budgets(project: Project, lines: tuple[BudgetLine, ...]) -> bool:
    """Make lines the budget of a project, sources that they leave out zero, and return whether that changed anything."""
    known = {one.source: one for one in project.budgets.all()}
    before = {source: (one.amount_fen, one.party) for source, one in known.items() if one.amount_fen}
    wanted = {line.source: line for line in lines if line.amount_fen}
    if before == {source: (line.amount_fen, line.party) for source, line in wanted.items()}:
        return False
    for source, line in wanted.items():
        one = known.get(source) or Budget(project=project, source=source)
        one.amount_fen, one.party = line.amount_fen, line.party
        one.save()
    for source in before.keys() - wanted.keys():
        known[source].amount_fen = 0
        known[source].save(update_fields=["amount_fen"])
    return True


@operation("projects.enter_project", scope=_scope_of_details)
def enter_project(*, details: ProjectDetails, unit: Unit, act: Act) -> Project:
    """Enter a project as an idea of a unit, with its budget by source if it is known.

    Raises: UnableToEnter: see its codes; nothing was written.
    """
    for fault in project_faults([(1, details)], unit=unit):
        raise fault.refusal
    project = Project(code=details.code.strip(), unit=unit, entered_at=act.at, entered_by=act.actor)
    write_details(project, details)
    write_budgets(project, details.budgets)
    storing.take_step(project, State.IDEA, on=act.on, act=act)
    return project


@operation("projects.revise_project", scope=_scope_of_revision)
def revise_project(*, project: Project, details: ProjectDetails, act: Act) -> Project:
    """Change what a project says, its code and unit apart, until it is approved.

    Raises: UnableToEnter: see its codes; nothing was written.
    Locks: the project.
    """
    project = storing.project_for_update(project)
    if project.state not in OPEN_STATES:
        raise UnableToEnter("not_open", state=STATE_WORDS[project.state])
    for fault in project_faults([(1, details)], unit=project.unit, but=[project.pk]):
        raise fault.refusal
    before = _said(project)
    write_details(project, details)
    if not write_budgets(project, details.budgets) and before == _said(project):
        raise UnableToEnter("nothing_changed")
    return project


def begin_step(project: Project, needed: tuple[str, ...], *, on: date, act: Act) -> Project:
    """Return the project, locked, if it is in one of these states and the day lies between its last step and today.

    Raises: UnableToStep: ``wrong_state``, ``in_the_future``, ``before_the_last``.
    Locks: the project.
    """
    project = storing.project_for_update(project)
    if project.state not in needed:
        raise UnableToStep("wrong_state", state=STATE_WORDS[project.state])
    if on > act.on:
        raise UnableToStep("in_the_future")
    last = project.steps.exclude(state=State.IDEA).order_by("-taken_on").first()
    if last is not None and on < last.taken_on:
        raise UnableToStep("before_the_last", last=last.taken_on.isoformat())
    return project


@operation("projects.admit_project", scope=scope_of("project"))
def admit_project(*, project: Project, document: str, on: date, files: Files = (), act: Act) -> Project:
    """Note that the county took a project into its library, by which document.

    Raises: UnableToStep: see its codes; UnableToKeep: a file is refused. Nothing was written.
    Locks: the project.
    """
    project = begin_step(project, (State.IDEA,), on=on, act=act)
    if not document.strip():
        raise UnableToStep("document_missing")
    storing.take_step(project, State.LIBRARY, on=on, document=document, act=act)
    hang([project.pk], files, record_type=record_type("projects.project"), act=act)
    return project


@operation("projects.approve_project", scope=scope_of("project"))
def approve_project(*, project: Project, document: str, on: date, files: Files = (), act: Act) -> Project:
    """Note that a project was approved, by which document; from then on its money may move.

    Raises: UnableToStep: see its codes; UnableToKeep: a file is refused. Nothing was written.
    Locks: the project.
    """
    project = begin_step(project, (State.LIBRARY,), on=on, act=act)
    if project.entered_by_id == act.actor.pk:
        raise UnableToStep("same_person")
    if not document.strip():
        raise UnableToStep("document_missing")
    if not project.budgets.filter(amount_fen__gt=0).exists():
        raise UnableToStep("no_budget")
    storing.take_step(project, State.APPROVED, on=on, document=document, act=act)
    hang([project.pk], files, record_type=record_type("projects.project"), act=act)
    return project


@operation("projects.begin_project", scope=scope_of("project"))
def begin_project(*, project: Project, on: date, document: str = "", act: Act) -> Project:
    """Note that the work of a project began.

    Raises: UnableToStep: see its codes; nothing was written.
    Locks: the project.
    """
    project = begin_step(project, (State.APPROVED,), on=on, act=act)
    storing.take_step(project, State.BUILDING, on=on, document=document, act=act)
    return project


@operation("projects.abandon_project", scope=scope_of("project"))
def abandon_project(*, project: Project, on: date, reason: str, document: str = "", act: Act) -> Project:
    """Note that a project will not be built, and why; what arrived for it still counts until it is withdrawn.

    Raises: UnableToStep: see its codes; nothing was written.
    Locks: the project.
    """
    needed = (State.IDEA, State.LIBRARY, State.APPROVED, State.BUILDING)
    project = begin_step(project, needed, on=on, act=act)
    if not reason.strip():
        raise UnableToStep("reason_missing")
    waiting = project.movements.filter(withdrawn_at__isnull=True, confirmed_at__isnull=True).count()
    if waiting:
        raise UnableToStep("money_waits", count=waiting)
    storing.take_step(project, State.ABANDONED, on=on, reason=reason, document=document, act=act)
    return project


@operation("projects.change_budget", scope=scope_of("project"))
def change_budget(
    *, project: Project, budgets: tuple[BudgetLine, ...], document: str, on: date, files: Files = (), act: Act
) -> Project:
    """Change the budget of an approved project, by which document; no source goes below what is allocated of it.

    Raises: UnableToStep, UnableToEnter: see their codes; UnableToKeep: a file is refused. Nothing was written.
    Locks: the project.
    """
    project = begin_step(project, RUNNING_STATES, on=on, act=act)
    if not document.strip():
        raise UnableToStep("document_missing")
    wrong = budgets_wrong(budgets)
    if wrong is not None:
        raise UnableToEnter(wrong[1], **wrong[2])
    wanted = {line.source: line.amount_fen for line in budgets}
    for source, stages in queries.stages_of([project.pk]).get(project.pk, {}).items():
        allocated = stages.living["ALLOCATED"]
        if wanted.get(source, 0) < allocated:
            raise UnableToStep("budget_below", source=SOURCE_WORDS[source], total=yuan(allocated))
    if not write_budgets(project, budgets):
        raise UnableToStep("nothing_changed")
    storing.take_step(project, project.state, on=on, document=document, is_budget=True, act=act)
    hang([project.pk], files, record_type=record_type("projects.project"), act=act)
    return project
