"""What the register of records is told of the room's: where each is shown, whose it is, and what the drawer says of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse

from bangfu.foundation.places.queries import place_labels
from bangfu.foundation.rooms import RecordSummary, both
from bangfu.livelihoods.projects.models import (
    KIND_WORDS,
    MOVEMENT_STATE_WORDS,
    REVITALISATION_WORDS,
    SOURCE_WORDS,
    STATE_WORDS,
    USED_WORDS,
    Acceptance,
    Check,
    Milestone,
    Movement,
    Project,
)
from bangfu.livelihoods.projects.queries import movements


def yuan(fen: int) -> str:
    """Return an amount in yuan to the fen, thousands apart.

    >>> yuan(123_456_705)
    '1,234,567.05'
    """
    return f"{fen // 100:,}.{fen % 100:02d}"


def project_address(key: int) -> str:
    """Return the page of the project with this key."""
    return reverse("projects:project", args=[key])


def movement_address(key: int) -> str:
    """Return the page of the movement with this key."""
    return reverse("projects:movement", args=[key])


def project_scope(keys: list[int]) -> dict[int, int]:
    """Return the owning unit of each project, by key; keys that do not exist are absent."""
    return dict(Project.objects.filter(pk__in=keys).values_list("pk", "unit_id"))


def movement_scope(keys: list[int]) -> dict[int, int]:
    """Return the owning unit of each movement's project, by key; keys that do not exist are absent."""
    return dict(Movement.objects.filter(pk__in=keys).values_list("pk", "project__unit_id"))


def _project_rows(project: Project, place: str) -> tuple[tuple[Any, str], ...]:
    return (
        (both("项目", "Project"), f"{project.code} {project.title}"),
        (both("类别", "Under"), str(REVITALISATION_WORDS[project.revitalisation])),
        (both("地点", "Place"), place),
        (both("单位", "Unit"), project.unit.name),
        (both("依据的规划", "Plan"), f"{project.plan_title} {project.plan_number}"),
        (both("项目状态", "State of the project"), str(STATE_WORDS[project.state])),
    )


def project_summaries(keys: list[int]) -> dict[int, RecordSummary]:
    """Return what the drawer shows of each project, by key; keys that do not exist are absent."""
    found = list(Project.objects.filter(pk__in=keys).select_related("unit"))
    labels = place_labels({one.place_id for one in found})
    return {
        one.pk: RecordSummary(title=one.title, rows=_project_rows(one, labels[one.place_id])) for one in found
    }


def movement_summaries(keys: list[int]) -> dict[int, RecordSummary]:
    """Return what the drawer shows of each movement, by key; keys that do not exist are absent."""
    found = list(movements().filter(pk__in=keys))
    labels = place_labels({one.project.place_id for one in found})
    return {
        one.pk: RecordSummary(
            title=f"{KIND_WORDS[one.kind]} {one.receipt}",
            rows=(
                (both("来源", "Source"), str(SOURCE_WORDS[one.source])),
                (both("金额（元）", "Amount (yuan)"), yuan(one.amount_fen)),
                (both("日期", "Day"), one.happened_on.isoformat()),
                (both("付款单位", "Payer"), one.payer),
                (both("收款单位", "Payee"), one.payee),
                (both("状态", "State"), str(MOVEMENT_STATE_WORDS[one.state])),  # type: ignore[attr-defined]
                *_project_rows(one.project, labels[one.project.place_id]),
            ),
        )
        for one in found
    }


def milestone_address(key: int) -> str:
    """Return the page of the project to which the milestone with this key belongs."""
    return project_address(Milestone.objects.values_list("project_id", flat=True).get(pk=key))


def acceptance_address(key: int) -> str:
    """Return the page of the project of which the acceptance with this key is."""
    return project_address(Acceptance.objects.values_list("project_id", flat=True).get(pk=key))


def check_address(key: int) -> str:
    """Return the page of the project of which the check with this key is."""
    return project_address(Check.objects.values_list("project_id", flat=True).get(pk=key))


def milestone_scope(keys: list[int]) -> dict[int, int]:
    """Return the owning unit of each milestone's project, by key; keys that do not exist are absent."""
    return dict(Milestone.objects.filter(pk__in=keys).values_list("pk", "project__unit_id"))


def acceptance_scope(keys: list[int]) -> dict[int, int]:
    """Return the owning unit of each acceptance's project, by key; keys that do not exist are absent."""
    return dict(Acceptance.objects.filter(pk__in=keys).values_list("pk", "project__unit_id"))


def check_scope(keys: list[int]) -> dict[int, int]:
    """Return the owning unit of each check's project, by key; keys that do not exist are absent."""
    return dict(Check.objects.filter(pk__in=keys).values_list("pk", "project__unit_id"))


def _with_project(
    found: list[Any], title: Callable[[Any], str], rows: Callable[[Any], tuple[tuple[Any, str], ...]]
) -> dict[int, RecordSummary]:
    labels = place_labels({one.project.place_id for one in found})
    return {
        one.pk: RecordSummary(
            title=title(one), rows=(*rows(one), *_project_rows(one.project, labels[one.project.place_id]))
        )
        for one in found
    }


def milestone_summaries(keys: list[int]) -> dict[int, RecordSummary]:
    """Return what the drawer shows of each milestone, by key; keys that do not exist are absent."""
    found = list(Milestone.objects.filter(pk__in=keys).select_related("project__unit"))
    return _with_project(
        found,
        lambda one: one.title,
        lambda one: (
            (both("计划完成", "Due on"), one.due_on.isoformat()),
            (both("完成日期", "Reached on"), one.reached_on.isoformat() if one.reached_on else "—"),
            (both("说明", "Note"), one.note or "—"),
        ),
    )


def acceptance_summaries(keys: list[int]) -> dict[int, RecordSummary]:
    """Return what the drawer shows of each acceptance, by key; keys that do not exist are absent."""
    found = list(Acceptance.objects.filter(pk__in=keys).select_related("project__unit"))
    return _with_project(
        found,
        lambda one: f"{both('验收', 'Acceptance')} {one.document}",
        lambda one: (
            (both("验收日期", "Accepted on"), one.accepted_on.isoformat()),
            (both("验收单位", "Accepted by"), one.acceptors),
            (both("说明", "Note"), one.note or "—"),
        ),
    )


def check_summaries(keys: list[int]) -> dict[int, RecordSummary]:
    """Return what the drawer shows of each check, by key; keys that do not exist are absent."""
    found = list(Check.objects.filter(pk__in=keys).select_related("project__unit"))
    title = both("满 {year} 年检查：{used}", "After {year} years: {used}")
    return _with_project(
        found,
        lambda one: str(title.filled(year=one.year, used=USED_WORDS[one.used])),
        lambda one: (
            (both("检查日期", "Checked on"), one.checked_on.isoformat()),
            (both("原因", "Reason"), one.reason or "—"),
        ),
    )
