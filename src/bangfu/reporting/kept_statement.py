"""The statement by which kept counts are read (``kept``): what is kept, what came in since, and the days at a period's edge."""

from __future__ import annotations

from bangfu.foundation.ledger.models import CountScope
from bangfu.foundation.ledger.rollups import COUNTY as IN_COUNTY
from bangfu.foundation.ledger.rollups import LATER
from bangfu.foundation.places.codes import PREFECTURE, PROVINCE, SIZE_OF_LEVEL

SPAN = -1
"""In place of a length: from a year's beginning to the end of any month, of the same year or a later one."""


def _own_key(alias: str) -> str:
    """Return to which of the counts side by side a row belongs."""

    def whole(level: int) -> str:
        return f"{alias}.place_id / {SIZE_OF_LEVEL[level]} * {SIZE_OF_LEVEL[level]}"

    return f"""CASE asked.scope WHEN {CountScope.PROVINCE} THEN {whole(PROVINCE)}
        WHEN {CountScope.PREFECTURE} THEN {whole(PREFECTURE)} WHEN {CountScope.COUNTY} THEN {alias}.place_id
        WHEN {CountScope.UNIT} THEN {alias}.unit_id ELSE asked.branch END"""


def _within(alias: str, place: str) -> str:
    """Return the condition that a row lies in the places that are asked about, be it a range or a list of counties."""
    return f"""{alias}.place_id >= asked.first_place AND {alias}.place_id < asked.end_place
                   AND (asked.counties IS NULL OR {place} = ANY(asked.counties))"""


def _plain(limit: str, kept: str = "ledger_plaincount kept") -> str:
    """Return the plain counts that a condition limits to those of a kind of question, so that an index fits it."""
    return f"""
        SELECT {_own_key("kept")} AS key, counted, appeared, facts, reversed, latest, quantity, nameless
          FROM {kept}
         WHERE kept.measure_id = asked.measure_id AND {limit}
           AND {_within("kept", "kept.place_id")}"""


_FLOW = "asked.months BETWEEN 1 AND 12 AND kept.months = asked.months AND kept.starts_on = asked.starts_on"
_SPANS = f"asked.months = {SPAN} AND kept.months = piece.months AND kept.starts_on = piece.starts_on"
_STOCK = "asked.months = 0 AND kept.months = 0 AND kept.starts_on < asked.ends_on"
_EVERY_UNIT, _UNITS = "asked.units IS NULL", "kept.unit_id = ANY(asked.units)"
_FIRST, _LAST = "extract(year FROM asked.starts_on)::int", "extract(year FROM asked.ends_on)::int"
_PIECES = f"""(
            SELECT ((until - since + 1) * 12)::smallint AS months, make_date(since, 1, 1) AS starts_on
              FROM generate_series({_FIRST}, {_LAST} - 1) since CROSS JOIN LATERAL generate_series(since, {_LAST} - 1) until
             WHERE asked.months = {SPAN}
            UNION ALL
            SELECT (-12 * back)::smallint, month::date
              FROM generate_series(0, {_LAST} - {_FIRST}) back
             CROSS JOIN generate_series(make_date({_LAST}, 1, 1)::timestamp, asked.ends_on - 1, interval '1 month') month
             WHERE asked.months = {SPAN} OFFSET 0) piece"""
"""What adds up to a span: of its whole years the spans within them, single years among them, and of its last months each, with
every year in which the span may have begun (``ledger/spans``)."""
_PLAIN = " UNION ALL".join(
    [_plain(f"{when} AND {whose}") for when in (_FLOW, _STOCK) for whose in (_EVERY_UNIT, _UNITS)]
    + [
        _plain(f"{_SPANS} AND {whose}", f"{_PIECES}, ledger_plaincount kept")
        for whose in (_EVERY_UNIT, _UNITS)
    ]
)


def _shared(limit: str, kept: str = "ledger_sharedcount shared") -> str:
    """Return the shared counts that a condition limits to those of a kind of question."""
    return f"""
        SELECT key, counted, appeared, 0, 0, 0, 0, 0 FROM {kept}
         WHERE shared.measure_id = asked.measure_id AND shared.scope = asked.scope AND {limit}
           AND CASE asked.scope WHEN {CountScope.ALL} THEN true WHEN {CountScope.BRANCH} THEN shared.key = asked.branch
               WHEN {CountScope.UNIT} THEN asked.units IS NULL OR shared.key = ANY(asked.units)
               ELSE shared.key >= asked.first_place AND shared.key < asked.end_place END"""


