"""A drawn sheet: divisions with their values at each stop of the slider, in one set of classes, and a legend for them.

The classes are of all stops together, so that a shade means the same number wherever the slider stands.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from typing import Any

from django.utils.translation import get_language

from bangfu.foundation.places.codes import COUNTY, code_text, subtree_range
from bangfu.foundation.rooms import both
from bangfu.reporting.maps.asking import CLASSES, Drawing
from bangfu.reporting.maps.classing import Classes, Diverging, Method, classes_of, diverging_of
from bangfu.reporting.maps.outlines import outlined
from bangfu.reporting.maps.points import PlacePoint

FULL = 1000
"""The radius of the greatest circle, in steps; what it is on screen the browser knows."""
RADII = ((60, 22), (400, 13))
"""Of up to so many circles the greatest has this radius in pixels, so that they leave the map visible; else ``SMALLEST``."""
SMALLEST = 8
SHORTEST = 100_000
"""From here on the legend writes numbers briefly."""


@dataclass(frozen=True)
class Stop:
    """The values of one period."""

    code: str
    """The period, as it is written in addresses."""
    title: str
    values: Mapping[int, Decimal]  # by place; no data: absent


@dataclass(frozen=True)
class Key:
    """One entry of the legend."""

    mark: str
    """The class of its swatch: ``shade-3``, ``fall-2``, ``zero``, ``nothing``."""
    text: str
    radius: str = ""
    """Of a circle, in pixels."""
    height: str = ""
    """Where the circle's middle lies, so that all stand on one line."""


@dataclass(frozen=True)
class Sheet:
    """What is drawn."""

    level: int
    """Of the divisions that have values; below the county they are points."""
    place: int | None
    stops: tuple[Stop, ...]
    drawing: Drawing
    is_change: bool
    """Whether the values are changes from one period to another."""
    classes: Classes
    changes: Diverging
    text_of: Callable[[Decimal], str]
    points: Mapping[int, PlacePoint]
    """Where the divisions of a level below the county lie, by place; those without a position are absent."""

    @property
    def greatest(self) -> Decimal:
        """The greatest size of a value at any stop: the largest circle."""
        return max((abs(value) for stop in self.stops for value in stop.values.values()), default=Decimal(0))

    @property
    def largest_radius(self) -> int:
        """The radius of the greatest circle in pixels: smaller where there are many."""
        count = max((len(stop.values) for stop in self.stops), default=0)
        return next((radius for most, radius in RADII if count <= most), SMALLEST)

    def class_of(self, value: Decimal) -> int:
        """Return the class of a value: from 1, 0 for zero; below zero for what fell."""
        if self.is_change:
            return self.changes.class_of(value)
        return 0 if not value or not len(self.classes) else self.classes.class_of(value) + 1

    def mark_of(self, value: Decimal | None) -> str:
        """Return the class of a value's swatch; circles have none."""
        if self.drawing is Drawing.CIRCLE:
            return ""
        if value is None:
            return "nothing"
        number = self.class_of(value)
        if not number:
            return "zero"
        return (
            f"rise-{number}"
            if self.is_change and number > 0
            else f"{'fall' if number < 0 else 'shade'}-{abs(number)}"
        )

    @property
    def zero(self) -> str:
        """What the legend says of zero: no change, a target that is not met, or the number."""
        return str(both("不变", "No change")) if self.is_change else self.text_of(Decimal(0))

    @property
    def keys(self) -> list[Key]:
        """The legend's shades in ascending order."""
        if not self.is_change:
            return [Key(f"shade-{at}", text) for at, text in enumerate(self._spans(self.classes), start=1)]
        spans = list(enumerate(self._spans(self.changes.rises), start=1))
        changes = [value for stop in self.stops for value in stop.values.values()]
        falls = reversed(spans) if any(value < 0 for value in changes) else ()
        rises = spans if any(value > 0 for value in changes) else ()
        return [
            *(Key(f"fall-{at}", f"−({text})") for at, text in falls),
            *(Key(f"rise-{at}", f"+({text})") for at, text in rises),
        ]

    def _spans(self, classes: Classes) -> list[str]:
        pairs = zip(classes.lowest, classes.highest, strict=True)
        texts = [(self.brief(low), self.brief(high)) for low, high in pairs]
        return [low if low == high else f"{low} – {high}" for low, high in texts]

    def brief(self, value: Decimal) -> str:
        """Return a value as the legend says it: long numbers with three digits that count, in 万 and 亿 or millions."""
        return brief_text(value, get_language() or "zh") or self.text_of(value)

    @property
    def circles(self) -> list[Key]:
        """The legend's circles, the largest first: round numbers of which each is a fourth of the one before."""
        if not self.greatest:
            return []
        whole = all(
            value == value.to_integral_value() for stop in self.stops for value in stop.values.values()
        )
        largest, found = self.largest_radius, []
        for part in (1, 4, 16):
            value = _round(self.greatest / part)
            radius = largest * math.sqrt(value / self.greatest)
            if radius >= 2 and (value >= 1 or not whole):
                found.append(
                    Key("circle", self.brief(value), f"{radius:.1f}", f"{2 * largest + 1 - radius:.1f}")
                )
        return found

    @property
    def drawn_level(self) -> int:
        """At which level divisions are drawn: a county is drawn whole when its towns are listed."""
        return min(self.level, COUNTY)

    @property
    def drawn(self) -> dict[int, str]:  # name in the source, by number
        """The divisions that are drawn."""
        found = outlined(self.drawn_level)
        if self.place is None:
            return found
        first, end = subtree_range(self.place)
        inside = {place: name for place, name in found.items() if first <= place < end}
        if inside:
            return inside
        whole = self.place - self.place % 10**6
        return {whole: found[whole]} if whole in found else {}


