"""A trend: columns of periods or a line that runs through a year, with the year before, the target, the pace and the forecast."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bangfu.reporting.charts.engines.marks import Box, Drawing, Frame, Label, Mark, Path, Shape
from bangfu.reporting.charts.engines.palette import DEEP, INK, JADE, PAST, PAST_EDGE, SOFT
from bangfu.reporting.charts.engines.parts import Key, diamond, gutter, legend, rulings
from bangfu.reporting.charts.engines.scales import Axis, axis
from bangfu.reporting.charts.engines.texts import every, fitted, width_of

MOST_STEPS = 6
HEIGHT = {False: 330.0, True: 250.0}
"""Of the plot, by whether the frame is narrow."""


@dataclass(frozen=True)
class Point:
    """One value of a series at its place in time."""

    slot: int
    value: Decimal | None
    """Null where nothing was counted: nothing is drawn there."""
    text: str
    """The value, short."""
    said: str
    address: str = ""
    at: float = 0.0
    """Of a line: where in the year it stands, 0 its first day and 1 its end."""


@dataclass(frozen=True)
class Ahead:
    """A target of a year: its line, the even pace towards it, and what the value comes to at its end."""

    target: Point
    base: Decimal
    """What stood when the year began."""
    forecast: Point | None
    target_words: str
    pace_words: str
    forecast_words: str


@dataclass(frozen=True)
class Trend:
    """What is drawn."""

    slots: tuple[str, ...]
    """Labels of the periods, in order; those that have not begun too."""
    points: tuple[Point, ...]
    before: tuple[Point, ...]
    name: str
    before_name: str
    unit: str
    language: str
    percent: int | None = None
    decimals: int = 4
    runs: bool = False
    ahead: Ahead | None = None
    targets: tuple[Point, ...] = ()
    """Of columns: the target of each period that has one."""
    targets_name: str = ""


def drawing_of(trend: Trend, frame: Frame) -> Drawing:
    """Return the trend drawn onto a frame."""
    scale = _axis(trend)
    keys, top = legend(_keys(trend), frame, 0)
    left, right = gutter(scale, frame), frame.width - 2
    if trend.runs:
        right -= 10
    top += frame.size * 2.6
    bottom = top + HEIGHT[frame.is_narrow]

    def y_of(value: Decimal) -> float:
        return bottom - scale.share(value) * (bottom - top)

    unit = scale.unit(trend.unit, trend.language)
    head = Label(0, top - frame.size * 1.1, unit, frame.size - 1, SOFT)
    items: list[Shape | Mark] = [*keys, head, *rulings(scale, frame, left, right, y_of)]
    place = _line if trend.runs else _columns
    items += place(trend, frame, (left, right), y_of)
    items += _slot_labels(trend, frame, left, right, bottom)
    return Drawing(frame.width, bottom + frame.size * 2, tuple(items))


def _axis(trend: Trend) -> Axis:
    several = [*trend.points, *trend.before, *trend.targets]
    if trend.ahead:
        several += [trend.ahead.target, *([trend.ahead.forecast] if trend.ahead.forecast else [])]
    values = [one.value for one in several if one.value is not None] or [Decimal(0)]
    return axis(
        min(values), max(values), MOST_STEPS, trend.language, percent=trend.percent, decimals=trend.decimals
    )


def _keys(trend: Trend) -> list[Key]:
    keys = [Key(trend.name, JADE, "line" if trend.runs else "box")]
    if trend.before:
        keys.append(
            Key(
                trend.before_name,
                PAST_EDGE if trend.runs else PAST,
                "line" if trend.runs else "box",
                PAST_EDGE,
            )
        )
    if trend.ahead:
        keys += [Key(trend.ahead.target_words, INK, "dash"), Key(trend.ahead.pace_words, SOFT, "dots")]
        if trend.ahead.forecast:
            keys.append(Key(trend.ahead.forecast_words, DEEP, "dash"))
    if trend.targets:
        keys.append(Key(trend.targets_name, INK, "diamond"))
    return keys


def _slot_labels(trend: Trend, frame: Frame, left: float, right: float, bottom: float) -> list[Shape]:
    size, pitch = frame.size - 1, (right - left) / max(len(trend.slots), 1)
    step = every(list(trend.slots), size, pitch)
    shapes: list[Shape] = []
    for at, text in enumerate(trend.slots):
        if at % step:
            continue
        # Under a line a label stands at the end of its period, where its point is; under columns in the middle.
        x = left + pitch * (at + (1 if trend.runs else 0.5))
        half = width_of(text, size) / 2
        shapes.append(Label(min(x, frame.width - half), bottom + size * 1.5, text, size, SOFT, "middle"))
    return shapes


Upright = Callable[[Decimal], float]


def _columns(trend: Trend, frame: Frame, sides: tuple[float, float], y_of: Upright) -> list[Shape | Mark]:
    left, right = sides
    pitch = (right - left) / max(len(trend.slots), 1)
    items: list[Shape | Mark] = []

    def column(point: Point, share: float, ink: str, edge: str = "") -> Box:
        assert point.value is not None
        width = pitch * share
        x = left + pitch * (point.slot + 0.5) - width / 2
        y, base = y_of(point.value), y_of(Decimal(0))
        return Box(x, min(y, base), width, max(abs(base - y), 0.8), ink, edge)

    before = {one.slot: one for one in trend.before if one.value is not None}
    targets = {one.slot: one for one in trend.targets if one.value is not None}
    points = {one.slot: one for one in trend.points if one.value is not None}
    labels = _values_fit(list(points.values()), pitch, frame)
    for slot in range(len(trend.slots)):
        if past := before.get(slot):
            items.append(Mark((column(past, 0.8, PAST, PAST_EDGE),), past.said, past.address))
        if point := points.get(slot):
            shapes: list[Shape] = [column(point, 0.46 if before else 0.62, JADE)]
            if labels and point.value is not None:
                y = y_of(max([Decimal(0), *(one.value or Decimal(0) for one in (point, past) if one)]))
                shapes.append(_above(left + pitch * (slot + 0.5), y, point, frame))
            items.append(Mark(tuple(shapes), point.said, point.address))
        if target := targets.get(slot):
            assert target.value is not None
            mark = diamond(left + pitch * (slot + 0.5), y_of(target.value), 6, INK)
            items.append(Mark((mark,), target.said, target.address, is_figure=False))
    return items


def _above(x: float, y: float, point: Point, frame: Frame) -> Label:
    return Label(x, y - 5, point.text, frame.size - 1, INK, "middle")


def _values_fit(points: Sequence[Point], pitch: float, frame: Frame) -> bool:
    """Return whether every value has room above its column."""
    return all(width_of(one.text, frame.size - 1) <= pitch - 4 for one in points)


def _line(trend: Trend, frame: Frame, sides: tuple[float, float], y_of: Upright) -> list[Shape | Mark]:
    left, right = sides

    def x_of(at: float) -> float:
        return left + (right - left) * at

    items: list[Shape | Mark] = []
    drawn = [one for one in trend.points if one.value is not None]
    if ahead := trend.ahead:
        assert ahead.target.value is not None
        end, level = x_of(ahead.target.at), y_of(ahead.target.value)
        pace = f"M{x_of(0):.2f} {y_of(ahead.base):.2f}L{end:.2f} {level:.2f}"
        items.append(Path(pace, stroke=SOFT, width=1.6, dash="1.5 3"))
        aim = Path(f"M{left:.2f} {level:.2f}H{end:.2f}", stroke=INK, width=1.8, dash="7 4")
        items.append(
            Mark((aim, diamond(end, level, 5, INK)), ahead.target.said, ahead.target.address, is_figure=False)
        )
        if drawn and ahead.forecast and ahead.forecast.value is not None:
            last = drawn[-1]
            assert last.value is not None
            fx, fy = x_of(ahead.forecast.at), y_of(ahead.forecast.value)
            way = f"M{x_of(last.at):.2f} {y_of(last.value):.2f}L{fx:.2f} {fy:.2f}"
            shapes = (Path(way, stroke=DEEP, width=2, dash="4 3"), _dot(fx, fy, "#ffffff", DEEP))
            items.append(Mark(shapes, ahead.forecast.said, ahead.forecast.address, is_figure=False))
    for several, ink, width in ((trend.before, PAST_EDGE, 1.6), (trend.points, JADE, 2.4)):
        items += [Path(way, stroke=ink, width=width) for way in _ways(several, x_of, y_of)]
        items += [
            Mark(
                (_dot(x_of(one.at), y_of(one.value), "#ffffff" if ink == PAST_EDGE else ink, ink),),
                one.said,
                one.address,
            )
            for one in several
            if one.value is not None
        ]
    if drawn:
        last = drawn[-1]
        assert last.value is not None
        text = fitted(last.text, frame.size, frame.width - left)
        half = width_of(text, frame.size) / 2
        # The forecast runs on to the right, so the label ends where it begins.
        centre = x_of(last.at) + 6 - (half if trend.ahead and trend.ahead.forecast else 0)
        x = min(max(centre, left + half), frame.width - half)
        y = _clear_of_target(trend, y_of, last.value, frame)
        items.append(Label(x, y, text, frame.size, DEEP, "middle", is_bold=True))
    return items


def _clear_of_target(trend: Trend, y_of: Upright, value: Decimal, frame: Frame) -> float:
    """Return the height of a value's label: above its point, or below where the target's line runs above it."""
    y = y_of(value)
    if trend.ahead is None or trend.ahead.target.value is None:
        return y - 9
    is_taken = abs(y - 9 - frame.size * 0.3 - y_of(trend.ahead.target.value)) < frame.size
    has_room = y_of(Decimal(0)) - y > frame.size * 2
    return y + frame.size * 1.6 if is_taken and has_room else y - 9


def _ways(points: Sequence[Point], x_of: Callable[[float], float], y_of: Upright) -> list[str]:
    """Return the runs of a line: it breaks where nothing was counted, since that is no zero."""
    found: list[str] = []
    is_open = False
    for one in points:
        if one.value is None:
            is_open = False
            continue
        step = f"{x_of(one.at):.2f} {y_of(one.value):.2f}"
        if is_open:
            found[-1] += f"L{step}"
        else:
            found.append(f"M{step}")
        is_open = True
    return [way for way in found if "L" in way]


def _dot(x: float, y: float, fill: str, edge: str) -> Path:
    """Return a small circle."""
    radius = 4
    way = f"M{x - radius:.2f} {y:.2f}a{radius} {radius} 0 1 0 {2 * radius} 0a{radius} {radius} 0 1 0 {-2 * radius} 0z"
    return Path(way, fill=fill, stroke=edge, width=1.8)
