"""What is reported by hand as bought or helped to sell is refused where a sale of this room counts it already."""

from __future__ import annotations

from typing import Any

from django.db import connection

from bangfu.foundation.intake.reported.reportable import RECORD_TYPE
from bangfu.foundation.operations import Act, Refusal
from bangfu.foundation.rooms import RecordType, both
from bangfu.livelihoods.consumption.knowing import PLEDGED
from bangfu.livelihoods.consumption.models import PLATFORM_WORDS


class UnableToReportSale(Refusal):
    """Codes: ``brought_already``, ``brought_alike``."""

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
    }


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


def refuse_counted(kind: RecordType, unit: int, keys: list[int], act: Act) -> None:
    """Refuse reported records that say what a sale of this room says.

    Raises: UnableToReportSale: see its codes.
    """
    if kind.number != RECORD_TYPE:
        return
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