def brief_text(value: Decimal, language: str) -> str:
    """Return a value of six digits or more with three that count; nothing of a smaller one.

    >>> brief_text(Decimal("1283522.73"), "zh"), brief_text(Decimal("1283522.73"), "en")
    ('128万', '1.28 million')
    """
    if abs(value) < SHORTEST:
        return ""
    english = language.startswith("en")
    scales = ((6, " million"), (3, " thousand")) if english else ((8, "亿"), (4, "万"))
    power, word = next((power, word) for power, word in scales if abs(value) >= 10**power)
    scaled = value.scaleb(-power)
    digits = max(0, 2 - scaled.adjusted())
    text = f"{scaled:.{digits}f}"
    return f"{text.rstrip('0').rstrip('.') if digits else text}{word}"


def _round(value: Decimal) -> Decimal:
    """Return a value with its first digit only, rounded down."""
    if value < 1:
        return value
    return value.quantize(Decimal(1).scaleb(value.adjusted()), ROUND_FLOOR) + Decimal(0)


def sheet_of(
    *, level: int, place: int | None, stops: Sequence[Stop], drawing: Drawing, method: Method,
    text_of: Callable[[Decimal], str], is_change: bool = False, points: Mapping[int, PlacePoint] | None = None,
) -> Sheet:  # fmt: skip
    """Return the sheet on which these stops are drawn, in classes of all of them together."""
    pooled = [value for stop in stops for value in stop.values.values()]
    return Sheet(
        level=level,
        place=place,
        stops=tuple(stops),
        drawing=drawing,
        is_change=is_change,
        classes=classes_of([] if is_change else pooled, method, CLASSES),
        changes=diverging_of(pooled if is_change else [], method, CLASSES - 2),
        text_of=text_of,
        points=points or {},
    )


def sheet_as_json(sheet: Sheet, names: Mapping[int, str], openable: Iterable[int]) -> dict[str, Any]:
    """Return what a browser draws from: divisions once, and by stop the place in that list, class, radius and text of each value.

    Args:
        openable: the divisions whose values have a figure that opens.
    """
    drawn = sorted(sheet.drawn)
    at = {place: number for number, place in enumerate(drawn)}
    source, opens = sheet.drawn, set(openable)
    valued = (
        {place: number for number, place in enumerate(sorted(sheet.points))} if sheet.level > COUNTY else at
    )
    return {
        "level": sheet.drawn_level,
        "drawing": sheet.drawing.value,
        "change": sheet.is_change,
        "largest": sheet.largest_radius,
        "codes": [code_text(place) for place in drawn],
        "names": [names.get(place) or source[place] for place in drawn],
        "closed": [number for place, number in at.items() if place not in opens],
        "points": _points(sheet, names) if sheet.level > COUNTY else None,
        "stops": [_stop(sheet, stop, valued) for stop in sheet.stops],
    }


def _points(sheet: Sheet, names: Mapping[int, str]) -> dict[str, Any]:
    """Return towns or villages as columns, by place; the places of stops are numbers in them."""
    rows = sorted(sheet.points.items())
    return {
        "codes": [code_text(place) for place, _ in rows],
        "names": [names.get(place, "") for place, _ in rows],
        "x": [one.x for _, one in rows],
        "y": [one.y for _, one in rows],
        "longitude": [round(one.longitude, 5) for _, one in rows],
        "latitude": [round(one.latitude, 5) for _, one in rows],
        "datums": [one.datum for _, one in rows],
    }


def _stop(sheet: Sheet, stop: Stop, at: Mapping[int, int]) -> dict[str, Any]:
    shown = sorted((at[place], value) for place, value in stop.values.items() if place in at)
    greatest = sheet.greatest or Decimal(1)
    return {
        "period": stop.code,
        "title": stop.title,
        "at": [number for number, _ in shown],
        "class": [sheet.class_of(value) for _, value in shown],
        "radius": [round(FULL * math.sqrt(abs(value) / greatest)) for _, value in shown],
        "text": [sheet.text_of(value) for _, value in shown],
    }
