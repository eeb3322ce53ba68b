"""What a live sale came to, for the report after it, and the proof that its books agree."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from bangfu.foundation.ledger.catalogue import measure_number
from bangfu.foundation.rooms import Words, both
from bangfu.livelihoods.shop.measures import LIVESTREAM_ORDERED, ORDERED
from bangfu.livelihoods.shop.models import LiveSale
from bangfu.livelihoods.shop.queries import LATE, PROVINCE
from bangfu.livelihoods.shop.register import ORDER_TYPE, SALE_TYPE, SOURCE_SYSTEM

MOST_BARS = 60


@dataclass(frozen=True)
class InState:
    """How many orders of a live sale are in one state, and what they were placed for."""

    state: str
    orders: int
    ordered_fen: int
    refunded_fen: int


@dataclass(frozen=True)
class OfferLine:
    """What one offer of a live sale came to."""

    offer: int
    packs: int
    ordered_fen: int
    paid_fen: int
    refunded_fen: int
    set_apart: int
    """Packs that were set apart for the sale, less what was brought back."""
    left: int
    """Packs that nobody ordered, or whose orders lapsed or were refunded before they were shipped."""


@dataclass(frozen=True)
class Span:
    """What was ordered within a span of minutes."""

    starts_at: datetime
    ends_at: datetime
    orders: int
    ordered_fen: int


@dataclass(frozen=True)
class Proof:
    """Two counts of the same thing, from different books."""

    words: Words
    left: int
    right: int

    @property
    def holds(self) -> bool:
        """Whether they are the same."""
        return self.left == self.right


def by_state(sale: LiveSale) -> list[InState]:
    """Return the orders of a live sale by the state they are in now."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT state, count(*), sum(total_fen), sum(refunded_fen) FROM shop_order"
            " WHERE channel_id = %s AND sale_id = %s AND placed_at >= %s AND placed_at < %s GROUP BY state",
            [sale.channel_id, sale.pk, sale.starts_at, sale.ends_at + LATE],
        )
        return [
            InState(state, count, int(ordered), int(refunded))
            for state, count, ordered, refunded in cursor.fetchall()
        ]


BY_OFFER = """
SELECT offer.id, coalesce(minutes.packs, 0), coalesce(minutes.ordered, 0), coalesce(money.paid, 0), coalesce(money.refunded, 0),
       coalesce(apart.packs, 0), stock.physical - stock.reserved
  FROM shop_offer offer
  JOIN shop_stock stock ON stock.id = offer.stock_id
  LEFT JOIN (SELECT offer_id, sum(packs) AS packs, sum(ordered_fen) AS ordered
               FROM shop_saleminute WHERE sale_id = %(sale)s GROUP BY 1) minutes ON minutes.offer_id = offer.id
  LEFT JOIN (SELECT offer_id, sum(paid_fen) AS paid, sum(refunded_fen) AS refunded
               FROM shop_salemoney WHERE sale_id = %(sale)s GROUP BY 1) money ON money.offer_id = offer.id
  LEFT JOIN LATERAL (SELECT sum(physical) AS packs FROM shop_stockmovement moved
                      WHERE moved.stock_id = stock.id AND moved.line_id IS NULL) apart ON true
 WHERE stock.sale_id = %(sale)s ORDER BY 3 DESC, offer.id
"""


def by_offer(sale: LiveSale) -> list[OfferLine]:
    """Return what each offer of a live sale came to, the largest first."""
    with connection.cursor() as cursor:
        cursor.execute(BY_OFFER, {"sale": sale.pk})
        return [OfferLine(*(int(cell) for cell in row)) for row in cursor.fetchall()]


BY_AMBASSADORS = """
SELECT unit.place_id / %(province)s * %(province)s, sum(kept.ordered_fen)
  FROM shop_saleminute kept
  JOIN shop_offer offer ON offer.id = kept.offer_id
  JOIN shop_stock stock ON stock.id = offer.stock_id
  JOIN shop_variant variant ON variant.id = stock.variant_id
  LEFT JOIN shop_ambassador speaker ON speaker.sale_id = kept.sale_id AND speaker.product_id = variant.product_id
       AND kept.minute >= speaker.starts_at AND kept.minute < speaker.ends_at
  LEFT JOIN organisation_unit unit ON unit.id = speaker.unit_id
 WHERE kept.sale_id = %(sale)s
 GROUP BY 1 ORDER BY 1 NULLS LAST
"""


def by_ambassadors_province(sale: LiveSale) -> dict[int | None, int]:
    """Return what was ordered while ambassadors spoke for it, in fen by the ambassadors' province, in the order of the codes.

    Null is what nobody spoke for, so that all together are the sale; persons are never told apart.
    """
    with connection.cursor() as cursor:
        cursor.execute(BY_AMBASSADORS, {"sale": sale.pk, "province": PROVINCE})
        return {place: int(fen) for place, fen in cursor.fetchall()}


