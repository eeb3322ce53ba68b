"""The ledger's rules as the database keeps them: one check a statement, over all its rows at once.

Row-level foreign keys would cost two thirds of the posting speed; these checks look at the distinct references of a
statement instead. They cannot be outrun by a delete: measures, places, units and lines refuse
deletion. Tables are named with their schema, so that no temporary table can stand in for one.

Whether the shares of a joint activity make one whole is known only when everything is posted: ``CHECK_SHARES`` hangs,
deferred, on the queue row that each statement leaves for the sealer, and only on rows of statements with shares.
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
    share_count integer;
BEGIN
    SELECT min(id), max(id), count(*), count(share), bool_or(reverses_id IS NOT NULL), bool_or(claim > 1)
      INTO first_id, last_id, fact_count, share_count, reversals, reclaims FROM posted;
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
            OR (earlier.line_id, earlier.party, earlier.identity, earlier.share, earlier.claim, earlier.leads)
               IS DISTINCT FROM (added.line_id, added.party, added.identity, added.share, added.claim, added.leads)
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
                   AND earlier.identity = added.identity AND earlier.identity IS NOT NULL AND earlier.claim = added.claim - 1
                   AND earlier.reverses_id IS NULL AND earlier.leads)
            OR EXISTS (SELECT 1 FROM public.ledger_fact earlier WHERE earlier.measure_id = added.measure_id
                   AND earlier.identity = added.identity AND earlier.identity IS NOT NULL AND earlier.claim = added.claim - 1
                   AND earlier.reverses_id IS NULL AND earlier.leads
                   AND NOT EXISTS (SELECT 1 FROM public.ledger_fact back WHERE back.reverses_id = earlier.id))
            OR EXISTS (SELECT 1 FROM public.ledger_fact earlier WHERE earlier.measure_id = added.measure_id
                   AND earlier.identity = added.identity AND earlier.identity IS NOT NULL AND earlier.claim = added.claim - 1
                   AND earlier.reverses_id IS NULL AND earlier.share IS NOT NULL
                   AND NOT EXISTS (SELECT 1 FROM public.ledger_fact back WHERE back.reverses_id = earlier.id))) LIMIT 1;
        IF culprit IS NOT NULL THEN
            RAISE EXCEPTION 'fact % counts an identity whose earlier claim stands', culprit
                USING ERRCODE = 'unique_violation', CONSTRAINT = 'ledger_identity_once';
        END IF;
    END IF;

    INSERT INTO public.ledger_unsealed (first_fact, last_fact, fact_count, share_count)
    VALUES (first_id, last_id, fact_count, share_count);
    RETURN NULL;
END;
"""

CHECK_SHARES = """
DECLARE
    culprit text;
BEGIN
    SELECT touched.identity INTO culprit FROM (
        SELECT DISTINCT measure_id, identity, claim FROM public.ledger_fact
         WHERE id BETWEEN NEW.first_fact AND NEW.last_fact AND share IS NOT NULL
    ) touched CROSS JOIN LATERAL (
        SELECT count(*) AS parts, sum(part.share) AS whole, count(*) FILTER (WHERE part.leads) AS leaders,
               bool_or(abs(part.quantity - part.share * part.total) > 0.0001 + 0.00000001 * abs(part.total)) AS is_off
          FROM (SELECT fact.share, fact.leads, fact.quantity, sum(fact.quantity) OVER () AS total
                  FROM public.ledger_fact fact
                 WHERE fact.measure_id = touched.measure_id AND fact.identity = touched.identity
                   AND fact.claim = touched.claim AND fact.identity IS NOT NULL
                   AND fact.reverses_id IS NULL AND fact.share IS NOT NULL
                   AND NOT EXISTS (SELECT 1 FROM public.ledger_fact back WHERE back.reverses_id = fact.id)) part
    ) standing
     WHERE standing.parts > 0 AND (standing.whole <> 1 OR standing.leaders <> 1 OR standing.is_off) LIMIT 1;
    IF culprit IS NOT NULL THEN
        RAISE EXCEPTION 'the shares of % do not make one whole', culprit
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_shares_are_whole';
    END IF;
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

CHECK_BLOCK = """
DECLARE
    held bigint;
