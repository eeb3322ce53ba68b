"""How much benchmarks make: the usual sizes, or small ones that show that they run."""

from __future__ import annotations

_chosen = {"is_small": False}


def choose(*, is_small: bool) -> None:
    """Say whether benchmarks that are imported from now on only show that they run."""
    _chosen["is_small"] = is_small


def sized(usual: int, small: int) -> int:
    """Return how much of something a benchmark makes: the usual number, or a small one to see that it runs."""
    return small if _chosen["is_small"] else usual
