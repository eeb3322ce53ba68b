"""The rules of double entry as the database keeps them."""

FUND_LOCKS = 0x6D6F6E65
"""The class of the advisory locks of restricted funds; the second number is the fund's key."""

TRANSFERS = "Equity:Transfers"
"""Where money goes that a closed fund leaves to another."""

CHECK_ENTRIES = """
DECLARE
    wrong record;
    culprit bigint;
BEGIN
    -- Entry by entry: the planner, which knows nothing of what was posted, would otherwise read the legs of all entries.
    WITH moved AS MATERIALIZED (
        SELECT entry.id, entry.leg_count, entry.unit_id, entry.happened_on, leg.*
          FROM posted entry LEFT JOIN LATERAL (
            SELECT account_id, asset, fund_id, amount_minor FROM public.money_leg WHERE entry_id = entry.id OFFSET 0) leg ON true)
    SELECT (SELECT one.id FROM (SELECT id, leg_count, count(amount_minor) AS legs FROM moved GROUP BY id, leg_count) one
             WHERE one.legs <> one.leg_count LIMIT 1) AS legs,
           (SELECT id FROM moved GROUP BY id, asset, fund_id HAVING sum(amount_minor) <> 0 LIMIT 1) AS balance,
           (SELECT moved.id FROM moved
              LEFT JOIN public.money_bookaccount account ON account.id = moved.account_id
              LEFT JOIN public.money_fund fund ON fund.id = moved.fund_id
             WHERE account.id IS NULL OR account.unit_id <> moved.unit_id OR account.asset <> moved.asset
                OR moved.happened_on < account.starts_on OR moved.happened_on >= account.ends_on
                OR (moved.fund_id IS NOT NULL AND fund.id IS NULL) OR fund.unit_id <> moved.unit_id
                OR moved.happened_on < fund.starts_on OR moved.happened_on >= fund.ends_on LIMIT 1) AS fit
      INTO wrong;
    IF wrong.legs IS NOT NULL THEN
        RAISE EXCEPTION 'entry % has not as many legs as it says', wrong.legs
            USING ERRCODE = 'check_violation', CONSTRAINT = 'money_entry_has_its_legs';
    END IF;
    IF wrong.balance IS NOT NULL THEN
        RAISE EXCEPTION 'entry % does not balance', wrong.balance
            USING ERRCODE = 'check_violation', CONSTRAINT = 'money_entry_balances';
    END IF;
    IF wrong.fit IS NOT NULL THEN
        RAISE EXCEPTION 'a leg of entry % is in an account or fund of another unit, asset or time', wrong.fit
            USING ERRCODE = 'check_violation', CONSTRAINT = 'money_leg_fits';
    END IF;

    SELECT entry.id INTO culprit FROM posted entry
     WHERE entry.reverses_id IS NOT NULL AND (
        NOT EXISTS (SELECT 1 FROM public.money_entry earlier WHERE earlier.id = entry.reverses_id
                       AND earlier.reverses_id IS NULL AND earlier.unit_id = entry.unit_id
                       AND earlier.leg_count = entry.leg_count AND earlier.happened_on <= entry.happened_on)
        OR EXISTS (
            SELECT account_id, fund_id, asset, -amount_minor, count(*) FROM public.money_leg
             WHERE entry_id = entry.reverses_id GROUP BY account_id, fund_id, asset, amount_minor
            EXCEPT
            SELECT account_id, fund_id, asset, amount_minor, count(*) FROM public.money_leg
             WHERE entry_id = entry.id GROUP BY account_id, fund_id, asset, amount_minor)) LIMIT 1;
    IF culprit IS NOT NULL THEN
        RAISE EXCEPTION 'entry % does not mirror the entry it reverses', culprit
            USING ERRCODE = 'check_violation', CONSTRAINT = 'money_reversal_mirrors';
    END IF;
    RETURN NULL;
END;
"""
"""Once a statement, of entries whose legs are there already; ``CHECK_POSTED`` keeps legs from staying without their entry."""

