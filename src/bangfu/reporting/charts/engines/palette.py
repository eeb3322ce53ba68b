"""The inks of charts: legible in print, told apart by colour-blind readers, and never the only thing that tells two apart.

Jade is what is asked about, as everywhere in the house what opens; cinnabar is kept for verification and is not used. Parts
differ in lightness first, then in hue; a test simulates the three dichromacies.
"""

from __future__ import annotations

INK = "#1f2a35"
SOFT = "#566370"
FAINT = "#757b7a"
LINE = "#e3e0d8"
FIRM = "#cbc7bb"
PAPER = "#ffffff"
JADE = "#0e6f66"
DEEP = "#0a524b"
MID = "#7db5ad"
MIST = "#e4f1ee"
PAST = "#cfcbbf"
"""The year before, behind the year that is asked about."""
PAST_EDGE = "#8d8a80"
PARTS = ("#0a524b", "#7db5ad", "#8a5a10", "#e0a63c", "#4d4d7a", "#f0cf86", "#c7745a")
"""Parts of a whole, in their order."""
REST = "#c9c7c0"
"""What is summed as others."""
BREAK = "#f3ead2"
"""What does not agree; drawn with an edge of ``BREAK_EDGE``."""
BREAK_EDGE = "#8a5a10"


def part_ink(at: int) -> str:
    """Return the ink of a part by its position."""
    return PARTS[at % len(PARTS)]
