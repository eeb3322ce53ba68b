"""Parcels of suppliers: written with their waybills, all or none; an order is shipped once all of it is on its way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, connection, transaction

from bangfu.foundation.intake.layouts import RowFault
from bangfu.foundation.intake.models import Upload
from bangfu.foundation.operations import Act, Refusal, inside_operation, operation, scope_of
from bangfu.foundation.rooms import both
from bangfu.livelihoods.shop.neighbours import (
    ORDER_STATE_WORDS,
    OrderState,
    Sent,
    locked_orders,
    order_number,
    send_packs,
)
from bangfu.livelihoods.suppliers.couriers import COURIER_WORDS, courier_of, fits, written
from bangfu.livelihoods.suppliers.models import Supplier
from bangfu.livelihoods.suppliers.sides import require_side
from bangfu.livelihoods.suppliers.toship import ToShip, lines_to_ship, orders_of


class UnableToShip(Refusal):
    """Codes: ``no_parcels``, ``unknown_order``, ``not_paid``, ``shipped_already``, ``courier_missing``, ``waybill_missing``,
    ``waybill_form``, ``waybill_elsewhere``, ``unknown_pack``, ``several_suppliers``, ``quantity``, ``too_many``,
    ``twice_in_sheet``, ``entered_meanwhile``."""

    sentences = {
        "no_parcels": both("请先填运单号。", "Enter a waybill first."),
        "unknown_order": both(
            "没有订单 {order}，或其中没有您的商品。请核对订单号。",
            "There is no order {order}, or none of your products in it. Check its number.",
        ),
        "not_paid": both(
            "订单 {order} 是“{state}”，不能发货。", "Order {order} is “{state}” and cannot be shipped."
        ),
        "shipped_already": both(
            "订单 {order} 里这家供应商的商品已经全部发出。", "All of this supplier's goods in order {order} went already."
        ),
        "courier_missing": both(
            "运单号「{waybill}」看不出是哪家快递。请选快递公司。",
            "Whose number {waybill} is cannot be told. Choose the courier.",
        ),
        "waybill_missing": both("订单 {order} 缺少运单号。", "Order {order} has no waybill number."),
        "waybill_form": both(
            "「{waybill}」不是{courier}的运单号。请核对，或换快递公司。",
            "{waybill} is no waybill number of this courier ({courier}). Check it, or choose another courier.",
        ),
        "waybill_elsewhere": both(
            "运单号「{waybill}」已用于另一位买家的订单 {order}。请核对。",
            "The waybill {waybill} stands with order {order} of another buyer. Check it.",
        ),
        "unknown_pack": both(
            "订单 {order} 里没有待发的规格「{pack}」。", "Nothing of the pack {pack} is to ship in order {order}."
        ),
        "several_suppliers": both(
            "订单 {order} 有几家供应商的商品。请加“规格编码”一列。",
            "Order {order} holds goods of several suppliers. Add a column 规格编码 (pack code).",
        ),
        "quantity": both("件数须大于零。", "The number of packs must be above zero."),
        "too_many": both(
            "订单 {order} 的「{pack}」只剩 {left} 件待发。", "{left} packs of {pack} are left to ship in order {order}."
        ),
        "twice_in_sheet": both(
            "与第 {other} 行是同一订单、同一规格、同一运单。请删去一行。",
            "The same order, pack and waybill as row {other}. Delete one.",
        ),
        "entered_meanwhile": both(
            "刚刚有人登记了同一张运单。请刷新后核对。", "Somebody has just entered the same waybill. Reload and compare."
        ),
    }  # fmt: skip


class ShippingFault(RowFault):
    """Why one row's parcel cannot be entered."""

    unable = UnableToShip


@dataclass(frozen=True)
class ParcelDetails:
    """What is said of a parcel."""

    order: int
    waybill: str
    courier: str = ""
    """Empty: by the number's letters."""
    packs: Mapping[int, int] | None = None
    """How many of which order line; null: all that is left of the supplier's."""


@dataclass(frozen=True)
class Planned:
    """A parcel as it is written."""

    supplier: int
    order: int
    courier: str
    waybill: str
    packs: Mapping[int, int]


def checked_waybill(order: str, courier: str, waybill: str) -> tuple[str, str]:
    """Return courier and number as they are kept.

    Raises: UnableToShip: ``waybill_missing``, ``courier_missing``, ``waybill_form``.
    """
    number = written(waybill)
    if not number:
        raise UnableToShip("waybill_missing", order=order)
    carrier = courier or courier_of(number)
    if carrier not in COURIER_WORDS:
        raise UnableToShip("courier_missing", waybill=number)
    if not fits(carrier, number):
        raise UnableToShip("waybill_form", waybill=number, courier=COURIER_WORDS[carrier])
    return carrier, number


