"""What stands to be settled with a supplier: order lines, refunds since and corrections, each by the terms of its day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db import connection

from bangfu.foundation.rooms import Words, both
from bangfu.livelihoods.shop.neighbours import RETURN_STATE_WORDS
from bangfu.livelihoods.shop.neighbours import open_returns as asked_back
from bangfu.livelihoods.suppliers.models import Adjustment, LineKind, Terms
from bangfu.livelihoods.suppliers.reckoning import Due, Rates, correction, due_of


@dataclass(frozen=True)
class Reckoned:
    """A line as a statement will say it."""

    kind: str
    line: int
    order: int
    refund: int | None
    adjustment: int | None
    terms: int
    upto_refund: int
    quantity: int
    paid_fen: int
    refunded_fen: int
    parts: Due
    adjusted_fen: int
    floor_fen: int

    @property
    def due_fen(self) -> int:
        """What the supplier is due for it."""
        return self.parts.due_fen + self.adjusted_fen


_CLOSED = """
SELECT placed.id, line.id, line.quantity,
       line.quantity * line.unit_price_fen - coalesce(taken_off.discount_fen, 0), line.unit_price_fen, line.floor_fen,
       (placed.placed_at AT TIME ZONE %(zone)s)::date, (step.taken_at AT TIME ZONE %(zone)s)::date,
       coalesce(given.packs, 0), coalesce(given.fen, 0), coalesce(given.last, 0)
  FROM suppliers_supply supply
  JOIN shop_product product ON product.id = supply.product_id
  JOIN shop_variant variant ON variant.product_id = product.id
  JOIN shop_stock stock ON stock.variant_id = variant.id
  JOIN shop_offer offer ON offer.stock_id = stock.id
  JOIN shop_orderline line ON line.offer_id = offer.id
  JOIN shop_order placed ON placed.id = line.order_id AND placed.state = 'CLOSED'
  JOIN shop_orderstep step ON step.order_id = placed.id AND step.state = 'CLOSED'
  LEFT JOIN shop_linediscount taken_off ON taken_off.line_id = line.id
  LEFT JOIN LATERAL (SELECT sum(quantity) AS packs, sum(amount_fen) AS fen, max(id) AS last
                       FROM shop_refund WHERE line_id = line.id) given ON true
 WHERE supply.supplier_id = %(supplier)s
   AND supply.starts_on <= (placed.placed_at AT TIME ZONE %(zone)s)::date
   AND (supply.ends_on IS NULL OR supply.ends_on > (placed.placed_at AT TIME ZONE %(zone)s)::date)
   AND (%(starts_on)s::date IS NULL OR (step.taken_at AT TIME ZONE %(zone)s)::date >= %(starts_on)s)
   AND (step.taken_at AT TIME ZONE %(zone)s)::date < %(ends_on)s
   AND line.quantity > coalesce(given.packs, 0)
   AND NOT EXISTS (SELECT FROM suppliers_statementline taken WHERE taken.line_id = line.id AND taken.kind = 'GOODS')
 ORDER BY line.id
"""


@dataclass(frozen=True)
class Closed:
    """A line of a closed order that is in no statement."""

    order: int
    line: int
    quantity: int
    net_fen: int
    """What the line as it was ordered is paid with: its price less what a coupon takes off."""
    unit_price_fen: int
    floor_fen: int
    placed_on: date
    closed_on: date
    given: int
    """Packs that were refunded."""
    given_fen: int
    last_refund: int


def closed_lines(supplier: int, *, ends_on: date, starts_on: date | None = None) -> list[Closed]:
    """Return the lines of a supplier's products in orders that were closed in a period and are in no statement.

    Args:
        starts_on: null: from the first on.
    """
    asked: dict[str, Any] = {
        "zone": settings.TIME_ZONE,
        "supplier": supplier,
        "starts_on": starts_on,
        "ends_on": ends_on,
    }
    with connection.cursor() as cursor:
        cursor.execute(_CLOSED, asked)
        return [Closed(*row[:8], *(int(cell) for cell in row[8:])) for row in cursor.fetchall()]


def rates_of(terms: Terms) -> Rates:
    """Return what a version of the contract takes."""
    return Rates(terms.commission_bp, terms.platform_bp, terms.freight_fen)


def terms_on(versions: list[Terms], on: date) -> Terms | None:
    """Return the version that holds on a day, of versions in order; null: none holds yet."""
    held = [one for one in versions if one.starts_on <= on]
    return held[-1] if held else None


def of_goods(closed: list[Closed], versions: list[Terms]) -> tuple[list[Reckoned], list[Closed]]:
    """Return what closed lines come to, and those for which no terms held; the first kept line of an order bears freight."""
    found, bare, charged = [], [], set()
    for one in closed:
        terms = terms_on(versions, one.placed_on)
        if terms is None:
            bare.append(one)
            continue
        kept, packs = one.net_fen - one.given_fen, one.quantity - one.given
        coupon = packs * one.unit_price_fen - kept
        parts = due_of(kept, rates_of(terms), bears_freight=one.order not in charged, coupon_fen=coupon)
        charged.add(one.order)
        found.append(
            Reckoned(
                LineKind.GOODS, one.line, one.order, None, None, terms.pk, one.last_refund, packs,
                one.net_fen, one.given_fen, parts, 0, packs * one.floor_fen,
            )
        )  # fmt: skip
    return found, bare


_MONEY_UNDER_WAY = """
EXISTS (SELECT FROM payments_refund money WHERE money.number = 'SHOP-REFUND-' || refund.id AND money.state = 'ASKED')
"""
_SINCE = f"""
SELECT refund.id, refund.line_id, refund.quantity, refund.amount_fen, line.floor_fen, line.order_id,
       settled.kept_fen + settled.coupon_fen - line.unit_price_fen * coalesce(earlier.packs, 0), settled.terms_id,
       refund.quantity * line.unit_price_fen - refund.amount_fen
  FROM suppliers_statementline settled
  JOIN suppliers_statement statement ON statement.id = settled.statement_id AND statement.supplier_id = %(supplier)s
  JOIN shop_refund refund ON refund.line_id = settled.line_id AND refund.id > settled.upto_refund
  JOIN shop_orderline line ON line.id = settled.line_id
  LEFT JOIN LATERAL (SELECT sum(other.quantity) AS packs FROM shop_refund other
                      WHERE other.line_id = refund.line_id AND other.id > settled.upto_refund
                        AND other.id < refund.id) earlier ON true
 WHERE settled.kind = 'GOODS'
   AND NOT EXISTS (SELECT FROM suppliers_statementline taken WHERE taken.refund_id = refund.id)
   AND NOT {_MONEY_UNDER_WAY}
 ORDER BY refund.id
