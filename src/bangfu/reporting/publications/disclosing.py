"""What of a fact everybody may see: decided once for a publication, in set form, when it is prepared.

A fact without a party is about a thing (a station, a waybill), and so is one whose measure says that its parties are public
(counties, units): place, unit and day are shown. Any other fact is about somebody. Its day is withheld, its party is called
by another name in each publication, and its place is shown only down to a level at which every division, of all that lie
under one parent, holds at least ``FEWEST`` parties of the measure; below the county no unit is shown either, since a county's
office stands for its county. Nothing that a figure itself asks for (its county, say) is withheld: the report prints it.

Decisions 36 and 46 give the reasons.
"""

from __future__ import annotations

from bangfu.foundation.ledger.catalogue import declared_measures, measure_number
from bangfu.foundation.ledger.measures import Party
from bangfu.foundation.ledger.proofs.verify import FACT_FIELDS

FEWEST = 5
"""Fewer different parties than these are merged into what lies above."""

ALWAYS = frozenset({"fact", "measure", "quantity", "line", "month", "reverses", "reason"})
"""Fields of a fact that are always shown."""
PLACES = ("province", "city", "county", "town", "village")
"""The fields of a place, by level from 1."""

DISCLOSED = f"""
WITH used AS MATERIALIZED (
    SELECT fact_id, max(term.level) AS level, bool_or(term.asks_unit) AS asks_unit, bool_or(term.asks_day) AS asks_day
      FROM publications_publishedfigure figure
      JOIN publications_publishedterm term ON term.figure_id = figure.id
     CROSS JOIN unnest(term.facts) AS fact_id
     WHERE figure.publication_id = %(publication)s
     GROUP BY fact_id
), known AS MATERIALIZED (
    SELECT used.*, fact.measure_id, fact.party, fact.place_id,
           fact.party IS NOT NULL AND fact.measure_id <> ALL(%(public)s) AS about_people
      FROM used JOIN ledger_fact fact ON fact.id = used.fact_id
), cells AS MATERIALIZED (
    SELECT size.level, known.measure_id, place_id / size.of_cell AS cell, place_id / size.above AS parent,
           count(DISTINCT party) AS parties
      FROM known
     CROSS JOIN (VALUES (5, 1, 1000), (4, 1000, 1000000), (3, 1000000, 100000000),
                        (2, 100000000, 10000000000)) AS size (level, of_cell, above)
     WHERE about_people
     GROUP BY 1, 2, 3, 4
), too_fine AS MATERIALIZED (
    SELECT level, measure_id, parent FROM cells GROUP BY 1, 2, 3 HAVING min(parties) < {FEWEST}
), leveled AS (
    SELECT known.*, CASE WHEN NOT about_people THEN 5 ELSE coalesce((
        SELECT min(too_fine.level) - 1 FROM too_fine
         WHERE too_fine.measure_id = known.measure_id
           AND too_fine.parent = known.place_id / CASE too_fine.level
                   WHEN 5 THEN 1000 WHEN 4 THEN 1000000 WHEN 3 THEN 100000000 ELSE 10000000000 END), 5) END AS allowed
      FROM known
)
SELECT %(publication)s, row_number() OVER (ORDER BY fact_id) - 1, fact_id, greatest(level, allowed),
       asks_unit OR NOT about_people OR greatest(level, allowed) >= 3, asks_day OR NOT about_people
  FROM leveled
"""
"""Rows of ``PublishedFact`` for a publication whose terms stand; ``public`` are the measures of ``public_measures``."""


def public_measures() -> list[int]:
    """Return the numbers of the measures whose parties everybody may know."""
    return [
        measure_number(code) for code, measure in declared_measures().items() if measure.party is Party.PUBLIC
    ]


def shown_fields(level: int, *, shows_unit: bool, shows_day: bool, has_party: bool) -> frozenset[str]:
    """Return the fields of a fact that are shown; that there is no party is shown as well."""
    more = set(PLACES[:level])
    if shows_unit:
        more.add("unit")
    if shows_day:
        more.add("day")
    if not has_party:
        more.add("party")
    shown = ALWAYS | more
    assert shown <= set(FACT_FIELDS)
    return shown
