"""What the room's files say, row by row; persons masked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import QuerySet

from bangfu.foundation.rooms import Words, both
from bangfu.livelihoods.training.models import TRAINEE_WORDS, Course

COURSE_HEADINGS: tuple[Words, ...] = (
    both("编号", "Code"),
    both("课程", "Course"),
    both("对象", "Trainees"),
    both("开课单位", "Unit"),
    both("合办单位", "Second organiser"),
    both("第一天", "First day"),
    both("最后一天", "Last day"),
    both("学员", "Attendees"),
    both("已核验结业", "Verified completions"),
    both("预算（元）", "Budget (yuan)"),
)
ATTENDEE_HEADINGS: tuple[Words, ...] = (
    both("姓名（遮盖）", "Name, masked"),
    both("身份证号码（遮盖）", "Identity number, masked"),
    both("所在县", "County"),
    both("职务", "Post"),
    both("参加课次", "Sessions attended"),
    both("结果", "Result"),
    both("状态", "State"),
)


def course_rows(courses: QuerySet[Course]) -> Iterator[list[str]]:
    """Return the cells of each course."""
    for one in courses:
        yield [
            one.code,
            one.title,
            str(TRAINEE_WORDS[one.trainees]),
            one.unit.name,
            one.co_organiser,
            one.starts_on.isoformat(),
            one.last_day.isoformat(),
            str(one.people),  # type: ignore[attr-defined]
            str(one.counted),  # type: ignore[attr-defined]
            "" if one.budget_fen is None else f"{one.budget_fen // 100}.{one.budget_fen % 100:02d}",
        ]


def attendee_cells(rows: Iterable[dict[str, Any]]) -> Iterator[list[str]]:
    """Return the cells of each attendee from what the page shows of them."""
    for row in rows:
        yield [
            row["person"].name,
            row["person"].identity_number,
            row["place"],
            row["enrolment"].post,
            str(row["enrolment"].attended),
            str(row["result"]),
            str(row["state"]),
        ]
