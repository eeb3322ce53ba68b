"""What points are worth is entered, a version from a day on."""

from __future__ import annotations

from datetime import date

from bangfu.foundation.operations import Act, operation, scope_of
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.points.models import Rate
from bangfu.foundation.points.operations.refusing import UnableToEnterRate


@operation("points.enter_rate", scope=scope_of("unit"))
def enter_rate(
    *,
    unit: Unit,
    points: int,
    fen: int,
    valid_from: date,
    document: str,
    valid_until: date | None = None,
    least_points: int = 1,
    grace_days: int = 0,
    act: Act,
) -> Rate:
    """Say what a sponsor's points are worth from a day on: so many points are so many fen.

    What was turned into cash before keeps its rate.

    Args:
        valid_until: the first day on which it holds no more; null: until another version begins.
        least_points: fewer are not turned into cash.
        grace_days: for how long points can be spent that come back after their lot expired; zero: they lapse.

    Raises: UnableToEnterRate: see its codes; nothing was written.
    """
    if points <= 0 or fen <= 0 or least_points <= 0 or grace_days < 0:
        raise UnableToEnterRate("wrong_numbers")
    if not document.strip():
        raise UnableToEnterRate("no_document")
    if valid_from < act.on:
        raise UnableToEnterRate("in_past")
    if valid_until is not None and valid_until <= valid_from:
        raise UnableToEnterRate("wrong_period")
    if Rate.objects.filter(unit=unit, valid_from=valid_from).exists():
        raise UnableToEnterRate("day_taken", on=valid_from)
    return Rate.objects.create(
        unit=unit,
        points=points,
        fen=fen,
        valid_from=valid_from,
        valid_until=valid_until,
        least_points=least_points,
        grace_days=grace_days,
        document=document.strip(),
        entered_at=act.at,
        entered_by=act.actor,
    )
