"""What units and the office say beside the numbers: that there is nothing, and which rule the lights follow."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from bangfu.foundation.operations import Act, Scope, operation, scope_of
from bangfu.foundation.organisation.models import Unit
from bangfu.reporting.periods import read_period
from bangfu.reporting.selection import Selection
from bangfu.reporting.targets.counting import figures_by_unit
from bangfu.reporting.targets.models import LightRule, NilReport
from bangfu.reporting.targets.rules import UnableToAnswer, indicator_called


@operation("targets.declare_nil", scope=scope_of("unit"))
def declare_nil(*, unit: Unit, year: int, indicator: str, remark: str, act: Act) -> NilReport:
    """Declare that a unit has nothing of an indicator in a year, so that it is not missing.

    Raises: UnableToAnswer: ``unknown_indicator``, ``reason_missing``, ``declared_already``, ``has_facts``; nothing was written.
    Locks: nothing; two that declare the same meet at a constraint.
    """
    if indicator_called(indicator) is None:
        raise UnableToAnswer("unknown_indicator", indicator=indicator)
    if not remark.strip():
        raise UnableToAnswer("reason_missing")
    if NilReport.objects.filter(unit=unit, year=year, indicator=indicator).exists():
        raise UnableToAnswer("declared_already")
    facts = figures_by_unit(indicator, Selection(read_period(str(year))), [unit])[unit.pk].sum.facts
    if facts:
        raise UnableToAnswer("has_facts", year=year, count=facts)
    return NilReport.objects.create(
        unit=unit,
        year=year,
        indicator=indicator,
        remark=remark.strip(),
        declared_by=act.actor,
        declared_at=act.at,
    )


def _whole_house(**_: object) -> Scope:
    return Scope()


@operation("targets.lay_down_rule", scope=_whole_house)
def lay_down_rule(
    *,
    starts_on: date,
    green_from: Decimal,
    amber_from: Decimal,
    judged_from: Decimal,
    submitted_within: int,
    verified_within: int,
    source: str,
    act: Act,
) -> LightRule:
    """Lay down from which forecast on lights are green or amber, and when a record is late; earlier rules stay readable.

    Args:
        green_from, amber_from: forecast over target; 1 is the whole.
        judged_from: which share of the time must have passed before a pace says anything.
        submitted_within, verified_within: days.

    Raises: UnableToAnswer: ``source_missing``, ``shares``, ``days``, ``dates``; nothing was written.
    Locks: nothing; two of one day meet at a constraint.
    """
    if not source.strip():
        raise UnableToAnswer("source_missing")
    if not (0 < amber_from < green_from <= 2 and 0 <= judged_from < 1):
        raise UnableToAnswer("shares")
    if min(submitted_within, verified_within) < 1:
        raise UnableToAnswer("days")
    last = LightRule.objects.order_by("-starts_on").first()
    if last is not None and starts_on <= last.starts_on:
        raise UnableToAnswer("dates", day=last.starts_on.isoformat())
    return LightRule.objects.create(
        starts_on=starts_on,
        green_from=green_from,
        amber_from=amber_from,
        judged_from=judged_from,
        submitted_within=submitted_within,
        verified_within=verified_within,
        source=source.strip(),
        set_by=act.actor,
        set_at=act.at,
    )
