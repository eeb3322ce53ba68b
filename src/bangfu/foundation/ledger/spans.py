"""Spans of distinct counts from a year's beginning to the end of any month (``distinct``): what their years count twice.

With f(a, t) = 1 where a party's net quantity from the beginning of year a to the end of t is above zero, kept of each year a
and each later t is f(a, t) - f(a + 1, t) - f(a, t - 1) + f(a + 1, t - 1). Of years t, all that lies within a span of whole
years adds up to f of the span, single years among it. Of months t, all that lies within a span adds up to what its last,
unfinished year adds to its whole years; of the year itself each month tells how f of the year so far changed. It holds whatever
is negative or reversed. A party without negative quantities has -1 for two years that follow each other among its own, and for
its first month in the later one. Text of statements.
"""

from __future__ import annotations


def corrected(keys: str, source: str, is_here: str, was_here: str) -> str:
    """Return by how much parties that stand in several years of a span are counted too often there.

    A correction of years is a period of so many months from the first year's beginning; one of a month is a month, with minus
    twelve months for each year that the span began before the month's own.

    Args:
        keys: of the counts, as a list of columns.
        source: parties' quantities by month, all months of those that stand in several years.
        is_here: the condition under which a party counts here; likewise ``was_here`` of before.
    """
    return f"""
WITH yearly AS MATERIALIZED ({_cumulated("year", keys, source, is_here, was_here)}
), monthly AS MATERIALIZED ({_cumulated("year, month", keys, source, is_here, was_here)}
)
SELECT {keys}, ((latter.year - earlier.year + 1) * 12)::int AS months, make_date(earlier.year, 1, 1) AS starts_on, {_DIFFERENCES}
  FROM yearly earlier JOIN yearly latter USING (party, {keys}) WHERE earlier.year < latter.year
UNION ALL
SELECT {keys}, (earlier.year - latter.year) * 12, latter.month, {_DIFFERENCES}
  FROM yearly earlier JOIN monthly latter USING (party, {keys}) WHERE earlier.year < latter.year"""


def _within(sums: str) -> str:
    first, last = f"earlier.{sums}", f"latter.{sums}"
    own, final = f"earlier.own_{sums}", f"latter.own_{sums}"
    return f"""(({last} - {first} + {own} > 0)::int - ({last} - {first} > 0)::int
           - ({last} - {final} - {first} + {own} > 0)::int + ({last} - {final} - {first} > 0)::int)"""


_DIFFERENCES = f"""
       earlier.is_here::int * {_within("stands")} - earlier.was_here::int * {_within("stood")} AS counted,
       earlier.is_here::int * {_within("has")} - earlier.was_here::int * {_within("had")} AS appeared"""
"""Of a year and a later year or month: a party is counted in a span when its net quantity there is above zero."""


def _cumulated(step: str, keys: str, source: str, is_here: str, was_here: str) -> str:
    """Return each year or month in which parties stand, with what they came to in it and until its end."""
    return f"""
    SELECT party, {keys}, {step}, {is_here} AS is_here, {was_here} AS was_here, stands AS own_stands, stood AS own_stood,
           has AS own_has, had AS own_had, sum(stands) OVER earlier AS stands, sum(stood) OVER earlier AS stood,
           sum(has) OVER earlier AS has, sum(had) OVER earlier AS had
      FROM (
        SELECT party, {keys}, {step}, was_plain, is_plain, was_shared, sum(before + quantity) AS stands, sum(before) AS stood,
               sum(was + came)::int AS has, sum(was)::int AS had
          FROM ({source}) placed GROUP BY party, {keys}, {step}, was_plain, is_plain, was_shared
      ) stepped WINDOW earlier AS (PARTITION BY party, {keys} ORDER BY {step})"""
