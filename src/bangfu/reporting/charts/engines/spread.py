"""A distribution: how many places or units lie where, with median, quartiles and outliers.

Quartiles are those of definition 7 in R. J. Hyndman and Y. Fan, “Sample Quantiles in Statistical Packages”, The American
Statistician 50 (1996): the p-th lies at position 1 + (n - 1) p of the ordered values, between two of them in proportion. It is
what spreadsheets call QUARTILE.INC. Outliers lie further than one and a half interquartile ranges outside the quartiles
(J. W. Tukey, Exploratory Data Analysis, 1977, section 2D).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal

from bangfu.reporting.charts.engines.marks import Box, Drawing, Frame, Label, Mark, Path, Shape
from bangfu.reporting.charts.engines.palette import DEEP, FIRM, INK, JADE, LINE, MID, MIST, SOFT
from bangfu.reporting.charts.engines.parts import lying
from bangfu.reporting.charts.engines.scales import Axis, axis
from bangfu.reporting.charts.engines.texts import extent_of, fitted, width_of

MOST_BINS = 14
FENCE = Decimal("1.5")
_WIDE = Context(prec=60)
Across = Callable[[Decimal], float]
BOX = 34.0
"""Height of the box plot's box."""
HEIGHT = {False: 220.0, True: 180.0}


@dataclass(frozen=True)
class Five:
    """What is said of several values: least, quartiles and largest, and where outliers begin."""

    least: Decimal
    lower: Decimal
    median: Decimal
    upper: Decimal
    largest: Decimal

    @property
    def fences(self) -> tuple[Decimal, Decimal]:
        """Outside of which a value is an outlier."""
        reach = (self.upper - self.lower) * FENCE
        return self.lower - reach, self.upper + reach

    def is_outlier(self, value: Decimal) -> bool:
        """Return whether a value lies outside the fences."""
        low, high = self.fences
        return value < low or value > high


def quantile(ordered: Sequence[Decimal], share: Decimal) -> Decimal:
    """Return a quantile of ordered values.

    >>> quantile([Decimal(1), Decimal(2), Decimal(4), Decimal(8)], Decimal("0.25"))
    Decimal('1.75')
    """
    position = (len(ordered) - 1) * share
    at = int(position)
    if at + 1 >= len(ordered):
        return ordered[-1]
    found = ordered[at] + (ordered[at + 1] - ordered[at]) * (position - at)
    return found.normalize(_WIDE) if found else Decimal(0)


def five_of(values: Sequence[Decimal]) -> Five:
    """Return the five numbers of some values; there must be one at least."""
    ordered = sorted(values)
    lower, median, upper = (quantile(ordered, Decimal(at) / 4) for at in (1, 2, 3))
    return Five(ordered[0], lower, median, upper, ordered[-1])


@dataclass(frozen=True)
class Bin:
    """A class of values: from its first edge to below its last; the last class holds its last edge too."""

    first: Decimal
    last: Decimal
    count: int
    is_last: bool = False


def scale_of(
    values: Sequence[Decimal], language: str, *, percent: int | None = None, decimals: int = 4
) -> Axis:
    """Return the axis whose steps are the classes."""
    return axis(min(values), max(values), MOST_BINS, language, percent=percent, decimals=decimals)


def bin_at(scale: Axis, value: Decimal) -> int:
    """Return the class in which a value lies."""
    return min(int((value - scale.low) / scale.step), len(scale.ticks) - 2)


def bins_of(scale: Axis, values: Sequence[Decimal]) -> list[Bin]:
    """Return the classes of an axis with how many values lie in each."""
    counts = [0] * (len(scale.ticks) - 1)
    for value in values:
        counts[bin_at(scale, value)] += 1
    last = len(counts) - 1
    return [Bin(scale.ticks[at], scale.ticks[at + 1], count, at == last) for at, count in enumerate(counts)]


@dataclass(frozen=True)
class Member:
    """One place or unit with its value."""

    name: str
    value: Decimal
    said: str
    address: str


@dataclass(frozen=True)
class Distribution:
    """What is drawn; there is one member at least."""

    members: tuple[Member, ...]
    bin_said: tuple[str, ...]
    """Of each class, what is read out."""
    bin_addresses: tuple[str, ...]
    unit: str
    count_unit: str
    """What the columns count: counties."""
    median_words: str
    median_said: str
    several_words: str
    """How several outliers of one value are named: {name}等 {count} 个."""
    language: str
    percent: int | None = None
    decimals: int = 4


