"""A fund ends: nothing owed, and what is left goes to another of the same purpose."""

from __future__ import annotations

from datetime import timedelta

import polars

from bangfu.foundation.money.amounts import grouped
from bangfu.foundation.money.keeping import needed_by
from bangfu.foundation.money.models import AccountKind, Asset, Fund
from bangfu.foundation.money.operations.funds import lock_fund
from bangfu.foundation.money.operations.opening import open_missing_accounts
from bangfu.foundation.money.operations.posting import COLUMNS, post_entries
from bangfu.foundation.money.queries import sums_of_fund
from bangfu.foundation.money.refusals import UnableToCloseFund
from bangfu.foundation.money.triggers import TRANSFERS
from bangfu.foundation.operations import Act, operation, scope_of

CLOSINGS = "money.closing"
"""The source of the entry by which a closed fund leaves its money to another; its id is the fund's code."""
TITLES = (TRANSFERS, Asset.CNY.value, "基金间结转", "Passed on between funds")


@operation("money.close_fund", scope=scope_of("fund"))
def close_fund(*, fund: Fund, document: str, surplus_to: Fund | None = None, act: Act) -> Fund:
    """Close a restricted fund at the end of the day; what it has left goes to another fund of the same purpose and unit.

    Args:
        document: what was decided about it.

    Raises: UnableToCloseFund: see its codes; nothing was written.
    Posts: one entry that takes each of its asset accounts to the other fund.
    Locks: both funds, in the order of their keys.
    """
    if not document.strip():
        raise UnableToCloseFund("no_document")
    for one in sorted({fund, *([surplus_to] if surplus_to else [])}, key=lambda each: each.pk):
        lock_fund(one)
    held = Fund.objects.select_for_update().select_related("unit").get(pk=fund.pk)
    if held.ends_on is not None:
        raise UnableToCloseFund("closed_already", fund=held.code, day=held.ends_on)
    needs = needed_by(held)
    if needs is not None:
        raise UnableToCloseFund("needed", fund=held.code, needs=needs)
    sums = _standing(held)
    owed = -sum(total for (_, kind), total in sums.items() if kind == AccountKind.LIABILITIES)
    left = {code: total for (code, kind), total in sums.items() if kind == AccountKind.ASSETS}
    if owed:
        raise UnableToCloseFund("owes", fund=held.code, owed=grouped(owed, Asset.CNY))
    if left:
        _pass_on(held, left, surplus_to, act)
    held.ends_on = act.on + timedelta(days=1)
    held.save(update_fields=["ends_on"])
    return held


def _standing(fund: Fund) -> dict[tuple[str, str], int]:  # (account, kind) → fen, without zeros
    rows = sums_of_fund(fund.pk)
    return {(one.code, one.kind): one.amount_minor for one in rows if one.amount_minor}


def _pass_on(fund: Fund, left: dict[str, int], to: Fund | None, act: Act) -> None:
    total = grouped(sum(left.values()), Asset.CNY)
    if to is None:
        raise UnableToCloseFund("money_left", fund=fund.code, left=total)
    fits = (
        to.pk != fund.pk and to.is_restricted and to.unit_id == fund.unit_id and to.spent_on == fund.spent_on
    )
    if not fits or to.ends_on is not None:
        raise UnableToCloseFund("other_purpose", fund=to.code, left=total)
    open_missing_accounts(fund.unit, [TITLES], starts_on=fund.starts_on)
    whole = sum(left.values())
    lines = [
        *((account, -fen, fund.code) for account, fen in left.items()), (TRANSFERS, whole, fund.code),
        *((account, fen, to.code) for account, fen in left.items()), (TRANSFERS, -whole, to.code),
    ]  # fmt: skip
    frame = polars.DataFrame(
        [(1, act.on, account, fen, code, None, fund.code, 1) for account, fen, code in lines if fen],
        schema=COLUMNS,
        orient="row",
    )
    post_entries(frame, unit=fund.unit, system=CLOSINGS, act=act)
