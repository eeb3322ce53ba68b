"""What stands in the form, as plain values in the active language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal

from bangfu.foundation.places.models import Area
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rooms.marks import example_mark
from bangfu.reporting.targets.completion import Progress, percent
from bangfu.reporting.targets.lights import Lights
from bangfu.reporting.targets.models import QUARTER_TITLES, Version
from bangfu.reporting.targets.official_form.rows import BESIDE, OFFICIAL, OFFICIAL_CODES, OfficialRow
from bangfu.reporting.targets.rules import decimals_of


@dataclass(frozen=True)
class FormLine:
    """One number of the form for the signatory."""

    number: str
    title: str
    unit: str
    decimals: int
    """How many decimals its quantities have in the form's unit."""
    target: Decimal | None
    """In the form's unit; null when nothing was promised."""
    value: Decimal | None
    share: str
    time: str
    ahead: Decimal | None
    method: str
    light: str
    exact: Decimal | None
    """The value in the indicator's unit, with all its digits."""
    code: str
    """The figure's short code; empty when only its address names it."""
    address: str
    """Absolute."""
    note: str
    """The scope note."""

    @property
    def target_text(self) -> str:
        """The target as it is printed."""
        return _whole(self.target, self.decimals)

    @property
    def value_text(self) -> str:
        """The value as it is printed."""
        return printed(self.value, self.decimals)

    @property
    def ahead_text(self) -> str:
        """The forecast as it is printed."""
        return printed(self.ahead, self.decimals)


@dataclass(frozen=True)
class UnitCell:
    """What one unit promised and reached of one number; null where it promised nothing."""

    target: Decimal | None
    value: Decimal | None
    share: Decimal | None
    address: str


@dataclass(frozen=True)
class UnitLine:
    """One unit below the signatory, with a cell for each of the six."""

    code: str
    name: str
    level: str
    cells: tuple[UnitCell, ...]


@dataclass(frozen=True)
class Form:
    """The form of one pledge on a day."""

    language: str
    """``zh`` or ``en``."""
    title: str
    year: int
    quarter: int | None
    """By the end of which quarter; null: of the year."""
    signatory: str
    document: str
    version: int
    on: date
    block: int
    unsealed: int
    """How many facts under the numbers no block holds yet."""
    example: str
    lines: tuple[FormLine, ...]
    units: tuple[UnitLine, ...]
    columns: tuple[str, ...]
    """The six titles with their units, as heads of the units' table."""
    lights: tuple[tuple[str, str], ...]
    """Each light with when it shows."""
    lights_origin: str

    @property
    def heading(self) -> str:
        """What the form is called, in the active language."""
        if self.quarter is None:
            return str(
                both("{year} 年责任书完成情况表", "Completion of the pledge of {year}").filled(year=self.year)
            )
        return str(
            both(
                "{year} 年责任书完成情况表（截至{quarter}）",
                "Completion of the pledge of {year} by the end of the {quarter}",
            ).filled(year=self.year, quarter=_BY_QUARTER[self.quarter - 1])
        )


_BY_QUARTER = tuple(Words(one.zh, one.en.lower()) for one in QUARTER_TITLES)


def filled(
    version: Version,
    progress: Sequence[Progress],
    *,
    on: date,
    lights: Lights,
    origin: str,
    language: str,
    quarter: int | None = None,
) -> Form:
    """Return the form of a version; the active language must be the one asked for.

    A unit's target for its designated counties goes before one that is not narrowed; the form counts none of a place, a line
    or any other list.

    Args:
        origin: where this house answers, without a slash at the end.
        quarter: by the end of which the completions were asked; null: of the year.
    """
    pledge = version.pledge
    whole = _counted(progress)
    own = {one.target.indicator: one for one in whole if one.target.unit_id == pledge.unit_id}
    lines = [_line(row, own.get(row.indicator), origin) for row in OFFICIAL]
    lines += [_line(row, own[row.indicator], origin) for row in BESIDE if row.indicator in own]
    others = [one for code, one in sorted(own.items()) if code not in OFFICIAL_CODES]
    lines += [
        _line(
            OfficialRow(
                f"{len(OFFICIAL) + at}", one.indicator.title, one.indicator.code, one.indicator.unit, 0
            ),
            one,
            origin,
        )
        for at, one in enumerate(others, start=1)
    ]
    return Form(
        language=language,
        title=pledge.title,
        year=pledge.year,
        quarter=quarter,
        signatory=pledge.unit.name,
        document=version.document,
        version=version.number,
        on=on,
        block=max((one.figure.block for one in whole), default=0),
        unsealed=sum(one.figure.unsealed for one in own.values()),
        example=str(example_mark() or ""),
        lines=tuple(lines),
        units=_units(whole, pledge.unit_id, origin),
        columns=tuple(
            str(both("{title}（{unit}）", "{title} ({unit})").filled(title=row.title, unit=row.unit))
            for row in OFFICIAL
        ),
        lights=tuple((str(name), str(when)) for _, name, when in lights.said),
        lights_origin=str(lights.origin),
    )


