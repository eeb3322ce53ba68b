"""Spans of whole years of distinct counts (``distinct``): by how much the years of a span add up to too much. Text of statements.

With f(a, b) = 1 where a party's net quantity from year a to year b is above zero, what is kept of each pair of years is
f(a, b) - f(a + 1, b) - f(a, b - 1) + f(a + 1, b - 1). All that is kept of pairs and of single years within a span adds up to f
of the span, whatever is negative or reversed. A party without negative years has -1 for two that follow each other among its own.
"""

from __future__ import annotations


def corrected(keys: str) -> str:
    """Return by how much a party that stands in several years of a span is counted too often, by the first and last of each span.

    Of ``grid``: each year of a party in which it stands, with what it came to until its end and before its beginning. A party is
    counted in a span when its net quantity there is above zero; the differences of spans within each other add up to just that.
    """

    def within(sums: str) -> str:
        first, last = f"earlier.{sums}", f"latter.{sums}"
        own, final = f"earlier.own_{sums}", f"latter.own_{sums}"
        return f"""(({last} - {first} + {own} > 0)::int - ({last} - {first} > 0)::int
               - ({last} - {final} - {first} + {own} > 0)::int + ({last} - {final} - {first} > 0)::int)"""

    return f"""
SELECT {keys}, ((latter.year - earlier.year + 1) * 12)::int AS months, make_date(earlier.year, 1, 1) AS starts_on,
       earlier.is_here::int * {within("stands")} - earlier.was_here::int * {within("stood")} AS counted,
       earlier.is_here::int * {within("has")} - earlier.was_here::int * {within("had")} AS appeared
  FROM grid earlier JOIN grid latter USING (party, {keys}) WHERE earlier.year < latter.year"""


def grid(keys: str, source: str, is_here: str, was_here: str) -> str:
    """Return the years of parties for ``corrected``, of which a condition each says whether they count here, or did before."""
    return f"""
SELECT party, {keys}, year, {is_here} AS is_here, {was_here} AS was_here, stands AS own_stands, stood AS own_stood,
       has AS own_has, had AS own_had, sum(stands) OVER earlier AS stands, sum(stood) OVER earlier AS stood,
       sum(has) OVER earlier AS has, sum(had) OVER earlier AS had
  FROM (
    SELECT party, {keys}, year, was_plain, is_plain, was_shared, sum(before + quantity) AS stands, sum(before) AS stood,
           sum(was + came)::int AS has, sum(was)::int AS had
      FROM ({source}) placed GROUP BY party, {keys}, year, was_plain, is_plain, was_shared
  ) yearly WINDOW earlier AS (PARTITION BY party, {keys} ORDER BY year)"""