_SHARED = " UNION ALL".join(
    (
        _shared(
            "asked.months >= 0 AND shared.months = asked.months"
            " AND shared.starts_on >= asked.starts_on AND shared.starts_on < asked.ends_on"
        ),
        _shared(
            f"asked.months = {SPAN} AND shared.months = piece.months AND shared.starts_on = piece.starts_on",
            f"{_PIECES}, ledger_sharedcount shared",
        ),
    )
)
SENT = f"""
WITH given (number, measure_id, scope, first_place, end_place, units, branch, counties, is_crossed, months, starts_on, ends_on,
            closed_on) AS (
    SELECT * FROM unnest(%(number)s::int[], %(measure)s::smallint[], %(scope)s::smallint[], %(first_place)s::bigint[],
                         %(end_place)s::bigint[], %(units)s::text[], %(branch)s::bigint[], %(counties)s::text[],
                         %(is_crossed)s::boolean[], %(months)s::smallint[], %(starts_on)s::date[], %(reach)s::date[],
                         %(ends_on)s::date[])
), asked AS MATERIALIZED (
    SELECT number, measure_id, scope, first_place, end_place, units::bigint[], branch, counties::bigint[], is_crossed, months,
           starts_on, ends_on, closed_on
      FROM given
), later AS MATERIALIZED (
    SELECT measure_id, party, date_trunc('month', happened_on)::date AS month,
           place_id / {IN_COUNTY} * {IN_COUNTY} AS place_id, unit_id, quantity, reverses_id, id
      FROM ({LATER}) entered WHERE measure_id = ANY(%(measure)s::smallint[])
), added AS MATERIALIZED (
    SELECT number, key, party, sum(counts * quantity) AS quantity, sum(counts) AS facts,
           sum(counts * (reverses_id IS NOT NULL)::int) AS reversed, max(id) FILTER (WHERE counts > 0) AS latest
      FROM (
        SELECT asked.number, {_own_key("later")} AS key, later.party, later.quantity, later.reverses_id, later.id, 1 AS counts
          FROM later
          JOIN asked ON asked.measure_id = later.measure_id AND later.month >= asked.starts_on AND later.month < asked.ends_on
                    AND {_within("later", "later.place_id")}
                    AND (asked.units IS NULL OR later.unit_id = ANY(asked.units))
        UNION ALL
        SELECT asked.number, {_own_key("edge")}, edge.party, edge.quantity, edge.reverses_id, edge.id, edge.counts
          FROM asked CROSS JOIN LATERAL (
            SELECT party, quantity, reverses_id, id, place_id / {IN_COUNTY} * {IN_COUNTY} AS place_id, unit_id,
                   CASE WHEN happened_on < asked.closed_on THEN 1 ELSE -1 END AS counts
              FROM ledger_fact fact
             WHERE fact.measure_id = asked.measure_id AND happened_on >= least(asked.ends_on, asked.closed_on)
               AND happened_on < greatest(asked.ends_on, asked.closed_on)
               AND {_within("fact", f"fact.place_id / {IN_COUNTY} * {IN_COUNTY}")}
               AND (asked.units IS NULL OR fact.unit_id = ANY(asked.units)) OFFSET 0
          ) edge
      ) either GROUP BY number, key, party
), moved AS MATERIALIZED (
    SELECT added.number, added.key,
           sum(CASE WHEN added.party IS NULL THEN 0
                    ELSE (before.quantity + added.quantity > 0)::int - (before.quantity > 0)::int END) AS counted,
           sum(CASE WHEN added.party IS NULL THEN 0
                    ELSE (before.facts + added.facts > 0)::int - (before.facts > 0)::int END) AS appeared,
           sum(added.facts) AS facts, sum(added.reversed) AS reversed, max(added.latest) AS latest,
           coalesce(sum(added.quantity) FILTER (WHERE added.party IS NOT NULL), 0) AS quantity,
           coalesce(sum(added.facts) FILTER (WHERE added.party IS NULL), 0) AS nameless
      FROM added JOIN asked USING (number)
     CROSS JOIN LATERAL (
        SELECT coalesce(sum(cell.quantity), 0) AS quantity, coalesce(sum(cell.facts), 0) AS facts
          FROM ledger_partycell cell
         WHERE cell.measure_id = asked.measure_id AND cell.party = added.party
           AND cell.month >= asked.starts_on AND cell.month < asked.ends_on
           AND {_within("cell", "cell.place_id")}
           AND (asked.units IS NULL OR cell.unit_id = ANY(asked.units)) AND {_own_key("cell")} = added.key
     ) before GROUP BY added.number, added.key
)
SELECT asked.number, known.is_kept, found.*
  FROM asked
 CROSS JOIN LATERAL (
    SELECT EXISTS (SELECT 1 FROM ledger_countedmeasure counted WHERE counted.measure_id = asked.measure_id)
           AND (asked.scope <> {CountScope.BRANCH}
                OR EXISTS (SELECT 1 FROM ledger_branch branch
                            WHERE branch.unit_id = asked.branch AND branch.units = asked.units))
           AND NOT (asked.is_crossed AND EXISTS (SELECT 1 FROM ({_SHARED}) shared WHERE shared.appeared <> 0)) AS is_kept
 ) known
  LEFT JOIN LATERAL (
    SELECT key, sum(counted) AS total, sum(facts) AS facts, sum(reversed) AS reversed, max(latest) AS latest,
           sum(quantity) AS quantity, sum(nameless) AS nameless, sum(appeared) - sum(counted) AS cancelled
      FROM ({_PLAIN}
        UNION ALL {_SHARED}
        UNION ALL
        SELECT key, counted, appeared, facts, reversed, latest, quantity, nameless FROM moved
         WHERE moved.number = asked.number
      ) either GROUP BY key
  ) found ON known.is_kept
"""
