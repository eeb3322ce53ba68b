"""What pledges tell people by notice: targets whose deadline is over and that were not reached."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from bangfu.foundation.notices.notifying import notify_by_house
from bangfu.foundation.organisation.queries import holders_at
from bangfu.foundation.rooms import NoticeKind, both
from bangfu.reporting.targets import queries
from bangfu.reporting.targets.completion import Progress, progress_of
from bangfu.reporting.targets.engines.pace import Light
from bangfu.reporting.targets.lights import lights_on
from bangfu.reporting.targets.models import Pledge
from bangfu.reporting.targets.rules import indicator_called

ANSWERS_FOR = "targets.declare_nil"
"""Who is told: whoever answers for a unit's targets, by a grant on the unit itself."""
LOOKED_BACK = timedelta(days=60)
"""Deadlines that passed longer ago are not told any more."""
OVERDUE = NoticeKind(
    code="targets.overdue",
    title=both("目标过期未完成", "Targets are overdue"),
    body=both(
        "{year} 年「{title}」：{unit}有 {count} 项目标过了期限 {due_on} 还没有完成。",
        "“{title}” of {year}: {unit} missed {count} of its targets, which were due on {due_on}.",
    ),
    values=("year", "title", "unit", "count", "due_on"),
    is_for_groups=True,
)


def tell_overdue(now: datetime) -> int:
    """Tell, once for each unit and deadline, that targets were missed, and return how many notices were written."""
    on = timezone.localdate(now)
    first = on - LOOKED_BACK
    pledges = list(Pledge.objects.filter(year__range=(first.year, on.year)).select_related("unit"))
    standings = queries.standings_of([one.pk for one in pledges])
    lights = lights_on(on)
    told = 0
    for pledge in pledges:
        standing = queries.in_force(standings[pledge.pk], on)
        if standing is None:
            continue
        over = [
            one
            for one in queries.targets_of(standing.version.pk)
            if first <= one.due_on < on and indicator_called(one.indicator)
        ]
        found = progress_of(over, year=pledge.year, signatory=pledge.unit, on=on, lights=lights)
        missed: dict[tuple[int, str], list[Progress]] = {}
        for one in found:
            if one.light is Light.RED:
                missed.setdefault((one.target.unit_id, one.target.due_on.isoformat()), []).append(one)
        for (unit, due_on), targets in missed.items():
            told += notify_by_house(
                OVERDUE,
                to=holders_at(ANSWERS_FOR, unit, on),
                values={
                    "year": pledge.year,
                    "title": pledge.title,
                    "unit": both(targets[0].unit.name_zh, targets[0].unit.name_en),
                    "count": len(targets),
                    "due_on": due_on,
                },
                about=standing.version,
                occasion=f"{unit} {due_on}",
                unit=unit,
                at=now,
            )
    return told
