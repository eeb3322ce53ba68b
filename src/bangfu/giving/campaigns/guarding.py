"""What campaigns say about figures that units report: what gifts of the house count is not reported as well."""

from __future__ import annotations

from bangfu.foundation.intake.reported.doubled import first_reported
from bangfu.foundation.intake.reported.reportable import RECORD_TYPE
from bangfu.foundation.operations import Act, Refusal
from bangfu.foundation.rooms import RecordType, Words, both
from bangfu.giving.campaigns.measures import PARTICIPATIONS, RAISED, RED_SCARF_RAISED
from bangfu.giving.campaigns.models import Campaign

TITLES = {one.code: one.title for one in (PARTICIPATIONS, RAISED, RED_SCARF_RAISED)}
_ASKED = {"measures": list(TITLES), "drive": RED_SCARF_RAISED.code, "taken_part": PARTICIPATIONS.code}
_BESIDE = """
SELECT record.measure, record.reference, campaign.title_zh, campaign.title_en
  FROM intake_reportedrecord record
  JOIN organisation_unit reporter ON reporter.id = record.unit_id
  JOIN campaigns_campaign campaign ON record.happened_on >= campaign.starts_on
  JOIN organisation_unit runs ON runs.id = campaign.unit_id
  LEFT JOIN review_review review ON review.record_type = %(record_type)s AND review.record_id = record.id
 WHERE record.measure = ANY(%(measures)s) AND record.withdrawn_at IS NULL
   AND (record.measure = %(drive)s) = (campaign.is_drive AND campaign.cause = 'CHILDREN')
   AND (record.measure <> %(taken_part)s OR record.happened_on < campaign.ends_on)
   AND (starts_with(reporter.path, runs.path) OR starts_with(runs.path, reporter.path))
   AND NOT EXISTS (SELECT FROM campaigns_campaign other WHERE other.is_elsewhere
                      AND starts_with(record.reference, other.code || '/'))
   AND {asked} ORDER BY record.reference LIMIT 1
"""
_FIRST = _BESIDE.format(
    asked="campaign.state IN ('OPEN', 'CLOSED', 'GRANTING', 'REPORTED') AND record.id = ANY(%(keys)s)"
    " AND (review.state IS NULL OR review.state <> 'VERIFIED')"
)
_MEANWHILE = _BESIDE.format(
    asked="campaign.id = %(campaign)s AND review.state IN ('SUBMITTED', 'VERIFIED')"
    " AND record.happened_on < campaign.ends_on"
)


class UnableToReportGifts(Refusal):
    """Codes: ``counted_by_the_system``."""

    sentences = {
        "counted_by_the_system": both(
            "活动“{campaign}”的捐赠由系统逐笔计入，“{reference}”不能再报送同一笔。若是别的平台的活动，先登记那个活动，编号写成“活动代码/…”。",
            "Gifts to {campaign} are counted one by one here, so “{reference}” is not reported as well. If it is of a campaign on"
            " another platform, enter that one, and let the number begin with its code and a slash.",
        ),
    }


def refuse_doubled_gifts(kind: RecordType, unit: int, keys: list[int], act: Act) -> None:
    """Refuse reported participations and sums that a campaign of the house counts already; what is taken back passes.

    Raises: UnableToReportGifts: ``counted_by_the_system``.
    """
    if kind.number != RECORD_TYPE:
        return
    found = first_reported(_FIRST, **_ASKED, keys=keys)
    if found is not None:
        _, reference, zh, en = found
        raise UnableToReportGifts("counted_by_the_system", reference=reference, campaign=both(zh, en or zh))


def reported_meanwhile(campaign: Campaign) -> tuple[Words, str] | None:
    """Return measure and number of a report that may be the same gifts as a campaign's; null: there is none."""
    found = first_reported(_MEANWHILE, **_ASKED, campaign=campaign.pk)
    return None if found is None else (TITLES[found[0]], found[1])
