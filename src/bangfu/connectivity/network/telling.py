"""What the drawer, papers and lists tell of reported records and projects, in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse

from bangfu.connectivity.network import reported
from bangfu.connectivity.network.beside import stations_beside_booking
from bangfu.connectivity.network.kinds import RecordKind, yuan
from bangfu.connectivity.network.models import (
    BRANCH_WORDS,
    CATEGORY_WORDS,
    GOAL_WORDS,
    SERVICE_WORDS,
    STAGE_WORDS,
    STATE_WORDS,
    VERDICT_WORDS,
    Project,
    Reported,
)
from bangfu.foundation.places.queries import place_labels
from bangfu.foundation.rooms import RecordSummary, RecordType, Words, both

COLUMN_WORDS: dict[str, Words] = {
    "project_id": both("工程", "Project"),
    "port_count": both("端口数", "Ports"),
    "splitter": both("分光比", "Splitting ratio"),
    "accepted_on": both("验收", "Accepted"),
    "retired_on": both("退网", "Taken out"),
    "voucher": both("凭证号", "Voucher"),
    "line_number": both("行号", "Line"),
    "category": both("类别", "Category"),
    "amount_fen": both("金额（元）", "Amount (yuan)"),
    "booked_on": both("入账", "Booked"),
    "baseline_id": both("名单文号", "List"),
    "document_number": both("文号", "Document"),
    "frozen_on": both("冻结", "Frozen"),
    "removed_on": both("调出", "Removed"),
    "service": both("网络", "Service"),
    "verdict": both("认定", "Verdict"),
    "branch": both("认定情形", "Branch"),
    "judged_on": both("认定日期", "Judged"),
    "supersedes_id": both("替代", "Supersedes"),
    "goal": both("目标", "Goal"),
    "village_count": both("承诺村数", "Villages promised"),
    "promised_on": both("承诺日期", "Promised"),
}


CHOICE_WORDS: dict[str, dict[str, Words]] = {
    "category": CATEGORY_WORDS,
    "service": SERVICE_WORDS,
    "verdict": VERDICT_WORDS,
    "branch": BRANCH_WORDS,
    "goal": GOAL_WORDS,
}
"""What the values of a column of choices are called."""


def said(record: Reported, column: str) -> str:
    """Return what a record says in a column, as it is shown."""
    if column == "project_id":
        project = getattr(record, "project", None)
        return project.code if project else "—"
    if column == "baseline_id":
        return str(record.baseline.document_number)  # type: ignore[attr-defined]
    if column == "supersedes_id":
        earlier = record.supersedes  # type: ignore[attr-defined]
        return earlier.code if earlier else "—"
    value = getattr(record, column)
    if column in CHOICE_WORDS:
        return str(CHOICE_WORDS[column][value]) if value else "—"
    if column == "amount_fen":
        return money(yuan(value))
    return value.isoformat() if isinstance(value, date) else "—" if value in (None, "") else str(value)


def money(amount: Decimal) -> str:
    """Return an amount in yuan with its thousands.

    >>> money(Decimal("68865.03"))
    '68,865.03'
    """
    return f"{amount:,.2f}"


def record_address(kind: RecordKind, key: int) -> str:
    """Return the page of a record."""
    return reverse(f"network:{kind.slug}_one", args=[key])


def record_type_of(kind: RecordKind) -> RecordType:
    """Return the declaration of a kind as a record type."""

    def address(key: int) -> str:
        """Return the page of the record with this key."""
        return record_address(kind, key)

    def summaries(keys: list[int]) -> Mapping[int, RecordSummary]:
        """Return what the drawer shows of each record, by key."""
        found = list(reported.records(kind).filter(pk__in=keys))
        labels = place_labels({record.place_id for record in found})
        return {record.pk: _summary(kind, record, labels) for record in found}

    def review_scope(keys: list[int]) -> Mapping[int, int]:
        """Return the owning unit of each record, by key."""
        return dict(kind.model._default_manager.filter(pk__in=keys).values_list("pk", "unit_id"))

    return RecordType(
        number=kind.number,
        code=kind.code,
        title=kind.noun,
        model=kind.model._meta.label,
        address=address,
        summaries=summaries,
        review_scope=review_scope,
        beside=stations_beside_booking if kind.code == "network.booking" else None,
    )


def _summary(kind: RecordKind, record: Any, labels: Mapping[int, str]) -> RecordSummary:
    return RecordSummary(
        title=record.code,
        rows=(
            (both("地点", "Place"), labels[record.place_id]),
            *((COLUMN_WORDS[name], said(record, name)) for name in kind.columns if name in COLUMN_WORDS),
            (both("单位", "Unit"), record.unit.name),
            (both("状态", "State"), str(STATE_WORDS[record.state])),
        ),
    )


def project_address(key: int) -> str:
    """Return the page of the project with this key."""
    return reverse("network:project", args=[key])


def project_summaries(keys: list[int]) -> dict[int, RecordSummary]:
    """Return what the drawer shows of each project, by key."""
    found = list(Project.objects.filter(pk__in=keys).select_related("unit").prefetch_related("stages"))
    labels = place_labels({project.place_id for project in found})
    return {
        project.pk: RecordSummary(
            title=f"{project.code} {project.name}",
            rows=(
                (both("地点", "Place"), labels[project.place_id]),
                (both("单位", "Unit"), project.unit.name),
                (both("预算（元）", "Budget (yuan)"), money(yuan(project.budget_fen))),
                *(
                    (STAGE_WORDS[stage.stage], stage.reached_on.isoformat())
                    for stage in sorted(project.stages.all(), key=lambda stage: stage.number)
                ),
            ),
        )
        for project in found
    }