def refuse_others_order(number: str, state: str | None) -> None:
    """Refuse an order that is not the supplier's, or not paid.

    Raises: UnableToShip: ``unknown_order``, ``shipped_already``, ``not_paid``.
    """
    if state is None:
        raise UnableToShip("unknown_order", order=number)
    if state in (OrderState.SHIPPED, OrderState.DELIVERED, OrderState.CLOSED):
        raise UnableToShip("shipped_already", order=number)
    if state != OrderState.PAID:
        raise UnableToShip("not_paid", order=number, state=ORDER_STATE_WORDS[state])


def holder_of(courier: str, waybill: str, order: int) -> str | None:
    """Return the number of another buyer's order with which a waybill stands; null: none."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT parcel.order_id FROM suppliers_parcel parcel JOIN shop_order other ON other.id = parcel.order_id"
            " WHERE parcel.courier = %s AND parcel.waybill = %s"
            " AND other.buyer_id <> (SELECT buyer_id FROM shop_order WHERE id = %s) LIMIT 1",
            [courier, waybill, order],
        )
        found = cursor.fetchone()
    return order_number(found[0]) if found else None


def packs_of(number: str, lines: Sequence[ToShip], asked: Mapping[int, int] | None) -> dict[int, int]:
    """Return how many packs of which line go: all that is left, or what is asked for.

    Raises: UnableToShip: ``shipped_already``, ``unknown_pack``, ``quantity``, ``too_many``.
    """
    if not lines:
        raise UnableToShip("shipped_already", order=number)
    if asked is None:
        return {one.line: one.left for one in lines}
    left = {one.line: one for one in lines}
    for line, quantity in asked.items():
        if line not in left:
            raise UnableToShip("unknown_pack", order=number, pack=str(line))
        if quantity <= 0:
            raise UnableToShip("quantity")
        if quantity > left[line].left:
            raise UnableToShip("too_many", order=number, pack=left[line].pack_code, left=left[line].left)
    if not asked:
        raise UnableToShip("quantity")
    return dict(asked)


@operation("suppliers.ship_parcels", scope=scope_of("supplier"))
def ship_parcels(*, supplier: Supplier, parcels: Sequence[ParcelDetails], act: Act) -> int:
    """Note parcels that a supplier handed to couriers, all or none, and return how many orders are wholly on their way.

    A parcel may hold a part of an order: its packs leave the stock with it. The order is shipped once everything of it went.

    Raises: UnableToShip: see its codes; nothing was written.
    Locks: the orders, then their stock.
    """
    require_side(supplier, act=act)
    if not parcels:
        raise UnableToShip("no_parcels")
    keys = sorted({one.order for one in parcels})
    locked_orders(keys)
    states = orders_of([supplier.pk], keys)
    left = {one.line: one for one in lines_to_ship([supplier.pk], keys)}
    planned = []
    for one in parcels:
        number = order_number(one.order)
        refuse_others_order(number, states.get(one.order))
        courier, waybill = checked_waybill(number, one.courier, one.waybill)
        held = holder_of(courier, waybill, one.order)
        if held is not None:
            raise UnableToShip("waybill_elsewhere", waybill=waybill, order=held)
        packs = packs_of(number, [line for line in left.values() if line.order == one.order], one.packs)
        for line, quantity in packs.items():
            rest = left[line]
            left[line] = ToShip(**{**rest.__dict__, "gone": rest.gone + quantity})
            if not left[line].left:
                del left[line]
        planned.append(Planned(supplier.pk, one.order, courier, waybill, packs))
    return write_parcels(planned, act=act)


def write_parcels(planned: Sequence[Planned], *, upload: Upload | None = None, act: Act) -> int:
    """Write parcels of orders that are locked, take their packs from stock, and return of how many orders everything went.

    Raises: UnableToShip: ``entered_meanwhile``.
    Locks: the stock of those orders.
    """
    inside_operation()
    columns: list[list[Any]] = [
        [one.supplier for one in planned], [one.order for one in planned], [one.courier for one in planned],
        [one.waybill for one in planned],
    ]  # fmt: skip
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO suppliers_parcel (supplier_id, order_id, courier, waybill, shipped_at, shipped_by_id, upload_id)"
                " SELECT one.supplier, one.placed, one.courier, one.waybill, %s, %s, %s"
                " FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::text[]) WITH ORDINALITY"
                " AS one (supplier, placed, courier, waybill, place_in) ORDER BY one.place_in RETURNING id",
                [act.at, act.actor.pk, upload.pk if upload else None, *columns],
            )
            keys = [key for (key,) in cursor.fetchall()]
            rows = [
                (key, line, quantity)
                for key, one in zip(keys, planned, strict=True)
                for line, quantity in one.packs.items()
            ]
            cursor.execute(
                "INSERT INTO suppliers_parcelline (parcel_id, line_id, quantity)"
                " SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::int[])",
                [[row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows]],
            )
    except IntegrityError as clash:
        if "suppliers_one_parcel_a_waybill" in str(clash) or "suppliers_line_holds" in str(clash):
            raise UnableToShip("entered_meanwhile") from clash
        raise
    return len(send_packs([Sent(one.order, one.waybill, one.packs) for one in planned], act=act))
