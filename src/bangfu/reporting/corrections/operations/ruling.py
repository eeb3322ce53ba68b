"""Within how many working days a case is answered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bangfu.foundation.operations import Act, Refusal, operation
from bangfu.foundation.rooms import both
from bangfu.reporting.corrections.models import AnsweringRule
from bangfu.reporting.corrections.operations.errata import whole


class UnableToSetRule(Refusal):
    """Codes: ``out_of_range``, ``source_missing``, ``day_taken``, ``in_the_past``."""

    sentences = {
        "out_of_range": both("工作日请填 1 到 60。", "Working days are 1 to 60."),
        "source_missing": both("请写明依据。", "Say who laid it down, and where."),
        "day_taken": both("{starts_on} 起已有规定。请另选一天。", "A rule holds from {starts_on} already. Choose another day."),
        "in_the_past": both("规定不能从过去的日子算起。请写今天或以后。", "No rule begins in the past. Give today or later."),
    }  # fmt: skip


@operation("corrections.set_answering_rule", scope=whole)
def set_answering_rule(
    *,
    working_days: int,
    rest_days: Sequence[date],
    made_up_days: Sequence[date],
    source: str,
    starts_on: date,
    act: Act,
) -> AnsweringRule:
    """Lay down within how many working days a case is answered, from a day on; cases keep the day they were given.

    Args:
        rest_days: weekdays on which nobody works; made_up_days: weekends on which everybody does.

    Raises: UnableToSetRule: see its codes; nothing was written.
    """
    if not 1 <= working_days <= 60:
        raise UnableToSetRule("out_of_range")
    if not source.strip():
        raise UnableToSetRule("source_missing")
    if starts_on < act.on:
        raise UnableToSetRule("in_the_past")
    if AnsweringRule.objects.filter(starts_on=starts_on).exists():
        raise UnableToSetRule("day_taken", starts_on=starts_on)
    return AnsweringRule.objects.create(
        working_days=working_days,
        rest_days=sorted(set(rest_days)),
        made_up_days=sorted(set(made_up_days)),
        source=source.strip(),
        starts_on=starts_on,
        set_by=act.actor,
        set_at=act.at,
    )
