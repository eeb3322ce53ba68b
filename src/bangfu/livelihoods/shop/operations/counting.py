"""How a live sale ends: before its time if need be; then what was ordered in it is counted, once."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import polars
from django.conf import settings
from django.db import connection

from bangfu.foundation.ledger.operations import post_many
from bangfu.foundation.operations import Act, Refusal, operation, scope_of
from bangfu.foundation.rooms import both, record_type
from bangfu.livelihoods.shop.guarding import reported_meanwhile
from bangfu.livelihoods.shop.measures import LIVESTREAM_ORDERED
from bangfu.livelihoods.shop.models import LiveSale, Offer, Stock

SOURCE_SYSTEM = "shop.sale"
"""The source of facts of live sales: one a day and county."""
REST = timedelta(minutes=1)
"""How long after its end a live sale is counted at the earliest: the last orders are being written."""


class UnableToCount(Refusal):
    """Codes: ``not_on``, ``not_over``, ``counted_already``, ``nothing_ordered``, ``reported_already``."""

    sentences = {
        "not_on": both("直播没有在进行，不用结束。", "The live sale is not on, so it cannot be ended."),
        "not_over": both(
            "直播结束满一分钟以后才能计入。", "A live sale is counted a minute after it is over at the earliest."
        ),
        "counted_already": both("这场直播已经计入。", "This live sale is counted already."),
        "nothing_ordered": both("这场直播没有订单，没有可以计入的。", "Nothing was ordered in it, so there is nothing to count."),
        "reported_already": both(
            "本单位或上下级当天已报送“{reference}”，没有写明是哪个平台。请先核对：若是同一笔，撤回它；若是别的平台，把编号改成“平台渠道编码/…”。",
            "“{reference}” was reported for that day by this unit or one above or below, without its platform. If it is the same"
            " money, withdraw it; if another platform's, let its number begin with that channel's code and a slash.",
        ),
    }  # fmt: skip


def _locked(sale: LiveSale) -> LiveSale:
    return LiveSale.objects.select_for_update(of=("self",)).select_related("channel").get(pk=sale.pk)


@operation("shop.end_sale", scope=scope_of("sale"))
def end_sale(*, sale: LiveSale, act: Act) -> LiveSale:
    """End a live sale that is on before its time: nothing of it is sold any more; orders that stand go on.

    Raises: UnableToCount: ``not_on``; nothing was written.
    Locks: the sale.
    """
    found = _locked(sale)
    if not found.starts_at < act.at < found.ends_at:
        raise UnableToCount("not_on")
    found.ends_at = act.at
    found.save(update_fields=["ends_at"])
    Offer.objects.filter(stock__sale=found, opens_at__lt=act.at, closes_at__gt=act.at).update(
        closes_at=act.at
    )
    return found


ORDERED_BY_DAY = """
SELECT line.place_id, (placed.placed_at AT TIME ZONE %(zone)s)::date, sum(line.quantity * line.unit_price_fen)
  FROM shop_orderline line JOIN shop_order placed ON placed.id = line.order_id
 WHERE line.offer_id IN (SELECT offer.id FROM shop_offer offer JOIN shop_stock stock ON stock.id = offer.stock_id
                          WHERE stock.sale_id = %(sale)s)
 GROUP BY 1, 2 ORDER BY 1, 2
"""


@operation("shop.count_sale", scope=scope_of("sale"))
def count_sale(*, sale: LiveSale, act: Act) -> Decimal:
    """Count what was ordered in a live sale that is over, once, from its orders themselves, and return it in yuan.

    Raises: UnableToCount: ``not_over``, ``counted_already``, ``nothing_ordered``, ``reported_already``; nothing was written.
    Posts: ``shop.livestream_ordered``, yuan ordered of each day and county of origin, owned by the channel's unit.
    Locks: the sale, then its stock, so that no order is being written.
    """
    found = _locked(sale)
    if found.counted_at is not None:
        raise UnableToCount("counted_already")
    if act.at < found.ends_at + REST:
        raise UnableToCount("not_over")
    list(Stock.objects.select_for_update().filter(sale=found).order_by("pk").values_list("pk"))
    twice = reported_meanwhile(found)
    if twice:
        raise UnableToCount("reported_already", reference=twice)
    with connection.cursor() as cursor:
        cursor.execute(ORDERED_BY_DAY, {"sale": found.pk, "zone": settings.TIME_ZONE})
        rows = cursor.fetchall()
    if not rows:
        raise UnableToCount("nothing_ordered")
    frame = polars.DataFrame(
        {
            "quantity": polars.Series([int(fen) for _, _, fen in rows], dtype=polars.Int64),
            "unit": [found.channel.unit_id] * len(rows),
            "place": [place for place, _, _ in rows],
            "on": [on for _, on, _ in rows],
            "subject": [found.pk] * len(rows),
            "source_id": [f"{found.pk}-{place}-{on}" for place, on, _ in rows],
        }
    ).with_columns(quantity=polars.col("quantity").cast(polars.Decimal(20, 4)) / 100)
    kind = record_type("shop.sale")
    post_many(LIVESTREAM_ORDERED, frame, record_type=kind, system=SOURCE_SYSTEM, act=act)
    found.counted_at, found.counted_by = act.at, act.actor
    found.save(update_fields=["counted_at", "counted_by"])
    return Decimal(sum(int(fen) for _, _, fen in rows)) / 100
