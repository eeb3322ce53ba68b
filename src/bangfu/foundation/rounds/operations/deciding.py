"""Whoever asked accepts what came back, sends it back, or gives more time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from bangfu.foundation.operations import Act, Scope, operation, scope_of
from bangfu.foundation.rounds.models import Return, ReturnState, Round
from bangfu.foundation.rounds.noticing import tell_sent_back
from bangfu.foundation.rounds.operations.holding import return_for_update, round_for_update
from bangfu.foundation.rounds.operations.refusing import UnableToDecideReturn

LONGEST_EXTENSION = timedelta(days=366)


def _of_who_asks(*, unit_return: Return, **arguments: object) -> Scope:
    return unit_return.round.scope


@operation("rounds.accept_returns", scope=scope_of("round"))
def accept_returns(*, round: Round, returns: Sequence[int], act: Act) -> int:
    """Accept returns of a round that were handed in, all or none, and say how many they were.

    Args: ``returns``: keys.
    Raises: UnableToDecideReturn: ``none_chosen``, ``locked``, ``not_returned``, ``same_person``; nothing was written.
    Locks: the round, then the returns in the order of their keys.
    """
    held = round_for_update(round)
    wanted = sorted(set(returns))
    if not wanted:
        raise UnableToDecideReturn("none_chosen")
    if held.is_locked:
        raise UnableToDecideReturn("locked")
    found = list(
        Return.objects.select_for_update()
        .filter(round=held, pk__in=wanted)
        .order_by("pk")
        .values_list("state", "returned_by")
    )
    others = len(wanted) - sum(state == ReturnState.RETURNED for state, _ in found)
    if others:
        raise UnableToDecideReturn("not_returned", count=others)
    own = sum(by == act.actor.pk for _, by in found)
    if own:
        raise UnableToDecideReturn("same_person", count=own)
    return Return.objects.filter(pk__in=wanted).update(
        state=ReturnState.ACCEPTED, decided_at=act.at, decided_by=act.actor
    )


@operation("rounds.send_back_return", scope=_of_who_asks)
def send_back_return(*, unit_return: Return, remark: str, act: Act) -> Return:
    """Send a return back to its unit, saying why; its records stay where their review has them.

    Raises: UnableToDecideReturn: ``locked``, ``remark_missing``, ``not_returned``, ``same_person``; nothing was written.
    Locks: the round against being locked, then the return.
    """
    held = return_for_update(unit_return)
    if held.round.is_locked:
        raise UnableToDecideReturn("locked")
    if not remark.strip():
        raise UnableToDecideReturn("remark_missing")
    if held.is_owed:
        raise UnableToDecideReturn("not_returned", count=1)
    if held.returned_by_id == act.actor.pk:
        raise UnableToDecideReturn("same_person", count=1)
    held.state, held.remark = ReturnState.SENT_BACK, remark.strip()
    held.decided_at, held.decided_by = act.at, act.actor
    held.save(update_fields=["state", "remark", "decided_at", "decided_by"])
    tell_sent_back(held, act=act)
    return held


@operation("rounds.extend_return", scope=_of_who_asks)
def extend_return(*, unit_return: Return, due_on: date, reason: str, act: Act) -> Return:
    """Give a unit more time for its return, saying why.

    Raises: UnableToDecideReturn: ``locked``, ``not_owed``, ``not_later``, ``too_long``, ``reason_missing``; nothing was written.
    Locks: the round against being locked, then the return.
    """
    held = return_for_update(unit_return)
    if held.round.is_locked:
        raise UnableToDecideReturn("locked")
    if not held.is_owed:
        raise UnableToDecideReturn("not_owed")
    if due_on <= held.due_on:
        raise UnableToDecideReturn("not_later", day=held.due_on.isoformat())
    if due_on > held.due_on + LONGEST_EXTENSION:
        raise UnableToDecideReturn("too_long")
    if not reason.strip():
        raise UnableToDecideReturn("reason_missing")
    held.due_on, held.extension_reason = due_on, reason.strip()
    held.save(update_fields=["due_on", "extension_reason"])
    return held
