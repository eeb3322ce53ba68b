"""Two books laid side by side: lines with the same key are compared, in whole steps of money, all at once. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import polars

AMOUNT, ONLY_OURS, ONLY_THEIRS = "AMOUNT", "ONLY_OURS", "ONLY_THEIRS"


@dataclass(frozen=True)
class Matched:
    """What laying two books side by side shows."""

    matched: int
    """Keys at which both say the same."""
    differences: polars.DataFrame
    """The keys, ``kind``, ``ours`` and ``theirs`` (Int64, null on the side that has nothing), the largest difference first."""


def rolled_up_places(places: polars.Series, among: Collection[int], sizes: Sequence[int]) -> polars.Series:
    """Return for each place the smallest of the named places that it lies in; itself where none does.

    Args:
        among: the places by which the other book is kept.
        sizes: how many numbers a place of each level spans, the smallest level first.
    """
    named = polars.Series(sorted(among), dtype=polars.Int64)
    candidates = [
        polars.when((polars.col("place") // size * size).is_in(named.implode())).then(
            polars.col("place") // size * size
        )
        for size in sizes
    ]
    return (
        places.rename("place")
        .to_frame()
        .select(polars.coalesce([*candidates, polars.col("place")]).alias("place"))["place"]
    )


def rolled_up_units(units: polars.Series, paths: Mapping[int, str], among: Collection[int]) -> polars.Series:
    """Return for each unit the nearest of the named units that it is or stands below; itself where there is none.

    Args:
        paths: of each unit, the keys from the root down to itself, as ``1.7.30.``.
    """
    named = set(among)
    nearest = {}
    for unit in units.unique().to_list():
        above = [int(key) for key in paths.get(unit, str(unit)).split(".") if key]
        nearest[unit] = next((key for key in reversed(above) if key in named), unit)
    return units.replace_strict(nearest, return_dtype=polars.Int64)


def matched(ours: polars.DataFrame, theirs: polars.DataFrame, keys: Sequence[str]) -> Matched:
    """Return what both books say of each key: the same, different amounts, or one of them nothing.

    Rows of one key are summed on either side first. A key at which ours comes to nothing, such as what was posted and taken
    back, and of which theirs does not speak, is no difference.

    Args:
        ours, theirs: ``keys`` and ``amount``, Int64 in the smallest step.
        keys: none compares the totals.

    >>> one = polars.DataFrame({"month": ["a", "b"], "amount": [5, 7]})
    >>> two = polars.DataFrame({"month": ["a", "c"], "amount": [5, 1]})
    >>> matched(one, two, ["month"]).differences.rows()
    [('b', 'ONLY_OURS', 7, None), ('c', 'ONLY_THEIRS', None, 1)]
    """
    if not keys:
        total_ours, total_theirs = int(ours["amount"].sum()), int(theirs["amount"].sum())
        row = [(AMOUNT, total_ours, total_theirs)] if total_ours != total_theirs else []
        schema = {"kind": polars.String, "ours": polars.Int64, "theirs": polars.Int64}
        return Matched(1 - len(row), polars.DataFrame(row, schema=schema, orient="row"))

    def summed(frame: polars.DataFrame, name: str) -> polars.DataFrame:
        return frame.group_by(keys).agg(polars.col("amount").sum().alias(name))

    both = summed(ours, "ours").join(
        summed(theirs, "theirs"), on=list(keys), how="full", coalesce=True, nulls_equal=True
    )
    both = both.filter(~((polars.col("ours") == 0) & polars.col("theirs").is_null()))
    agrees = (polars.col("ours") == polars.col("theirs")).fill_null(value=False)
    kind = (
        polars.when(polars.col("theirs").is_null())
        .then(polars.lit(ONLY_OURS))
        .when(polars.col("ours").is_null())
        .then(polars.lit(ONLY_THEIRS))
        .otherwise(polars.lit(AMOUNT))
    )
    gap = (polars.col("ours").fill_null(0) - polars.col("theirs").fill_null(0)).abs()
    differing = both.filter(~agrees).with_columns(kind=kind, gap=gap)
    ordered = differing.sort(["gap", *keys], descending=[True, *[False] * len(keys)], nulls_last=True)
    return Matched(both.filter(agrees).height, ordered.select(*keys, "kind", "ours", "theirs"))
