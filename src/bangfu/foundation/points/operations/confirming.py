"""The operator's points system is told what was spent and given back, by a file that it answers once."""

from __future__ import annotations

import hashlib

from django.db import connection

from bangfu.foundation.operations import Act, operation, scope_of
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.points.models import Confirmation
from bangfu.foundation.points.operations.refusing import UnableToConfirm
from bangfu.foundation.points.operations.storing import copy_rows
from bangfu.foundation.points.queries import confirmation_file, untold_movements


@operation("points.make_confirmation", scope=scope_of("unit"))
def make_confirmation(*, unit: Unit, act: Act) -> Confirmation:
    """Gather what was spent and given back since the last file, of the members of a unit and those below it, for the operator.

    While the operator has not answered one, no other is made: it could not tell which came first.

    Raises: UnableToConfirm: ``nothing_new``, ``one_open``; nothing was written.
    Locks: the unit's files, by an advisory lock.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('points confirmation'), %s)", [unit.pk])
    waiting = Confirmation.objects.filter(unit=unit, acknowledged_at=None).first()
    if waiting is not None:
        raise UnableToConfirm("one_open", name=waiting.name)
    moves = list(untold_movements(unit).order_by("pk").values_list("pk", "points"))
    if not moves:
        raise UnableToConfirm("nothing_new")
    text = confirmation_file([key for key, _ in moves])
    found = Confirmation.objects.create(
        unit=unit,
        made_at=act.at,
        made_by=act.actor,
        rows=len(moves),
        points=-sum(points for _, points in moves),
        digest=hashlib.sha256(text.encode()).hexdigest(),
    )
    copy_rows("points_told", ("movement_id", "confirmation_id"), [(key, found.pk) for key, _ in moves])
    return found


@operation("points.acknowledge_confirmation", scope=scope_of("confirmation"))
def acknowledge_confirmation(
    *, confirmation: Confirmation, digest: str, reference: str, act: Act
) -> Confirmation:
    """Note that the operator took a file: its digest and the operator's reference; the same answer again changes nothing.

    Raises: UnableToConfirm: ``digest_differs``, ``no_reference``, ``taken_already``, ``reference_used``; nothing was written.
    Locks: the confirmation.
    """
    held = Confirmation.objects.select_for_update(of=("self",)).get(pk=confirmation.pk)
    said = reference.strip()
    if not said:
        raise UnableToConfirm("no_reference")
    if digest.strip().lower() != held.digest:
        raise UnableToConfirm("digest_differs", name=held.name)
    if held.acknowledged_at is not None:
        if held.reference != said:
            raise UnableToConfirm("taken_already", name=held.name, reference=held.reference)
        return held
    if Confirmation.objects.filter(reference=said).exists():
        raise UnableToConfirm("reference_used", reference=said)
    held.reference, held.acknowledged_at = said, act.at
    held.save(update_fields=["reference", "acknowledged_at"])
    return held
