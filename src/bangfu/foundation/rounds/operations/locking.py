"""A round that is consolidated is locked by one, and unlocked by two."""

from __future__ import annotations

from django.db import connection

from bangfu.foundation.intake.reported.reportable import RECORD_TYPE
from bangfu.foundation.operations import Act, Scope, operation, scope_of
from bangfu.foundation.rounds.consolidating import sheets_come_to
from bangfu.foundation.rounds.models import OWED, Return, ReturnState, Round, Unlocking
from bangfu.foundation.rounds.operations.holding import round_for_update
from bangfu.foundation.rounds.operations.refusing import UnableToLock
from bangfu.foundation.rounds.sheets import waiting_in

_WAITING = """
SELECT count(*)
  FROM rounds_return owed
  JOIN intake_reportedrecord record ON record.unit_id = owed.unit_id
  JOIN review_review review ON review.record_type = %s AND review.record_id = record.id
 WHERE owed.round_id = %s AND record.measure = ANY(%s) AND record.happened_on >= %s AND record.happened_on < %s
   AND record.withdrawn_at IS NULL AND review.state = 'SUBMITTED'
"""


@operation("rounds.lock_round", scope=scope_of("round"))
def lock_round(*, round: Round, without_missing: bool = False, act: Act) -> Round:
    """Lock a round whose sums are consolidated: from now on its period's records come in by amendment only.

    Args: ``without_missing``: whether it is agreed that units which have not returned stay missing.
    Raises: UnableToLock: ``locked_already``, ``period_runs``, ``undecided``, ``missing``, ``records_waiting``; nothing was
        written.
    Locks: the round, which submissions of its period hold until they are done.
    """
    held = round_for_update(round)
    if held.is_locked:
        raise UnableToLock("locked_already")
    if act.on < held.ends_on:
        raise UnableToLock("period_runs", day=held.last_on.isoformat())
    undecided = Return.objects.filter(round=held, state=ReturnState.RETURNED).count()
    if undecided:
        raise UnableToLock("undecided", count=undecided)
    missing = Return.objects.filter(round=held, state__in=OWED).count()
    if missing and not without_missing:
        raise UnableToLock("missing", count=missing)
    waiting = _records_waiting(held) + waiting_in(held)
    if waiting:
        raise UnableToLock("records_waiting", count=waiting)
    held.state = Round.State.LOCKED
    held.locked_at, held.locked_by = act.at, act.actor
    held.locked_sums = {code: str(quantity) for code, quantity in sheets_come_to(held).items()}
    held.save(update_fields=["state", "locked_at", "locked_by", "locked_sums"])
    return held


def _records_waiting(held: Round) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, [RECORD_TYPE, held.pk, held.measures, held.starts_on, held.ends_on])
        return int(cursor.fetchone()[0])


@operation("rounds.ask_unlock", scope=scope_of("round"))
def ask_unlock(*, round: Round, reason: str, act: Act) -> Unlocking:
    """Ask for a locked round to be opened again, saying why; another person does it.

    Raises: UnableToLock: ``not_locked``, ``reason_missing``, ``asked_already``; nothing was written.
    Locks: the round.
    """
    held = round_for_update(round)
    if not held.is_locked:
        raise UnableToLock("not_locked")
    if not reason.strip():
        raise UnableToLock("reason_missing")
    if held.unlockings.filter(unlocked_at=None).exists():
        raise UnableToLock("asked_already")
    return Unlocking.objects.create(round=held, reason=reason.strip(), asked_at=act.at, asked_by=act.actor)


def _of_round_asked_for(*, unlocking: Unlocking, **arguments: object) -> Scope:
    return unlocking.round.scope


@operation("rounds.unlock_round", scope=_of_round_asked_for)
def unlock_round(*, unlocking: Unlocking, act: Act) -> Round:
    """Open a locked round again, as the second person.

    Raises: UnableToLock: ``unlocked_already``, ``same_person``; nothing was written.
    Locks: the round, then what was asked.
    """
    held = round_for_update(unlocking.round)
    asked = Unlocking.objects.select_for_update().get(pk=unlocking.pk)
    if asked.unlocked_at is not None:
        raise UnableToLock("unlocked_already")
    if asked.asked_by_id == act.actor.pk:
        raise UnableToLock("same_person")
    asked.unlocked_at, asked.unlocked_by = act.at, act.actor
    asked.save(update_fields=["unlocked_at", "unlocked_by"])
    held.state = Round.State.OPEN
    held.locked_at = held.locked_by = None
    held.locked_sums = {}
    held.save(update_fields=["state", "locked_at", "locked_by", "locked_sums"])
    return held
