"""A chart of a publication as it was fixed: drawn its marks opening the published figures, on a page and on paper."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from bangfu.reporting.charts.engines.svg import framed

OPENS = "#figure-"
"""With a figure's position: where a mark of a fixed chart opens."""
_MARK = re.compile(rf'<a class="mark figure" href="{OPENS}(\d+)"(.*?)</a>', re.DOTALL)
Content = dict[str, Any]


def drawn_chart(parts: Sequence[Content]) -> Content:
    """Return a fixed chart with its lines, each a name and figures. Args: parts: of its paragraph, as they are printed."""
    return {**parts[0]["chart"], "lines": list(_lines(parts[1:]))}


def _lines(parts: Sequence[Content]) -> Iterator[Content]:
    figures: list[Content] = []
    for part in parts:
        if "figure" in part:
            figures.append(part)
        else:
            figures = []
            yield {"name": part["text"], "figures": figures}


def plates(chart: Content, address_of: Callable[[int], str]) -> list[Content]:
    """Return how a fixed chart stands in a page, as on paper and for a phone.

    Args:
        address_of: where the figure of a position opens; empty = nowhere yet.
    """
    return [
        {**plate, "look": look, "inner": _opening(plate["inner"], address_of)}
        for look, plate in sorted(chart["plates"].items(), reverse=True)
    ]


def _opening(inner: str, address_of: Callable[[int], str]) -> SafeString:
    def opened(found: re.Match[str]) -> str:
        address = address_of(int(found[1]))
        if not address:
            return f'<g class="mark" role="img"{found[2]}</g>'
        leaves = "" if address.startswith("#") else " data-leave"
        return f'<a class="mark figure"{leaves} href="{address}"{found[2]}</a>'

    # It was written by the house, which escaped every text in it, and nobody can change it.
    return mark_safe(_MARK.sub(opened, inner))


def chart_file(chart: Content, language: str) -> str:
    """Return a fixed chart for paper, as SVG. Args: language: of its texts."""
    plate = chart["plates"]["paper"]
    inner = _MARK.sub(lambda found: f"<g{found[2]}</g>", plate["inner"])
    return framed(inner, plate["width"], plate["height"], chart["title"], language)
