"""What files of rounds say, row by row."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet
from django.utils import timezone

from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.lists import Cell, in_batches
from bangfu.foundation.rounds.consolidating import STATES_WORDS, Sums, columns_of
from bangfu.foundation.rounds.models import STATE_WORDS, Return, Round
from bangfu.foundation.rounds.queries import Progress, progress_of, timing_of

OPEN, LOCKED = both("开着的", "Open"), both("已锁定", "Locked")
ROUNDS_HEADINGS: tuple[Words, ...] = (
    both("报送", "Return"),
    both("期间", "Period"),
    both("布置单位", "Asked by"),
    both("截止", "Due"),
    both("应报单位", "Units asked"),
    both("已报", "Handed in"),
    both("零报告", "Nil"),
    both("迟报", "Late"),
    both("未报", "Owed"),
    both("逾期未报", "Overdue"),
    both("状态", "State"),
)
OWED_HEADINGS: tuple[Words, ...] = (
    both("单位代码", "Unit's code"),
    both("单位", "Unit"),
    both("报送", "Return"),
    both("期间", "Period"),
    both("状态", "State"),
    both("截止", "Due"),
    both("时限", "Timing"),
    both("催报次数", "Times chased"),
)
HEADINGS: tuple[Words, ...] = (
    both("单位代码", "Unit's code"),
    both("单位", "Unit"),
    both("状态", "State"),
    both("截止", "Due"),
    both("报出", "Handed in"),
    both("报出人", "By"),
    both("时限", "Timing"),
    both("催报次数", "Times chased"),
    both("延期原因", "Reason for more time"),
    both("退回原因", "Why sent back"),
)


def round_cells(rounds: QuerySet[Round], on: date, *, units: Collection[int]) -> Iterator[list[Cell]]:
    """Return the cells of each round: how far those of its units are that the reader sees."""
    for batch in in_batches(rounds):
        progress = progress_of(batch, on, units=units)
        for one in batch:
            known = progress.get(one.pk, Progress())
            yield [
                one.schedule.title, str(one.period), one.unit.name, one.due_on.isoformat(),
                *(Decimal(n) for n in (known.asked, known.handed_in, known.nil, known.late, known.owed, known.overdue)),
                str(LOCKED if one.is_locked else OPEN),
            ]  # fmt: skip


def owed_cells(returns: QuerySet[Return], on: date) -> Iterator[list[Cell]]:
    """Return the cells of each return that is still owed, to be chased."""
    for one in returns.iterator(chunk_size=2000):
        timing = timing_of(one, one.round, on)
        yield [
            one.unit.code, one.unit.name, one.round.schedule.title, str(one.round.period),
            str(STATE_WORDS[one.state]), one.due_on.isoformat(), str(timing.words) if timing.words else "",
            Decimal(one.chases),
        ]  # fmt: skip


def return_cells(returns: QuerySet[Return], asked: Round, on: date) -> Iterator[list[Cell]]:
    """Return the cells of each return of a round."""
    for one in returns.iterator(chunk_size=2000):
        timing = timing_of(one, asked, on)
        yield [
            one.unit.code,
            one.unit.name,
            str(STATE_WORDS[one.state]),
            one.due_on.isoformat(),
            f"{timezone.localtime(one.returned_at):%Y-%m-%d %H:%M}" if one.returned_at else "",
            one.returned_by.display_name if one.returned_by else "",
            str(timing.words) if timing.words else "",
            str(one.chases),
            one.extension_reason,
            one.remark,
        ]


def sums_headings(asked: Round) -> list[Words]:
    """Return the headings of a round's sums by unit."""
    found = [both("单位代码", "Unit's code"), both("单位", "Unit"), both("报送", "Return")]
    for measure, states in columns_of(asked):
        found += [
            both("{measure}（{unit}）{state}", "{measure} ({unit}), {state}").filled(
                measure=measure.title, unit=measure.unit, state=STATES_WORDS[state]
            )
            for state in states
        ]
    return found


def sums_cells(returns: QuerySet[Return], asked: Round, sums: Sums) -> Iterator[list[Cell]]:
    """Return each unit's sums; a sum of nothing is empty, for no records are not a zero."""
    columns = columns_of(asked)
    for one in returns.iterator(chunk_size=2000):
        row: list[Cell] = [one.unit.code, one.unit.name, str(STATE_WORDS[one.state])]
        for measure, states in columns:
            for state in states:
                standing = sums.get((one.unit_id, measure.code, state))
                row.append(standing.quantity if standing else "")
        yield row
