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
INSERT INTO public.shop_saleminute AS kept (sale_id, offer_id, place_id, minute, orders, lines, packs, ordered_fen)
SELECT stock.sale_id, line.offer_id, line.place_id, date_trunc('minute', placed.placed_at),
       count(*) FILTER (WHERE line.is_first), count(*), sum(line.quantity), sum(line.quantity * line.unit_price_fen)
  FROM (SELECT written.*, written.id = min(written.id) OVER (PARTITION BY written.order_id) AS is_first FROM written) line
  JOIN public.shop_offer offer ON offer.id = line.offer_id
  JOIN public.shop_stock stock ON stock.id = offer.stock_id AND stock.sale_id IS NOT NULL
  JOIN public.shop_order placed ON placed.id = line.order_id
 GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
    ON CONFLICT (sale_id, offer_id, place_id, minute) DO UPDATE SET
       orders = kept.orders + EXCLUDED.orders, lines = kept.lines + EXCLUDED.lines, packs = kept.packs + EXCLUDED.packs,
       ordered_fen = kept.ordered_fen + EXCLUDED.ordered_fen;
RETURN NULL;
"""
"""Whoever places orders holds their stock, so nobody waits here for a row that is not already theirs."""

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
    joins="JOIN public.shop_order placed ON placed.id = written.order_id"
    " JOIN public.shop_orderline line ON line.order_id = placed.id"
    " LEFT JOIN public.shop_linediscount taken_off ON taken_off.line_id = line.id",
)
TALLY_REFUNDED = _TALLY_MONEY.format(
    paid="0",
    stripes=STRIPES,
    refunded="sum(written.amount_fen)",
    joins="JOIN public.shop_orderline line ON line.id = written.line_id"
    " JOIN public.shop_order placed ON placed.id = line.order_id",
)
