"""The parts of a figure as a drawer draws them: bars, month columns and the small map, each with its address."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.places.codes import COUNTY, PROVINCE, ancestor_id, level_of
from bangfu.foundation.places.queries import province_map
from bangfu.foundation.rooms import Words, both
from bangfu.reporting.breakdown import Part
from bangfu.reporting.figures import Figure
from bangfu.reporting.periods import month_period
from bangfu.reporting.queries import Opened

FIRST_BARS = 8
"""How many bars stand open; the rest unfolds."""
SHADES = 5
MOST_COLUMNS = 36
LEVEL_WORDS = {
    1: both("按省份", "By province"),
    2: both("按市州", "By prefecture"),
    3: both("按县区", "By county"),
    4: both("按乡镇", "By town"),
    5: both("按村", "By village"),
}


@dataclass(frozen=True)
class Bar:
    """One bar: a part with its name, its width and where it opens."""

    name: str
    value: Decimal
    text: str
    """The value as it is written."""
    width: str
    """Percent of the largest, as SVG writes it."""
    address: str | None
    """Null when there is nothing narrower."""


@dataclass(frozen=True)
class Bars:
    """A titled list of bars."""

    title: Words
    count: int
    open: tuple[Bar, ...]
    folded: tuple[Bar, ...]


@dataclass(frozen=True)
class Column:
    """One month of the column chart."""

    label: str
    title: str
    height: str
    address: str | None
    """Null for a month in which nothing happened and nothing stood."""


@dataclass(frozen=True)
class Area:
    """One county on the small map."""

    path: str
    title: str
    shade: int
    """0 nothing, 5 the most."""
    address: str | None
    is_active: bool


@dataclass(frozen=True)
class SmallMap:
    """A province's counties, shaded by their part."""

    view_box: str
    label: str
    areas: tuple[Area, ...]


def _width(value: Decimal, largest: Decimal) -> str:
    if value <= 0 or largest <= 0:
        return "0%"
    return f"{max(value * 100 / largest, Decimal('0.5')):.1f}%"


def _bars(
    title: Words, figure: Figure, parts: Iterable[Part], names: dict[int, str], addresses: dict[int, str]
) -> Bars:
    listed = list(parts)
    largest = max((part.value for part in listed), default=Decimal(0))
    drawn = tuple(
        Bar(
            name=names[part.key],
            value=part.value,
            text=figure.text_of(part.value),
            width=_width(part.value, largest),
            address=addresses.get(part.key),
        )
        for part in listed
    )
    return Bars(title, len(drawn), drawn[:FIRST_BARS], drawn[FIRST_BARS:])


def _said(figure: Figure, part: Part) -> str:
    """Return what a month is said to be; of a quotient or target without facts, nothing: that is never zero."""
    if figure.indicator.roles and not part.facts:
        return "—"
    return f"{figure.text_of(part.value)} {figure.part_unit}".rstrip()


def place_bars(opened: Opened) -> list[Bars]:
    """Return the figure by place: by the level above first where there is one."""
    parts, selection = opened.breakdown, opened.figure.selection
    found = []
    for level, chosen in ((parts.above_level, parts.above), (parts.place_level, parts.places)):
        if level is None or not chosen or [part.key for part in chosen] == [selection.place]:
            continue
        names = selection.place_labels([part.key for part in chosen], short=True)
        addresses = {}
        for part in chosen:
            if part.key == selection.place or level_of(part.key) < level:
                names[part.key] = str(
                    both("{name}（未细分）", "{name} (not broken down)").format(name=names[part.key])
                )
            if part.key != selection.place:
                narrower = selection.having(place=part.key)
                addresses[part.key] = f"/f/{opened.figure.indicator.code}/where?{narrower.query()}"
        found.append(_bars(LEVEL_WORDS[level], opened.figure, chosen, names, addresses))
    return found


def unit_bars(opened: Opened) -> Bars:
    """Return the figure by the unit that owns its facts."""
    parts, selection = opened.breakdown.units, opened.figure.selection
    units = Unit.objects.in_bulk([part.key for part in parts])
    addresses = {
        key: f"/f/{opened.figure.indicator.code}/where?{selection.having(unit=unit).query()}"
        for key, unit in units.items()
        if selection.unit is None or selection.unit.pk != key
    }
    names = {key: str(name) for key, name in selection.unit_names(units).items()}
    return _bars(both("按单位", "By unit"), opened.figure, parts, names, addresses)


def month_columns(opened: Opened) -> list[Column]:
    """Return the months of the period, oldest first; none for a single month and for spans over three years."""
    months, selection = opened.breakdown.months, opened.figure.selection
    if not 1 < len(months) <= MOST_COLUMNS:
        return []
    highest = max(part.value for part in months)
    found = []
    for part in months:
        month = month_period(part.month)
        title = both(month.title("zh"), month.title("en"))
        narrower = selection.having(period=month)
        found.append(
            Column(
                label=str(part.month.month),
                title=f"{title}: {_said(opened.figure, part)}",
                height=_width(part.value, highest),
                address=f"/f/{opened.figure.indicator.code}/where?{narrower.query()}"
                if part.facts or part.value
                else None,
            )
        )
    return found


def small_map(opened: Opened) -> SmallMap | None:
    """Return the map of the selection's province, shaded by county; null for the whole programme or without outlines."""
    figure = opened.figure
    place = figure.selection.place
    if place is None:
        return None
    province = ancestor_id(place, PROVINCE)
    try:
        drawn = province_map(province or place)
    except LookupError:
        return None
    values = {part.key: part.value for part in opened.breakdown.places} if level_of(place) < COUNTY else {}
    if level_of(place) >= COUNTY and figure.value is not None:
        values[ancestor_id(place, COUNTY) or place] = figure.value
    largest = max(values.values(), default=Decimal(0))
    names = figure.selection.place_labels([county.place_id for county in drawn.counties], short=True)
    areas = []
    for county in drawn.counties:
        name, value = names.get(county.place_id, county.name), values.get(county.place_id)
        shade = (
            0 if value is None or value <= 0 else max(1, -(-int(value * SHADES * 1000 // largest) // 1000))
        )
        is_within = (
            ancestor_id(county.place_id, level_of(place)) == place if level_of(place) <= COUNTY else False
        )
        narrower = figure.selection.having(place=county.place_id)
        opens = value is not None and county.place_id != place
        areas.append(
            Area(
                path=county.path,
                title=f"{name} {figure.text_of(value)} {figure.part_unit}".rstrip()
                if value is not None
                else name,
                shade=min(shade, SHADES),
                address=f"/f/{figure.indicator.code}/where?{narrower.query()}" if opens else None,
                is_active=is_within and level_of(place) == COUNTY,
            )
        )
    return SmallMap(drawn.view_box, str(figure.selection.scope_words), tuple(areas))
