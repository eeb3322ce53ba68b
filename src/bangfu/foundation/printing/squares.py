"""QR codes (ISO/IEC 18004): squares that a telephone reads from paper or from a screen."""

from __future__ import annotations

import segno

QUIET_MODULES = 4
"""The white margin around a code that the standard asks for."""


def square_svg(text: str, *, scale: int = 4, label: str = "") -> str:
    """Return a text as a QR code in SVG, black on white, without styles, to stand in a page or on paper.

    Args:
        scale: pixels a module.
        label: what the square is, for whoever cannot see it; empty: it stands beside words that say so.

    >>> square_svg("https://bangfu.example.com")[:4]
    '<svg'
    """
    code = segno.make(text, error="m", micro=False)
    side, _ = code.symbol_size(scale=scale, border=QUIET_MODULES)
    drawn: str = code.svg_inline(
        scale=scale, border=QUIET_MODULES, dark="#000", light="#fff", title=label or None, omitsize=True
    )
    # Both, so that a square has a size of its own and scales where a page wants it larger.
    return drawn.replace("<svg ", f'<svg width="{side}" height="{side}" ', 1)
