"""Splitting a target to the units below, as a proposal that may be changed line by line."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

from bangfu.foundation.operations import Act, operation, scope_of
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.organisation.queries import in_force
from bangfu.foundation.rooms import both
from bangfu.reporting.periods import read_period
from bangfu.reporting.selection import Selection
from bangfu.reporting.targets.counting import figures_by_unit
from bangfu.reporting.targets.engines.cascade import shares_of, splits_of
from bangfu.reporting.targets.models import QUARTERS, Direction, Pledge, Target, Version
from bangfu.reporting.targets.operations.drafting import lock_pledge, require_draft
from bangfu.reporting.targets.rules import (
    UnableToSetTarget,
    UnableToSplit,
    decimals_of,
    indicator_called,
    promises_of,
)


class By(StrEnum):
    """By what a target is divided."""

    EVEN = "even"
    LAST_YEAR = "last_year"


@operation("targets.split_target", scope=scope_of("version"))
def split_target(*, version: Version, target: Target, level: str, by: str, act: Act) -> int:
    """Divide a target among the units of one level below it, in place of the parts it has; return how many parts there are.

    The parts come to exactly the whole and its reserve, and so do those of each quarter where the whole has quarters and no
    reserve. Units without anything last year get no part of a division by last
    year's shares. A quotient is not divided: each unit gets the same target.

    Args:
        level: an organisation unit's kind.

    Raises:
        UnableToPledge: ``not_a_draft``; UnableToSplit: ``no_units``, ``no_last_year``; UnableToSetTarget:
            ``unknown_indicator``. Nothing was written.
    Locks: the pledge.
    """
    lock_pledge(version.pledge_id)
    require_draft(version)
    whole = Target.objects.select_related("unit", "area", "line").get(pk=target.pk, version=version)
    year = Pledge.objects.values_list("year", flat=True).get(pk=version.pledge_id)
    indicator = indicator_called(whole.indicator)
    if indicator is None:
        raise UnableToSetTarget("unknown_indicator", indicator=whole.indicator)
    units = list(units_of_level(whole.unit, level, year))
    if not units:
        raise UnableToSplit("no_units", unit=both(whole.unit.name_zh, whole.unit.name_en))
    weights = [Decimal(1)] * len(units)
    if By(by) is By.LAST_YEAR:
        selection = Selection(
            read_period(str(year - 1)), place=whole.place_id, area=whole.area, line=whole.line
        )
        figures = figures_by_unit(whole.indicator, selection, units)
        weights = [figures[unit.pk].value or Decimal(0) for unit in units]
        if not any(one > 0 for one in weights):
            raise UnableToSplit("no_last_year", year=year - 1)
    if indicator.roles:
        quantities = [whole.quantity] * len(units)
    else:
        reserve = -whole.reserve if whole.direction == Direction.AT_MOST else whole.reserve
        quantities = shares_of(whole.quantity + reserve, weights, decimals=decimals_of(indicator))
    by_quarter: list[tuple[Decimal, ...] | None] = [None] * len(units)
    if whole.quarters is not None and not indicator.roles and not whole.reserve:
        # Each quarter is divided by itself: its parts agree, and those of a unit make its year.
        divided = [shares_of(one, weights, decimals=decimals_of(indicator)) for one in whole.quarters]
        by_quarter = list(zip(*divided, strict=True))
        quantities = [sum(one or (), Decimal(0)) for one in by_quarter]
    _drop_parts(version, whole)
    parts = [
        Target(
            version=version,
            indicator=whole.indicator,
            unit=unit,
            place_id=whole.place_id,
            area=whole.area,
            line=whole.line,
            quantity=quantity,
            direction=whole.direction,
            due_on=whole.due_on,
            entered_by=act.actor,
            **dict(zip(QUARTERS, quarters or (None,) * len(QUARTERS), strict=True)),
        )
        for unit, weight, quantity, quarters in zip(units, weights, quantities, by_quarter, strict=True)
        if weight > 0
    ]
    return len(Target.objects.bulk_create(parts))


def units_of_level(unit: Unit, level: str, year: int) -> list[Unit]:
    """Return the units of one kind below a unit, open at some time of the year's last day or before, in the tree's order."""
    last = read_period(str(year)).last_on
    found = Unit.objects.filter(in_force(last), path__startswith=unit.path, kind=level)
    return list(found.exclude(pk=unit.pk).order_by("path"))


def _drop_parts(version: Version, whole: Target) -> None:
    """Take out the parts that a target has, and theirs in turn: they were parts of another division."""
    targets = Target.objects.filter(
        version=version,
        indicator=whole.indicator,
        place=whole.place_id,
        area=whole.area,
        line=whole.line,
        direction=whole.direction,
        unit__path__startswith=whole.unit.path,
    ).select_related("unit")
    below = {part.key for split in splits_of(promises_of(targets)) for part in split.parts}
    Target.objects.filter(pk__in=below).delete()
