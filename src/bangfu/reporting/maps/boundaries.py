"""Which lines and numbers a map carries, by who looks at it.

A public map is reviewed (地图管理条例, 国务院令第664号, articles 15 and 22) and carries its number, 审图号. A house without one
shows the public provinces and counties by their borders with each other, and neither the outline of the country nor the
maritime boundary. Inside the house both are drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings

from bangfu.reporting.maps.outlines import carries_inset, maritime_boundary


@dataclass(frozen=True)
class Frame:
    """What is drawn around the divisions."""

    review_number: str
    """审图号; empty without one."""
    shows_outline: bool
    """Whether the outline of the country and the maritime boundary are drawn."""
    has_inset: bool
    """Whether the South China Sea has its inset."""

    @property
    def as_json(self) -> dict[str, Any]:
        """What a browser is told."""
        return {
            "outline": self.shows_outline,
            "inset": self.has_inset,
            "boundary": maritime_boundary() if self.shows_outline else [],
        }


def frame_of(place: int | None, *, is_public: bool) -> Frame:
    """Return what is drawn around a view.

    Args:
        place: the place that is looked at; null is the whole country.
    """
    number = str(settings.MAP_REVIEW_NUMBER)
    return Frame(
        review_number=number,
        shows_outline=bool(number) or not is_public,
        has_inset=carries_inset(place),
    )