def _counted(progress: Sequence[Progress]) -> list[Progress]:
    """Return one target of each unit and indicator: that of the designated counties, else the one that is not narrowed."""
    found: dict[tuple[int, str], Progress] = {}
    for one in progress:
        target = one.target
        is_designated = target.area is not None and target.area.kind == Area.Kind.DESIGNATED
        if target.place_id is None and target.line_id is None and (is_designated or target.area is None):
            key = (target.unit_id, target.indicator)
            if is_designated or key not in found:
                found[key] = one
    return list(found.values())


def _in_unit(value: Decimal | None, power: int) -> Decimal | None:
    return None if value is None else value.scaleb(-power)


def _line(row: OfficialRow, one: Progress | None, origin: str) -> FormLine:
    if one is None:
        return FormLine(
            number=row.number, title=str(row.title), unit=str(row.unit), decimals=2 if row.power else 0, target=None,
            value=None, share="—", time="—", ahead=None, method="", light="", exact=None, code="", address="", note="",
        )  # fmt: skip
    return FormLine(
        number=row.number,
        title=f"{row.title}（{one.target.area.title}）" if one.target.area else str(row.title),
        unit=str(row.unit),
        decimals=2 if row.power else decimals_of(one.indicator),
        target=_in_unit(one.quantity, row.power),
        value=_in_unit(one.figure.value, row.power),
        share=percent(one.share),
        time=percent(one.time_share),
        ahead=_in_unit(one.ahead.value, row.power),
        method=str(one.method_words),
        light=str(one.light_words),
        exact=one.figure.value,
        code=one.figure.code or "",
        address=origin + one.figure.address,
        note=str(one.indicator.scope_note),
    )


def _units(whole: Sequence[Progress], signatory: int, origin: str) -> tuple[UnitLine, ...]:
    by_unit: dict[int, dict[str, Progress]] = {}
    for one in sorted(whole, key=lambda found: found.unit.path):
        if one.target.unit_id != signatory and one.target.indicator in OFFICIAL_CODES:
            by_unit.setdefault(one.target.unit_id, {})[one.target.indicator] = one
    found = []
    for mine in by_unit.values():
        unit = next(iter(mine.values())).unit
        cells = tuple(_cell(row, mine.get(row.indicator), origin) for row in OFFICIAL)
        found.append(UnitLine(unit.code, unit.name, unit.kind_words, cells))
    return tuple(found)


def _cell(row: OfficialRow, one: Progress | None, origin: str) -> UnitCell:
    if one is None:
        return UnitCell(None, None, None, "")
    return UnitCell(
        _in_unit(one.quantity, row.power),
        _in_unit(one.figure.value, row.power),
        one.share,
        origin + one.figure.address,
    )


def printed(value: Decimal | None, decimals: int) -> str:
    """Return a value of the form as it is printed: rounded down, so that nothing is claimed that is not there."""
    if value is None:
        return "—"
    return f"{value.quantize(Decimal(1).scaleb(-decimals), ROUND_DOWN):,f}"


def _whole(value: Decimal | None, decimals: int) -> str:
    """Return a target with all the digits that it has, and no fewer than the form's."""
    if value is None:
        return "—"
    has = max(decimals, -int(value.normalize().as_tuple().exponent))
    return f"{value:,.{has}f}"
