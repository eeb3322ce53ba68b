"""What is read: the projects, one project with its money by stage and source, one movement; and the files of lists."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from bangfu.foundation.evidence.queries import attachments_of
from bangfu.foundation.operations import NotPermitted, allows, granted_units
from bangfu.foundation.organisation.queries import within_grants
from bangfu.foundation.people.models import Account
from bangfu.foundation.people.readers import reader_of
from bangfu.foundation.places.queries import place_labels, search
from bangfu.foundation.records import doors_of, evidence_of, life_shown, reason_words, review_of
from bangfu.foundation.rooms import Words, both, record_type
from bangfu.foundation.rooms.forms import Keyed
from bangfu.foundation.rooms.lists import Origin, list_file, not_figures
from bangfu.livelihoods.projects import exports, history, queries, telling
from bangfu.livelihoods.projects.models import (
    KIND_WORDS,
    MOVEMENT_STATE_WORDS,
    OWNER_WORDS,
    REVITALISATION_WORDS,
    SOURCE_WORDS,
    STATE_WORDS,
    USED_WORDS,
    Acceptance,
    Kind,
    Movement,
    MovementState,
    Project,
    Source,
    State,
)
from bangfu.livelihoods.projects.money_rules import RUNNING_STATES
from bangfu.livelihoods.projects.operations.building import builders_of
from bangfu.livelihoods.projects.register import ACCEPTANCE_TYPE, CHECK_TYPE, MILESTONE_TYPE, VIEW
from bangfu.livelihoods.projects.rules import LEVELS

ROWS_A_PAGE = 50
MOST_OFFERED = 12
LOOKS = {
    State.IDEA: "draft",
    State.LIBRARY: "draft",
    State.APPROVED: "submitted",
    State.BUILDING: "submitted",
    State.ACCEPTED: "verified",
    State.CLOSED: "verified",
    State.ABANDONED: "withdrawn",
    MovementState.SUBMITTED: "submitted",
    MovementState.RETURNED: "returned",
    MovementState.VERIFIED: "verified",
    MovementState.WITHDRAWN: "withdrawn",
}
"""How each state looks; see docs/look."""

COLUMNS: tuple[tuple[str | None, Words, bool], ...] = (
    ("code", both("编号", "Code"), False),
    ("title", both("项目", "Project"), False),
    (None, both("振兴", "Under"), False),
    ("place", both("地点", "Place"), False),
    ("unit", both("单位", "Unit"), False),
    ("starts", both("计划开工", "Begins"), False),
    ("budget", both("预算（元）", "Budget (yuan)"), True),
    ("received", both("到账（元）", "Received (yuan)"), True),
    (None, both("状态", "State"), False),
)
"""Sort, title, and whether numbers stand in it."""


def reader(request: HttpRequest) -> Account:
    """Return who reads the room's pages.

    Raises: NotPermitted: nobody, or somebody without the permission anywhere.
    """
    account = reader_of(request)
    if not granted_units(account, VIEW, timezone.localdate()):
        raise NotPermitted("out_of_scope", permission=VIEW)
    return account


def may(account: Account, operation: str, project: Project | None = None) -> bool:
    """Return whether somebody may do something to a project, or anywhere."""
    today, permission = timezone.localdate(), f"projects.{operation}"
    if project is None:
        return bool(granted_units(account, permission, today))
    return allows(account, permission, project.scope, today)


def readable_project(request: HttpRequest, key: int) -> tuple[Account, Project]:
    """Return who reads and the project.

    Raises: Http404: there is none; NotPermitted: it lies outside the reader's scope.
    """
    account = reader_of(request)
    found = get_object_or_404(queries.projects(), pk=key)
    if not may(account, "view", found):
        raise NotPermitted("out_of_scope", permission=VIEW)
    return account, found


def readable_movement(request: HttpRequest, key: int) -> tuple[Account, Movement]:
    """Return who reads and the movement.

    Raises: Http404: there is none; NotPermitted: it lies outside the reader's scope.
    """
    found = get_object_or_404(queries.movements(), pk=key)
    account, _ = readable_project(request, found.project_id)
    return account, found


def visible(account: Account) -> QuerySet[Project]:
    """Return the projects that an account may read."""
    return queries.projects().filter(within_grants(account, VIEW, timezone.localdate()))


def asked_for(request: HttpRequest) -> queries.ProjectFilter:
    """Return what the query string narrows the list to; what cannot be read is left out."""
    names = ("q", "under", "state", "source", "year", "place", "sort")
    said = {name: request.GET.get(name, "").strip() for name in names}
    sort = said["sort"].lstrip("-")
    year, place = said["year"], said["place"]
    return queries.ProjectFilter(
        text=said["q"][:60],
        revitalisation=said["under"] if said["under"] in REVITALISATION_WORDS else "",
        state=said["state"] if said["state"] in STATE_WORDS else "",
        source=said["source"] if said["source"] in SOURCE_WORDS else "",
        year=int(year) if year.isascii() and year.isdigit() and 1986 <= int(year) <= 2999 else None,
        place=int(place) if place.isascii() and place.isdigit() and len(place) == 12 else None,
        sort=sort if sort in queries.SORTS else "starts",
        descending=said["sort"].startswith("-") or not said["sort"],
    )


@require_safe
def projects(request: HttpRequest) -> HttpResponse:
    """List the projects that the reader may see, narrowed, sorted and paged."""
    account = reader(request)
    asked = asked_for(request)
    page = Paginator(asked.apply(visible(account)), ROWS_A_PAGE).get_page(request.GET.get("page"))
    plain = queries.ProjectFilter(sort=asked.sort, descending=asked.descending)
    columns = []
    for sort, title, is_number in COLUMNS:
        is_sorted = sort == asked.sort
        towards = f"-{sort}" if is_sorted and not asked.descending else sort
        direction = ("descending" if asked.descending else "ascending") if is_sorted else None
        columns.append(
            {
                "title": title,
                "sort": towards if sort else None,
                "direction": direction,
                "is_number": is_number,
            }
        )
    context = {
        "sections": sections("projects"),
        "page": page,
        "rows": rows_of(page),
        "asked": asked,
        "is_narrowed": asked != plain,
        "within": place_labels([asked.place]).get(asked.place, "") if asked.place else "",
        "revitalisations": REVITALISATION_WORDS.items(),
        "states": STATE_WORDS.items(),
        "sources": SOURCE_WORDS.items(),
        "columns": columns,
        "may_enter": may(account, "enter_project"),
        "may_import": may(account, "import_projects"),
        "may_import_money": may(account, "import_movements"),
    }
    return render(request, "projects/projects.html", context)


TITLES: dict[str, Words] = {
    "projects": both("项目", "Projects"),
    "checks": both("使用检查", "Checks"),
}


def sections(here: str) -> list[dict[str, Any]]:
    """Return the parts of the room, of which one is shown."""
    return [
        {"title": title, "address": reverse(f"projects:{name}"), "is_here": name == here}
        for name, title in TITLES.items()
    ]


def rows_of(found: Any) -> list[dict[str, Any]]:
    """Return what a list shows of projects."""
    listed = list(found)
    labels = place_labels({one.place_id for one in listed}, short=True)
    return [
        {
            "project": one,
            "under": REVITALISATION_WORDS[one.revitalisation],
            "place": labels[one.place_id],
            "budget": telling.yuan(one.budget),
            "received": telling.yuan(one.received),
            "state": STATE_WORDS[one.state],
            "look": LOOKS[one.state],
        }
        for one in listed
    ]


@require_safe
def project(request: HttpRequest, key: int) -> HttpResponse:
    """Show one project: its money by stage and source, its timeline, and what may be done next."""
    account, found = readable_project(request, key)
    return render(request, "projects/project.html", project_context(account, found))


def project_context(account: Account, found: Project) -> dict[str, Any]:
    """Return what a project's page shows."""
    is_done = found.state in (State.ACCEPTED, State.CLOSED)
    is_built = found.state in (State.APPROVED, State.BUILDING)
    moved: list[Any] = list(queries.movements().filter(project=found).order_by("happened_on", "pk"))
    is_running = found.state in RUNNING_STATES
    return {
        **rows_of([found])[0],
        "money": money_rows(found),
        "kinds": KIND_WORDS.values(),
        "movements": [movement_row(one) for one in reversed(moved)],
        "timeline": history.timeline_of(found, moved),
        "evidence": evidence_of(found),
        "doors": doors_of(record_type("projects.project"), found.pk, account, timezone.localdate()),
        "may_revise": found.state in (State.IDEA, State.LIBRARY) and may(account, "revise_project", found),
        "may_admit": found.state == State.IDEA and may(account, "admit_project", found),
        "may_approve": found.state == State.LIBRARY
        and found.entered_by_id != account.pk
        and may(account, "approve_project", found),
        "waits_for_another": found.state == State.LIBRARY and found.entered_by_id == account.pk,
        "may_begin": found.state == State.APPROVED and may(account, "begin_project", found),
        "may_abandon": found.state in (State.IDEA, State.LIBRARY, State.APPROVED, State.BUILDING)
        and may(account, "abandon_project", found),
        "may_move": is_running and may(account, "enter_movement", found),
        "may_change_budget": is_running and may(account, "change_budget", found),
        "milestones": list(found.milestones.order_by("number")),
        "acceptance": getattr(found, "acceptance", None),
        "assets": [
            {"asset": one, "owner": OWNER_WORDS[one.owner_kind], "yuan": telling.yuan(one.value_fen)}
            for one in found.assets.order_by("pk")
        ],
        "checks": [
            {"due": one, "used": USED_WORDS[one.check.used] if one.check else "", "year": one.year}
            for one in queries.checks_of(Project.objects.filter(pk=found.pk), timezone.localdate())
        ],
        "built_evidence": built_evidence(found),
        "may_plan": is_built and may(account, "plan_milestone", found),
        "may_revise_milestone": is_built and may(account, "revise_milestone", found),
        "may_reach": is_built and may(account, "reach_milestone", found),
        "may_accept": found.state == State.BUILDING
        and account.pk not in builders_of(found)
        and may(account, "accept_project", found),
        "may_register_asset": is_done and may(account, "register_asset", found),
        "may_close": found.state == State.ACCEPTED and may(account, "close_project", found),
        "may_check": is_done and may(account, "record_check", found),
        "abandoned": found.steps.filter(state=State.ABANDONED).first(),
    }


