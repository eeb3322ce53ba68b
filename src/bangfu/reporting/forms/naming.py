"""Which unit, place, indicator or part of a year the words of a form mean."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.organisation.queries import in_force
from bangfu.foundation.places.codes import COUNTY, PROVINCE, code_text
from bangfu.foundation.places.models import Area
from bangfu.foundation.places.queries import members_of, place_labels, places_at
from bangfu.reporting.definitions import IndicatorKind
from bangfu.reporting.forms.engines.grids import Block, Grid
from bangfu.reporting.forms.engines.labels import Labels, labels_in, plain
from bangfu.reporting.forms.engines.suggesting import best, named, period_of, scale_of
from bangfu.reporting.forms.pointing import PARTS, Axis
from bangfu.reporting.indicators import indicators

_NUMERALS = {"一": 1, "二": 2, "三": 3, "四": 4}
_MONTH = re.compile(r"(?<!\d)(1[0-2]|[1-9])月")
_QUARTER = re.compile(r"(?:第)?([一二三四1-4])季|[Qq]([1-4])")
_PROVINCIAL = ("省分公司", "分公司", "省", "市", "自治区", "壮族自治区", "回族自治区", "维吾尔自治区")


def indicator_names() -> dict[str, tuple[str, str]]:
    """Return the titles of what a cell may be pointed at, by code."""
    return {
        one.code: (one.title.zh, one.title.en) for one in indicators() if one.kind is not IndicatorKind.TARGET
    }


def unit_names_by_code(on: date) -> dict[str, tuple[str, ...]]:
    """Return the names of the units in force by code, provincial branches also by their province's short name."""
    found = {}
    for unit in Unit.objects.filter(in_force(on)):
        names = [unit.name_zh, unit.name_en]
        names += [
            unit.name_zh.removesuffix(ending)
            for ending in _PROVINCIAL
            if unit.name_zh.endswith(ending) and unit.kind == Unit.Kind.PROVINCE
        ]
        found[unit.code] = tuple(names)
    return found


def place_names_by_code(area: Area | None, within: int | None, on: date) -> dict[str, tuple[str, ...]]:
    """Return names of places by code: a list's members, else the provinces, else the counties of the place within."""
    if area is not None:
        places = sorted(members_of(area.code, on=on))
    else:
        level = PROVINCE if within is None else COUNTY
        places = list(places_at(level, within=within).values_list("pk", flat=True))
    full, short = place_labels(places), place_labels(places, short=True)
    return {code_text(place): (full.get(place, ""), short.get(place, "").split(" ")[-1]) for place in places}


def _part(text: str, axis: Axis) -> str:
    if axis is Axis.MONTH:
        found = _MONTH.search(text)
        return found[1] if found else ""
    quarter = _QUARTER.search(text)
    if quarter is None:
        return ""
    said = quarter[1] or quarter[2]
    return str(_NUMERALS.get(said, said))


def headings(grid: Grid, block: Block, *, down: bool) -> list[str]:
    """Return the nearest words of each row of a block, or of each column; empty where there are none."""
    labels = labels_in(grid)

    def nearest(at: tuple[int, int]) -> str:
        # A merged or written cell in the block has no labels of its own kind; the next one of its row or column has.
        around = (
            [(at[0], column) for column in block.columns] if down else [(row, at[1]) for row in block.rows]
        )
        for one in (at, *around):
            if one in labels:
                words = labels[one].row if down else labels[one].column
                return words[-1] if words else ""
        return ""

    if down:
        return [nearest((row, block.first[1])) for row in block.rows]
    return [nearest((block.first[0], column)) for column in block.columns]


def keys_for(
    axis: Axis, said: Sequence[str], *, area: Area | None, within: int | None, on: date
) -> tuple[str, ...]:
    """Return the code that each row or column means: empty for one whose words mean nothing known.

    None at all when no row says anything: units and places are then listed in their order when the form is filled.
    """
    if axis in PARTS:
        if not any(plain(one) for one in said):
            return tuple(str(number) for number in range(1, min(len(said), PARTS[axis]) + 1))
        return tuple(_part(one, axis) for one in said)
    if axis is Axis.INDICATOR:
        titles = indicator_names()
        return tuple(next(iter(best([one], titles, most=1)), "") for one in said)
    if not any(plain(one) for one in said):
        return ()
    names = unit_names_by_code(on) if axis is Axis.UNIT else place_names_by_code(area, within, on)
    return tuple(named(one, names) for one in said)


def suggested(grid: Grid, block: Block) -> dict[str, Any]:
    """Return what the words around some cells suggest: indicators, the likest first; scale and period.

    Of indicators there is none when the words mean none.
    """
    found = labels_in(grid).get(block.first, Labels((), ()))
    words = [*reversed(found.row), *reversed(found.column)]
    notes = [one.text for one in grid.cells.values() if one.is_label and "单位" in one.text]
    return {
        "labels": found,
        "indicators": best(words, indicator_names()),
        "scale": scale_of([*words, *notes]),
        "period": period_of(found),
    }
