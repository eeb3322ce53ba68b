"""Plain writing functions that the room's operations share: orders locked, steps, stock moved, facts of money."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.db import connection

from bangfu.foundation.ledger.measures import Measure
from bangfu.foundation.ledger.operations import NewFacts, post_new
from bangfu.foundation.operations import Act, inside_operation
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.places.queries import memberships
from bangfu.foundation.rooms import record_type
from bangfu.livelihoods.shop.discounting import net_of
from bangfu.livelihoods.shop.measures import CANTEEN_ASSISTED, HELPED_TO_SELL, KEPT, PURCHASED
from bangfu.livelihoods.shop.models import Label, Payer
from bangfu.livelihoods.shop.register import SOURCE_SYSTEM

ASSISTED = "poor-832"
"""The area whose produce counts as bought or helped to sell."""
PLEDGED = {Label.BOUGHT: PURCHASED, Label.HELPED: HELPED_TO_SELL}
"""In which row of the pledge an order counts, by its label: one yuan has one row."""


@dataclass(frozen=True, slots=True)
class LockedOrder:
    """An order as it is now, locked until the operation ends."""

    key: int
    state: str
    unit: int
    label: str
    total_fen: int
    """Its goods, before a coupon."""
    refunded_fen: int
    due_fen: int
    """What its buyer is to pay in money: the goods less the coupon, and carriage, less what points pay."""
    freight_fen: int
    payer: str


@dataclass(frozen=True, slots=True)
class Moved:
    """What one movement does to a stock."""

    stock: int
    physical: int
    reserved: int
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Money:
    """Yuan of one order line that are paid, or less than zero refunded."""

    order: int
    source: str
    """Tells the fact from every other of its measure."""
    unit: int
    place: int
    label: str
    amount_fen: int
    payer: str


def locked_orders(keys: list[int]) -> dict[int, LockedOrder]:  # by key; unknown ones are absent
    """Return orders as they are now, locked in order of their keys until the operation ends."""
    inside_operation()
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM shop_order WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE", [keys])
        # Read once they are locked: a row that was waited for is read anew, what is joined to it would not be.
        cursor.execute(
            "SELECT one.id, one.state, one.unit_id, one.label, one.total_fen, one.refunded_fen,"
            " one.total_fen - coalesce(terms.discount_fen, 0) + coalesce(terms.freight_fen, 0) - coalesce(points.value_fen, 0),"
            " coalesce(terms.freight_fen, 0), one.payer"
            " FROM shop_order one LEFT JOIN shop_orderterms terms ON terms.order_id = one.id"
            " LEFT JOIN shop_pointspart points ON points.order_id = one.id"
            " WHERE one.id = ANY(%s) ORDER BY one.id",
            [keys],
        )
        return {row[0]: LockedOrder(*row) for row in cursor.fetchall()}


def take_steps(
    orders: Sequence[int], state: str, *, waybills: Mapping[int, str] | None = None, act: Act
) -> None:
    """Write that orders, which are locked, came to a state."""
    inside_operation()
    keys = list(orders)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE shop_order SET state = %s WHERE id = ANY(%s)", [state, keys])
        cursor.execute(
            "INSERT INTO shop_orderstep (order_id, state, waybill, taken_at, taken_by_id)"
            " SELECT one.id, %s, one.waybill, %s, %s FROM unnest(%s::bigint[], %s::text[]) AS one (id, waybill)",
            [state, act.at, act.actor.pk, keys, [(waybills or {}).get(key, "") for key in keys]],
        )


def move_stock(moved: Sequence[Moved], kind: str, *, act: Act) -> None:
    """Change stocks, locked in order of their keys, and write what changed them.

    Raises: IntegrityError: a stock would be oversold.
    """
    inside_operation()
    if not moved:
        return
    columns = [
        [one.stock for one in moved],
        [one.physical for one in moved],
        [one.reserved for one in moved],
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM shop_stock WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE", [columns[0]]
        )
        cursor.execute(
            "UPDATE shop_stock stock SET physical = stock.physical + change.physical,"
            " reserved = stock.reserved + change.reserved"
            " FROM (SELECT one.stock, sum(one.physical)::bigint AS physical, sum(one.reserved)::bigint AS reserved"
            " FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS one (stock, physical, reserved)"
            " GROUP BY one.stock) change WHERE stock.id = change.stock",
            columns,
        )
        cursor.execute(
            "INSERT INTO shop_stockmovement (stock_id, kind, physical, reserved, line_id, moved_at, moved_by_id)"
            " SELECT one.stock, %s, one.physical, one.reserved, one.line, %s, %s"
            " FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[]) AS one (stock, physical, reserved, line)",
            [kind, act.at, act.actor.pk, *columns, [one.line for one in moved]],
        )


OFF_A_LINE = """
  LEFT JOIN LATERAL (SELECT -sum(off.reserved) FILTER (WHERE off.kind = 'RELEASED') AS freed,
                            -sum(off.reserved) FILTER (WHERE off.kind = 'SHIPPED') AS sent
                       FROM shop_stockmovement off
                      WHERE off.line_id = line.id AND off.kind IN ('RELEASED', 'SHIPPED')) moved ON true