def built_evidence(found: Project) -> list[Any]:
    """Return the photographs and documents of a project's milestones, acceptance and checks, in that order."""
    kinds = (
        (MILESTONE_TYPE, found.milestones.order_by("number")),
        (ACCEPTANCE_TYPE, Acceptance.objects.filter(project=found)),
        (CHECK_TYPE, found.checks.order_by("pk")),
    )
    return [
        one
        for number, rows in kinds
        for one in attachments_of(number, list(rows.values_list("pk", flat=True)))
    ]


def money_rows(found: Project) -> list[dict[str, Any]]:
    """Return a project's money: a row a source, a cell a stage, verified with what waits beside it; never a sum of sources."""
    stages = queries.stages_of([found.pk]).get(found.pk, {})
    parties = dict(found.budgets.values_list("source", "party"))
    rows = []
    for source in Source.values:
        one = stages.get(source)
        if one is None or one.is_empty:
            continue
        cells = [
            {
                "kind": KIND_WORDS[kind],
                "yuan": telling.yuan(one.counted[kind]),
                "waiting": telling.yuan(one.waiting[kind]) if one.waiting[kind] else "",
                "share": one.counted[kind] * 100 // one.budget if one.budget else 0,
            }
            for kind in Kind.values
        ]
        rows.append(
            {
                "source": SOURCE_WORDS[source],
                "party": parties.get(source, ""),
                "budget": telling.yuan(one.budget),
                "cells": cells,
            }
        )
    return rows


