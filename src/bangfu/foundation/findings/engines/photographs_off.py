"""Photographs whose time or position is not the claimed one."""

from __future__ import annotations

import polars

EARTH_KM = 6371.0


def off_the_claim(
    rows: polars.DataFrame, *, days_before: int, days_after: int, margin_km: float
) -> polars.DataFrame:
    """Return the photographs that were taken too early, too late or too far away.

    Distance on a sphere by the haversine: R. W. Sinnott, "Virtues of the Haversine", Sky and Telescope 68 (1984) 2, p. 159.

    Args:
        rows: ``file``, ``record_type``, ``record``, ``taken_on`` (date, null = unknown), ``happened_on`` (date),
            ``latitude``, ``longitude`` (degrees, null = unknown), ``place_latitude``, ``place_longitude`` (a point of the
            claimed place, null = unknown), ``reach_km`` (no part of the place is farther from that point).
        days_before, days_after: how long before and after the claimed day a picture may have been taken.
        margin_km: how far outside the place's reach it may have been taken.

    Returns: the rows that are off, with ``days`` (taken minus claimed, null = not off in time) and ``beyond_km`` (beyond
        the place's reach, null = not off in place).
    """
    days = (polars.col("taken_on") - polars.col("happened_on")).dt.total_days()
    here, there = polars.col("latitude").radians(), polars.col("place_latitude").radians()
    across = (polars.col("longitude") - polars.col("place_longitude")).radians()
    half = ((here - there) / 2).sin() ** 2 + here.cos() * there.cos() * (across / 2).sin() ** 2
    beyond = 2 * EARTH_KM * half.sqrt().arcsin() - polars.col("reach_km")
    return rows.with_columns(
        days=polars.when((days < -days_before) | (days > days_after)).then(days),
        beyond_km=polars.when(beyond > margin_km).then(beyond),
    ).filter(polars.col("days").is_not_null() | polars.col("beyond_km").is_not_null())
