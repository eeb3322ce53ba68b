"""What is typed for a return is kept as it is typed, as texts; nothing of it is a record before the return is submitted."""

from __future__ import annotations

from collections.abc import Sequence

from bangfu.foundation.evidence.operations import clean_name, keep
from bangfu.foundation.intake.layouts import layout_with_code
from bangfu.foundation.operations import Act, operation, scope_of
from bangfu.foundation.rounds.models import STATE_WORDS, Draft, Return, ReturnFile, ReturnState
from bangfu.foundation.rounds.operations.holding import return_for_update
from bangfu.foundation.rounds.operations.refusing import UnableToFill
from bangfu.foundation.rounds.rows import MOST_ROWS, GridRow, cleaned, has_grid


@operation("rounds.save_rows", scope=scope_of("unit_return"), unrecorded={"rows"})
def save_rows(
    *, unit_return: Return, measure: str, rows: Sequence[GridRow], revision: int, act: Act
) -> Draft:
    """Keep the rows of one measure of a return as they are typed; identity numbers are left out.

    Args: ``revision``: of the draft that the rows come from; 0 when there was none.
    Raises: UnableToFill: see its codes; nothing was written.
    Locks: the round against being locked, then the return.
    """
    held = return_for_update(unit_return)
    if measure not in held.round.measures:
        raise UnableToFill("not_asked", measure=measure)
    layout = layout_with_code(measure)
    if not has_grid(layout):
        raise UnableToFill("no_grid")
    _require_fillable(held)
    if len(rows) > MOST_ROWS:
        raise UnableToFill("too_many_rows", most=MOST_ROWS)
    draft = Draft.objects.filter(unit_return=held, measure=measure).first()
    if (draft.revision if draft else 0) != revision:
        raise UnableToFill("changed_meanwhile")
    if draft is None:
        draft = Draft(unit_return=held, measure=measure, revision=0)
    kept, _ = cleaned(rows, layout)
    draft.rows = [row.stored() for row in kept]
    draft.revision += 1
    draft.saved_at, draft.saved_by = act.at, act.actor
    draft.save()
    if held.state == ReturnState.WAITING and any(row.is_filled for row in kept):
        held.state = ReturnState.DRAFTED
        held.save(update_fields=["state"])
    return draft


@operation("rounds.add_file", scope=scope_of("unit_return"))
def add_file(*, unit_return: Return, name: str, content: bytes, act: Act) -> ReturnFile:
    """Keep a file of evidence for a return, so that its rows may name it.

    Raises: UnableToFill: ``returned_already``, ``file_there``; UnableToKeep: the file is refused. Nothing was written.
    Locks: the round against being locked, then the return.
    """
    held = return_for_update(unit_return)
    _require_fillable(held)
    called = clean_name(name).lower()
    if ReturnFile.objects.filter(unit_return=held, name=called).exists():
        raise UnableToFill("file_there", name=called)
    file = keep(content, name=name, act=act)
    return ReturnFile.objects.create(
        unit_return=held, file=file, name=called, kept_at=act.at, kept_by=act.actor
    )


def _require_fillable(held: Return) -> None:
    """Refuse a return that is out of its unit's hands; for a locked round what is typed waits for an amendment."""
    if not held.is_owed and not held.round.is_locked:
        state = STATE_WORDS[held.state]
        raise UnableToFill("returned_already", state=state)
