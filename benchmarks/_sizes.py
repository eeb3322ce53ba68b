"""How much benchmarks make: the usual sizes, or small ones that show that they run."""

from __future__ import annotations

is_small = False
"""Whether a benchmark only shows that it runs; said before it is imported."""


def sized(usual: int, small: int) -> int:
    """Return how much of something a benchmark makes: the usual number, or a small one to see that it runs."""
    return small if is_small else usual
