"""What restricted funds have free, looked at under their locks, and for what they may be spent."""

from __future__ import annotations

import polars
from django.db import connection, models

from bangfu.foundation.money.amounts import grouped
from bangfu.foundation.money.models import AccountKind, Asset, Fund, Subtotal
from bangfu.foundation.money.refusals import UnableToOpenBook, UnableToPostEntry
from bangfu.foundation.money.triggers import FUND_LOCKS
from bangfu.foundation.operations import inside_operation

FREE_KINDS = (AccountKind.ASSETS.value, AccountKind.LIABILITIES.value)
"""What a fund holds less what it owes is what it has free."""


def lock_and_check_funds(legs: polars.DataFrame) -> None:
    """Lock the restricted funds that are spent or run into debt, in order, and refuse what they do not have free."""
    if legs["fund_id"].null_count() == legs.height:
        return
    moved = (
        legs.filter(polars.col("fund_id").is_not_null() & polars.col("kind").is_in(FREE_KINDS))
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
    free = free_of_funds(sorted(restricted))
    for key, asset, amount in spent.select("fund_id", "asset", "amount_minor").iter_rows():
        if key in restricted and free.get((key, asset), 0) + amount < 0:
            raise UnableToPostEntry(
                "fund_short",
                fund=restricted[key].code,
                held=grouped(free.get((key, asset), 0), asset),
                wanted=grouped(-amount, asset),
            )


def lock_fund(fund: Fund) -> int:  # fen
    """Lock a restricted fund as whoever spends it does, and return what it has free."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [FUND_LOCKS, fund.pk])
    return free_of_funds([fund.pk]).get((fund.pk, Asset.CNY.value), 0)


def free_of_funds(funds: list[int]) -> dict[tuple[int, str], int]:  # (fund, asset) → minor units, absent = 0
    """Return what funds have free: what they hold in asset accounts, less what they owe."""
    rows = (
        Subtotal.objects.filter(fund_id__in=funds, account__kind__in=FREE_KINDS)
        .values_list("fund_id", "asset")
        .annotate(free=models.Sum("amount_minor"))
    )
    return {(fund, asset): int(free) for fund, asset, free in rows if fund is not None}


def limit_fund(fund: Fund, *, to: str) -> None:
    """Let a restricted fund be spent on one expense account and those below it alone, inside an operation, from now on.

    Raises: UnableToOpenBook: ``other_purpose``: it is for something else already.
    """
    inside_operation()
    held = Fund.objects.select_for_update().get(pk=fund.pk)
    if held.spent_on not in (None, to):
        raise UnableToOpenBook("other_purpose", fund=held.code, account=held.spent_on)
    if held.spent_on is None:
        held.spent_on = to
        held.save(update_fields=["spent_on"])
