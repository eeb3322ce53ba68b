"""What the room's files say, row by row."""

from __future__ import annotations

from collections.abc import Iterator

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
