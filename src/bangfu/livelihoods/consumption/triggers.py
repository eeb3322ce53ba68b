"""The rules of sales and deliveries as the database keeps them."""

REFUNDS_HOLD = """
    IF EXISTS (
        SELECT FROM public.consumption_entry
         WHERE sale_id = NEW.sale_id AND withdrawn_at IS NULL
        HAVING coalesce(sum(amount_fen) FILTER (WHERE kind = 'REFUNDED'), 0)
             > coalesce(sum(amount_fen) FILTER (WHERE kind = 'PAID'), 0))
    THEN
        RAISE EXCEPTION 'more would be refunded of sale % than was paid', NEW.sale_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'consumption_refunds_hold';
    END IF;
    RETURN NULL;
"""

KEEPS_ITS_TERMS = """
    RAISE EXCEPTION 'what was said of sale % is fixed; withdraw it and bring it anew', OLD.id
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'consumption_sale_keeps_its_terms';
"""
