"""Distinct counts as they are kept: advanced by each block's own parties, so that nobody reads all facts to count them.

A distinct count cannot be summed: a party that stands in two counties is one of the province. But most parties have all their
facts of a period in one county and with one unit. Those are *plain*: they are counted there, once, and any place or unit
around it has the sum (``ledger_plaincount``, beside what else a figure says: facts, reversals, net quantity). The others are
*shared*, and are counted in each scope in which they stand: the whole programme, provinces, prefectures, counties, units, and
branches, which are units with all below them (``ledger_sharedcount``). A count is the sum of the plain and of its own shared.

Periods are months, quarters, half-years and years of a flow, and spans from a year's beginning to the end of any month
(``spans``): of these it is kept by how much their years add up to too much, since whoever came in two of them is counted in
both, and each correction lies in all longer spans; and by how much each month changed what was counted since its year began. Of
a stock, what stands changes month by month, and a sum up to a month is what stood then. Of the parties in a block, and of them
alone, it is known what they came to before (``ledger_partycell``: net quantity by party, month, county and unit) and what they
come to now; the difference is added. A party that comes to a second county goes over from the plain to the shared in the same
statement.

A branch's counts answer for the units that it lists (``ledger_branch``), and for no other list: after a move they are made
anew, and whoever asks meanwhile finds them not to fit. Everything else knows nothing of the tree. All of it is derived.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.db.backends.utils import CursorWrapper

from bangfu.foundation.ledger.measures import MeasureKind
from bangfu.foundation.ledger.models import CountScope
from bangfu.foundation.ledger.party_cells import (
    CATALOGUED,
    CELL_OF_FACT,
    IS_FLOW,
    IS_WAITING,
    OF_NEW_FACTS,
    OF_PARTS,
    PARTY_CELL,
    of_cells,
)
from bangfu.foundation.ledger.scopes import in_branches, in_scopes
from bangfu.foundation.ledger.spans import corrected

SUMS = "counted, appeared, facts, reversed, latest, quantity, nameless"
PLAIN = "measure_id, months, starts_on, unit_id, place_id"
SHARED = "measure_id, scope, months, key, starts_on"
_HOME = "measure_id, unit_id, place_id"
_OWN_SCOPE = "measure_id, scope, key"
_PERIODS = """CROSS JOIN LATERAL (
    SELECT 0 AS months, month AS starts_on
    UNION ALL
    SELECT length, (CASE length WHEN 1 THEN month WHEN 3 THEN date_trunc('quarter', month) WHEN 12 THEN date_trunc('year', month)
                    ELSE date_trunc('year', month) + CASE WHEN extract(month FROM month) > 6 THEN interval '6 months'
                                                          ELSE interval '0' END END)::date
      FROM (VALUES (1), (3), (6), (12)) lengths (length) WHERE is_flow
) AS period"""
_SPAN = """CASE WHEN NOT is_flow THEN '-infinity' WHEN months = 0 THEN date_trunc('year', month)::date
               ELSE starts_on END"""
"""Within what a party is plain or shared, by its first day: all time of a stock, the period of a flow, and where a month tells
how the year so far changed, the year."""
_STOOD = "(stood > 0)::int - (stood - before > 0)::int"
_STANDS = "(stands > 0)::int - (stands - before - quantity > 0)::int"
_RUNNING = """sum(before + quantity) OVER earlier AS stands, sum(before) OVER earlier AS stood,
               sum(was + came) OVER earlier AS has, sum(was) OVER earlier AS had"""


def _scoped(chosen: str, scopes: str) -> str:
    """Return what each shared party comes to in each scope, of the lines that a condition chooses."""
    return f"""
