"""Suspicions about sales outside the shop that the nightly run raises: sales alike, and a county's month told in two ways."""

from __future__ import annotations

from django.db import connection

from bangfu.foundation.findings.models import Severity
from bangfu.foundation.findings.readings import Readings
from bangfu.foundation.findings.register import Found, Rule, Values, enter_rule
from bangfu.foundation.findings.telling import About, Suspect, told
from bangfu.foundation.places.queries import place_labels
from bangfu.foundation.rooms import both
from bangfu.livelihoods.amounts import yuan
from bangfu.livelihoods.consumption.knowing import PLEDGED
from bangfu.livelihoods.consumption.models import PLATFORM_WORDS, Sale
from bangfu.livelihoods.consumption.register import SALE_TYPE

_ALIKE = """
SELECT first.id, second.id, first.unit_id, first.place_id, first.platform, second.platform, first.order_no, second.order_no,
       paid.amount_fen, paid.happened_on
  FROM consumption_sale first
  JOIN consumption_entry paid ON paid.sale_id = first.id AND paid.kind = 'PAID' AND paid.withdrawn_at IS NULL
  JOIN consumption_entry other ON other.kind = 'PAID' AND other.withdrawn_at IS NULL
   AND other.happened_on = paid.happened_on AND other.amount_fen = paid.amount_fen AND other.id > paid.id
  JOIN consumption_sale second ON second.id = other.sale_id AND second.place_id = first.place_id
   AND second.label = first.label
 WHERE first.label = 'BOUGHT' AND (first.platform <> second.platform OR first.unit_id <> second.unit_id)
 ORDER BY first.id, second.id
"""


def _alike(readings: Readings, values: Values) -> Found:
    with connection.cursor() as cursor:
        cursor.execute(_ALIKE)
        rows = cursor.fetchall()
    title = both("{one}与{other}：可能是同一笔", "{one} and {other}: perhaps one sale")
    suspects = [
        Suspect(
            matter=f"sales {first} {second}",
            substance=f"{fen} {on}",
            title=title.filled(one=one_no, other=other_no),
            detail=both(
                "{day}，同县、同额 {yuan} 元，一笔记在{one}，一笔记在{other}。",
                "{day}: the same county and {yuan} yuan, once under {one}, once under {other}.",
            ).filled(
                day=on.isoformat(), yuan=yuan(fen), one=PLATFORM_WORDS[one], other=PLATFORM_WORDS[other]
            ),
            unit=unit,
            place=place,
            about=(
                About("RECORD", first, SALE_TYPE),
                About("RECORD", second, SALE_TYPE),
                About("PLACE", place),
            ),
        )
        for first, second, unit, place, one, other, one_no, other_no, fen, on in rows
    ]
    return told(suspects, examined=Sale.objects.filter(withdrawn_at__isnull=True, label="BOUGHT").count())


enter_rule(
    Rule(
        code="consumption.alike",
        title=both("两处登记的同一笔采购", "One purchase brought in two places"),
        looks_for=both(
            "同县、同日、同额的两笔购买，登记在不同平台或不同单位。",
            "Two purchases of the same county, day and sum, brought under different platforms or by different units.",
        ),
        wrong_when=both(
            "两个单位确实各买了同样的一份，例如同价的礼包。",
            "Two units did buy the same, such as gift boxes of one price.",
        ),
        source=both(
            "同一张发票在食堂、工会、832 平台和自有商城重复计入",
            "One invoice counted by canteen, union, 832 platform and own shop",
        ),
        severity=Severity.MEDIUM,
        evaluate=_alike,
    )
)

_TWO_WAYS = """
SELECT record.unit_id, record.place_id / 1000000 * 1000000, date_trunc('month', record.happened_on)::date, record.measure,
       sum(record.quantity * 100)::bigint, brought.fen
  FROM intake_reportedrecord record
  JOIN (SELECT sale.unit_id, sale.place_id, sale.label, date_trunc('month', entry.happened_on)::date AS month,
               sum(entry.amount_fen)::bigint AS fen
          FROM consumption_entry entry JOIN consumption_sale sale ON sale.id = entry.sale_id
         WHERE entry.kind = 'PAID' AND entry.withdrawn_at IS NULL GROUP BY 1, 2, 3, 4) brought
    ON brought.unit_id = record.unit_id AND brought.place_id / 1000000 = record.place_id / 1000000
   AND brought.month = date_trunc('month', record.happened_on)::date
   AND brought.label = CASE record.measure WHEN %s THEN 'BOUGHT' ELSE 'HELPED' END
 WHERE record.measure = ANY(%s) AND record.withdrawn_at IS NULL
 GROUP BY 1, 2, 3, 4, brought.fen ORDER BY 1, 2, 3, 4
"""


def _two_ways(readings: Readings, values: Values) -> Found:
    with connection.cursor() as cursor:
        cursor.execute(_TWO_WAYS, [PLEDGED[0], list(PLEDGED)])
        rows = cursor.fetchall()
    labels = place_labels({row[1] for row in rows})
    suspects = [
        Suspect(
            matter=f"reported {unit} {place} {month} {measure}",
            substance=f"{reported} {brought}",
            title=both("{place} {month}：既报送又导入", "{place} {month}: reported and brought").filled(
                place=labels[place], month=f"{month:%Y-%m}"
            ),
            detail=both(
                "报送合计 {reported} 元，订单和结算合计 {brought} 元。请核对报送里是否已含这些订单。",
                "{reported} yuan were reported, {brought} yuan came from orders and settlements. See whether what was reported"
                " holds these orders.",
            ).filled(reported=yuan(reported), brought=yuan(brought)),
            unit=unit,
            place=place,
            about=(About("PLACE", place),),
        )
        for unit, place, month, measure, reported, brought in rows
    ]
    return told(suspects, examined=len(rows))


enter_rule(
    Rule(
        code="consumption.told_in_two_ways",
        title=both("同县同月既报送又导入", "A county's month both reported and brought"),
        looks_for=both(
            "同一单位、同县、同月，既有手工报送的购买或帮助销售，又有导入的订单或结算。",
            "A unit that, of one county and month, both reported purchases or sales by hand and brought orders or settlements.",
        ),
        wrong_when=both(
            "报送的是没有订单的另一些销售，例如线下零买。",
            "What was reported are other sales, of which there are no orders.",
        ),
        source=both("一元只进一行", "One yuan has one row"),
        severity=Severity.MEDIUM,
        evaluate=_two_ways,
    )
)
