"""A unit says which of the sheets that it imported belong to a return."""

from __future__ import annotations

from bangfu.foundation.intake.models import Upload
from bangfu.foundation.operations import Act, operation, scope_of
from bangfu.foundation.rounds.models import STATE_WORDS, Return, ReturnSheet
from bangfu.foundation.rounds.operations.holding import return_for_update
from bangfu.foundation.rounds.operations.refusing import UnableToTakeSheet
from bangfu.foundation.rounds.sheets import layout_title


@operation("rounds.take_sheet", scope=scope_of("unit_return"))
def take_sheet(*, unit_return: Return, upload: Upload, act: Act) -> ReturnSheet:
    """Let an imported sheet belong to a return of its unit that asks for it.

    Raises: UnableToTakeSheet: see its codes; nothing was written.
    Locks: the round against being locked, then the return, then the sheet's upload.
    """
    held = _in_hand(unit_return)
    sheet = Upload.objects.select_for_update(of=("self",)).select_related("unit").get(pk=upload.pk)
    title = layout_title(sheet.layout)
    if sheet.layout not in held.round.layouts:
        raise UnableToTakeSheet("not_asked", layout=title)
    if sheet.unit_id != held.unit_id:
        raise UnableToTakeSheet("other_unit")
    if sheet.state != Upload.State.CONFIRMED:
        raise UnableToTakeSheet("not_imported")
    known = ReturnSheet.objects.filter(upload=sheet).select_related("unit_return__round__schedule").first()
    if known is not None:
        asked = known.unit_return.round
        raise UnableToTakeSheet("taken_already", title=asked.schedule.title, period=asked.period)
    return ReturnSheet.objects.create(unit_return=held, upload=sheet, taken_at=act.at, taken_by=act.actor)


@operation("rounds.leave_sheet_out", scope=scope_of("unit_return"))
def leave_sheet_out(*, unit_return: Return, upload: Upload, act: Act) -> Return:
    """Take a sheet out of a return again; what was imported stays.

    Raises: UnableToTakeSheet: ``locked``, ``returned_already``, ``not_there``; nothing was written.
    Locks: the round against being locked, then the return.
    """
    held = _in_hand(unit_return)
    gone, _ = ReturnSheet.objects.filter(unit_return=held, upload=upload).delete()
    if not gone:
        raise UnableToTakeSheet("not_there")
    return held


def _in_hand(unit_return: Return) -> Return:
    """Return a return that its unit still owes, as it is now."""
    held = return_for_update(unit_return)
    if held.round.is_locked:
        raise UnableToTakeSheet("locked")
    if not held.is_owed:
        raise UnableToTakeSheet("returned_already", state=STATE_WORDS[held.state])
    return held
