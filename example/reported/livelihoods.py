"""The shop of the example."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import partial
from random import Random

from example import shop
from example.distribution import PROVINCE_CODES, SEED
from example.papers import Paper, Row
from example.reported.filling import SEAT, in_fen, of_office

ORDERED = "65043817.52"
"""Yuan ordered on the day of the live sale, in the house's own shop and on platforms together: prints 超6500万."""
LIVE_SALE = date(2020, 5, 17)


def papers(*, live_orders: int) -> list[Paper]:
    """Return the wing's papers.

    Args:
        live_orders: how many orders of the live sale the house has itself; what platforms state is the rest.
    """
    return [
        of_office("shop.channels", "爱心扶贫馆上线", _channel),
        of_office("shop.livestream_ordered", "平台直播下单金额", partial(_ordered, live_orders), weight=31),
        of_office("shop.livestream_hosts", "直播主持", _hosts, weight=31),
    ]


def _channel() -> Sequence[Row]:
    return [_once("EX-DP-1", "示例：爱心扶贫馆上线", date(2018, 10, 17))]


def _once(reference: str, title: str, on: date) -> Row:
    return {"reference": reference, "title": title, "place": SEAT, "happened_on": on, "quantity": 1}


def _ordered(live_orders: int) -> Sequence[Row]:
    draw = Random(f"{SEED} live sale")
    rest = Decimal(ORDERED) - Decimal(shop.planned_fen(live_orders)).scaleb(-2)
    shares = in_fen(str(rest), {province: draw.lognormvariate(0, 0.5) for province in PROVINCE_CODES})
    return [
        {
            "reference": f"{shop.PLATFORM}/XD-{province}-20200517",
            "title": "示例：直播当天下单（平台对账单）",
            "place": f"{province}0000",
            "happened_on": LIVE_SALE,
            "quantity": share,
        }
        for province, share in shares.items()
    ]


def _hosts() -> Sequence[Row]:
    return [
        {
            "reference": f"EX-ZB-{province}-20200517",
            "title": "示例：省分总经理直播主持",
            "place": f"{province}0000",
            "happened_on": LIVE_SALE,
            "quantity": 1,
            "party_number": f"EX-ZJL-{province}",
        }
        for province in PROVINCE_CODES
    ]
