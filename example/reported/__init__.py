"""What the example's units report by the measures' own spreadsheets: one module for each wing."""

from __future__ import annotations

from example.papers import Paper
from example.reported import connectivity, coordination, funds, giving, livelihoods


def papers() -> list[Paper]:
    """Return every paper of reported records, in the order in which they come in."""
    return [
        *connectivity.papers(),
        *coordination.papers(),
        *livelihoods.papers(),
        *giving.papers(),
        *funds.papers(),
    ]
