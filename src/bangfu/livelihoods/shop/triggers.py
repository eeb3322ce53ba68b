"""The rules of orders as the database keeps them."""

MOVES = (
    ("PLACED", "PAID"),
    ("PLACED", "CANCELLED"),
    ("PAID", "SHIPPED"),
    ("PAID", "REFUNDED"),
    ("SHIPPED", "DELIVERED"),
    ("SHIPPED", "REFUNDED"),
    ("DELIVERED", "CLOSED"),
    ("DELIVERED", "REFUNDED"),
    ("CLOSED", "REFUNDED"),
)
"""From which state to which an order goes; there is no way back."""

_KNOWN = ", ".join(f"'{before}>{after}'" for before, after in MOVES)
STATE_MOVES = f"""
IF NEW.state <> OLD.state AND NOT OLD.state || '>' || NEW.state = ANY (ARRAY[{_KNOWN}]) THEN
    RAISE EXCEPTION 'order % cannot go from % to %', OLD.id, OLD.state, NEW.state
        USING ERRCODE = 'check_violation', CONSTRAINT = 'shop_order_moves_forward';
END IF;
RETURN NEW;
"""

KEEPS_ITS_TERMS = """
RAISE EXCEPTION 'what order % was placed for is fixed', OLD.id
    USING ERRCODE = 'restrict_violation', CONSTRAINT = 'shop_order_keeps_its_terms';
"""

TALLY_ORDERED = """
WITH sold AS MATERIALIZED (
    SELECT one.offer_id, stock.sale_id FROM (SELECT DISTINCT offer_id FROM written) one
     CROSS JOIN LATERAL (SELECT stock_id FROM public.shop_offer WHERE id = one.offer_id OFFSET 0) offer
     CROSS JOIN LATERAL (SELECT sale_id FROM public.shop_stock WHERE id = offer.stock_id AND sale_id IS NOT NULL OFFSET 0) stock
)
INSERT INTO public.shop_saleminute AS kept (sale_id, offer_id, place_id, minute, orders, lines, packs, ordered_fen)
SELECT sold.sale_id, line.offer_id, line.place_id, date_trunc('minute', placed.placed_at),
       count(*) FILTER (WHERE line.is_first), count(*), sum(line.quantity), sum(line.quantity * line.unit_price_fen)
  FROM sold
  JOIN (SELECT written.*, written.id = min(written.id) OVER (PARTITION BY written.order_id) AS is_first FROM written) line
    ON line.offer_id = sold.offer_id
 CROSS JOIN LATERAL (SELECT placed_at FROM public.shop_order WHERE id = line.order_id OFFSET 0) placed
 GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
    ON CONFLICT (sale_id, offer_id, place_id, minute) DO UPDATE SET
       orders = kept.orders + EXCLUDED.orders, lines = kept.lines + EXCLUDED.lines, packs = kept.packs + EXCLUDED.packs,
       ordered_fen = kept.ordered_fen + EXCLUDED.ordered_fen;
RETURN NULL;
"""
"""Whoever places orders holds their stock, so nobody waits here for a row that is not already theirs.

A connection plans this once, perhaps before anything is sold: row by row, or it would read all orders of the sale each time.
"""

STRIPES = 16
"""Over so many rows payments are spread, so that those of one offer do not wait for each other."""
_TALLY_MONEY = """
INSERT INTO public.shop_salemoney AS kept (sale_id, offer_id, place_id, stripe, paid_fen, refunded_fen)
SELECT placed.sale_id, line.offer_id, line.place_id, placed.id % {stripes}, {paid}, {refunded}
  FROM written {joins}
 WHERE placed.sale_id IS NOT NULL
 GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
    ON CONFLICT (sale_id, offer_id, place_id, stripe) DO UPDATE SET
       paid_fen = kept.paid_fen + EXCLUDED.paid_fen, refunded_fen = kept.refunded_fen + EXCLUDED.refunded_fen;
RETURN NULL;
"""
TALLY_PAID = _TALLY_MONEY.format(
    paid="sum(line.quantity * line.unit_price_fen - coalesce(taken_off.discount_fen, 0))",
    refunded="0",
    stripes=STRIPES,
    joins="CROSS JOIN LATERAL (SELECT id, sale_id FROM public.shop_order WHERE id = written.order_id OFFSET 0) placed"
    " CROSS JOIN LATERAL (SELECT * FROM public.shop_orderline WHERE order_id = placed.id OFFSET 0) line"
    " LEFT JOIN LATERAL (SELECT discount_fen FROM public.shop_linediscount WHERE line_id = line.id OFFSET 0) taken_off ON true",
)
TALLY_REFUNDED = _TALLY_MONEY.format(
    paid="0",
    stripes=STRIPES,
    refunded="sum(written.amount_fen)",
    joins="CROSS JOIN LATERAL (SELECT * FROM public.shop_orderline WHERE id = written.line_id OFFSET 0) line"
    " CROSS JOIN LATERAL (SELECT id, sale_id FROM public.shop_order WHERE id = line.order_id OFFSET 0) placed",
)