SELECT measure_id, party, months, span, starts_on, was_shared, scope, key, sum(before) AS before, sum(was)::int AS was,
       sum(quantity) AS quantity, sum(came)::int AS came
  FROM ({scopes}) several WHERE {chosen}
 GROUP BY measure_id, party, months, span, starts_on, was_shared, scope, key"""


def counts_of(source: str, *, spread_over: Callable[[str], str] = in_scopes) -> str:
    """Return the statement of the counts that a source adds up to; to be followed by what is done with them.

    Args:
        spread_over: in which scopes shared parties are counted.
    """
    scopes = spread_over("spread")
    return f"""
WITH {source}, below AS MATERIALIZED (
    SELECT branch.unit_id AS branch, unit FROM ledger_branch branch CROSS JOIN LATERAL unnest(branch.units) AS unit
     WHERE %(branches)s::bigint[] IS NULL OR branch.unit_id = ANY(%(branches)s)
), spanned AS MATERIALIZED (
    SELECT met.*, count(*) OVER (
               PARTITION BY measure_id, party, CASE WHEN is_flow THEN date_trunc('year', month) END) AS cells
      FROM (SELECT met.*, {IS_FLOW} FROM met {CATALOGUED}) met
), summed AS MATERIALIZED (
    SELECT measure_id, {IS_FLOW}, month, place_id, unit_id, sum(counted) AS counted, sum(appeared) AS appeared,
           sum(facts) AS facts, sum(reversed) AS reversed, max(latest) AS latest, sum(quantity) AS quantity,
           sum(nameless) AS nameless
      FROM (
        SELECT measure_id, month, place_id, unit_id, 0 AS counted, 0 AS appeared, facts, reversed, latest, quantity, nameless
          FROM added
        UNION ALL
        SELECT measure_id, month, place_id, unit_id, (before + quantity > 0)::int - (before > 0)::int, (was = 0)::int,
               0, 0, 0, 0, 0
          FROM spanned WHERE cells = 1 AND came > 0
      ) either {CATALOGUED} GROUP BY measure_id, is_flow, month, place_id, unit_id
), lines AS MATERIALIZED (
    SELECT measure_id, party, months, {_SPAN} AS span, starts_on, place_id, unit_id,
           sum(before) AS before, sum(was)::int AS was, sum(quantity) AS quantity, sum(came)::int AS came
      FROM spanned {_PERIODS} WHERE cells > 1
     GROUP BY measure_id, party, months, span, starts_on, place_id, unit_id
), spans AS MATERIALIZED (
    SELECT measure_id, party, months, span, count(*) = 1 AS is_plain, count(*) FILTER (WHERE was > 0) = 1 AS was_plain,
           count(*) > 1 AS is_shared, count(*) FILTER (WHERE was > 0) > 1 AS was_shared
      FROM (
        SELECT measure_id, party, months, span, was, came FROM lines WHERE months > 0
        UNION ALL
        SELECT measure_id, party, months, span, sum(was)::int, sum(came)::int FROM lines WHERE months = 0
         GROUP BY measure_id, party, months, span, place_id, unit_id
      ) pairs GROUP BY measure_id, party, months, span HAVING sum(came) > 0
), spread AS MATERIALIZED (
    SELECT lines.*, is_shared, was_shared FROM lines JOIN spans USING (measure_id, party, months, span) WHERE is_shared
), aged AS (
    SELECT *, min(year) OVER own < max(year) OVER own AS is_long
      FROM (
        SELECT measure_id, party, extract(year FROM month)::int AS year, month, place_id, unit_id, sum(before) AS before,
               sum(was)::int AS was, sum(quantity) AS quantity, sum(came)::int AS came
          FROM lived {CATALOGUED} WHERE catalogue.kind = '{MeasureKind.FLOW}' GROUP BY 1, 2, 3, 4, 5, 6
      ) monthly WINDOW own AS (PARTITION BY measure_id, party)
), long AS MATERIALIZED (
    SELECT * FROM aged WHERE is_long
), homes AS (
    SELECT measure_id, party, count(*) = 1 AS is_plain, count(*) FILTER (WHERE was > 0) = 1 AS was_plain,
           count(*) FILTER (WHERE was > 0) > 1 AS was_shared
      FROM (
        SELECT measure_id, party, place_id, unit_id, sum(was) AS was FROM long GROUP BY measure_id, party, place_id, unit_id
      ) pairs GROUP BY measure_id, party
), settled AS MATERIALIZED (
    SELECT long.*, is_plain, was_plain, was_shared FROM long JOIN homes USING (measure_id, party)
), staying AS (
    SELECT * FROM settled WHERE is_plain OR was_plain
), roaming AS (
    SELECT * FROM settled WHERE NOT is_plain
), plain AS MATERIALIZED (
    SELECT {PLAIN}, sum(counted)::bigint AS counted, sum(appeared)::bigint AS appeared, sum(facts)::bigint AS facts,
           sum(reversed)::bigint AS reversed, max(latest) AS latest, sum(quantity) AS quantity, sum(nameless)::bigint AS nameless
      FROM (
        SELECT {PLAIN}, {SUMS} FROM summed {_PERIODS}
        UNION ALL
        SELECT {PLAIN}, is_plain::int * (before + quantity > 0)::int - was_plain::int * (before > 0)::int,
               is_plain::int - was_plain::int * (was > 0)::int, 0, 0, 0, 0, 0
          FROM lines JOIN spans USING (measure_id, party, months, span) WHERE months > 0 AND (is_plain OR was_plain)
        UNION ALL
        SELECT {PLAIN}, is_plain::int * ({_STANDS}) - was_plain::int * ({_STOOD}),
               is_plain::int * (has = was + came)::int - was_plain::int * (was > 0 AND had = was)::int, 0, 0, 0, 0, 0
          FROM (
            SELECT lines.*, is_plain, was_plain, {_RUNNING}
              FROM lines JOIN spans USING (measure_id, party, months, span) WHERE months = 0 AND (is_plain OR was_plain)
            WINDOW earlier AS (PARTITION BY measure_id, party, months, span, place_id, unit_id ORDER BY starts_on)
          ) running
        UNION ALL
        SELECT {PLAIN}, counted, appeared, 0, 0, 0, 0, 0
          FROM ({corrected(_HOME, "SELECT * FROM staying", "is_plain", "was_plain")}) corrected
      ) either GROUP BY {PLAIN}
    HAVING sum(facts) > 0 OR sum(counted) <> 0 OR sum(appeared) <> 0 OR sum(quantity) <> 0 OR sum(nameless) <> 0
), shared AS MATERIALIZED (
    SELECT {SHARED}, sum(counted)::bigint AS counted, sum(appeared)::bigint AS appeared
      FROM (
        SELECT {SHARED}, (before + quantity > 0)::int - was_shared::int * (before > 0)::int AS counted,
               1 - was_shared::int * (was > 0)::int AS appeared
          FROM ({_scoped("months > 0", scopes)}) scoped
        UNION ALL
        SELECT {SHARED}, {_STANDS} - was_shared::int * ({_STOOD}),
               (has = was + came)::int - was_shared::int * (was > 0 AND had = was)::int
          FROM (
            SELECT *, {_RUNNING} FROM ({_scoped("months = 0", scopes)}) scoped
            WINDOW earlier AS (PARTITION BY measure_id, party, months, span, scope, key ORDER BY starts_on)
          ) running
        UNION ALL
        SELECT {SHARED}, counted, appeared
          FROM ({corrected(_OWN_SCOPE, spread_over("roaming"), "true", "was_shared")}) corrected
      ) changes GROUP BY {SHARED} HAVING sum(counted) <> 0 OR sum(appeared) <> 0
)"""


_KEEP_SHARED = f"""
INSERT INTO ledger_sharedcount AS count ({SHARED}, counted, appeared)
SELECT {SHARED}, counted, appeared FROM shared ORDER BY {SHARED}
ON CONFLICT ({SHARED}) DO UPDATE
   SET counted = count.counted + excluded.counted, appeared = count.appeared + excluded.appeared
