"""What the example's units report by the measures' own spreadsheets: one module for each wing."""

from __future__ import annotations

from example.papers import Paper
from example.reported import connectivity, coordination, funds, giving, livelihoods


def papers(*, live_orders: int) -> list[Paper]:
    """Return every paper of reported records, in the order in which they come in.

    Args:
        live_orders: how many orders of the live sale the house has itself.
    """
    return [
        *connectivity.papers(),
        *coordination.papers(),
        *livelihoods.papers(live_orders=live_orders),
        *giving.papers(),
        *funds.papers(),
    ]