def by_minutes(sale: LiveSale) -> list[Span]:
    """Return what was ordered over time, in spans of so many minutes that there are sixty at most; empty spans too."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT minute, sum(orders), sum(ordered_fen) FROM shop_saleminute WHERE sale_id = %s GROUP BY 1 ORDER BY 1",
            [sale.pk],
        )
        rows = cursor.fetchall()
    if not rows:
        return []
    first, last = rows[0][0], rows[-1][0]
    minutes = int((last - first).total_seconds() // 60) + 1
    each = next(
        size for size in (1, 2, 5, 10, 15, 30, 60, 24 * 60) if minutes / size <= MOST_BARS or size == 24 * 60
    )
    sums = [[0, 0] for _ in range(-(-minutes // each))]
    for minute, orders, fen in rows:
        one = sums[int((minute - first).total_seconds() // 60) // each]
        one[0] += int(orders)
        one[1] += int(fen)
    return [
        Span(
            first + timedelta(minutes=each * position),
            first + timedelta(minutes=each * (position + 1)),
            orders,
            fen,
        )
        for position, (orders, fen) in enumerate(sums)
    ]


PROOF = """
WITH offers AS (SELECT offer.id, offer.stock_id FROM shop_offer offer JOIN shop_stock stock ON stock.id = offer.stock_id
                 WHERE stock.sale_id = %(sale)s),
     lines AS (SELECT line.id, line.order_id, line.quantity, line.quantity * line.unit_price_fen AS fen
                 FROM shop_orderline line WHERE line.offer_id IN (SELECT id FROM offers)),
     moved AS (SELECT kind, sum(physical) AS physical, sum(reserved) AS reserved FROM shop_stockmovement
                WHERE stock_id IN (SELECT id FROM shop_stock WHERE sale_id = %(sale)s) GROUP BY kind),
     held AS (SELECT sum(physical) AS physical, sum(reserved) AS reserved, count(*) FILTER (WHERE reserved > physical) AS over
                FROM shop_stock WHERE sale_id = %(sale)s),
     tally AS (SELECT sum(orders) AS orders, sum(packs) AS packs, sum(ordered_fen) AS fen FROM shop_saleminute
                WHERE sale_id = %(sale)s),
     placed AS (SELECT count(*) AS orders, sum(total_fen) AS fen FROM shop_order
                 WHERE id IN (SELECT order_id FROM lines)),
     facts AS (SELECT sum(fact.quantity) * 100 AS fen FROM ledger_fact fact
                WHERE fact.measure_id = %(ordered)s AND fact.subject_type = %(order_type)s AND fact.source_system = %(system)s
                  AND fact.subject_id IN (SELECT order_id FROM lines)),
     counted AS (SELECT sum(fact.quantity) * 100 AS fen FROM ledger_fact fact
                  WHERE fact.measure_id = %(livestream)s AND fact.subject_type = %(sale_type)s AND fact.subject_id = %(sale)s)
SELECT coalesce((SELECT sum(quantity) FROM lines), 0),
       coalesce((SELECT reserved FROM moved WHERE kind = 'RESERVED'), 0),
       coalesce((SELECT physical FROM held), 0), coalesce((SELECT sum(physical) FROM moved), 0),
       coalesce((SELECT reserved FROM held), 0), coalesce((SELECT sum(reserved) FROM moved), 0),
       coalesce((SELECT over FROM held), 0),
       coalesce((SELECT sum(fen) FROM lines), 0), coalesce((SELECT fen FROM placed), 0),
       coalesce((SELECT fen FROM tally), 0), coalesce((SELECT fen FROM facts), 0), (SELECT fen FROM counted),
       coalesce((SELECT orders FROM tally), 0), coalesce((SELECT orders FROM placed), 0)
"""


def proofs(sale: LiveSale) -> list[Proof]:
    """Return whether a live sale's orders, stock, journal, board and ledger say the same, summed anew from each."""
    with connection.cursor() as cursor:
        cursor.execute(
            PROOF,
            {
                "sale": sale.pk, "ordered": measure_number(ORDERED.code), "livestream": measure_number(LIVESTREAM_ORDERED.code),
                "order_type": ORDER_TYPE, "sale_type": SALE_TYPE, "system": SOURCE_SYSTEM,
            },
        )  # fmt: skip
        row = cursor.fetchone()
    packs, reserved, physical, moved, held, moved_reserved, over = (int(cell) for cell in row[:7])
    lines, placed, tally, facts = (int(cell) for cell in row[7:11])
    counted, tally_orders, orders = row[11], int(row[12]), int(row[13])
    found = [
        Proof(
            both("库存里占用超过在库的批数（须为零）", "Stocks that promise more than lies there (none may)"),
            over,
            0,
        ),
        Proof(
            both("订单的件数与库存记录的占用", "Packs of orders, and packs reserved in the journal"),
            packs,
            reserved,
        ),
        Proof(
            both("在库件数与库存记录之和", "Packs that lie there, and the sum of the journal"),
            physical,
            moved,
        ),
        Proof(
            both("占用件数与库存记录之和", "Packs promised, and the sum of the journal"), held, moved_reserved
        ),
        Proof(both("订单数与看板", "Orders, and the board"), orders, tally_orders),
        Proof(both("订单行金额与订单金额（分）", "Order lines and orders, in fen"), lines, placed),
        Proof(both("订单行金额与看板（分）", "Order lines and the board, in fen"), lines, tally),
        Proof(
            both("订单行金额与账册的下单金额（分）", "Order lines and the ledger's value ordered, in fen"),
            lines,
            facts,
        ),
    ]
    if counted is not None:
        words = both(
            "订单行金额与账册的直播下单金额（分）", "Order lines and the ledger's value in live sales, in fen"
        )
        found.append(Proof(words, lines, int(counted)))
    return found
