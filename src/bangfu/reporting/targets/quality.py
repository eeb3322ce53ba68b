"""How good the numbers of units are: what is missing, how late it came, what waits, and what is suspected.

Five statements answer for all units together; each unit stands for itself and all below it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet

from bangfu.foundation.findings.models import CLOSED
from bangfu.foundation.ledger.catalogue import measure_number
from bangfu.foundation.ledger.rollups import CELLS_AND_LATER
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.rooms import Words, both
from bangfu.foundation.rounds.queries import Timeliness, timeliness_of
from bangfu.reporting.definitions import Indicator
from bangfu.reporting.periods import read_period
from bangfu.reporting.targets import queries
from bangfu.reporting.targets.lights import Lights
from bangfu.reporting.targets.models import NilReport, Target
from bangfu.reporting.targets.rules import indicator_called, title_of

_MINE = """
WITH mine AS (SELECT asked.id AS unit, member.id AS member
                FROM organisation_unit asked JOIN organisation_unit member ON starts_with(member.path, asked.path)
               WHERE asked.id = ANY(%(units)s))
"""
PRESENT = (
    _MINE
    + f"""
, counted AS (
    SELECT measure_id, unit_id, happened_on, facts, reversed FROM ({CELLS_AND_LATER}) cell
     WHERE measure_id = ANY(%(measures)s::smallint[]) AND happened_on < %(reach)s
     UNION ALL
    SELECT measure_id, unit_id, happened_on, 1, CASE WHEN reverses_id IS NULL THEN 0 ELSE 1 END FROM ledger_fact
     WHERE measure_id = ANY(%(measures)s::smallint[]) AND happened_on >= %(reach)s AND happened_on <= %(last)s)
SELECT mine.unit, counted.measure_id
  FROM unnest(%(measures)s::smallint[], %(starts)s::date[]) AS wanted (measure, starts_on)
  JOIN counted ON counted.measure_id = wanted.measure AND counted.happened_on >= wanted.starts_on
  JOIN mine ON mine.member = counted.unit_id
 GROUP BY mine.unit, counted.measure_id
HAVING sum(counted.facts) > 2 * sum(counted.reversed)
"""
)
"""Of whole months the cells, of the month in which the period ends its facts: a year of a ledger is never read."""
TIMES = (
    _MINE
    + """
, days AS (SELECT fact.unit_id,
                  (review.submitted_at AT TIME ZONE %(zone)s)::date - min(fact.happened_on) AS until_submitted,
                  (review.decided_at AT TIME ZONE %(zone)s)::date - (review.submitted_at AT TIME ZONE %(zone)s)::date
                      AS until_decided
             FROM review_review review
             JOIN ledger_fact fact ON fact.subject_type = review.record_type AND fact.subject_id = review.record_id
                                  AND fact.happened_on >= %(first)s AND fact.happened_on <= %(last)s
                                  AND fact.reverses_id IS NULL
            WHERE review.rule = '' AND (review.submitted_at AT TIME ZONE %(zone)s)::date >= %(first)s
            GROUP BY review.id, fact.unit_id)
SELECT mine.unit, count(*),
       percentile_disc(0.5) WITHIN GROUP (ORDER BY until_submitted),
       count(*) FILTER (WHERE until_submitted > %(submitted_within)s),
       percentile_disc(0.5) WITHIN GROUP (ORDER BY until_decided),
       count(*) FILTER (WHERE until_decided > %(verified_within)s)
  FROM days JOIN mine ON mine.member = days.unit_id GROUP BY mine.unit
"""
)
"""Of records that were reviewed and their facts, joined as suits both: most facts of a large ledger are of no record that
anybody reviews. Nothing is submitted before it happens, so what was submitted before the period is none of it."""
WAITING = (
    _MINE
    + """
SELECT mine.unit, count(*)
  FROM review_review review JOIN mine ON mine.member = review.unit_id
 WHERE review.state = 'SUBMITTED' AND (review.submitted_at AT TIME ZONE %(zone)s)::date < %(late_before)s
 GROUP BY mine.unit
"""
)
SUSPECTED = (
    _MINE
    + """
SELECT mine.unit, count(*)
  FROM findings_finding finding JOIN mine ON mine.member = coalesce(finding.assigned_unit_id, finding.unit_id)
 WHERE finding.state <> ALL(%(closed)s)
 GROUP BY mine.unit
