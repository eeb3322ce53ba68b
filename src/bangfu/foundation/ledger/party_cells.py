"""What parties' facts come to by month, county and unit, and what new facts add to it; text of statements (``distinct``)."""

from __future__ import annotations

from bangfu.foundation.ledger.measures import MeasureKind
from bangfu.foundation.places.codes import COUNTY, SIZE_OF_LEVEL

IN_COUNTY = SIZE_OF_LEVEL[COUNTY]
PARTY_CELL = "measure_id, party, month, place_id, unit_id"
CELL_OF_FACT = f"""fact.measure_id, fact.party, date_trunc('month', fact.happened_on)::date AS month,
       fact.place_id / {IN_COUNTY} * {IN_COUNTY} AS place_id, fact.unit_id"""
OF_PARTS = """FROM unnest(%(blocks)s::bigint[], %(firsts)s::int[], %(ends)s::int[]) taken(block_id, first, until)
  CROSS JOIN LATERAL (
    SELECT fact_id FROM ledger_member
     WHERE block_id = taken.block_id AND position >= taken.first AND position < taken.until OFFSET 0
  ) member
  CROSS JOIN LATERAL (SELECT * FROM ledger_fact WHERE id = member.fact_id OFFSET 0) fact"""
"""The facts of parts of blocks. Each OFFSET 0 keeps them looked up one by one: a step is little beside the ledger."""
IS_WAITING = """EXISTS (SELECT 1 FROM ledger_unrolled waiting
                        WHERE waiting.block_id = member.block_id AND member.position >= waiting.position)"""
IS_FLOW = f"catalogue.kind = '{MeasureKind.FLOW}' AS is_flow"
CATALOGUED = "JOIN ledger_cataloguemeasure catalogue ON catalogue.id = measure_id"

OF_NEW_FACTS = f"""
fresh AS MATERIALIZED (
    SELECT {CELL_OF_FACT}, sum(fact.quantity) AS quantity, count(*) AS facts, count(fact.reverses_id) AS reversed,
           max(fact.id) AS latest
      {OF_PARTS}
     WHERE fact.measure_id IN (SELECT measure_id FROM ledger_countedmeasure)
     GROUP BY 1, 2, 3, 4, 5
), kept AS (
    INSERT INTO ledger_partycell AS cell ({PARTY_CELL}, quantity, facts)
    SELECT {PARTY_CELL}, quantity, facts FROM fresh WHERE party IS NOT NULL ORDER BY {PARTY_CELL}
    ON CONFLICT ({PARTY_CELL}) DO UPDATE
       SET quantity = cell.quantity + excluded.quantity, facts = cell.facts + excluded.facts
), added AS (
    SELECT measure_id, month, place_id, unit_id, facts, reversed, latest,
           CASE WHEN party IS NULL THEN 0 ELSE quantity END AS quantity,
           CASE WHEN party IS NULL THEN facts ELSE 0 END AS nameless
      FROM fresh
), touched AS MATERIALIZED (
    SELECT DISTINCT measure_id, party, CASE WHEN is_flow THEN date_trunc('year', month)::date ELSE '-infinity' END AS first,
           CASE WHEN is_flow THEN (date_trunc('year', month) + interval '1 year')::date ELSE 'infinity' END AS until
      FROM (SELECT measure_id, party, month, {IS_FLOW} FROM fresh {CATALOGUED} WHERE party IS NOT NULL) named
), met AS MATERIALIZED (
    SELECT {PARTY_CELL}, sum(before) AS before, sum(was)::int AS was, sum(quantity) AS quantity, sum(came)::int AS came
      FROM (
        SELECT {PARTY_CELL}, 0 AS before, 0 AS was, quantity, facts::int AS came FROM fresh WHERE party IS NOT NULL
        UNION ALL
        SELECT touched.measure_id, touched.party, cell.month, cell.place_id, cell.unit_id, cell.quantity, cell.facts, 0, 0
          FROM touched CROSS JOIN LATERAL (
            SELECT * FROM ledger_partycell cell
             WHERE cell.measure_id = touched.measure_id AND cell.party = touched.party
               AND cell.month >= touched.first AND cell.month < touched.until OFFSET 0
          ) cell
      ) either GROUP BY {PARTY_CELL}
), recurring AS MATERIALIZED (
    SELECT measure_id, party FROM touched WHERE first > '-infinity' GROUP BY measure_id, party
    HAVING count(*) > 1 OR bool_or(EXISTS (
           SELECT 1 FROM ledger_partycell cell
            WHERE cell.measure_id = touched.measure_id AND cell.party = touched.party
              AND (cell.month < touched.first OR cell.month >= touched.until)))
), lived AS (
    SELECT {PARTY_CELL}, 0 AS before, 0 AS was, quantity, facts::int AS came
      FROM fresh JOIN recurring USING (measure_id, party)
    UNION ALL
    SELECT measure_id, party, cell.month, cell.place_id, cell.unit_id, cell.quantity, cell.facts, 0, 0
      FROM recurring CROSS JOIN LATERAL (
        SELECT month, place_id, unit_id, quantity, facts FROM ledger_partycell cell
         WHERE cell.measure_id = recurring.measure_id AND cell.party = recurring.party OFFSET 0
      ) cell
)"""
"""What blocks add: the sums of their facts, every cell of the same years in which one of their parties stood before or stands
now, and every one of those that stand in several years."""


def of_cells(chosen: str, *, cells: str = "") -> str:
    """Return what is read, as from ``OF_NEW_FACTS``, for counts that are made from the party cells that a condition chooses.

    Args:
        cells: which sums are read beside them; empty is by the same condition.
    """
    return f"""
named AS MATERIALIZED (
    SELECT {PARTY_CELL}, quantity, facts FROM ledger_partycell WHERE {chosen}
), added AS (
    SELECT measure_id, month, place_id, unit_id, facts, reversed, latest, 0 AS quantity, facts AS nameless
      FROM ledger_cell WHERE {cells or chosen} AND measure_id IN (SELECT measure_id FROM ledger_countedmeasure)
    UNION ALL
    SELECT measure_id, month, place_id, unit_id, 0, 0, 0, sum(quantity), -sum(facts) FROM named GROUP BY 1, 2, 3, 4
), met AS (
    SELECT {PARTY_CELL}, 0 AS before, 0 AS was, quantity, facts AS came FROM named
), lived AS (
    SELECT * FROM met
)"""
