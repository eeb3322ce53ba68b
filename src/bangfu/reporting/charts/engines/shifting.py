"""Moving a finished drawing's pieces, to set one below another."""

from __future__ import annotations

import re
from dataclasses import replace

from bangfu.reporting.charts.engines.marks import Box, Label, Mark, Shape

_ABSOLUTE = re.compile(r"([MLCHV])([^A-Za-z]*)")


def shifted(one: Shape | Mark, right: float, down: float) -> Shape | Mark:
    """Return a piece moved to the right and down."""
    if isinstance(one, Mark):
        return replace(one, shapes=tuple(_shape(shape, right, down) for shape in one.shapes))
    return _shape(one, right, down)


def _shape(one: Shape, right: float, down: float) -> Shape:
    if isinstance(one, Box | Label):
        return replace(one, x=one.x + right, y=one.y + down)
    return replace(one, way=_ABSOLUTE.sub(lambda found: _moved(found, right, down), one.way))


def _moved(found: re.Match[str], right: float, down: float) -> str:
    """Return an absolute command of a path moved; relative ones move with what stands before them."""
    letter = found[1]
    numbers = [float(text) for text in found[2].replace(",", " ").split()]
    if letter == "H":
        numbers = [one + right for one in numbers]
    elif letter == "V":
        numbers = [one + down for one in numbers]
    else:
        numbers = [one + (down if at % 2 else right) for at, one in enumerate(numbers)]
    return letter + " ".join(f"{one:.2f}" for one in numbers)
