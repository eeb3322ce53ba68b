"""What the room's files say, row by row."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from bangfu.coordination.pairing.models import KIND_WORDS, LEVEL_WORDS, ROLE_WORDS, STATE_WORDS, Pairing
from bangfu.foundation.places.queries import code_text, place_labels
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.lists import in_batches

PAIRING_HEADINGS: tuple[Words, ...] = (
    both("帮扶单位编码", "Supporter's code"),
    both("帮扶单位", "Supporter"),
    both("区划代码", "Place code"),
    both("结对县或村", "Place"),
    both("结对类型", "Kind"),
    both("角色", "Role"),
    both("指派层级", "Level"),
    both("指派单位", "Assigned by"),
    both("文号", "Document"),
    both("责任领导职务", "Leader's post"),
    both("开始日期", "From"),
    both("结束日期", "To"),
    both("约定至", "Agreed until"),
    both("状态", "State"),
)
GAP_HEADINGS: tuple[Words, ...] = (
    both("区划代码", "Place code"),
    both("县或村", "Place"),
    both("无人负责自", "Without an owner from"),
    both("至（不含）", "Until (not included)"),
    both("天数", "Days"),
)


def pairing_rows(pairings: QuerySet[Pairing]) -> Iterator[list[str]]:
    """Return the cells of each pairing, a few thousand in memory at a time."""
    for batch in in_batches(pairings):
        yield from _cells(batch)


def _cells(batch: list[Pairing]) -> Iterator[list[str]]:
    labels = place_labels({pairing.place_id for pairing in batch})
    for one in batch:
        days = (one.starts_on, one.ends_on, one.agreed_until)
        yield [
            one.unit.code,
            one.unit.name,
            code_text(one.place_id),
            labels[one.place_id],
            str(KIND_WORDS[one.kind]),
            str(ROLE_WORDS[one.role]),
            str(LEVEL_WORDS[one.level]),
            one.assigned_by,
            one.document,
            one.leader_post,
            *(day.isoformat() if day else "" for day in days),
            str(STATE_WORDS[one.state]),  # type: ignore[attr-defined]
        ]