CHECK_LEGS = f"""
DECLARE
    culprit bigint;
    spent bigint;
BEGIN
    SELECT one.entry_id INTO culprit FROM (SELECT DISTINCT entry_id FROM posted) one
     CROSS JOIN LATERAL (SELECT FROM public.money_entry WHERE id = one.entry_id OFFSET 0) entry LIMIT 1;
    IF culprit IS NOT NULL THEN
        RAISE EXCEPTION 'entry % has all its legs already', culprit
            USING ERRCODE = 'check_violation', CONSTRAINT = 'money_entry_has_its_legs';
    END IF;

    SELECT leg.id INTO culprit FROM posted leg
      JOIN public.money_fund fund ON fund.id = leg.fund_id AND fund.spent_on IS NOT NULL
      JOIN public.money_bookaccount account ON account.id = leg.account_id
     WHERE leg.amount_minor > 0 AND account.kind IN ('EXPENSES', 'EQUITY') AND account.code <> '{TRANSFERS}'
       AND account.code <> fund.spent_on AND NOT starts_with(account.code, fund.spent_on || ':') LIMIT 1;
    IF culprit IS NOT NULL THEN
        RAISE EXCEPTION 'leg % spends a fund on what it is not for', culprit
            USING ERRCODE = 'check_violation', CONSTRAINT = 'money_fund_for_its_purpose';
    END IF;

    INSERT INTO public.money_subtotal (account_id, fund_id, asset, amount_minor, first_entry, last_entry)
    SELECT moved.account_id, moved.fund_id, moved.asset, moved.amount_minor,
           CASE WHEN moved.number = 1 THEN moved.first_entry END, CASE WHEN moved.number = 1 THEN moved.last_entry END
      FROM (SELECT account_id, fund_id, asset, sum(amount_minor) AS amount_minor, row_number() OVER () AS number,
                   min(min(entry_id)) OVER () AS first_entry, max(max(entry_id)) OVER () AS last_entry
              FROM posted GROUP BY account_id, fund_id, asset) moved;

    FOR spent IN
        SELECT DISTINCT fund.id FROM posted leg
          JOIN public.money_fund fund ON fund.id = leg.fund_id AND fund.is_restricted
          JOIN public.money_bookaccount account ON account.id = leg.account_id
           AND account.kind IN ('ASSETS', 'LIABILITIES')
         WHERE leg.amount_minor < 0 ORDER BY fund.id
    LOOP
        PERFORM pg_advisory_xact_lock({FUND_LOCKS}, spent::integer);
        IF EXISTS (SELECT 1 FROM (SELECT * FROM public.money_subtotal WHERE fund_id = spent OFFSET 0) moved
                    CROSS JOIN LATERAL (SELECT kind FROM public.money_bookaccount WHERE id = moved.account_id OFFSET 0) account
                    WHERE account.kind IN ('ASSETS', 'LIABILITIES')
                    GROUP BY moved.asset HAVING sum(moved.amount_minor) < 0) THEN
            RAISE EXCEPTION 'the restricted fund % does not hold that much', spent
                USING ERRCODE = 'check_violation', CONSTRAINT = 'money_fund_never_short';
        END IF;
    END LOOP;
    RETURN NULL;
END;
"""
"""Once a statement. What legs moved is added up for the balances before funds are looked at, which read nothing else."""

CHECK_POSTED = """
DECLARE
    culprit bigint;
BEGIN
    SELECT one.id INTO culprit FROM generate_series(NEW.first_entry, NEW.last_entry) AS one (id)
      LEFT JOIN LATERAL (SELECT true AS is_there FROM public.money_entry WHERE id = one.id OFFSET 0) entry ON true
     WHERE entry.is_there IS NULL AND EXISTS (SELECT FROM public.money_leg WHERE entry_id = one.id) LIMIT 1;
    IF culprit IS NOT NULL THEN
        RAISE EXCEPTION 'legs of an entry % that was not written', culprit
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'money_leg_of_an_entry';
    END IF;
    RETURN NULL;
END;
"""
"""At the end of the transaction, once for each statement of legs: a foreign key would look again for every leg."""

ADD_UP = """
BEGIN
    INSERT INTO public.money_subtotal (account_id, fund_id, asset, amount_minor)
    SELECT account_id, fund_id, asset, sum(amount_minor) FROM taken_out
     GROUP BY account_id, fund_id, asset HAVING sum(amount_minor) <> 0;
    RETURN NULL;
END;
"""
"""Whoever takes subtotals out gets their sum back in their place: nobody can change a balance."""

WRITTEN_BY_LEGS = """
IF pg_trigger_depth() < 2 THEN
    RAISE EXCEPTION 'subtotals are written by legs alone' USING ERRCODE = 'restrict_violation';
END IF;
RETURN NULL;
"""