"""
"""Joins an order line to how many of its packs were freed before they went, and how many went: null where none did."""
STANDING = f"""
SELECT line.order_id, line.id, offer.stock_id, line.quantity - coalesce(given.quantity, 0), line.quantity,
       line.quantity * line.unit_price_fen - coalesce(taken_off.discount_fen, 0), line.place_id,
       line.quantity - coalesce(moved.freed, 0) - coalesce(moved.sent, 0), coalesce(moved.sent, 0)
  FROM shop_orderline line JOIN shop_offer offer ON offer.id = line.offer_id
  LEFT JOIN shop_linediscount taken_off ON taken_off.line_id = line.id
  LEFT JOIN (SELECT line_id, sum(quantity) AS quantity FROM shop_refund GROUP BY line_id) given ON given.line_id = line.id
  {OFF_A_LINE}
 WHERE line.order_id = ANY(%s) ORDER BY line.id
"""


@dataclass(frozen=True, slots=True)
class StandingLine:
    """What of an order line was not refunded."""

    order: int
    line: int
    stock: int
    quantity: int
    ordered: int
    """How many packs were ordered."""
    net_fen: int
    """What the line as it was ordered is paid with: its price less what a coupon takes off."""
    place: int
    unsent: int
    """How many packs it still reserves: not freed, and in no parcel yet."""
    went: int
    """How many packs left in parcels, refunded since or not."""

    @property
    def sent(self) -> int:
        """How many of the packs that stand left in parcels; of a cancelled order this means nothing."""
        return self.quantity - self.unsent

    def worth_fen(self, packs: int) -> int:
        """Return what goes back for so many of the packs that stand, so that all refunds of a line add up to what was paid."""
        given = self.ordered - self.quantity
        return net_of(self.net_fen, self.ordered, given + packs) - net_of(self.net_fen, self.ordered, given)


def standing_lines(orders: Sequence[int]) -> list[StandingLine]:
    """Return the lines of orders with what of each was not refunded, lines that are gone whole included with zero."""
    with connection.cursor() as cursor:
        cursor.execute(STANDING, [list(orders)])
        return [
            StandingLine(order, line, stock, int(quantity), ordered, net, place, int(unsent), int(went))
            for order, line, stock, quantity, ordered, net, place, unsent, went in cursor.fetchall()
        ]


def post_money(measure: Measure, money: Sequence[Money], *, act: Act) -> None:
    """Post yuan in a measure, owned by each order's unit, at the county of origin, today; what is nothing is no fact.

    Whoever calls it has just noted the payment or the refund that is the source.
    """
    inside_operation()
    money = [one for one in money if one.amount_fen]
    if not money:
        return
    facts = NewFacts(
        quantities=[Decimal(one.amount_fen).scaleb(-2) for one in money],
        units=[one.unit for one in money],
        places=[one.place for one in money],
        subjects=[one.order for one in money],
        sources=[one.source for one in money],
    )
    post_new(measure, facts, record_type=record_type("shop.order"), system=SOURCE_SYSTEM, act=act)


def count_money(money: Sequence[Money], *, act: Act) -> None:
    """Post what is kept, and of produce of the listed counties what is bought or helped to sell, by each order's label.

    Posts: ``shop.kept``; ``shop.purchased`` or ``shop.helped_to_sell``, never both; of canteens ``shop.canteen_assisted``.
    """
    post_money(KEPT, money, act=act)
    known = memberships(ASSISTED).filter(place_id__in={one.place for one in money}, starts_on__lte=act.on)
    assisted = set(known.order_by().values_list("place_id", flat=True))
    for label, measure in PLEDGED.items():
        post_money(measure, [one for one in money if one.label == label and one.place in assisted], act=act)
    eaten = [one for one in money if one.payer == Payer.CANTEEN and one.place in assisted]
    where = places_of_units({one.unit for one in eaten})
    post_money(
        CANTEEN_ASSISTED, [replace(one, place=where.get(one.unit, one.place)) for one in eaten], act=act
    )


def places_of_units(units: Collection[int]) -> dict[int, int]:  # by unit; of those without a place absent
    """Return where units are."""
    found = Unit.objects.filter(pk__in=units, place__isnull=False)
    return {key: place for key, place in found.values_list("pk", "place") if place is not None}
