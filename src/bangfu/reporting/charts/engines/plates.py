"""A picture that stands alone: title above, the drawing, and below it what a reader of paper must know."""

from __future__ import annotations

from collections.abc import Sequence

from bangfu.reporting.charts.engines.marks import Drawing, Frame, Label, Mark, Path, Shape
from bangfu.reporting.charts.engines.palette import FIRM, INK, SOFT
from bangfu.reporting.charts.engines.shifting import shifted
from bangfu.reporting.charts.engines.texts import lines_of

MARGIN = 28.0
TITLE = 21.0


def plate(drawing: Drawing, frame: Frame, title: str, subtitle: str, foot: Sequence[str]) -> Drawing:
    """Return a drawing with its title, its scope and its foot, ready to leave the house."""
    shapes: list[Shape | Mark] = []
    y = MARGIN + TITLE
    for line in lines_of(title, TITLE, frame.width):
        shapes.append(Label(MARGIN, y, line, TITLE, INK, is_bold=True))
        y += TITLE * 1.35
    for line in lines_of(subtitle, frame.size, frame.width):
        shapes.append(Label(MARGIN, y, line, frame.size, SOFT))
        y += frame.size * 1.55
    y += frame.size * 0.6
    shapes += [shifted(one, MARGIN, y) for one in drawing.items]
    y += drawing.height + frame.size * 1.2
    shapes.append(Path(f"M{MARGIN:.2f} {y:.2f}H{MARGIN + frame.width:.2f}", stroke=FIRM))
    y += frame.size * 1.5
    size = frame.size - 1.5
    for text in foot:
        for line in lines_of(text, size, frame.width):
            shapes.append(Label(MARGIN, y, line, size, SOFT))
            y += size * 1.5
    return Drawing(frame.width + 2 * MARGIN, y + MARGIN - size, tuple(shapes))
