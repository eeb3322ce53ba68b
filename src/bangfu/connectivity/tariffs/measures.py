"""The measures that the tariffs room counts by; units report them."""

from bangfu.foundation.ledger.measures import Measure
from bangfu.foundation.rooms import both

RELIEF = Measure(
    code="tariffs.relief",
    title=both("扶贫套餐减免通信费", "Communication fees waived"),
    unit=both("元", "yuan"),
    decimals=2,
    counts=both(
        "减免＝标准资费减实收资费，只计已出账单；不计所有客户都有的优惠，不按办理的套餐计；以出账"
        "月末日计入。",
        "List price less price paid, on issued bills only; not what every customer gets, and not packages "
        "sold; on the last day of the billed month.",
    ),
    reported=True,
)
"""Fees waived; unit 1 yuan, grain one unit's issued bills of a month and place, owned by the branch that billed."""
