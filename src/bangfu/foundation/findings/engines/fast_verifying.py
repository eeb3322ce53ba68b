"""Persons who decide faster than anybody can look."""

from __future__ import annotations

import polars


def too_fast(
    papers: polars.DataFrame, singles: polars.DataFrame, *, seconds_a_look: float, most_a_minute: int
) -> polars.DataFrame:
    """Return per person and day what was signed faster than it can have been looked at.

    A paper is too fast when fewer seconds lie between the draw of its sample and the signature than its sampled records
    need. Single decisions are too fast when one clock minute holds more than so many of one person.

    Args:
        papers: ``account``, ``unit``, ``paper``, ``drawn_at``, ``decided_at`` (datetimes of one zone), ``sampled``
            (records in the sample), ``records``.
        singles: ``account``, ``unit``, ``record_type``, ``record``, ``decided_at``: records decided one by one.

    Returns: ``account``, ``day``, ``papers`` (list of keys), ``records`` (how many they hold), ``singles`` (list of
        structs ``record_type``, ``record``), ``seconds`` (the shortest time a sampled record, null = singles only), ``unit``
        (one of the units concerned).
    """
    spent = (polars.col("decided_at") - polars.col("drawn_at")).dt.total_milliseconds() / 1000
    hurried = (
        papers.filter(polars.col("sampled") > 0)
        .with_columns(seconds=spent / polars.col("sampled"), day=polars.col("decided_at").dt.date())
        .filter(polars.col("seconds") < seconds_a_look)
    )
    by_paper = hurried.group_by("account", "day").agg(
        papers=polars.col("paper").sort(),
        records=polars.col("records").sum().cast(polars.Int64),
        seconds=polars.col("seconds").min(),
        unit=polars.col("unit").min(),
    )
    minute = polars.col("decided_at").dt.truncate("1m")
    crowded = singles.with_columns(day=polars.col("decided_at").dt.date()).filter(
        polars.len().over("account", minute) > most_a_minute
    )
    by_single = crowded.group_by("account", "day").agg(
        singles=polars.struct("record_type", "record").sort(), unit_of_singles=polars.col("unit").min()
    )
    return (
        by_paper.join(by_single, on=["account", "day"], how="full", coalesce=True)
        .with_columns(
            unit=polars.coalesce("unit", "unit_of_singles"),
            papers=polars.col("papers").fill_null([]),
            singles=polars.col("singles").fill_null([]),
            records=polars.col("records").fill_null(0) + polars.col("singles").list.len().fill_null(0),
        )
        .select("account", "day", "papers", "records", "singles", "seconds", "unit")
        .sort("account", "day")
    )
