"""What grants say about figures that units report: what payments of the house count is not reported as well."""

from __future__ import annotations

from bangfu.foundation.intake.reported.doubled import first_reported
from bangfu.foundation.intake.reported.reportable import RECORD_TYPE
from bangfu.foundation.operations import Act, Refusal
from bangfu.foundation.rooms import RecordType, Words, both
from bangfu.giving.grants.measures import PAID, STUDENTS
from bangfu.giving.grants.models import Programme

TITLES = {one.code: one.title for one in (STUDENTS, PAID)}
_BESIDE = """
SELECT record.measure, record.reference, programme.name_zh, programme.name_en
  FROM intake_reportedrecord record
  JOIN organisation_unit reporter ON reporter.id = record.unit_id
  JOIN grants_programme programme ON record.happened_on >= programme.opens_on
  JOIN organisation_unit runs ON runs.id = programme.unit_id
  LEFT JOIN review_review review ON review.record_type = %(record_type)s AND review.record_id = record.id
 WHERE record.measure = ANY(%(measures)s) AND record.withdrawn_at IS NULL
   AND record.happened_on <= coalesce((SELECT max(step.at)::date FROM grants_step step
                                        WHERE step.programme_id = programme.id AND step.state = 'CLOSED'), 'infinity'::date)
   AND (starts_with(reporter.path, runs.path) OR starts_with(runs.path, reporter.path))
   AND {asked} ORDER BY record.reference LIMIT 1
"""
_FIRST = _BESIDE.format(
    asked="programme.state IN ('PAYING', 'CLOSED') AND record.id = ANY(%(keys)s)"
    " AND (review.state IS NULL OR review.state <> 'VERIFIED')"
)
_MEANWHILE = _BESIDE.format(
    asked="programme.id = %(programme)s AND review.state IN ('SUBMITTED', 'VERIFIED')"
)


class UnableToReportGrants(Refusal):
    """Codes: ``counted_by_the_system``."""

    sentences = {
        "counted_by_the_system": both(
            "助学项目“{programme}”的发放由系统按银行回单逐笔计入，“{reference}”不能再报送同一笔。该项目结项后，或在项目开放前的日期，仍可报送。",
            "Payments of the programme {programme} are counted here from the bank's slips, so “{reference}” is not reported as"
            " well. What happened before it opened, or comes after it is closed, is still reported.",
        ),
    }


def refuse_doubled_grants(kind: RecordType, unit: int, keys: list[int], act: Act) -> None:
    """Refuse reported pupils and payments of the days on which a programme of the same branch was run;
    what is taken back passes.

    Raises: UnableToReportGrants: ``counted_by_the_system``.
    """
    if kind.number != RECORD_TYPE:
        return
    found = first_reported(_FIRST, measures=list(TITLES), keys=keys)
    if found is not None:
        _, reference, zh, en = found
        raise UnableToReportGrants("counted_by_the_system", reference=reference, programme=both(zh, en or zh))


def reported_meanwhile(programme: Programme) -> tuple[Words, str] | None:
    """Return measure and number of a report that may be the same payments as a programme's; null: there is none."""
    found = first_reported(_MEANWHILE, measures=list(TITLES), programme=programme.pk)
    return None if found is None else (TITLES[found[0]], found[1])
