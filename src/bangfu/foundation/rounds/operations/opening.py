"""A round is opened for all its units at once, and those who owe their returns are chased: by hand and by the calendar."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import connection
from django.db.models import F

from bangfu.foundation.operations import Act, inside_operation, operation, scope_of
from bangfu.foundation.rooms import both
from bangfu.foundation.rounds.models import OWED, Chase, Return, Round, Schedule
from bangfu.foundation.rounds.noticing import CHASED, OPENED, tell_owing
from bangfu.foundation.rounds.operations.holding import round_for_update
from bangfu.foundation.rounds.operations.refusing import UnableToChase, UnableToOpenRound
from bangfu.foundation.rounds.periods import period_at, period_words

_ASK = """
INSERT INTO rounds_return (round_id, unit_id, state, due_on, extension_reason, nothing_of, remark, chases)
SELECT %(round)s, unit.id, 'WAITING', %(due)s, '', '{}', '', 0
  FROM organisation_unit unit
 WHERE starts_with(unit.path, %(path)s) AND unit.id <> %(asking)s
   AND unit.starts_on <= %(last)s AND (unit.ends_on IS NULL OR unit.ends_on > %(last)s)
   AND (unit.kind = %(level)s OR unit.id = ANY(%(chosen)s))
 ORDER BY unit.path
"""


@operation("rounds.open_round", scope=scope_of("schedule"))
def open_round(*, schedule: Schedule, starts_on: date, act: Act) -> Round:
    """Open the round of one period: every unit that is asked, and stood on the period's last day, owes a return, and is told.

    Raises: UnableToOpenRound: see its codes; nothing was written.
    Locks: the schedule.
    """
    held = Schedule.objects.select_for_update(of=("self",)).select_related("unit").get(pk=schedule.pk)
    if held.stopped_at is not None:
        raise UnableToOpenRound("stopped")
    period = period_words(held.every, starts_on)
    if starts_on < held.starts_on or (held.ends_on is not None and starts_on >= held.ends_on):
        raise UnableToOpenRound("outside", period=period)
    if starts_on > act.on:
        raise UnableToOpenRound("not_begun", period=period)
    first, end = period_at(held.every, starts_on)
    if first != starts_on:
        raise UnableToOpenRound("no_period", day=starts_on.isoformat())
    if Round.objects.filter(schedule=held, starts_on=starts_on).exists():
        raise UnableToOpenRound("opened_already", period=period)
    opened = Round.objects.create(
        schedule=held,
        unit=held.unit,
        measures=held.measures,
        layouts=held.layouts,
        starts_on=starts_on,
        ends_on=end,
        due_on=end + timedelta(days=held.due_days - 1),
        grace_days=held.grace_days,
        opened_at=act.at,
        opened_by=act.actor,
    )
    with connection.cursor() as cursor:
        cursor.execute(
            _ASK,
            {
                "round": opened.pk,
                "due": opened.due_on,
                "path": held.unit.path,
                "asking": held.unit_id,
                "last": opened.last_on,
                "level": held.level,
                "chosen": held.chosen,
            },
        )
        if not cursor.rowcount:
            raise UnableToOpenRound("nobody", period=period)
    tell_owing(opened, OPENED, occasion="opened", act=act)
    return opened


@operation("rounds.chase_round", scope=scope_of("round"))
def chase_round(*, round: Round, act: Act) -> Chase:
    """Chase every unit that owes its return of a round, by notice to whoever hands it in.

    Raises: UnableToChase: ``locked``, ``nobody_owes``; nothing was written.
    Locks: the round.
    """
    return _chased(round, Chase.Kind.HAND, act)


@operation("rounds.remind_round", scope=scope_of("round"))
def remind_round(*, round: Round, kind: str, act: Act) -> Chase:
    """Remind, once before and once after the due day, every unit that owes its return of a round.

    Args: ``kind``: ``BEFORE`` or ``AFTER``.
    Raises: UnableToChase: see its codes; nothing was written.
    Locks: the round.
    """
    if kind == Chase.Kind.HAND or kind not in Chase.Kind.values:
        raise UnableToChase("unknown_kind")
    return _chased(round, kind, act)


def _chased(asked: Round, kind: str, act: Act) -> Chase:
    inside_operation()
    held = round_for_update(asked)
    if held.is_locked:
        raise UnableToChase("locked")
    if kind != Chase.Kind.HAND and held.chasings.filter(kind=kind).exists():
        raise UnableToChase("reminded_already")
    owed = Return.objects.filter(round=held, state__in=OWED)
    count = owed.update(chased_at=act.at, chases=F("chases") + 1)
    if not count:
        raise UnableToChase("nobody_owes")
    tell_owing(held, CHASED, occasion=f"{kind} {act.on.isoformat()}", act=act)
    return Chase.objects.create(round=held, kind=kind, count=count, chased_at=act.at, chased_by=act.actor)


KIND_WORDS = {
    Chase.Kind.BEFORE.value: both("到期前提醒", "Reminded before it was due"),
    Chase.Kind.AFTER.value: both("到期后提醒", "Reminded after it was due"),
    Chase.Kind.HAND.value: both("催报", "Chased"),
}
