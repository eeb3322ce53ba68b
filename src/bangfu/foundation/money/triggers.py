"""The rules of double entry as the database keeps them."""

FUND_LOCKS = 0x6D6F6E65
"""The class of the advisory locks of restricted funds; the second number is the fund's key."""

TRANSFERS = "Equity:Transfers"
"""Where money goes that a closed fund leaves to another."""

CHECK_ENTRY = """
DECLARE
    legs integer;
    is_off boolean;
BEGIN
    -- One aggregate: asked whether there EXISTS a group that is off, the planner walks all legs of a fund in order.
    SELECT coalesce(sum(one.legs), 0), coalesce(bool_or(one.total <> 0), false) INTO legs, is_off
      FROM (SELECT count(*) AS legs, sum(amount_minor) AS total FROM public.money_leg
             WHERE entry_id = NEW.id GROUP BY asset, fund_id) one;
    IF legs <> NEW.leg_count THEN
        RAISE EXCEPTION 'entry % has % legs, not the % it says', NEW.id, legs, NEW.leg_count
            USING ERRCODE = 'check_violation', CONSTRAINT = 'money_entry_has_its_legs';
    END IF;
    IF is_off THEN
        RAISE EXCEPTION 'entry % does not balance', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'money_entry_balances';
    END IF;
    IF NEW.reverses_id IS NOT NULL AND (
        EXISTS (SELECT 1 FROM public.money_entry earlier WHERE earlier.id = NEW.reverses_id AND (
                    earlier.reverses_id IS NOT NULL OR earlier.unit_id <> NEW.unit_id
                 OR earlier.leg_count <> NEW.leg_count OR earlier.happened_on > NEW.happened_on))
        OR EXISTS (
            SELECT account_id, fund_id, asset, -amount_minor, count(*) FROM public.money_leg
             WHERE entry_id = NEW.reverses_id GROUP BY account_id, fund_id, asset, amount_minor
            EXCEPT
            SELECT account_id, fund_id, asset, amount_minor, count(*) FROM public.money_leg
             WHERE entry_id = NEW.id GROUP BY account_id, fund_id, asset, amount_minor)) THEN
        RAISE EXCEPTION 'entry % does not mirror the entry it reverses', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'money_reversal_mirrors';
    END IF;
    RETURN NULL;
END;
"""

CHECK_LEGS = f"""
DECLARE
    culprit bigint;
    spent bigint;
BEGIN
    SELECT leg.id INTO culprit FROM posted leg
      JOIN public.money_entry entry ON entry.id = leg.entry_id
      JOIN public.money_bookaccount account ON account.id = leg.account_id
      LEFT JOIN public.money_fund fund ON fund.id = leg.fund_id
     WHERE account.unit_id <> entry.unit_id OR account.asset <> leg.asset
        OR entry.happened_on < account.starts_on OR entry.happened_on >= account.ends_on
        OR fund.unit_id <> entry.unit_id
        OR entry.happened_on < fund.starts_on OR entry.happened_on >= fund.ends_on LIMIT 1;
    IF culprit IS NOT NULL THEN
        RAISE EXCEPTION 'leg % is in an account or fund of another unit, asset or time', culprit
            USING ERRCODE = 'check_violation', CONSTRAINT = 'money_leg_fits';
    END IF;

    SELECT entry.id INTO culprit FROM public.money_entry entry
     WHERE entry.id IN (SELECT entry_id FROM posted)
       AND entry.leg_count < (SELECT count(*) FROM public.money_leg WHERE entry_id = entry.id) LIMIT 1;
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

    FOR spent IN
        SELECT DISTINCT fund.id FROM posted leg
          JOIN public.money_fund fund ON fund.id = leg.fund_id AND fund.is_restricted
          JOIN public.money_bookaccount account ON account.id = leg.account_id
           AND account.kind IN ('ASSETS', 'LIABILITIES')
         WHERE leg.amount_minor < 0 ORDER BY fund.id
    LOOP
        PERFORM pg_advisory_xact_lock({FUND_LOCKS}, spent::integer);
        IF EXISTS (SELECT 1 FROM public.money_leg leg
                     JOIN public.money_bookaccount account ON account.id = leg.account_id
                      AND account.kind IN ('ASSETS', 'LIABILITIES')
                    WHERE leg.fund_id = spent GROUP BY leg.asset HAVING sum(leg.amount_minor) < 0) THEN
            RAISE EXCEPTION 'the restricted fund % does not hold that much', spent
                USING ERRCODE = 'check_violation', CONSTRAINT = 'money_fund_never_short';
        END IF;
    END LOOP;
    RETURN NULL;
END;
"""
