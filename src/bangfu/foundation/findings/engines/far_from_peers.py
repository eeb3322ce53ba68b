"""Quantities far from those of their peers."""

from __future__ import annotations

import polars

TO_SIGMA = 0.6745
"""Makes the median absolute deviation comparable with a standard deviation of a normal distribution."""


def outliers(facts: polars.DataFrame, *, fewest: int, farthest: float, most: int) -> polars.DataFrame:
    """Return the quantities whose modified z-score among their peers is beyond the limit, the farthest first.

    Peers are facts of one measure on places of one level by units of one kind. Quantities of assistance are skewed, so
    scores are taken of their natural logarithms: z = 0.6745 (ln x - median) / MAD, B. Iglewicz and D. C. Hoaglin, "How to
    Detect and Handle Outliers", ASQC Basic References in Quality Control 16, 1993, who name 3.5 as a limit. Where half of
    the peers are equal there is no spread to measure by, and nothing is far.

    Args:
        facts: ``fact``, ``measure``, ``level`` (of the place), ``unit_kind``, ``quantity`` (Float64, of standing whole facts);
            only those above zero are compared.
        fewest: groups of fewer peers are not compared.
        most: at most so many a group.

    Returns: the rows with ``z`` (signed), ``peers`` (how many) and ``middle`` (their median quantity).
    """
    group = ["measure", "level", "unit_kind"]
    scaled = facts.filter(polars.col("quantity") > 0).with_columns(
        log=polars.col("quantity").log(), peers=polars.len().over(group)
    )
    compared = scaled.filter(polars.col("peers") >= fewest).with_columns(
        centre=polars.col("log").median().over(group), middle=polars.col("quantity").median().over(group)
    )
    spread = (polars.col("log") - polars.col("centre")).abs().median().over(group)
    scored = compared.with_columns(spread=spread).filter(polars.col("spread") > 0)
    z = TO_SIGMA * (polars.col("log") - polars.col("centre")) / polars.col("spread")
    return (
        scored.with_columns(z=z)
        .filter(polars.col("z").abs() > farthest)
        .sort(polars.col("z").abs(), "fact", descending=[True, False])
        .group_by(group, maintain_order=True)
        .head(most)
        .drop("log", "centre", "spread")
    )
