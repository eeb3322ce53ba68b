"""What the room's files say, row by row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db.models import QuerySet

from bangfu.foundation.places.queries import place_labels
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.lists import in_batches
from bangfu.livelihoods.projects.checking import Due
from bangfu.livelihoods.projects.models import (
    KIND_WORDS,
    MOVEMENT_STATE_WORDS,
    REVITALISATION_WORDS,
    SOURCE_WORDS,
    STATE_WORDS,
    USED_WORDS,
    Kind,
    Movement,
    Project,
)
from bangfu.livelihoods.projects.queries import stages_of
from bangfu.livelihoods.projects.stages import Stages

PROJECT_HEADINGS: tuple[Words, ...] = (
    both("编号", "Code"),
    both("项目", "Project"),
    both("五大振兴", "Revitalisation"),
    both("地点", "Place"),
    both("单位", "Unit"),
    both("县里规划", "County's plan"),
    both("规划文号", "Number of the plan"),
    both("计划开工", "Planned to begin"),
    both("计划完工", "Planned to end"),
    both("状态", "State"),
    both("来源", "Source"),
    both("预算（元）", "Budget (yuan)"),
    *(both(f"{words.zh}（元）", f"{words.en} (yuan)") for words in KIND_WORDS.values()),
)
"""A row a project and source: sources are never added."""
MOVEMENT_HEADINGS: tuple[Words, ...] = (
    both("环节", "Stage"),
    both("来源", "Source"),
    both("金额（元）", "Amount (yuan)"),
    both("日期", "Day"),
    both("付款单位", "Payer"),
    both("收款单位", "Payee"),
    both("回单号", "Receipt"),
    both("说明", "Note"),
    both("状态", "State"),
)


def plain_yuan(fen: int) -> str:
    """Return an amount in yuan to the fen, as spreadsheet programs read it.

    >>> plain_yuan(123_456_705)
    '1234567.05'
    """
    return f"{fen // 100}.{fen % 100:02d}"


def project_rows(projects: QuerySet[Project]) -> Iterator[list[str]]:
    """Return the cells of each project, once a source; a project without money has one row."""
    for batch in in_batches(projects):
        labels = place_labels({one.place_id for one in batch})
        stages = stages_of([one.pk for one in batch])
        for one in batch:
            said = [
                one.code,
                one.title,
                str(REVITALISATION_WORDS[one.revitalisation]),
                labels[one.place_id],
                one.unit.name,
                one.plan_title,
                one.plan_number,
                one.starts_on.isoformat(),
                one.last_day.isoformat(),
                str(STATE_WORDS[one.state]),
            ]
            sources = {
                source: found for source, found in stages.get(one.pk, {}).items() if not found.is_empty
            }
            for source, found in sorted(sources.items()) or [("", Stages())]:
                money = [found.budget, *(found.counted[kind] for kind in Kind.values)]
                yield [*said, str(SOURCE_WORDS.get(source, "")), *map(plain_yuan, money)]


def movement_rows(movements: QuerySet[Movement]) -> Iterator[list[str]]:
    """Return the cells of each movement."""
    for one in movements:
        yield [
            str(KIND_WORDS[one.kind]),
            str(SOURCE_WORDS[one.source]),
            plain_yuan(one.amount_fen),
            one.happened_on.isoformat(),
            one.payer,
            one.payee,
            one.receipt,
            one.note,
            str(MOVEMENT_STATE_WORDS[one.state]),  # type: ignore[attr-defined]
        ]


CHECK_HEADINGS: tuple[Words, ...] = (
    both("编号", "Code"),
    both("项目", "Project"),
    both("地点", "Place"),
    both("单位", "Unit"),
    both("验收", "Accepted on"),
    both("满几年", "After years"),
    both("到期", "Due on"),
    both("检查日期", "Checked on"),
    both("是否在用", "Used"),
    both("原因", "Reason"),
)


def check_rows(checks: Iterable[Due]) -> Iterator[list[str]]:
    """Return the cells of each check that is due or was made."""
    listed = list(checks)
    labels = place_labels({one.acceptance.project.place_id for one in listed})
    for one in listed:
        project, made = one.acceptance.project, one.check
        yield [
            project.code,
            project.title,
            labels[project.place_id],
            project.unit.name,
            one.acceptance.accepted_on.isoformat(),
            str(one.year),
            one.due_on.isoformat(),
            made.checked_on.isoformat() if made else "",
            str(USED_WORDS[made.used]) if made else "",
            made.reason if made else "",
        ]
