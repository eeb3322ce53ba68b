"""A ranking: one lying bar a row, largest first, with the year before and the target marked on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bangfu.reporting.charts.engines.marks import Box, Drawing, Frame, Label, Mark, Path, Shape
from bangfu.reporting.charts.engines.palette import INK, JADE, PAST_EDGE, REST, SOFT
from bangfu.reporting.charts.engines.parts import Key, diamond, legend, lying
from bangfu.reporting.charts.engines.scales import axis
from bangfu.reporting.charts.engines.texts import fitted, width_of

MOST_NAME = 0.32
"""Of the frame's width that names take at most, beside the bars."""


@dataclass(frozen=True)
class Row:
    """One row."""

    name: str
    value: Decimal | None
    """Null where nothing was counted: no bar, and a dash."""
    text: str
    said: str
    address: str = ""
    before: Decimal | None = None
    before_said: str = ""
    before_address: str = ""
    target: Decimal | None = None
    target_said: str = ""
    target_address: str = ""
    is_rest: bool = False
    """Whether it is a sum of others: its bar is grey, and its address opens them."""
    ink: str = ""
    """Of its bar; empty is jade."""


@dataclass(frozen=True)
class Ranking:
    """What is drawn."""

    rows: tuple[Row, ...]
    name: str
    before_name: str
    target_name: str
    unit: str
    language: str
    percent: int | None = None
    decimals: int = 4
    has_keys: bool = True


def drawing_of(ranking: Ranking, frame: Frame) -> Drawing:
    """Return the ranking drawn onto a frame: on a narrow one names stand above their bars."""
    rows = ranking.rows
    values = [v for row in rows for v in (row.value, row.before, row.target) if v is not None] or [Decimal(0)]
    scale = axis(
        min(values), max(values), 4 if frame.is_narrow else 6, ranking.language,
        percent=ranking.percent, decimals=ranking.decimals,
    )  # fmt: skip
    keys, top = legend(_keys(ranking), frame, 0) if ranking.has_keys else ([], 0.0)
    size = frame.size
    widest = max((width_of(row.text, size - 1) for row in rows), default=0.0)
    left = 0.0 if frame.is_narrow else _name_room(rows, frame) + 10
    if scale.low < 0:
        left += widest + 8
    right = frame.width - widest - 8
    pitch = size * (3.3 if frame.is_narrow else 2.1)
    bar = size * 1.05
    head = scale.unit(ranking.unit, ranking.language)
    top += size * 1.6
    bottom = top + pitch * len(rows) + 4

    def x_of(value: Decimal) -> float:
        return left + scale.share(value) * (right - left)

    items: list[Shape | Mark] = [
        *keys,
        Label(left, top - size * 0.5, head, size - 1, SOFT),
        *lying(scale, frame, top, bottom, x_of),
    ]
    for at, row in enumerate(rows):
        y = top + pitch * at
        name_y = y + size * (1.15 if frame.is_narrow else 1.4)
        bar_y = y + size * (1.55 if frame.is_narrow else 0.45)
        room = frame.width if frame.is_narrow else _name_room(rows, frame)
        items += _row(row, frame, x_of, (name_y, bar_y, bar), room)
    return Drawing(frame.width, bottom + size * 1.9, tuple(items))


def _name_room(rows: Sequence[Row], frame: Frame) -> float:
    """Return how much room the names take."""
    widest = max((width_of(row.name, frame.size) for row in rows), default=0.0)
    return min(widest, frame.width * MOST_NAME)


def _keys(ranking: Ranking) -> list[Key]:
    keys = [Key(ranking.name, JADE)]
    if any(row.before is not None for row in ranking.rows):
        keys.append(Key(ranking.before_name, PAST_EDGE, "line"))
    if any(row.target is not None for row in ranking.rows):
        keys.append(Key(ranking.target_name, INK, "diamond"))
    return keys


def _row(
    row: Row, frame: Frame, x_of: Callable[[Decimal], float], heights: tuple[float, float, float], room: float
) -> list[Shape | Mark]:
    name_y, bar_y, bar = heights
    zero, middle = x_of(Decimal(0)), bar_y + bar / 2
    shapes: list[Shape] = [Label(0, name_y, fitted(row.name, frame.size, room), frame.size, INK)]
    end = zero
    if row.value is not None:
        end = x_of(row.value)
        ink = REST if row.is_rest else row.ink or JADE
        shapes.append(Box(min(zero, end), bar_y, max(abs(end - zero), 0.8), bar, ink))
    ends = [x_of(one) for one in (row.before, row.target) if one is not None]
    marks = [_dash(x_of(row.before), bar_y, bar)] if row.before is not None else []
    items: list[Shape | Mark] = []
    if row.value is not None and row.value < 0:
        where, anchor = min([end, *ends]) - 6, "end"
    else:
        where, anchor = _after(max(zero, end), ends, width_of(row.text, frame.size - 1)), "start"
    shapes.append(Label(where, middle + frame.size * 0.34, row.text, frame.size - 1, INK, anchor))
    items.append(Mark(tuple(shapes), row.said, row.address, is_figure=not row.is_rest))
    if row.before is not None:
        items.append(Mark(tuple(marks), row.before_said, row.before_address))
    if row.target is not None:
        aim = diamond(x_of(row.target), middle, 5.5, INK)
        items.append(Mark((aim,), row.target_said, row.target_address, is_figure=False))
    return items


def _after(end: float, marks: Sequence[float], width: float) -> float:
    """Return where a text behind a bar begins: at its end, or behind the marks that would run through it."""
    where = end + 8
    for mark in sorted(marks):
        if where - 8 < mark < where + width + 6:
            where = mark + 8
    return where


def _dash(x: float, y: float, bar: float) -> Path:
    """Return the mark of the year before."""
    return Path(f"M{x:.2f} {y - 3:.2f}V{y + bar + 3:.2f}", stroke=PAST_EDGE, width=3)