def movement_row(one: Any) -> dict[str, Any]:
    """Return what a list shows of one movement."""
    return {
        "movement": one,
        "kind": KIND_WORDS[one.kind],
        "source": SOURCE_WORDS[one.source],
        "yuan": telling.yuan(one.amount_fen),
        "state": MOVEMENT_STATE_WORDS[one.state],
        "look": LOOKS[one.state],
    }


@require_safe
def movement(request: HttpRequest, key: int) -> HttpResponse:
    """Show one movement: its bank receipt, history and facts, and what may be done next."""
    account, found = readable_movement(request, key)
    state = found.state  # type: ignore[attr-defined]
    is_returned = state == MovementState.RETURNED
    context = {
        **movement_row(found),
        "project": found.project,
        "place": place_labels([found.project.place_id])[found.project.place_id],
        "is_returned": is_returned,
        "is_withdrawn": state == MovementState.WITHDRAWN,
        "reason": reason_words(found.withdrawal_reason),
        "review": review_of(found),
        **life_shown(found, history.trail_of(found), reader=account, on=timezone.localdate()),
        "may_revise": is_returned and may(account, "revise_movement", found.project),
        "may_withdraw": state not in (MovementState.SUBMITTED, MovementState.WITHDRAWN)
        and may(account, "withdraw_movement", found.project),
        "keyed": Keyed(),
    }
    return render(request, "projects/movement.html", context)


@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """Offer counties, towns and villages for what was typed, as options of a list."""
    text = request.GET.get("place", "").strip()
    found = search(text, levels=LEVELS, limit=MOST_OFFERED) if text else []
    return render(request, "projects/places.html", {"found": found})


def origin(request: HttpRequest, account: Account, what: Words) -> Origin:
    """Return where a file of the room's comes from."""
    return Origin(
        what=what,
        taken_by=account.display_name,
        taken_at=timezone.localtime(),
        address=request.build_absolute_uri(),
    )


@require_safe
def export_projects(request: HttpRequest, form: str) -> HttpResponseBase:
    """Send the narrowed list of projects, with the money of each source, as a file that says where it comes from."""
    account = reader(request)
    rows = exports.project_rows(asked_for(request).apply(visible(account)))
    source = origin(request, account, not_figures(both("项目", "Projects")))
    return list_file("projects", form, exports.PROJECT_HEADINGS, rows, source)


@require_safe
def export_movements(request: HttpRequest, key: int, form: str) -> HttpResponseBase:
    """Send the money of a project, movement by movement, as a file that says where it comes from."""
    account, found = readable_project(request, key)
    what = not_figures(both("{code} 资金", "Money of {code}").filled(code=found.code))
    rows = exports.movement_rows(queries.movements().filter(project=found).order_by("happened_on", "pk"))
    return list_file("movements", form, exports.MOVEMENT_HEADINGS, rows, origin(request, account, what))
