"""What restricted funds hold, looked at under their locks."""

from __future__ import annotations

import polars
from django.db import connection, models

from bangfu.foundation.money.amounts import written
from bangfu.foundation.money.models import AccountKind, Fund, Leg
from bangfu.foundation.money.refusals import UnableToPostEntry
from bangfu.foundation.money.triggers import FUND_LOCKS


def lock_and_check_funds(legs: polars.DataFrame) -> None:
    """Lock the restricted funds that are spent, in order, and refuse what they do not hold."""
    moved = (
        legs.filter(polars.col("fund_id").is_not_null() & (polars.col("kind") == AccountKind.ASSETS.value))
        .group_by("fund_id", "asset")
        .agg(polars.col("amount_minor").sum())
        .sort("fund_id", "asset")
    )
    spent = moved.filter(polars.col("amount_minor") < 0)
    if not spent.height:
        return
    restricted = {
        one.pk: one for one in Fund.objects.filter(pk__in=spent["fund_id"].to_list(), is_restricted=True)
    }
    for key in sorted(restricted):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [FUND_LOCKS, key])
    held = held_by_funds(sorted(restricted))
    for key, asset, amount in spent.select("fund_id", "asset", "amount_minor").iter_rows():
        if key in restricted and held.get((key, asset), 0) + amount < 0:
            raise UnableToPostEntry(
                "fund_short",
                fund=restricted[key].code,
                held=written(held.get((key, asset), 0), asset),
                wanted=written(-amount, asset),
            )


def held_by_funds(funds: list[int]) -> dict[tuple[int, str], int]:  # (fund, asset) → minor units, absent = 0
    """Return what funds hold in asset accounts, by fund and asset."""
    rows = (
        Leg.objects.filter(fund_id__in=funds, account__kind=AccountKind.ASSETS)
        .values_list("fund_id", "asset")
        .annotate(held=models.Sum("amount_minor"))
    )
    return {(fund, asset): int(held) for fund, asset, held in rows if fund is not None}
