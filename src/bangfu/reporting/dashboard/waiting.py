"""What pledges ask of whoever reports for a unit: indicators with a target this year of which nothing was reported."""

from __future__ import annotations

from datetime import date

from django.urls import reverse
from django.utils.http import urlencode

from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.organisation.queries import in_granted_units
from bangfu.foundation.people.models import Account
from bangfu.foundation.rooms import Wait, Waiting, Words, both
from bangfu.reporting.dashboard.together import Together
from bangfu.reporting.periods import read_period
from bangfu.reporting.selection import Selection
from bangfu.reporting.targets.counting import of_unit
from bangfu.reporting.targets.engines.pace import Span
from bangfu.reporting.targets.lights import lights_on
from bangfu.reporting.targets.models import NilReport
from bangfu.reporting.targets.quality import expected_of
from bangfu.reporting.targets.queries import VIEW
from bangfu.reporting.targets.rules import indicator_called

DECLARE = "targets.declare_nil"
NAMED = 3
"""Up to how many units are named each in a line."""


def missing_reports(account: Account, on: date) -> list[Waiting]:
    """Return for the units that an account reports for what is missing this year, once lights are judged in it.

    What is missing is what the page of quality says so: facts were not counted, and nobody declared that there are none.
    """
    year = on.year
    share = Span(date(year, 1, 1), date(year, 12, 31)).share_passed(on)
    if share < lights_on(on).thresholds.judged_from:
        return []
    units = Unit.objects.filter(
        in_granted_units(account, DECLARE, on, "pk"), in_granted_units(account, VIEW, on, "pk")
    )
    expected = expected_of(units, year, on)
    if not expected:
        return []
    known = {one.pk: one for one in Unit.objects.filter(pk__in=expected).order_by("path")}
    nil = set(NilReport.objects.filter(unit__in=known, year=year).values_list("unit", "indicator"))
    together = Together()
    cells = {
        (key, code): together.want(code, of_unit(Selection(read_period(str(year))), unit))
        for key, unit in known.items()
        for code in expected[key]
        if (key, code) not in nil and indicator_called(code)
    }
    together.ask()
    missing: dict[int, int] = {}
    for (key, _), cell in cells.items():
        if not together.figure(cell).sum.facts:
            missing[key] = missing.get(key, 0) + 1
    if len(missing) > NAMED:
        count = sum(missing.values())
        about = both("{units} 个单位", "{units} units").filled(units=len(missing))
        return [Waiting(WHAT, count, f"{reverse('targets:quality')}?year={year}", about)]
    return [_line(known[key], count, year) for key, count in missing.items()]


WHAT = both("补报缺报的指标，或作零报告", "Report what is missing, or declare that there is nothing")


def _line(unit: Unit, count: int, year: int) -> Waiting:
    asked: dict[str, str | int] = {"year": year, "level": unit.kind, "q": unit.name}
    address = f"{reverse('targets:quality')}?{urlencode(asked)}"
    return Waiting(WHAT, count, address, Words(unit.name_zh, unit.name_en))


WAITS = (Wait("dashboard.missing", "calendar", frozenset({DECLARE}), missing_reports),)
