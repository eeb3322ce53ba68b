"""What is reported by hand as bought, helped to sell or a fair is refused where a record of this room counts it already."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import connection

from bangfu.foundation.intake.reported.reportable import RECORD_TYPE
from bangfu.foundation.operations import Act, Refusal
from bangfu.foundation.organisation.models import Unit
from bangfu.foundation.rooms import RecordType, Words, both
from bangfu.livelihoods.consumption.knowing import PLEDGED
from bangfu.livelihoods.consumption.models import PLATFORM_WORDS
from bangfu.livelihoods.shop.neighbours import FAIRS


class UnableToReportSale(Refusal):
    """Codes: ``brought_already``, ``brought_alike``, ``fair_entered``."""

    sentences = {
        "brought_already": both(
            "「{reference}」已由{unit}作为{platform}的销售登记，再报就重复了。请删去这一行；如那笔销售有误，请其先撤回。",
            "{reference} was brought by {unit} as a sale ({platform}) and would count twice. Leave it out, or have that sale"
            " withdrawn first if it is wrong.",
        ),
        "brought_alike": both(
            "「{reference}」与{unit}登记的{platform}销售「{order}」同县、同日、同额。若确是另一笔，请在“备注”写明，再提交。",
            "{reference} has the county, day and sum of the sale {order} ({platform}) that {unit} brought. If it is another sale"
            " say so under “Remark” and submit again.",
        ),
        "fair_entered": both(
            "「{reference}」：这几天的展销会「{fair}」已由{unit}登记，核验后计一场，不再报送。若确是另一场，请在“备注”写明，再提交。",
            "{reference}: the fair {fair} of these days is entered by {unit} and counts once verified, so it is not reported as"
            " well. If it is another fair say so under “Remark” and submit again.",
        ),
    }  # fmt: skip


_UNDER = """
SELECT record.reference, unit.name_zh, unit.name_en, sale.platform, sale.order_no
  FROM intake_reportedrecord record
  JOIN consumption_sale sale ON sale.withdrawn_at IS NULL
   AND (sale.order_no = record.reference OR (sale.invoice_number <> '' AND sale.invoice_number = record.reference))
  JOIN organisation_unit unit ON unit.id = sale.unit_id
 WHERE record.id = ANY(%s) AND record.measure = ANY(%s) ORDER BY record.id LIMIT 1
"""
_ALIKE = """
SELECT record.reference, unit.name_zh, unit.name_en, sale.platform, sale.order_no
  FROM intake_reportedrecord record
  JOIN consumption_entry entry ON entry.kind = 'PAID' AND entry.withdrawn_at IS NULL
   AND entry.happened_on = record.happened_on AND entry.amount_fen = record.quantity * 100
  JOIN consumption_sale sale ON sale.id = entry.sale_id AND sale.place_id / 1000000 = record.place_id / 1000000
   AND sale.apart = '' AND sale.label = CASE record.measure WHEN %s THEN 'BOUGHT' ELSE 'HELPED' END
  JOIN organisation_unit unit ON unit.id = sale.unit_id
 WHERE record.id = ANY(%s) AND record.measure = ANY(%s) AND record.remark = '' ORDER BY record.id LIMIT 1
"""


_FAIR_ENTERED = """
SELECT record.reference, unit.name_zh, unit.name_en, fair.code
  FROM intake_reportedrecord record
  JOIN organisation_unit reporter ON reporter.id = record.unit_id
  JOIN consumption_fair fair ON fair.withdrawn_at IS NULL
   AND (fair.code = record.reference
        OR (record.remark = '' AND fair.apart = '' AND record.happened_on >= fair.starts_on
            AND record.happened_on < fair.ends_on))
  JOIN organisation_unit unit ON unit.id = fair.unit_id
   AND (starts_with(reporter.path, unit.path) OR starts_with(unit.path, reporter.path))
  LEFT JOIN review_review review ON review.record_type = %(record_type)s AND review.record_id = record.id
 WHERE record.id = ANY(%(keys)s) AND record.measure = %(measure)s AND (review.state IS NULL OR review.state <> 'VERIFIED')
 ORDER BY record.id LIMIT 1
"""
_FAIR_REPORTED = """
SELECT record.reference, reporter.name_zh, reporter.name_en
  FROM intake_reportedrecord record JOIN organisation_unit reporter ON reporter.id = record.unit_id
 WHERE record.measure = %(measure)s AND record.withdrawn_at IS NULL
   AND (record.reference = %(code)s
        OR ((starts_with(reporter.path, %(path)s) OR starts_with(%(path)s, reporter.path))
            AND record.happened_on >= %(starts_on)s AND record.happened_on < %(ends_on)s))
 ORDER BY record.reference <> %(code)s, record.reference LIMIT 1
"""


def fair_reported(unit: Unit, code: str, starts_on: date, ends_on: date) -> tuple[str, Words] | None:
    """Return a fair that was reported by hand under a code, or for days by a unit or one above or below: reference and unit.

    Args:
        ends_on: the day after the last one.
    """
    asked: dict[str, str | date] = {
        "measure": FAIRS.code,
        "code": code,
        "path": unit.path,
        "starts_on": starts_on,
        "ends_on": ends_on,
    }
    with connection.cursor() as cursor:
        cursor.execute(_FAIR_REPORTED, asked)
        row = cursor.fetchone()
    return None if row is None else (row[0], both(row[1], row[2]))


def _refuse_fairs(keys: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_FAIR_ENTERED, {"record_type": RECORD_TYPE, "keys": keys, "measure": FAIRS.code})
        row = cursor.fetchone()
    if row is not None:
        reference, zh, en, fair = row
        raise UnableToReportSale("fair_entered", reference=reference, unit=both(zh, en), fair=fair)


def refuse_counted(kind: RecordType, unit: int, keys: list[int], act: Act) -> None:
    """Refuse reported records that say what a sale or a fair of this room says.

    Raises: UnableToReportSale: see its codes.
    """
    if kind.number != RECORD_TYPE:
        return
    _refuse_fairs(keys)
    asked: tuple[tuple[str, str, list[Any]], ...] = (
        ("brought_already", _UNDER, [keys, list(PLEDGED)]),
        ("brought_alike", _ALIKE, [PLEDGED[0], keys, list(PLEDGED)]),
    )
    with connection.cursor() as cursor:
        for code, statement, arguments in asked:
            cursor.execute(statement, arguments)
            found = cursor.fetchone()
            if found is not None:
                reference, zh, en, platform, order = found
                details = {
                    "reference": reference,
                    "unit": both(zh, en),
                    "platform": PLATFORM_WORDS[platform],
                }
                raise UnableToReportSale(code, order=order, **details)
