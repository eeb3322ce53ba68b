"""A composition: one strip of the whole with a row for each part, or the parts stacked period by period.

A part below zero stands on the other side of zero and is never hidden in a share.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from bangfu.reporting.charts.engines.bars import Ranking, Row
from bangfu.reporting.charts.engines.bars import drawing_of as ranked
from bangfu.reporting.charts.engines.marks import Box, Drawing, Frame, Label, Mark, Shape
from bangfu.reporting.charts.engines.palette import INK, REST, SOFT, part_ink
from bangfu.reporting.charts.engines.parts import Key, gutter, legend, rulings
from bangfu.reporting.charts.engines.scales import axis
from bangfu.reporting.charts.engines.shifting import shifted
from bangfu.reporting.charts.engines.texts import every, width_of

STRIP = 30.0
HEIGHT = {False: 340.0, True: 260.0}


@dataclass(frozen=True)
class Part:
    """One part of a whole."""

    name: str
    values: tuple[Decimal | None, ...]
    """One a period; a single one without periods."""
    texts: tuple[str, ...]
    said: tuple[str, ...]
    addresses: tuple[str, ...]
    is_rest: bool = False
    """Whether it sums up what has no mark of its own; its address, where it has one, opens the parts."""


@dataclass(frozen=True)
class Composition:
    """What is drawn."""

    parts: tuple[Part, ...]
    periods: tuple[str, ...]
    """Labels; empty: one whole without time."""
    totals: tuple[str, ...]
    """The whole of each period, as it is written."""
    unit: str
    language: str
    decimals: int = 4


def drawing_of(composition: Composition, frame: Frame) -> Drawing:
    """Return the composition drawn onto a frame."""
    return _over_time(composition, frame) if composition.periods else _at_once(composition, frame)


def inks_of(parts: tuple[Part, ...]) -> list[str]:
    """Return the ink of each part: what is summed as others is grey."""
    return [REST if one.is_rest else part_ink(at) for at, one in enumerate(parts)]


def _at_once(composition: Composition, frame: Frame) -> Drawing:
    inks = inks_of(composition.parts)
    values = [one.values[0] or Decimal(0) for one in composition.parts]
    items: list[Shape | Mark] = []
    top = 0.0
    if any(values) and min(values) >= 0:
        whole, x = sum(values), 0.0
        for one, value, ink in zip(composition.parts, values, inks, strict=True):
            width = float(value / whole) * frame.width
            if value:
                box = Box(x, 0, width, STRIP, ink, "#ffffff")
                items.append(Mark((box,), one.said[0], one.addresses[0], is_figure=not one.is_rest))
            x += width
        top = STRIP + 8
    rows = tuple(
        Row(
            one.name, one.values[0], one.texts[0], one.said[0], one.addresses[0], is_rest=one.is_rest, ink=ink
        )
        for one, ink in zip(composition.parts, inks, strict=True)
    )
    below = ranked(
        Ranking(
            rows,
            "",
            "",
            "",
            composition.unit,
            composition.language,
            decimals=composition.decimals,
            has_keys=False,
        ),
        frame,
    )
    items += [shifted(one, 0, top) for one in below.items]
    return Drawing(frame.width, below.height + top, tuple(items))


def _over_time(composition: Composition, frame: Frame) -> Drawing:
    inks, size = inks_of(composition.parts), frame.size
    keys, top = legend(
        [Key(one.name, ink) for one, ink in zip(composition.parts, inks, strict=True)], frame, 0
    )
    count = len(composition.periods)
    columns = [[one.values[at] or Decimal(0) for one in composition.parts] for at in range(count)]
    highest = max((sum(v for v in column if v > 0) for column in columns), default=Decimal(0))
    lowest = min((sum(v for v in column if v < 0) for column in columns), default=Decimal(0))
    scale = axis(Decimal(lowest), Decimal(highest), 6, composition.language, decimals=composition.decimals)
    left, right = gutter(scale, frame), frame.width - 2
    top += size * 2.6
    bottom = top + HEIGHT[frame.is_narrow]

    def y_of(value: Decimal) -> float:
        return bottom - scale.share(value) * (bottom - top)

    head = Label(0, top - size * 1.1, scale.unit(composition.unit, composition.language), size - 1, SOFT)
    items: list[Shape | Mark] = [*keys, head, *rulings(scale, frame, left, right, y_of)]
    pitch = (right - left) / max(count, 1)
    fits = all(width_of(text, size - 1) <= pitch - 4 for text in composition.totals)
    step = every(list(composition.periods), size - 1, pitch)
    for at, label in enumerate(composition.periods):
        x = left + pitch * (at + 0.5)
        up = down = Decimal(0)
        for one, ink in zip(composition.parts, inks, strict=True):
            value = one.values[at]
            if not value:
                continue
            from_, to = (up, up + value) if value > 0 else (down, down + value)
            up, down = (to, down) if value > 0 else (up, to)
            y = y_of(max(from_, to))
            height = y_of(min(from_, to)) - y
            # A white edge would hide a thin part.
            box = Box(x - pitch * 0.33, y, pitch * 0.66, height, ink, "#ffffff" if height > 3 else "")
            items.append(Mark((box,), one.said[at], one.addresses[at], is_figure=not one.is_rest))
        if fits and composition.totals[at]:
            items.append(Label(x, y_of(up) - 5, composition.totals[at], size - 1, INK, "middle"))
        if at % step == 0:
            items.append(Label(x, bottom + (size - 1) * 1.5, label, size - 1, SOFT, "middle"))
    return Drawing(frame.width, bottom + size * 2, tuple(items))
