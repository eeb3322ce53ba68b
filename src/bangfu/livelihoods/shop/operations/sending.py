"""Goods leave: stock goes with each parcel, pack by pack; an order is shipped once nothing of it is left to send."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from bangfu.foundation.operations import Act, inside_operation
from bangfu.livelihoods.shop.models import MovementKind, OrderState, PartShipment
from bangfu.livelihoods.shop.operations.storing import Moved, move_stock, standing_lines, take_steps

LONGEST_WAYBILL = 60
"""What a step of an order has room for, and a part of one."""


@dataclass(frozen=True, slots=True)
class Sent:
    """Packs of one order that left under one waybill."""

    order: int
    waybill: str
    packs: Mapping[int, int]
    """How many of which order line; none more than the line still reserves."""


def send_packs(sent: Sequence[Sent], *, act: Act) -> list[int]:
    """Take packs of paid orders, which are locked, from stock as they leave, and return which orders went whole with them.

    Of the others it is kept under which waybills a part went.

    Raises: IntegrityError: more would leave than is reserved.
    Locks: their stock.
    """
    inside_operation()
    orders = sorted({one.order for one in sent})
    stocks = {one.line: one.stock for one in standing_lines(orders)}
    gone = [
        Moved(stocks[line], -count, -count, line)
        for one in sent
        for line, count in one.packs.items()
        if count
    ]
    move_stock(gone, MovementKind.SHIPPED, act=act)
    left = {one.order for one in standing_lines(orders) if one.unsent}
    whole = [order for order in orders if order not in left]
    if whole:
        take_steps(whole, OrderState.SHIPPED, waybills=_waybills(whole, sent), act=act)
    PartShipment.objects.bulk_create(
        [
            PartShipment(
                order_id=one.order,
                waybill=one.waybill[:LONGEST_WAYBILL],
                shipped_at=act.at,
                shipped_by=act.actor,
            )
            for one in sent
            if one.order in left
        ]
    )
    return whole


def hand_over(waybills: Mapping[int, str], *, act: Act) -> None:
    """Write that all that paid orders, which are locked, still reserve was handed to a carrier, and take it from stock.

    Args:
        waybills: the carrier's number by the order's key.

    Locks: their stock.
    """
    packs: dict[int, dict[int, int]] = {order: {} for order in waybills}
    for one in standing_lines(list(waybills)):
        packs[one.order][one.line] = one.unsent
    send_packs([Sent(order, waybill, packs[order]) for order, waybill in waybills.items()], act=act)


def note_sent_whole(order: int, *, act: Act) -> None:
    """Let an order, which is locked and of which a part went, be shipped if nothing of it is left to send."""
    inside_operation()
    lines = standing_lines([order])
    if any(one.went for one in lines) and not any(one.unsent for one in lines):
        take_steps([order], OrderState.SHIPPED, waybills=_waybills([order], ()), act=act)


def _waybills(orders: Collection[int], sent: Sequence[Sent]) -> dict[int, str]:  # by order
    """Return the waybills of each order in one line, as many as a step has room for, those of earlier parts first."""
    found: dict[int, list[str]] = {order: [] for order in orders}
    earlier = PartShipment.objects.filter(order__in=orders).order_by("pk").values_list("order_id", "waybill")
    for order, waybill in [*earlier, *((one.order, one.waybill) for one in sent)]:
        if order in found and waybill not in found[order]:
            found[order].append(waybill)
    return {order: _in_one_line(numbers) for order, numbers in found.items()}


def _in_one_line(numbers: Sequence[str]) -> str:
    whole = " ".join(numbers)
    if len(whole) <= LONGEST_WAYBILL:
        return whole
    shown = [
        number
        for place, number in enumerate(numbers)
        if len(" ".join(numbers[: place + 1])) <= LONGEST_WAYBILL - 5
    ]
    return " ".join(shown) + f" +{len(numbers) - len(shown)}"