"""
_KEEP = f""", kept_plain AS (
    INSERT INTO ledger_plaincount AS count ({PLAIN}, {SUMS}) SELECT {PLAIN}, {SUMS} FROM plain ORDER BY {PLAIN}
    ON CONFLICT ({PLAIN}) DO UPDATE
       SET counted = count.counted + excluded.counted, appeared = count.appeared + excluded.appeared,
           facts = count.facts + excluded.facts, reversed = count.reversed + excluded.reversed,
           latest = greatest(count.latest, excluded.latest), quantity = count.quantity + excluded.quantity,
           nameless = count.nameless + excluded.nameless
)
{_KEEP_SHARED}"""
OF_MEASURES = of_cells("measure_id = ANY(%(measures)s)")
_OF_SOME = of_cells(
    "measure_id = %(measure)s AND party > %(after)s AND party <= %(last)s",
    cells="measure_id = %(measure)s AND %(is_first)s",
)
_OF_UNITS = of_cells(
    "(measure_id, party) IN (SELECT measure_id, party FROM ledger_partycell WHERE unit_id = ANY(%(units)s))",
    cells="false",
)
ADVANCE = counts_of(OF_NEW_FACTS) + _KEEP
MAKE = counts_of(OF_MEASURES) + _KEEP
MAKE_SOME = counts_of(_OF_SOME) + _KEEP
"""The counts of some of a measure's parties; with the first of them, the sums of its cells. Counts of others add up with them."""
MAKE_BRANCHES = counts_of(_OF_UNITS, spread_over=in_branches) + _KEEP_SHARED
NEW_MEASURES = f"""
INSERT INTO ledger_countedmeasure (measure_id)
SELECT DISTINCT fact.measure_id {OF_PARTS} WHERE fact.party IS NOT NULL ON CONFLICT DO NOTHING RETURNING measure_id
"""
CONCERNED = f"""
SELECT EXISTS (SELECT 1 FROM ledger_block WHERE number = ANY(%(blocks)s) AND version_count > 0),
       EXISTS (SELECT 1 {OF_PARTS} WHERE fact.measure_id IN (SELECT measure_id FROM ledger_countedmeasure))
"""
"""Whether a block may hold a move of a unit, and whether it holds a fact of a measure whose parties are counted."""
ENTER = "INSERT INTO ledger_countedmeasure (measure_id) VALUES (%(measure)s)"
FILL = f"""
INSERT INTO ledger_partycell ({PARTY_CELL}, quantity, facts)
SELECT {CELL_OF_FACT}, sum(fact.quantity), count(*)
  FROM ledger_fact fact JOIN ledger_member member ON member.fact_id = fact.id
 WHERE fact.measure_id = %(measure)s AND fact.party IS NOT NULL AND NOT {IS_WAITING}
 GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
"""
LASTS = """
SELECT party FROM (
    SELECT party, row_number() OVER (ORDER BY party) AS at FROM ledger_partycell WHERE measure_id = %(measure)s
) known WHERE at %% %(at_once)s = 0 ORDER BY party
"""
"""The last party of each part of a measure's."""
HAS_CELLS = """
SELECT EXISTS (SELECT 1 FROM ledger_countedmeasure counted
                 JOIN ledger_cell cell ON cell.measure_id = counted.measure_id AND cell.unit_id = ANY(%s))
"""
TREE = """
WITH present AS (
    SELECT above.id AS unit_id, array_agg(unit.id ORDER BY unit.id) AS units
      FROM organisation_unit unit
     CROSS JOIN LATERAL unnest(string_to_array(rtrim(unit.path, '.'), '.')::bigint[]) WITH ORDINALITY AS above (id, depth)
     WHERE above.depth > 1
     GROUP BY above.id HAVING count(*) > 1
)
SELECT coalesce(present.unit_id, branch.unit_id), present.units, branch.units
  FROM present FULL JOIN ledger_branch branch USING (unit_id) WHERE present.units IS DISTINCT FROM branch.units
"""
"""The branches whose list has changed: what stands below the unit now, and what its counts are of. The root's is everything."""
NOTHING_KEPT = tuple(
    f"DELETE FROM {table} WHERE measure_id = %(measure)s"
    for table in ("ledger_plaincount", "ledger_sharedcount", "ledger_partycell", "ledger_countedmeasure")
)
AT_ONCE = 50_000
"""How many cells of parties are counted in one statement: what they come to in their periods and scopes fits into memory."""


