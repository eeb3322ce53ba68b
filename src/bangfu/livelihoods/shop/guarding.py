"""What the shop says about live sales that units report: what its own orders count is not reported as well."""

from __future__ import annotations

from django.conf import settings

from bangfu.foundation.intake.reported.doubled import first_reported
from bangfu.foundation.intake.reported.reportable import RECORD_TYPE
from bangfu.foundation.operations import Act, Refusal
from bangfu.foundation.rooms import RecordType, both
from bangfu.livelihoods.shop.measures import LIVESTREAM_ORDERED
from bangfu.livelihoods.shop.models import LiveSale

_BESIDE = """
SELECT record.reference, sale.name_zh, sale.name_en
  FROM intake_reportedrecord record
  JOIN organisation_unit reporter ON reporter.id = record.unit_id
  JOIN shop_livesale sale ON record.happened_on BETWEEN (sale.starts_at AT TIME ZONE %(zone)s)::date
                                                    AND (sale.ends_at AT TIME ZONE %(zone)s)::date
  JOIN shop_channel own ON own.id = sale.channel_id
  JOIN organisation_unit seller ON seller.id = own.unit_id
  LEFT JOIN review_review review ON review.record_type = %(record_type)s AND review.record_id = record.id
 WHERE record.measure = %(measure)s AND record.withdrawn_at IS NULL
   AND (starts_with(reporter.path, seller.path) OR starts_with(seller.path, reporter.path))
   AND NOT EXISTS (SELECT FROM shop_channel platform WHERE platform.kind = 'PLATFORM' AND platform.id <> own.id
                      AND starts_with(record.reference, platform.code || '/'))
   AND {asked} ORDER BY record.reference LIMIT 1
"""
_FIRST = _BESIDE.format(
    asked="sale.counted_at IS NOT NULL AND record.id = ANY(%(keys)s)"
    " AND (review.state IS NULL OR review.state <> 'VERIFIED')"
)
_MEANWHILE = _BESIDE.format(asked="sale.id = %(sale)s AND review.state IN ('SUBMITTED', 'VERIFIED')")


class UnableToReportLiveSale(Refusal):
    """Codes: ``counted_by_the_system``."""

    sentences = {
        "counted_by_the_system": both(
            "“{reference}”这一天的直播“{sale}”已由系统内的订单计入，不能再报送同一笔。若是别的平台的，请把编号写成“平台渠道编码/…”。",
            "The live sale {sale} of that day is counted by its own orders, so “{reference}” is not reported as well. If it is"
            " another platform's, let its number begin with that channel's code and a slash.",
        ),
    }


def refuse_doubled_live_sales(kind: RecordType, unit: int, keys: list[int], act: Act) -> None:
    """Refuse reported values of live sales that orders of the house count already; what is being taken back passes.

    Raises: UnableToReportLiveSale: ``counted_by_the_system``.
    """
    if kind.number != RECORD_TYPE:
        return
    found = first_reported(_FIRST, measure=LIVESTREAM_ORDERED.code, zone=settings.TIME_ZONE, keys=keys)
    if found is not None:
        reference, zh, en = found
        raise UnableToReportLiveSale("counted_by_the_system", reference=reference, sale=both(zh, en))


def reported_meanwhile(sale: LiveSale) -> str:
    """Return the number of a reported value that may be the same money as a live sale's; empty: there is none."""
    found = first_reported(_MEANWHILE, measure=LIVESTREAM_ORDERED.code, zone=settings.TIME_ZONE, sale=sale.pk)
    return "" if found is None else found[0]