"""
)


NOTHING_DUE = Timeliness(asked=0, handed_in=0, nil=0, late=0)


@dataclass(frozen=True)
class Quality:
    """What is known of the numbers of one unit and all below it."""

    unit: Unit
    expected: tuple[str, ...]
    """Indicators of its targets in force, by code."""
    nil: tuple[str, ...]
    """Those of them without facts that it declared as nil."""
    missing: tuple[str, ...]
    """Those without facts and without a declaration."""
    records: int
    """Reviewed records behind the facts of the period."""
    submitted_median: int | None
    """Days from what happened to the last submission; null without records."""
    submitted_late: int
    verified_median: int | None
    """Days from submission to the decision."""
    verified_late: int
    waiting_late: int
    """Records that have waited for review longer than the rule allows."""
    suspected: int
    """Findings that nobody closed."""
    returns: Timeliness = NOTHING_DUE
    """How the returns of collection rounds came in that were due in the period."""

    @property
    def answered(self) -> int:
        """For how many of the expected indicators there are facts or a declaration."""
        return len(self.expected) - len(self.missing)

    @property
    def completeness(self) -> Decimal | None:
        """The share answered; null when nothing is expected."""
        return Decimal(self.answered) / len(self.expected) if self.expected else None

    @property
    def submitted_late_share(self) -> Decimal | None:
        """The share submitted late; null without records."""
        return Decimal(self.submitted_late) / self.records if self.records else None

    @property
    def verified_late_share(self) -> Decimal | None:
        """The share decided late; null without records."""
        return Decimal(self.verified_late) / self.records if self.records else None

    @property
    def missing_titles(self) -> list[Words]:
        """What is missing, by title."""
        return [title_of(code) for code in self.missing]

    @property
    def marks(self) -> list[Words]:
        """What stands beside a completion: empty when there is nothing to remark."""
        found = []
        if self.missing:
            found.append(both("缺报 {count} 项", "{count} missing").filled(count=len(self.missing)))
        if self.waiting_late:
            found.append(both("逾期待核 {count}", "{count} overdue").filled(count=self.waiting_late))
        if self.suspected:
            found.append(both("疑点 {count}", "{count} suspected").filled(count=self.suspected))
        return found


def expected_of(
    units: Collection[int] | QuerySet[Unit], year: int, on: date
) -> dict[int, tuple[str, ...]]:  # by unit; absent = nothing
    """Return the indicators that units have targets for, in the pledges of a year that are in force on a day."""
    versions = [one.pk for one in queries.versions_in_force(year, on)]
    named = Target.objects.filter(version__in=versions, unit__in=units)
    wanted: dict[int, set[str]] = {}
    for unit, indicator in named.values_list("unit", "indicator"):
        wanted.setdefault(unit, set()).add(indicator)
    return {unit: tuple(sorted(codes)) for unit, codes in wanted.items()}


def quality_of(units: Iterable[Unit], *, year: int, on: date, lights: Lights) -> list[Quality]:
    """Return the quality of units' numbers of a year at the end of a day, in the units' order.

    Args:
        lights: the rule that says from how many days on something is late.
    """
    asked = list(units)
    keys = [one.pk for one in asked]
    expected = expected_of(keys, year, on)
    period = read_period(str(year))
    given = {
        "units": keys,
        "first": period.starts_on,
        "last": min(on, period.last_on),
        "reach": (min(on, period.last_on) + timedelta(days=1)).replace(day=1),
        "zone": settings.TIME_ZONE,
        "submitted_within": lights.submitted_within,
        "verified_within": lights.verified_within,
        "late_before": on - timedelta(days=lights.verified_within),
        "closed": [str(one) for one in CLOSED],
    }
    codes = {code for found in expected.values() for code in found}
    present = _present(codes, given)
    nils = set(NilReport.objects.filter(unit__in=keys, year=year).values_list("unit", "indicator"))
    times = {row[0]: row[1:] for row in _rows(TIMES, given)}
    waiting, suspected = dict(_rows(WAITING, given)), dict(_rows(SUSPECTED, given))
    returns = timeliness_of(keys, first=period.starts_on, last=period.last_on, on=on)
    found = []
    for unit in asked:
        wanted = expected.get(unit.pk, ())
        empty = [code for code in wanted if (unit.pk, code) not in present]
        nil = tuple(code for code in empty if (unit.pk, code) in nils)
        missing = tuple(code for code in empty if code not in nil)
        records, submitted, submitted_late, verified, verified_late = times.get(
            unit.pk, (0, None, 0, None, 0)
        )
        found.append(
            Quality(
                unit=unit,
                expected=wanted,
                nil=nil,
                missing=missing,
                records=records,
                submitted_median=submitted,
                submitted_late=submitted_late,
                verified_median=verified,
                verified_late=verified_late,
                waiting_late=waiting.get(unit.pk, 0),
                suspected=suspected.get(unit.pk, 0),
                returns=returns.get(unit.pk, NOTHING_DUE),
            )
        )
    return found


def _present(codes: Iterable[str], given: dict[str, Any]) -> set[tuple[int, str]]:
    """Return which units have facts of which indicators: within the year, of a stock at any time before its end."""
    named: dict[int, list[str]] = {}
    starts: dict[int, date] = {}
    for code in codes:
        indicator: Indicator | None = indicator_called(code)
        if indicator is None:
            continue
        number = measure_number(indicator.term.measure.code)
        named.setdefault(number, []).append(code)
        starts[number] = given["first"] if indicator.term.has_start else date.min
    if not named:
        return set()
    rows = _rows(PRESENT, {**given, "measures": list(starts), "starts": list(starts.values())})
    return {(unit, code) for unit, number in rows for code in named[number]}


def _rows(statement: str, given: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return cursor.fetchall()
