"""Quantities that end in nought too often, and days that crowd at the end of periods."""

from __future__ import annotations

import polars

from bangfu.foundation.findings.engines.binomial import upper_tail

ROUND_TO = 10
LEAST_QUANTITY = 100
"""Last digits are even only of numbers with three digits or more."""
ROUND_CHANCE = 0.1
FEWEST_DIFFERENT = 5
"""A group with fewer different quantities is a tariff or a fixed grant, not somebody's estimate."""
_GROUP = ["measure", "unit", "year"]


def round_numbers(facts: polars.DataFrame, *, fewest: int, level: float, share: float) -> polars.DataFrame:
    """Return groups (measure, unit, year) in which too many quantities are multiples of ten.

    Of honest counts with three digits or more the last digit is nought in a tenth: B. Beber and A. Scacco, "What the
    Numbers Say: A Digit-Based Test for Election Fraud", Political Analysis 20 (2012) 2, pp. 211-234. The test is the
    exact binomial one, its level divided by the number of groups.

    Args:
        facts: ``measure``, ``unit``, ``happened_on`` (date), ``quantity`` (Float64, of whole facts).
        fewest: groups of fewer quantities are not tested.
        level: of the whole set of tests.
        share: and at least this share (0 to 1) must be round, since in large groups trifles are significant.

    Returns: ``measure``, ``unit``, ``year``, ``count``, ``heaped``, ``chance`` (of so many or more).
    """
    sizeable = (
        facts.with_columns(
            year=polars.col("happened_on").dt.year(), size=polars.col("quantity").abs().floor()
        )
        .filter(polars.col("size") >= LEAST_QUANTITY)
        .with_columns(is_heaped=polars.col("size") % ROUND_TO == 0)
    )
    groups = sizeable.group_by(_GROUP).agg(
        count=polars.len(), heaped=polars.col("is_heaped").sum(), different=polars.col("size").n_unique()
    )
    tested = groups.filter(polars.col("different") >= FEWEST_DIFFERENT).drop("different")
    return _beyond_chance(tested, fewest=fewest, level=level, share=share, expected=ROUND_CHANCE)


def period_ends(
    facts: polars.DataFrame,
    *,
    fewest: int,
    level: float,
    share: float,
    last_days: int,
    statement_share: float,
) -> polars.DataFrame:
    """Return groups (measure, unit, year) in which too much happened in the last days of months.

    The expected share is that of those days in a month of average length, 365.2425 / 12 days. The test is the exact
    binomial one, its level divided by the number of groups. Groups of which nearly all lies on the very last day are
    monthly statements, dated so by their nature, and are not tested.

    Args: as of ``round_numbers``; ``last_days``: how many days make a month's end; ``statement_share``: 0 to 1.

    Returns: ``measure``, ``unit``, ``year``, ``count``, ``heaped``, ``chance``.
    """
    left = (polars.col("happened_on").dt.month_end() - polars.col("happened_on")).dt.total_days()
    groups = (
        facts.with_columns(year=polars.col("happened_on").dt.year(), left=left)
        .group_by(_GROUP)
        .agg(
            count=polars.len(),
            heaped=(polars.col("left") < last_days).sum(),
            on_last=(polars.col("left") == 0).mean(),
            days=polars.col("happened_on").n_unique(),
        )
    )
    tested = groups.filter(
        (polars.col("on_last") < statement_share) & (polars.col("days") >= FEWEST_DIFFERENT)
    ).drop("on_last", "days")
    return _beyond_chance(
        tested, fewest=fewest, level=level, share=share, expected=last_days / (365.2425 / 12)
    )


def _beyond_chance(
    groups: polars.DataFrame, *, fewest: int, level: float, share: float, expected: float
) -> polars.DataFrame:
    tested = groups.filter(polars.col("count") >= fewest)
    chances = [
        upper_tail(int(heaped), int(count), expected)
        for count, heaped in tested.select("count", "heaped").iter_rows()
    ]
    judged = tested.with_columns(chance=polars.Series(chances, dtype=polars.Float64))
    return judged.filter(
        (polars.col("chance") * judged.height <= level)
        & (polars.col("heaped") >= share * polars.col("count"))
    ).sort(_GROUP)
