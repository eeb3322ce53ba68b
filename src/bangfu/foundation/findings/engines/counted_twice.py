"""The same party counted by two units in one measure and year."""

from __future__ import annotations

import polars


def by_two_units(facts: polars.DataFrame) -> polars.DataFrame:
    """Return, a row for each pair of units, measure and year, the parties that both of them count.

    Args:
        facts: ``fact``, ``measure``, ``unit``, ``party`` (text), ``happened_on`` (date), ``quantity`` (Float64): standing facts
            with a party that are no shares of a joint activity. A party whose net quantity of a unit and year is not
            above zero is not counted by it.

    Returns: ``measure``, ``year``, ``unit`` and ``other`` (unit < other), ``parties`` (how many), ``digest_of`` (the
        parties, joined, in order: changes when another joins), ``facts`` (list of keys, of both units).
    """
    held = (
        facts.with_columns(year=polars.col("happened_on").dt.year())
        .group_by("measure", "year", "party", "unit")
        .agg(facts=polars.col("fact").sort(), net=polars.col("quantity").sum())
        .filter((polars.col("net") > 0) & (polars.len().over("measure", "year", "party") > 1))
    )
    pairs = held.join(held, on=["measure", "year", "party"], suffix="_other").filter(
        polars.col("unit") < polars.col("unit_other")
    )
    return (
        pairs.sort("party")
        .group_by("measure", "year", "unit", "unit_other")
        .agg(
            parties=polars.len().cast(polars.Int64),
            digest_of=polars.col("party").sort().str.join(" "),
            facts=polars.col("facts").list.concat("facts_other").explode(),
        )
        .rename({"unit_other": "other"})
        .sort("measure", "year", "unit", "other")
    )