def drawing_of(distribution: Distribution, frame: Frame) -> Drawing:
    """Return the distribution drawn onto a frame: the box with the outliers above, the classes below on the same axis."""
    members, size = distribution.members, frame.size
    values = [one.value for one in members]
    scale = scale_of(
        values, distribution.language, percent=distribution.percent, decimals=distribution.decimals
    )
    bins = bins_of(scale, values)
    counts = axis(Decimal(0), Decimal(max(one.count for one in bins)), 4, distribution.language, decimals=0)
    left = max(width_of(counts.label(tick), size - 1) for tick in counts.ticks) + 8
    right = frame.width - 14

    def x_of(value: Decimal) -> float:
        return left + scale.share(value) * (right - left)

    items, top = _box(distribution, frame, scale, x_of, left)
    bottom = top + HEIGHT[frame.is_narrow]

    def y_of(count: Decimal) -> float:
        return bottom - counts.share(count) * (bottom - top)

    items.append(Label(0, top - size * 0.8, distribution.count_unit, size - 1, SOFT))
    for tick in counts.ticks:
        y = y_of(tick)
        items.append(Path(f"M{left:.2f} {y:.2f}H{right:.2f}", stroke=FIRM if tick == 0 else LINE))
        items.append(Label(left - 6, y + size * 0.34, counts.label(tick), size - 1, SOFT, "end"))
    for at, one in enumerate(bins):
        if not one.count:
            continue
        x, end, y = x_of(one.first), x_of(one.last), y_of(Decimal(one.count))
        shapes: list[Shape] = [Box(x + 0.8, y, end - x - 1.6, bottom - y, JADE)]
        text = str(one.count)
        if width_of(text, size - 1) <= end - x:
            shapes.append(Label((x + end) / 2, y - 4, text, size - 1, INK, "middle"))
        items.append(
            Mark(tuple(shapes), distribution.bin_said[at], distribution.bin_addresses[at], is_figure=False)
        )
    items += lying(scale, frame, bottom, bottom + 4, x_of)
    unit = scale.unit(distribution.unit, distribution.language)
    items.append(Label(right, bottom + size * 2.9, unit, size - 1, SOFT, "end"))
    return Drawing(frame.width, bottom + size * 3.4, tuple(items))


def _box(
    distribution: Distribution, frame: Frame, scale: Axis, x_of: Across, left: float
) -> tuple[list[Shape | Mark], float]:
    """Return the box with its whiskers and the outliers with their names, and where what is below begins."""
    size = frame.size
    values = [one.value for one in distribution.members]
    five = five_of(values)
    inside = [value for value in values if not five.is_outlier(value)]
    low, high = x_of(min(inside)), x_of(max(inside))
    lower, middle, upper = x_of(five.lower), x_of(five.median), x_of(five.upper)
    top = size * 3.4
    centre = top + BOX / 2
    words = fitted(distribution.median_words, size, frame.width)
    half = width_of(words, size) / 2
    shapes: tuple[Shape, ...] = (
        Path(f"M{low:.2f} {centre:.2f}H{high:.2f}", stroke=DEEP, width=1.4),
        Path(f"M{low:.2f} {centre - 8:.2f}V{centre + 8:.2f}", stroke=DEEP, width=1.4),
        Path(f"M{high:.2f} {centre - 8:.2f}V{centre + 8:.2f}", stroke=DEEP, width=1.4),
        Box(lower, top, max(upper - lower, 1), BOX, MIST, DEEP),
        Path(f"M{middle:.2f} {top:.2f}V{top + BOX:.2f}", stroke=DEEP, width=3),
        Label(
            min(max(middle, half), frame.width - half), size * 1.0, words, size, DEEP, "middle", is_bold=True
        ),
    )
    items: list[Shape | Mark] = [Mark(shapes, distribution.median_said)]
    named: list[tuple[float, float]] = []
    for several in _outliers(distribution.members, five):
        one, count = several[0], len(several)
        x = x_of(one.value)
        text = one.name if count == 1 else distribution.several_words.format(name=one.name, count=count)
        drawn: list[Shape] = [_dot(x, centre, 4 if count == 1 else 6)]
        label = _name(text, x, size, frame, left)
        begins, ends = extent_of(label)
        if not any(begins < taken[1] + 6 and taken[0] - 6 < ends for taken in named):
            named.append((begins, ends))
            drawn.append(label)
        if count == 1:
            items.append(Mark(tuple(drawn), one.said, one.address))
        else:
            said = distribution.several_words.format(name=one.said, count=count)
            address = distribution.bin_addresses[bin_at(scale, one.value)]
            items.append(Mark(tuple(drawn), said, address, is_figure=False))
    return items, top + BOX + size * 2.2


def _outliers(members: Sequence[Member], five: Five) -> list[list[Member]]:
    """Return the outliers, the furthest first; those of one value stand together, since they lie on one spot."""
    found: dict[Decimal, list[Member]] = {}
    for one in members:
        if five.is_outlier(one.value):
            found.setdefault(one.value, []).append(one)
    return [found[value] for value in sorted(found, key=lambda value: -abs(value - five.median))]


def _name(text: str, x: float, size: float, frame: Frame, left: float) -> Label:
    text = fitted(text, size - 1, frame.width / 3)
    half = width_of(text, size - 1) / 2
    return Label(min(max(x, left + half), frame.width - half), size * 2.7, text, size - 1, INK, "middle")


def _dot(x: float, y: float, radius: int) -> Path:
    arc = f"a{radius} {radius} 0 1 0"
    way = f"M{x - radius:.2f} {y:.2f}{arc} {2 * radius} 0{arc} {-2 * radius} 0z"
    return Path(way, fill=MID, stroke=DEEP, width=1.4)