"""


def refunds_since(supplier: int) -> list[tuple[Any, ...]]:
    """Return refunds of lines that were settled, which no statement has taken up: refund, line, packs, fen, floor, order,
    the price of what the line's statement and refunds between kept, its terms, and what a coupon took off the packs.

    One whose money is on its way waits for a later statement, and holds none up.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SINCE, {"supplier": supplier})
        return cursor.fetchall()


def of_refunds(supplier: int) -> list[Reckoned]:
    """Return what refunds since settlement change."""
    rows = refunds_since(supplier)
    rates = {one.pk: rates_of(one) for one in Terms.objects.filter(supplier=supplier)}
    return [
        Reckoned(
            LineKind.REFUND, line, order, refund, None, terms, refund, -packs, 0, fen,
            correction(int(price), fen, rates[terms], coupon_fen=coupon), 0, -packs * floor,
        )
        for refund, line, packs, fen, floor, order, price, terms, coupon in rows
    ]  # fmt: skip


def open_adjustments(supplier: int) -> list[Adjustment]:
    """Return corrections of a supplier's statements that no statement has taken up."""
    found = Adjustment.objects.filter(corrects__statement__supplier=supplier, taken__isnull=True)
    return list(found.select_related("corrects__line").order_by("pk"))


def of_adjustments(supplier: int) -> list[Reckoned]:
    """Return what corrections change."""
    return [
        Reckoned(
            LineKind.ADJUSTMENT, one.corrects.line_id, one.corrects.line.order_id, None, one.pk, one.corrects.terms_id,
            0, 0, 0, 0, Due(0, 0, 0, 0), one.amount_fen, 0,
        )
        for one in open_adjustments(supplier)
    ]  # fmt: skip


def open_returns(lines: list[int]) -> dict[int, int]:  # order by line; lines without one are absent
    """Return which order lines have a return that is not settled, or a refund whose money is on its way, with their orders."""
    found = dict(asked_back(lines=lines).values_list("line_id", "line__order_id"))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT refund.line_id, line.order_id FROM shop_refund refund"
            " JOIN shop_orderline line ON line.id = refund.line_id"
            f" WHERE refund.line_id = ANY(%s) AND {_MONEY_UNDER_WAY}",
            [lines],
        )
        return found | dict(cursor.fetchall())


@dataclass(frozen=True)
class HeldUp:
    """An order that no statement can settle yet."""

    order: int
    closed_on: date
    returned: int | None
    """The return that is open; null: it is refunded, and the money is on its way."""
    state: Words


UNDER_WAY = both("退款还没有到账", "the refund is on its way")


def held_up(supplier: int, *, ends_on: date) -> list[HeldUp]:
    """Return the orders that were closed before a day, are in no statement and cannot be settled yet, the first closed first."""
    lines = {one.line: one for one in closed_lines(supplier, ends_on=ends_on)}
    asked = {one.line_id: one for one in asked_back(lines=list(lines))}
    found = [
        HeldUp(
            lines[line].order, lines[line].closed_on, asked[line].pk, RETURN_STATE_WORDS[asked[line].state]
        )
        if line in asked
        else HeldUp(order, lines[line].closed_on, None, UNDER_WAY)
        for line, order in open_returns(list(lines)).items()
    ]
    return sorted(found, key=lambda one: (one.closed_on, one.order))
