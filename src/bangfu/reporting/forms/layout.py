"""Which figure each cell of a form asks on an occasion, and the words that are written beside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote

from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.organisation.queries import root_unit, unit_with_code
from bangfu.foundation.places.codes import code_text, id_from_code
from bangfu.foundation.places.models import Area
from bangfu.foundation.places.queries import members_of
from bangfu.foundation.rooms import Words, both
from bangfu.reporting.forms.engines.grids import At, Grid
from bangfu.reporting.forms.pointing import PARTS, Axis, Pointing, period_by, pointed_at
from bangfu.reporting.periods import Period, day_title
from bangfu.reporting.selection import Selection

Where = tuple[int, At]
"""Number of the grid, and the cell."""


@dataclass(frozen=True)
class Asked:
    """One cell and the figure that it asks; null selection for a part of the year that is not over."""

    where: Where
    pointing: Pointing
    indicator: str
    selection: Selection | None

    @property
    def address(self) -> str:
        """Where the figure opens; empty when there is none."""
        return f"/f/{quote(self.indicator)}/?{self.selection.query()}" if self.selection else ""


@dataclass(frozen=True)
class Occasion:
    """For what a form is filled."""

    period: Period
    unit: Unit | None
    """Null: the whole programme."""
    place: int | None
    block: int
    on: date
    """The day of filling, as the form says it."""
    preparer: str
    language: str = "zh"

    @property
    def selection(self) -> Selection:
        """The question that every cell starts from."""
        return Selection(self.period, place=self.place, unit=self.unit, as_of=self.block)


def units_below(top: Unit | None) -> list[Unit]:
    """Return the branches straight below a unit; null: those of the whole programme."""
    units = Unit.objects.filter(ends_on__isnull=True)
    units = (
        units.filter(parent__isnull=False, parent__parent__isnull=True)
        if top is None
        else units.filter(parent=top)
    )
    kinds = (Unit.Kind.PROVINCE, Unit.Kind.PREFECTURE, Unit.Kind.COUNTY)
    return list(units.filter(kind__in=kinds).order_by("path"))


class Layout:
    """Which cells of a document ask what on an occasion."""

    def __init__(self, grids: Sequence[Grid], pointings: Sequence[Pointing], occasion: Occasion) -> None:
        self._grids, self._occasion = grids, occasion
        self._pointed = pointed_at(pointings)
        self._units: dict[str, Unit | None] = {}
        self._areas = {one.code: one for one in Area.objects.filter(code__in={p.area for p in pointings})}
        self.names: dict[Where, str] = {}
        """Names of units and places that are written beside rows that say nothing themselves."""
        self.left_out: list[Words] = []
        """Units or places for which the form has no row."""
        self.asked = self._asked(pointings)

    def _unit(self, code: str) -> Unit | None:
        if code not in self._units:
            self._units[code] = unit_with_code(code)
        return self._units[code]

    def _listed(self, axis: Axis, one: Pointing) -> list[str]:
        """Return the codes of what is listed in order, where the form's rows say nothing."""
        if axis is Axis.UNIT:
            return [unit.code for unit in units_below(self._occasion.unit)]
        inside = self._occasion.place
        members = sorted(members_of(one.area, on=self._occasion.period.last_on)) if one.area else []
        selection = Selection(self._occasion.period, place=inside)
        first, end = selection.place_range or (0, 10**12)
        return [code_text(place) for place in members if first <= place < end]

    def _keys(self, one: Pointing, *, down: bool) -> tuple[str, ...]:
        axis, kept = (one.down, one.rows) if down else (one.across, one.columns)
        length = len(one.block.rows if down else one.block.columns)
        if not axis:
            return ("",) * length
        if kept:
            return (kept + ("",) * length)[:length]
        listed = self._listed(Axis(axis), one)
        if len(listed) > length:
            missing = len(listed) - length
            self.left_out.append(
                both(
                    "{cells} 只有 {length} 行（列），还有 {missing} 个没有位置",
                    "{cells} has {length} rows or columns only; {missing} more have no place",
                ).filled(cells=one.cells, length=length, missing=missing)
            )
        self._name(one, listed[:length], Axis(axis), down=down)
        return tuple((listed + [""] * length)[:length])

    def _name(self, one: Pointing, listed: Sequence[str], axis: Axis, *, down: bool) -> None:
        first = one.block.first
        beside = first[1] - 1 if down else first[0] - 1
        if beside < 1:
            return
        selection = self._occasion.selection
        if axis is Axis.UNIT:
            known = {code: self._unit(code) for code in listed}
            names = selection.unit_names([unit.pk for unit in known.values() if unit is not None])
            said = {
                code: names[unit.pk].in_language(self._occasion.language)
                for code, unit in known.items()
                if unit
            }
        else:
            places = {code: id_from_code(code) or 0 for code in listed}
            labels = selection.place_labels(places.values(), short=True)
            said = {code: labels.get(place, "") for code, place in places.items()}
        for number, code in enumerate(listed):
            at = (first[0] + number, beside) if down else (beside, first[1] + number)
            self.names[one.sheet, at] = said.get(code, "")

    def _asked(self, pointings: Sequence[Pointing]) -> list[Asked]:
        found: dict[Where, Asked] = {}
        for one in pointings:
            if one.kind == "text" or not 0 <= one.sheet < len(self._grids):
                continue
            rows, columns = self._keys(one, down=True), self._keys(one, down=False)
            grid, block = self._grids[one.sheet], one.block
            for down, row in enumerate(block.rows):
                for right, column in enumerate(block.columns):
                    where = (one.sheet, (row, column))
                    if self._pointed.get(where) is not one or where[1] in grid.hidden_by:
                        continue
                    if (one.down and not rows[down]) or (one.across and not columns[right]):
                        continue
                    if grid.cell(where[1]).is_label and not block.is_one:
                        continue
                    found[where] = self._one(
                        where, one, ((one.down, rows[down]), (one.across, columns[right]))
                    )
        return [found[where] for where in sorted(found)]

    def _one(self, where: Where, one: Pointing, keys: Sequence[tuple[str, str]]) -> Asked:
        indicator, unit, place = one.indicator, one.unit, one.place
        part: int | None = None
        parts = 12
        for axis, key in keys:
            if axis == Axis.INDICATOR:
                indicator = key
            elif axis == Axis.UNIT:
                unit = key
            elif axis == Axis.PLACE:
                place = key
            elif axis:
                part, parts = int(key), PARTS[Axis(axis)]
        period = period_by(one.period, self._occasion.period, part, parts)
        if period is None:
            return Asked(where, one, indicator, None)
        selection = self._occasion.selection.having(period=period)
        if unit:
            known = self._unit(unit)
            selection = selection.having(unit=known if known is not None and known.parent_id else None)
        if place:
            selection = selection.having(place=id_from_code(place))
        if one.area and Axis.PLACE not in (one.down, one.across):
            selection = selection.having(area=self._areas.get(one.area))
        return Asked(where, one, indicator, selection)

    def texts(self) -> dict[Where, str]:
        """Return the texts that are written: the unit's name, the period, the day, who fills it."""
        found = dict(self.names)
        for (sheet, at), one in self._pointed.items():
            if one.kind == "text":
                found[sheet, at] = self._text(one.text)
        return found

    def _text(self, what: str) -> str:
        occasion = self._occasion
        if what == "unit":
            if occasion.unit is not None:
                return occasion.selection.unit_words.in_language(occasion.language)
            root = root_unit()
            return both(root.name_zh, root.name_en).in_language(occasion.language) if root else ""
        if what == "period":
            return occasion.period.title(occasion.language)
        return day_title(occasion.on, occasion.language) if what == "day" else occasion.preparer
