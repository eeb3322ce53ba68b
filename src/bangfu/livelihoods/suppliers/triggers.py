"""The rules of parcels and statements as the database keeps them."""

LINE_HOLDS = """
    IF (SELECT coalesce(sum(quantity), 0) FROM public.suppliers_parcelline WHERE line_id = NEW.line_id)
     > (SELECT line.quantity + coalesce((SELECT sum(reserved) FROM public.shop_stockmovement
                                          WHERE line_id = line.id AND kind = 'RELEASED'), 0)
          FROM public.shop_orderline line WHERE line.id = NEW.line_id)
    THEN
        RAISE EXCEPTION 'more would be shipped of order line % than stands', NEW.line_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'suppliers_line_holds';
    END IF;
    RETURN NULL;
"""

SUMS_HOLD = """
    IF EXISTS (
        SELECT FROM public.suppliers_statement statement
          JOIN LATERAL (
            SELECT sum(kept_fen) AS kept, sum(coupon_fen) AS coupon, sum(commission_fen) AS commission,
                   sum(platform_fen) AS platform, sum(freight_fen) AS freight, sum(adjusted_fen) AS adjusted, sum(due_fen) AS due,
                   sum(floor_fen) AS floor
              FROM public.suppliers_statementline WHERE statement_id = statement.id) lines ON true
         WHERE statement.id IN (SELECT DISTINCT statement_id FROM written)
           AND (statement.kept_fen, statement.coupon_fen, statement.commission_fen, statement.platform_fen, statement.freight_fen,
                statement.adjusted_fen, statement.due_fen, statement.floor_fen)
            <> (lines.kept, lines.coupon, lines.commission, lines.platform, lines.freight,
                lines.adjusted, lines.due, lines.floor))
    THEN
        RAISE EXCEPTION 'the sums of a statement are not those of its lines'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'suppliers_sums_hold';
    END IF;
    RETURN NULL;
"""
"""All lines of a statement are written at once: none can be added to one that stands."""

KEEPS_ITS_SUMS = """
    RAISE EXCEPTION 'what statement % says is fixed; a later one corrects it', OLD.id
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'suppliers_statement_keeps_its_sums';
"""
