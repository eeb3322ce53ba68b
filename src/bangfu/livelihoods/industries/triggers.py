"""The rules of lots as the database keeps them."""

# What was sold elsewhere is recorded as it was told, even when it cannot be so: that is a finding. The house itself cannot.
LOT_HOLDS = """
    PERFORM FROM public.industries_lot WHERE id = NEW.lot_id FOR UPDATE;
    IF NOT NEW.is_outside AND EXISTS (
        SELECT FROM public.industries_lot lot
         WHERE lot.id = NEW.lot_id
           AND (SELECT sum(kg) FROM public.industries_draw WHERE lot_id = lot.id) > lot.harvest_kg * lot.yield_share)
    THEN
        RAISE EXCEPTION 'lot % has not that much left', NEW.lot_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'industries_lot_holds';
    END IF;
    RETURN NULL;
"""