def advance(cursor: CursorWrapper, parts: Mapping[str, list[int]]) -> None:
    """Add the parties of parts of blocks to the counts, before their facts are in cells.

    Args:
        parts: ``blocks``, and in each the positions from ``firsts`` up to ``ends``.
    """
    given = {**parts, "branches": None}
    cursor.execute(NEW_MEASURES, given)
    entered = [measure for (measure,) in cursor.fetchall()]
    if entered:
        # Until now nobody was named by a fact of theirs: what the cells hold is nameless.
        _count(cursor, MAKE, {"measures": entered, "branches": None})
    cursor.execute(CONCERNED, given)
    tree_changed, parties_came = cursor.fetchone()
    if tree_changed:
        follow_tree(cursor)
    if parties_came:
        _count(cursor, ADVANCE, given)


def _count(cursor: CursorWrapper, statement: str, given: Mapping[str, Any]) -> None:
    """Run a statement that counts parties, whose own rows are joined by hash.

    No statistics tell how many rows a statement makes on its way. Taken for one, they would be compared each with each: twenty
    thousand facts would take minutes.
    """
    cursor.execute("SET LOCAL enable_nestloop = off")
    cursor.execute(statement, given)
    cursor.execute("SET LOCAL enable_nestloop = on")


def make_anew(cursor: CursorWrapper, measure: int) -> None:
    """Count a measure's parties again from the facts that do not wait, after these were summed into cells."""
    for statement in NOTHING_KEPT:
        cursor.execute(statement, {"measure": measure})
    cursor.execute(FILL, {"measure": measure})
    if not cursor.rowcount:
        return
    cursor.execute(ENTER, {"measure": measure})
    cursor.execute(LASTS, {"measure": measure, "at_once": AT_ONCE})
    lasts = [*dict.fromkeys(party for (party,) in cursor.fetchall()), UUID(int=2**128 - 1)]
    after = UUID(int=0)
    for number, last in enumerate(lasts):
        given = {"measure": measure, "after": after, "last": last, "is_first": number == 0, "branches": None}
        _count(cursor, MAKE_SOME, given)
        after = last


def follow_tree(cursor: CursorWrapper) -> None:
    """Make the counts of branches anew whose units have changed, unless the units that came or went have no facts."""
    cursor.execute(TREE)
    anew: dict[int, list[int]] = {}
    for unit, present, kept in cursor.fetchall():
        cursor.execute(HAS_CELLS, [sorted({*(present or ())} ^ {*(kept or ())})])
        (differs,) = cursor.fetchone()
        if differs or not present:
            cursor.execute(
                "DELETE FROM ledger_sharedcount WHERE scope = %s AND key = %s", [CountScope.BRANCH, unit]
            )
        if not present:
            cursor.execute("DELETE FROM ledger_branch WHERE unit_id = %s", [unit])
            continue
        cursor.execute(
            "INSERT INTO ledger_branch (unit_id, units) VALUES (%s, %s)"
            " ON CONFLICT (unit_id) DO UPDATE SET units = excluded.units",
            [unit, present],
        )
        if differs:
            anew[unit] = present
    if anew:
        units = sorted({unit for present in anew.values() for unit in present})
        cursor.execute(MAKE_BRANCHES, {"branches": list(anew), "units": units})
