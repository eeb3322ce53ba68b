"""A drawing as it stands in a page."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe

from bangfu.reporting.charts.engines import svg
from bangfu.reporting.charts.engines.marks import Drawing


@dataclass(frozen=True)
class Plate:
    """A drawing as it stands in a page."""

    look: str
    """``wide`` or ``narrow``; ``paper`` in a text."""
    width: float
    height: float
    inner: SafeString


def plate_of(drawn: Drawing, look: str) -> Plate:
    """Return a drawing for a page."""
    # Every text in it was escaped where it was written.
    return Plate(look, drawn.width, round(drawn.height, 2), mark_safe(svg.inner(drawn)))
