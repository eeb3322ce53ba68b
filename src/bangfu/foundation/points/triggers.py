"""The rules of points as the database keeps them."""

KEEPS_BALANCE = """
BEGIN
    -- Planned anew each time: the same statement serves one movement and a file of hundreds of thousands.
    EXECUTE 'UPDATE public.points_lot lot SET remaining = lot.remaining + moved.points
               FROM (SELECT lot_id, sum(points) AS points FROM posted GROUP BY lot_id) moved WHERE lot.id = moved.lot_id';
    RETURN NULL;
END;
"""
"""What remains of a lot follows its journal."""

FOLLOWS_JOURNAL = """
BEGIN
    IF pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION 'what remains of a lot follows its movements'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'points_lot_follows_its_journal';
    END IF;
    RETURN NULL;
END;
"""

BEGINS_EMPTY = """
BEGIN
    IF EXISTS (SELECT FROM entered WHERE remaining <> 0) THEN
        RAISE EXCEPTION 'a lot begins empty and is filled by a movement'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'points_lot_follows_its_journal';
    END IF;
    RETURN NULL;
END;
"""

GIVEN_BACK_WITHIN = """
DECLARE
    culprit bigint;
BEGIN
    SELECT spend_id INTO culprit FROM public.points_movement
     WHERE spend_id = ANY(ARRAY(SELECT DISTINCT spend_id FROM posted WHERE spend_id IS NOT NULL))
     GROUP BY spend_id HAVING sum(points) FILTER (WHERE kind IN ('SPENT', 'GIVEN_BACK')) > 0 LIMIT 1;
    IF culprit IS NOT NULL THEN
        RAISE EXCEPTION 'more is given back of spending % than was spent', culprit
            USING ERRCODE = 'check_violation', CONSTRAINT = 'points_given_back_within';
    END IF;
    RETURN NULL;
END;
"""
