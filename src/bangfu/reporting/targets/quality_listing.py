"""The table of quality: how it is sorted, and what a file of it says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.lists import Cell
from bangfu.reporting.targets.completion import percent
from bangfu.reporting.targets.quality import Quality

_SORTS: dict[str, Callable[[Quality], Any]] = {
    "unit": lambda one: one.unit.path,
    "completeness": lambda one: Decimal(2) if one.completeness is None else one.completeness,
    "submitted": lambda one: one.submitted_late_share or Decimal(0),
    "verified": lambda one: one.verified_late_share or Decimal(0),
    "returns": lambda one: one.returns.handed_in - one.returns.asked,
    "waiting": lambda one: one.waiting_late,
    "suspected": lambda one: one.suspected,
}

QUALITY_HEADINGS: tuple[Words, ...] = (
    both("单位编码", "Unit's code"),
    both("单位", "Unit"),
    both("应报项数", "Expected"),
    both("已报或零报告", "Answered"),
    both("完整率", "Completeness"),
    both("缺报", "Missing"),
    both("定期报送应报", "Returns due"),
    both("定期报送已报", "Returns handed in"),
    both("其中零报告", "Nil returns"),
    both("其中迟报", "Late returns"),
    both("记录数", "Records"),
    both("发生到报送（天，中位数）", "Days to submission, median"),
    both("报送迟的占比", "Submitted late"),
    both("报送到核验（天，中位数）", "Days to the decision, median"),
    both("核验迟的占比", "Decided late"),
    both("逾期待核", "Overdue reviews"),
    both("未办结疑点", "Open findings"),
)


def sorted_quality(found: Sequence[Quality], sort: str) -> list[Quality]:
    """Return rows in the order asked for: ``completeness``, or ``-completeness`` turned round; else the tree's order."""
    key = _SORTS.get(sort.lstrip("-"), _SORTS["unit"])
    return sorted(found, key=key, reverse=sort.startswith("-"))


def quality_cells(found: Sequence[Quality]) -> Iterator[list[Cell]]:
    """Return the cells of each unit; what is not known is empty."""
    for one in found:
        yield [
            one.unit.code,
            one.unit.name,
            Decimal(len(one.expected)),
            Decimal(one.answered),
            percent(one.completeness),
            "、".join(str(title) for title in one.missing_titles),
            Decimal(one.returns.asked),
            Decimal(one.returns.handed_in),
            Decimal(one.returns.nil),
            Decimal(one.returns.late),
            Decimal(one.records),
            "" if one.submitted_median is None else Decimal(one.submitted_median),
            percent(one.submitted_late_share),
            "" if one.verified_median is None else Decimal(one.verified_median),
            percent(one.verified_late_share),
            Decimal(one.waiting_late),
            Decimal(one.suspected),
        ]
