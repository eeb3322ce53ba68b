"""Lots with their origin, and what leaves them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from bangfu.foundation.intake.reported.reportable import has_identity_number
from bangfu.foundation.operations import Act, Scope, inside_operation, operation, scope_of
from bangfu.livelihoods.industries import queries
from bangfu.livelihoods.industries.lot_rules import LotDetails, UnableToTrace, refuse_lot
from bangfu.livelihoods.industries.models import Draw, Industry, Lot, Operator
from bangfu.livelihoods.industries.operations import storing
from bangfu.livelihoods.industries.operations.describing import lot_columns
from bangfu.livelihoods.industries.operations.storing import Files


def _scope_of_lot(*, industry: Industry, details: LotDetails, **arguments: object) -> Scope:
    return Scope(unit=industry.unit_id, place=details.village.pk)


@operation("industries.enter_lot", scope=_scope_of_lot)
def enter_lot(*, industry: Industry, operator: Operator, details: LotDetails, files: Files, act: Act) -> Lot:
    """Enter a harvest of an operator with its inspection report, and submit it for review; verified, its origin is public.

    Raises: UnableToTrace: see its codes; UnableToKeep: a file is refused. Nothing was written.
    """
    refuse_lot(details, industry, today=act.on)
    lot = Lot.objects.create(
        **lot_columns(details), industry=industry, operator=operator, entered_at=act.at, entered_by=act.actor
    )
    storing.submit(lot, files=files, unit=industry.unit, unable=UnableToTrace, act=act)
    return lot


def draw_down_lot(*, lot: int, kg: Decimal, reference: str, on: date, act: Act) -> Draw:
    """Take kilograms from a verified lot for a line of an order, or give some back with a negative weight.

    Args:
        lot: its key.
        reference: the line that it is drawn for; once a lot.

    Raises: UnableToTrace: ``not_verified``, ``nothing_drawn``, ``drawn_already``, ``before_harvest``, ``lot_short``.
    Locks: the lot; whoever draws several takes them in the order of their keys.
    """
    found = _lot_for_update(lot, kg, reference, on)
    left = queries.balances_of([lot])[lot].left_kg
    if kg > left:
        raise UnableToTrace("lot_short", code=found.code, left=left, kg=kg)
    return _drawn(found, kg, reference, on, act, is_outside=False)


@operation("industries.record_sale", scope=scope_of("lot"))
def record_sale(*, lot: Lot, kg: Decimal, document: str, on: date, act: Act) -> Draw:
    """Record what an operator sold of a lot elsewhere, as it was told; more than there can be is kept, and is a finding.

    Raises: UnableToTrace: see its codes; nothing was written.
    Locks: the lot.
    """
    if not document.strip():
        raise UnableToTrace("not_described")
    if has_identity_number(document):
        raise UnableToTrace("identity_number")
    if on > act.on:
        raise UnableToTrace("in_the_future")
    found = _lot_for_update(lot.pk, kg, document.strip(), on)
    return _drawn(found, kg, document.strip(), on, act, is_outside=True)


def _lot_for_update(key: int, kg: Decimal, reference: str, on: date) -> Lot:
    inside_operation()
    lot = Lot.objects.select_for_update().get(pk=key)
    if lot.confirmed_at is None:
        raise UnableToTrace("not_verified", code=lot.code)
    if kg == 0:
        raise UnableToTrace("nothing_drawn")
    if Draw.objects.filter(lot=lot, reference=reference).exists():
        raise UnableToTrace("drawn_already", reference=reference)
    if on < lot.harvested_on:
        raise UnableToTrace("before_harvest", code=lot.code, day=lot.harvested_on.isoformat())
    return lot


def _drawn(lot: Lot, kg: Decimal, reference: str, on: date, act: Act, *, is_outside: bool) -> Draw:
    return Draw.objects.create(
        lot=lot,
        kg=kg,
        drawn_on=on,
        reference=reference,
        is_outside=is_outside,
        drawn_at=act.at,
        drawn_by=act.actor,
    )
