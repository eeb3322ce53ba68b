"""What is asked of whom, how often and by when: made by whoever asks, and stopped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bangfu.foundation.intake.layouts import UnknownLayout
from bangfu.foundation.intake.models import FIRST_ASSISTANCE
from bangfu.foundation.intake.reported.reportable import reportable_measure
from bangfu.foundation.operations import Act, allows, operation, scope_of
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.organisation.queries import unit_subtree
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import both
from bangfu.foundation.rounds.models import Every, Schedule
from bangfu.foundation.rounds.operations.refusing import UnableToSchedule
from bangfu.foundation.rounds.sheets import layouts_to_ask

LATEST_DUE, LONGEST_GRACE = 60, 30
LATEST_START = 10
"""Years from now."""


@dataclass(frozen=True)
class ScheduleDetails:
    """What a schedule says."""

    title: str
    measures: tuple[str, ...]
    every: str
    """``MONTH``, ``QUARTER``, ``HALF_YEAR`` or ``YEAR``."""
    due_days: int
    """By which day after the period it is due."""
    starts_on: date
    ends_on: date | None = None
    """The first day that is not asked for any more; null is open."""
    level: str = ""
    """All units of this kind below the one that asks; empty: those in ``chosen``."""
    chosen: tuple[int, ...] = ()
    """Keys of units."""
    grace_days: int = 0
    remind_days: int = 3
    layouts: tuple[str, ...] = ()
    """Codes of sheets of rooms, as ``sheets.layouts_to_ask`` has them."""


@operation("rounds.make_schedule", scope=scope_of("unit"))
def make_schedule(*, details: ScheduleDetails, unit: Unit, responsible: Account, act: Act) -> Schedule:
    """Make a schedule by which a unit asks units below it for returns; its rounds open when their periods are over.

    Raises: UnableToSchedule, UnknownMeasure, UnknownLayout: see their codes; nothing was written.
    """
    if not details.title.strip():
        raise UnableToSchedule("title_missing")
    if not details.measures and not details.layouts:
        raise UnableToSchedule("no_measure")
    measures = [reportable_measure(code).code for code in dict.fromkeys(details.measures)]
    layouts = list(dict.fromkeys(details.layouts))
    known = layouts_to_ask()
    for code in layouts:
        if code not in known:
            raise UnknownLayout("unknown_layout", layout=code)
    if bool(details.level) == bool(details.chosen) or details.level not in ("", *Unit.Kind.values):
        raise UnableToSchedule("nobody")
    _require_below(unit, details.chosen)
    if details.every not in Every.values:
        raise UnableToSchedule("unknown_every")
    is_plausible = (
        1 <= details.due_days <= LATEST_DUE
        and 0 <= details.grace_days <= LONGEST_GRACE
        and 0 <= details.remind_days <= LONGEST_GRACE
    )
    if not is_plausible:
        raise UnableToSchedule("days")
    last = date(act.on.year + LATEST_START, 12, 31)
    if not FIRST_ASSISTANCE <= details.starts_on <= last:
        raise UnableToSchedule("start", first=FIRST_ASSISTANCE.isoformat(), last=last.isoformat())
    if details.ends_on is not None and details.ends_on <= details.starts_on:
        raise UnableToSchedule("period")
    if not allows(responsible, "rounds.accept_returns", unit.scope, act.on):
        name = both(responsible.display_name, responsible.display_name)
        raise UnableToSchedule("may_not_accept", name=name, unit=both(unit.name_zh, unit.name_en))
    return Schedule.objects.create(
        title=details.title.strip(),
        measures=measures,
        layouts=layouts,
        unit=unit,
        level=details.level,
        chosen=sorted(set(details.chosen)),
        every=details.every,
        due_days=details.due_days,
        grace_days=details.grace_days,
        remind_days=details.remind_days,
        starts_on=details.starts_on,
        ends_on=details.ends_on,
        responsible=responsible,
        made_at=act.at,
        made_by=act.actor,
    )


def _require_below(unit: Unit, chosen: tuple[int, ...]) -> None:
    if not chosen:
        return
    below = set(unit_subtree(unit.pk).exclude(pk=unit.pk).values_list("pk", flat=True))
    outside = [key for key in chosen if key not in below]
    if outside:
        named = Unit.objects.filter(pk=outside[0]).first()
        name = both(named.name_zh, named.name_en) if named else both(f"#{outside[0]}", f"#{outside[0]}")
        raise UnableToSchedule("outside", unit=name, asking=both(unit.name_zh, unit.name_en))


@operation("rounds.stop_schedule", scope=scope_of("schedule"))
def stop_schedule(*, schedule: Schedule, act: Act) -> Schedule:
    """Stop a schedule: it opens no further rounds, and those that are open go on.

    Raises: UnableToSchedule: ``stopped_already``; nothing was written.
    Locks: the schedule.
    """
    held = Schedule.objects.select_for_update().get(pk=schedule.pk)
    if held.stopped_at is not None:
        raise UnableToSchedule("stopped_already")
    held.stopped_at = act.at
    held.save(update_fields=["stopped_at"])
    return held
