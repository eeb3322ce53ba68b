"""What several charts draw alike: legends, axes with their rulings, and the heading of an axis."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bangfu.reporting.charts.engines.marks import Box, Frame, Label, Path, Shape
from bangfu.reporting.charts.engines.palette import FIRM, LINE, SOFT
from bangfu.reporting.charts.engines.scales import Axis
from bangfu.reporting.charts.engines.texts import every, fitted, width_of

SWATCH = 12.0


@dataclass(frozen=True)
class Key:
    """One entry of a legend: its swatch is a box, a dashed or plain line, or a diamond."""

    text: str
    ink: str
    look: str = "box"
    """``box``, ``line``, ``dash``, ``dots`` or ``diamond``."""
    edge: str = ""


def legend(keys: Sequence[Key], frame: Frame, top: float) -> tuple[list[Shape], float]:
    """Return a legend in as many rows as it needs, and where it ends."""
    shapes: list[Shape] = []
    x, y, size = 0.0, top, frame.size
    for key in keys:
        text = fitted(key.text, size, frame.width - SWATCH - 6)
        taken = SWATCH + 6 + width_of(text, size)
        if x and x + taken > frame.width:
            x, y = 0.0, y + size * 1.6
        shapes += _swatch(key, x, y)
        shapes.append(Label(x + SWATCH + 6, y + size * 0.82, text, size, SOFT))
        x += taken + 18
    return shapes, (y + size * 1.6 if keys else top)


def _swatch(key: Key, x: float, y: float) -> list[Shape]:
    middle = y + SWATCH / 2
    if key.look == "box":
        return [Box(x, y, SWATCH, SWATCH, key.ink, key.edge)]
    if key.look == "diamond":
        return [diamond(x + SWATCH / 2, middle, 5, key.ink)]
    dash = {"dash": "5 3", "dots": "1.5 3"}.get(key.look, "")
    return [Path(f"M{x:.2f} {middle:.2f}H{x + SWATCH:.2f}", stroke=key.ink, width=2, dash=dash)]


def diamond(x: float, y: float, radius: float, ink: str) -> Path:
    """Return the mark of a target."""
    way = f"M{x:.2f} {y - radius:.2f}l{radius:.2f} {radius:.2f}l{-radius:.2f} {radius:.2f}l{-radius:.2f} {-radius:.2f}z"
    return Path(way, fill="#ffffff", stroke=ink, width=1.6)


def rulings(
    axis: Axis, frame: Frame, left: float, right: float, y_of: Callable[[Decimal], float]
) -> list[Shape]:
    """Return the lines and labels of an upright axis; zero is drawn firmly."""
    shapes: list[Shape] = []
    for tick in axis.ticks:
        y = y_of(tick)
        shapes.append(Path(f"M{left:.2f} {y:.2f}H{right:.2f}", stroke=FIRM if tick == 0 else LINE))
        shapes.append(Label(left - 6, y + frame.size * 0.34, axis.label(tick), frame.size - 1, SOFT, "end"))
    return shapes


def gutter(axis: Axis, frame: Frame) -> float:
    """Return how much room the labels of an upright axis take."""
    return max(width_of(axis.label(tick), frame.size - 1) for tick in axis.ticks) + 8


def lying(
    axis: Axis, frame: Frame, top: float, bottom: float, x_of: Callable[[Decimal], float]
) -> list[Shape]:
    """Return the lines and labels of a lying axis; labels that would meet are left out."""
    size = frame.size - 1
    labels = [axis.label(tick) for tick in axis.ticks]
    pitch = x_of(axis.ticks[1]) - x_of(axis.ticks[0])
    step = every(labels, size, pitch)
    shapes: list[Shape] = []
    for at, tick in enumerate(axis.ticks):
        x = x_of(tick)
        shapes.append(Path(f"M{x:.2f} {top:.2f}V{bottom:.2f}", stroke=FIRM if tick == 0 else LINE))
        if at % step == 0:
            half = width_of(labels[at], size) / 2
            shapes.append(
                Label(
                    min(max(x, half), frame.width - half),
                    bottom + size * 1.3,
                    labels[at],
                    size,
                    SOFT,
                    "middle",
                )
            )
    return shapes
