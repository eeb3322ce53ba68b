"""The ledger's rules as the database keeps them: one check a statement, over all its rows at once.

Row-level foreign keys would cost two thirds of the posting speed; these checks look at the distinct references of a
statement instead. They cannot be outrun by a delete: measures, places, units and lines refuse
deletion. Tables are named with their schema, so that no temporary table can stand in for one.
"""

CHECK_FACTS = """
DECLARE
    wanted bigint[];
    found bigint;
    culprit bigint;
    reversals boolean;
    reclaims boolean;
    first_id bigint;
    last_id bigint;
    fact_count integer;
BEGIN
    SELECT min(id), max(id), count(*), bool_or(reverses_id IS NOT NULL), bool_or(claim > 1)
      INTO first_id, last_id, fact_count, reversals, reclaims FROM posted;
    IF fact_count = 0 THEN
        RETURN NULL;
    END IF;

    SELECT array_agg(DISTINCT measure_id) INTO wanted FROM posted;
    SELECT count(*) INTO found FROM public.ledger_cataloguemeasure WHERE id = ANY(wanted);
    IF found < cardinality(wanted) THEN
        RAISE EXCEPTION 'a fact names an unknown measure' USING ERRCODE = 'foreign_key_violation',
            CONSTRAINT = 'ledger_measure_known';
    END IF;
    SELECT array_agg(DISTINCT unit_id) INTO wanted FROM posted;
    SELECT count(*) INTO found FROM public.organisation_unit WHERE id = ANY(wanted);
    IF found < cardinality(wanted) THEN
        RAISE EXCEPTION 'a fact names an unknown unit' USING ERRCODE = 'foreign_key_violation',
            CONSTRAINT = 'ledger_unit_known';
    END IF;
    SELECT array_agg(DISTINCT place_id) INTO wanted FROM posted;
    SELECT count(*) INTO found FROM public.places_place WHERE id = ANY(wanted);
    IF found < cardinality(wanted) THEN
        RAISE EXCEPTION 'a fact names an unknown place' USING ERRCODE = 'foreign_key_violation',
            CONSTRAINT = 'ledger_place_known';
    END IF;
    SELECT array_agg(DISTINCT line_id) FILTER (WHERE line_id IS NOT NULL) INTO wanted FROM posted;
    IF wanted IS NOT NULL THEN
        SELECT count(*) INTO found FROM public.organisation_line WHERE id = ANY(wanted);
        IF found < cardinality(wanted) THEN
            RAISE EXCEPTION 'a fact names an unknown line' USING ERRCODE = 'foreign_key_violation',
                CONSTRAINT = 'ledger_line_known';
        END IF;
    END IF;

    IF reversals THEN
        SELECT added.id INTO culprit FROM posted added LEFT JOIN public.ledger_fact earlier ON earlier.id = added.reverses_id
         WHERE added.reverses_id IS NOT NULL AND (
               earlier.id IS NULL OR earlier.reverses_id IS NOT NULL OR earlier.quantity <> -added.quantity
            OR (earlier.measure_id, earlier.unit_id, earlier.place_id, earlier.happened_on)
               <> (added.measure_id, added.unit_id, added.place_id, added.happened_on)
            OR (earlier.subject_type, earlier.subject_id) <> (added.subject_type, added.subject_id)
            OR (earlier.line_id, earlier.party, earlier.identity, earlier.share, earlier.claim)
               IS DISTINCT FROM (added.line_id, added.party, added.identity, added.share, added.claim)
            OR (earlier.source_system, earlier.source_id, earlier.revision)
               <> (added.source_system, added.source_id, added.revision)) LIMIT 1;
        IF culprit IS NOT NULL THEN
            RAISE EXCEPTION 'fact % does not mirror the fact it reverses', culprit
                USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_reversal_mirrors';
        END IF;
    END IF;

    IF reclaims THEN
        SELECT added.id INTO culprit FROM posted added
         WHERE added.claim > 1 AND added.reverses_id IS NULL AND (
               added.identity IS NULL
            OR NOT EXISTS (SELECT 1 FROM public.ledger_fact earlier WHERE earlier.measure_id = added.measure_id
                   AND earlier.identity = added.identity AND earlier.claim = added.claim - 1 AND earlier.reverses_id IS NULL)
            OR EXISTS (SELECT 1 FROM public.ledger_fact earlier WHERE earlier.measure_id = added.measure_id
                   AND earlier.identity = added.identity AND earlier.claim = added.claim - 1 AND earlier.reverses_id IS NULL
                   AND NOT EXISTS (SELECT 1 FROM public.ledger_fact back WHERE back.reverses_id = earlier.id))) LIMIT 1;
        IF culprit IS NOT NULL THEN
            RAISE EXCEPTION 'fact % counts an identity whose earlier claim stands', culprit
                USING ERRCODE = 'unique_violation', CONSTRAINT = 'ledger_identity_once';
        END IF;
    END IF;

    INSERT INTO public.ledger_unsealed (first_fact, last_fact, fact_count) VALUES (first_id, last_id, fact_count);
    RETURN NULL;
END;
"""

CHECK_MEMBERS = """
DECLARE
    culprit bigint;
BEGIN
    SELECT entered.fact_id INTO culprit FROM entered
      LEFT JOIN public.ledger_fact ON ledger_fact.id = entered.fact_id
      LEFT JOIN public.ledger_block ON ledger_block.number = entered.block_id
     WHERE ledger_fact.id IS NULL OR ledger_block.number IS NULL OR entered.position < 0
        OR entered.position >= ledger_block.fact_count LIMIT 1;
    IF culprit IS NOT NULL THEN
        RAISE EXCEPTION 'member % belongs to no fact or no block', culprit USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END;
"""
