"""Rounds and returns as they are now, locked for whoever changes them."""

from __future__ import annotations

from bangfu.foundation.operations import inside_operation
from bangfu.foundation.rounds.models import Return, Round


def round_for_update(asked: Round) -> Round:
    """Return a round as it is now, locked until the operation ends."""
    inside_operation()
    found = Round.objects.select_for_update(of=("self",)).select_related("schedule", "unit")
    return found.get(pk=asked.pk)


def return_for_update(unit_return: Return) -> Return:
    """Return a return as it is now, its round held against being locked meanwhile, itself locked."""
    inside_operation()
    list(Round.objects.raw("SELECT id FROM rounds_round WHERE id = %s FOR SHARE", [unit_return.round_id]))
    found = Return.objects.select_for_update(of=("self",)).select_related("round__schedule", "unit")
    return found.get(pk=unit_return.pk)
