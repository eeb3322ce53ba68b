"""A pointing as it was sent, checked against the form and written out: what it names exists, and its cells are free to fill."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.organisation.queries import named_units, unit_with_code
from bangfu.foundation.places.codes import code_text, id_from_code
from bangfu.foundation.places.models import Area, Place
from bangfu.foundation.places.queries import named_places, place_for_code
from bangfu.reporting.forms.engines.grids import Grid, read_block
from bangfu.reporting.forms.naming import headings, indicator_names, keys_for
from bangfu.reporting.forms.pointing import (
    AXIS_WORDS,
    NOTHING_WORDS,
    PARTS,
    PERIOD_WORDS,
    SCALE_WORDS,
    TEXT_WORDS,
    Axis,
    Pointing,
    UnableToPoint,
)
from bangfu.reporting.periods import read_period

MOST_DECIMALS = 4


def checked(one: Pointing, grids: Sequence[Grid], *, on: date) -> Pointing:
    """Return a pointing with codes for the names that were typed, and for what its rows and columns are.

    Raises: UnableToPoint: see its codes.
    """
    if not 0 <= one.sheet < len(grids):
        raise UnableToPoint("unknown_sheet", text=one.sheet + 1)
    grid = grids[one.sheet]
    try:
        block = read_block(one.cells)
    except ValueError:
        raise UnableToPoint("unknown_cells", text=one.cells) from None
    if not (grid.holds(block.first) and grid.holds(block.last)):
        raise UnableToPoint("unknown_cells", text=one.cells)
    if block.is_one:
        seen = grid.seen_at(block.first)
        block = replace(block, first=seen, last=seen)
        cell = grid.cell(seen)
        if cell.is_label and one.kind != "text":
            raise UnableToPoint("is_label", cell=str(block), text=cell.text[:20])
    one = replace(one, cells=str(block))
    if one.kind == "text":
        return _text(one)
    if one.kind != "figure":
        raise UnableToPoint("unknown_kind", text=one.kind)
    one = _named(_rules(one), on=on)
    return _repeated(one, grid, on=on)


def _text(one: Pointing) -> Pointing:
    if one.text not in TEXT_WORDS:
        raise UnableToPoint("unknown_kind", text=one.text)
    if not one.block.is_one:
        raise UnableToPoint("text_alone")
    return Pointing(one.sheet, one.cells, "text", text=one.text)


def _rules(one: Pointing) -> Pointing:
    if one.period not in PERIOD_WORDS:
        try:
            one = replace(one, period=read_period(one.period.strip()).code)
        except ValueError:
            raise UnableToPoint("unknown_period", text=one.period) from None
    if one.scale not in SCALE_WORDS:
        raise UnableToPoint("unknown_scale", text=one.scale)
    if not 0 <= one.decimals <= MOST_DECIMALS:
        raise UnableToPoint("unknown_decimals")
    if one.nothing not in NOTHING_WORDS:
        raise UnableToPoint("unknown_kind", text=one.nothing)
    for axis in (one.down, one.across):
        if axis not in AXIS_WORDS:
            raise UnableToPoint("unknown_axis", text=axis)
    if one.down and (one.down == one.across or {one.down, one.across} == set(PARTS)):
        raise UnableToPoint("same_axis")
    return one


def _named(one: Pointing, *, on: date) -> Pointing:
    """Return a pointing with codes for an indicator, unit, place and list that were typed by name."""
    if Axis.INDICATOR in (one.down, one.across):
        one = replace(one, indicator="")
    else:
        one = replace(one, indicator=_indicator(one.indicator.strip()))
    unit, place = one.unit.strip(), one.place.strip()
    if unit and unit_with_code(unit) is None:
        codes = named_units().get(unit, ())
        if len(codes) != 1 and not (codes := tuple(_root_named(unit))):
            raise UnableToPoint("unknown_unit", text=unit)
        unit = codes[0]
    if place:
        place = _place(place)
    if one.area and not Area.objects.filter(code=one.area).exists():
        raise UnableToPoint("unknown_area", text=one.area)
    return replace(one, unit=unit, place=place)


def _root_named(name: str) -> list[str]:
    return list(Unit.objects.filter(parent__isnull=True, name_zh=name).values_list("code", flat=True))


def _indicator(said: str) -> str:
    titles = indicator_names()
    if said in titles:
        return said
    found = [code for code, names in titles.items() if said in names]
    if len(found) != 1:
        raise UnableToPoint("unknown_indicator", text=said)
    return found[0]


def _place(said: str) -> str:
    if id_from_code(said) is not None:
        try:
            return code_text(place_for_code(said).pk)
        except Place.DoesNotExist:
            raise UnableToPoint("unknown_place", text=said) from None
    found = named_places().get(said, ())
    if len(found) != 1:
        raise UnableToPoint("unknown_place", text=said)
    return code_text(found[0])


def _repeated(one: Pointing, grid: Grid, *, on: date) -> Pointing:
    return replace(
        one,
        rows=_keys(one, grid, one.down, one.rows, down=True, on=on),
        columns=_keys(one, grid, one.across, one.columns, down=False, on=on),
    )


def _keys(
    one: Pointing, grid: Grid, axis: str, given: Sequence[str], *, down: bool, on: date
) -> tuple[str, ...]:
    """Return the code of each row or column: those that were given, else what the words beside mean."""
    if not axis:
        return ()
    length = len(one.block.rows if down else one.block.columns)
    if given:
        return (*given, *("",) * length)[:length]
    area = Area.objects.filter(code=one.area).first() if one.area else None
    within = id_from_code(one.place) if one.place else None
    said = headings(grid, one.block, down=down)
    keys = keys_for(Axis(axis), said, area=area, within=within, on=on)
    if keys and not any(keys):
        raise UnableToPoint("nothing_named", what=AXIS_WORDS[axis])
    return keys