BEGIN
    IF NEW.number > 1 AND NOT EXISTS (SELECT 1 FROM public.ledger_block WHERE number = NEW.number - 1) THEN
        RAISE EXCEPTION 'block % follows no block', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_blocks_follow';
    END IF;
    SELECT count(*) INTO held FROM public.ledger_member WHERE block_id = NEW.number;
    IF held <> NEW.fact_count THEN
        RAISE EXCEPTION 'block % says % facts and holds %', NEW.number, NEW.fact_count, held
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_block_is_complete';
    END IF;
    SELECT count(*) INTO held FROM public.ledger_referencemember WHERE block_id = NEW.number;
    IF held <> NEW.version_count THEN
        RAISE EXCEPTION 'block % says % versions and holds %', NEW.number, NEW.version_count, held
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_block_is_complete';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM public.ledger_checkpoint WHERE block_id = NEW.number) THEN
        RAISE EXCEPTION 'block % has no checkpoint', NEW.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_block_is_signed';
    END IF;
    RETURN NULL;
END;
"""

CHECK_CHECKPOINT = """
DECLARE
    before bigint;
BEGIN
    SELECT coalesce(max(size), 0) INTO before FROM public.ledger_checkpoint WHERE block_id = NEW.block_id - 1;
    IF NOT EXISTS (SELECT 1 FROM public.ledger_block block WHERE block.number = NEW.block_id
                      AND NEW.size = before + block.fact_count + block.version_count) THEN
        RAISE EXCEPTION 'the checkpoint of block % does not say its size', NEW.block_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_checkpoint_follows';
    END IF;
    RETURN NULL;
END;
"""

CHECK_TAKEN = """
DECLARE
    culprit bigint;
BEGIN
    SELECT fact.id INTO culprit FROM public.ledger_fact fact
     WHERE fact.id BETWEEN OLD.first_fact AND OLD.last_fact
       AND NOT EXISTS (SELECT 1 FROM public.ledger_member member WHERE member.fact_id = fact.id)
       AND NOT EXISTS (SELECT 1 FROM public.ledger_unsealed waiting
                        WHERE fact.id BETWEEN waiting.first_fact AND waiting.last_fact) LIMIT 1;
    IF culprit IS NOT NULL THEN
        RAISE EXCEPTION 'fact % left the queue and is in no block', culprit
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_queue_is_sealed';
    END IF;
    RETURN NULL;
END;
"""

CHECK_VERSION_MEMBERS = """
DECLARE
    culprit bigint;
BEGIN
    SELECT entered.version_id INTO culprit FROM entered
      LEFT JOIN public.ledger_referenceversion version ON version.id = entered.version_id
      LEFT JOIN public.ledger_block block ON block.number = entered.block_id
     WHERE version.id IS NULL OR block.number IS NULL OR entered.position < block.fact_count
        OR entered.position >= block.fact_count + block.version_count LIMIT 1;
    IF culprit IS NOT NULL THEN
        RAISE EXCEPTION 'member % belongs to no version or no block', culprit USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END;
"""

QUEUE_VERSIONS = """
INSERT INTO public.ledger_unsealedversions (first_version, last_version)
SELECT min(id), max(id) FROM entered HAVING count(*) > 0;
RETURN NULL;
"""

CHECK_TAKEN_VERSIONS = """
DECLARE
    culprit bigint;
BEGIN
    SELECT version.id INTO culprit FROM public.ledger_referenceversion version
     WHERE version.id BETWEEN OLD.first_version AND OLD.last_version
       AND NOT EXISTS (SELECT 1 FROM public.ledger_referencemember member WHERE member.version_id = version.id)
       AND NOT EXISTS (SELECT 1 FROM public.ledger_unsealedversions waiting
                        WHERE version.id BETWEEN waiting.first_version AND waiting.last_version) LIMIT 1;
    IF culprit IS NOT NULL THEN
        RAISE EXCEPTION 'version % left the queue and is in no block', culprit
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_queue_is_sealed';
    END IF;
    RETURN NULL;
END;
"""
